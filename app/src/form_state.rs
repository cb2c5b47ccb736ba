//! The state of a form, for its fields.

use domain::{
    fields::Fields,
    refused::{Fault, Refused},
};
use leptos::prelude::*;

/// The state of a form.
#[derive(Clone, Copy)]
pub struct FormState {
    /// What is wrong, field by field.
    pub faults: RwSignal<Vec<Fault>>,
    /// Why it was refused.
    pub(crate) refused: RwSignal<Option<Refused>>,
    /// Whether a response is awaited.
    pub(crate) busy: RwSignal<bool>,
    typed: StoredValue<Option<Fields>>,
}

impl FormState {
    /// The state a form begins with: what was typed and why it was refused, when it was submitted without JavaScript.
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

    /// What was typed in a field before the form was refused.
    pub fn typed(&self, name: &str) -> Option<String> {
        self.typed.with_value(|typed| typed.as_ref().and_then(|fields| fields.get(name).map(str::to_owned)))
    }

    /// Whether a box was ticked before the form was refused; none when it was not submitted.
    pub fn ticked(&self, name: &str) -> Option<bool> {
        self.typed.with_value(|typed| typed.as_ref().map(|fields| fields.get(name).is_some()))
    }
}

/// The form around a field.
pub fn use_form() -> Option<FormState> {
    use_context::<FormState>()
}
