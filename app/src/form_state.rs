//! The state of a form, shared with its fields through the context.

use domain::{
    fields::Fields,
    refused::{Fault, Refused},
};
use leptos::prelude::*;

/// The state of a form.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The faults, each with its field.
    pub faults: RwSignal<Vec<Fault>>,
    /// The refusal of the act, if it was refused.
    pub(crate) refused: RwSignal<Option<Refused>>,
    /// Whether the form was sent and its response has not arrived yet.
    pub(crate) busy: RwSignal<bool>,
    typed: StoredValue<Option<Fields>>,
}

impl FormState {
    /// The initial state of a form. After a submission without JavaScript it contains what was typed and the refusal.
    pub(crate) fn new(typed: Option<Fields>, refused: Option<Refused>) -> Self {
        let faults = match &refused {
            Some(Refused::Faults(faults)) => faults.clone(),
            _ => Vec::new(),
        };
        Self {
            faults: RwSignal::new(faults),
            refused: RwSignal::new(refused),
            busy: RwSignal::new(false),
            typed: StoredValue::new(typed),
        }
    }

    /// The text of a field in the submission that was refused; none if there was none.
    pub fn typed(&self, name: &str) -> Option<String> {
        self.typed.with_value(|typed| typed.as_ref().and_then(|fields| fields.get(name).map(str::to_owned)))
    }

    /// Whether a checkbox was ticked in the submission that was refused; none if there was none.
    pub fn ticked(&self, name: &str) -> Option<bool> {
        self.typed.with_value(|typed| typed.as_ref().map(|fields| fields.get(name).is_some()))
    }
}

/// The state of the form that contains the calling component.
pub fn use_form() -> Option<FormState> {
    use_context::<FormState>()
}
