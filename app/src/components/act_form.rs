//! A form that does one act: the same with JavaScript and without.
//!
//! Without, it posts to the act's own path and comes back with what was typed when it is refused.
//! With, the rules run before anything is sent, one's own tap shows at once, a refusal puts it back
//! and says why, and an answer that never came may be asked for again with the same id.

use domain::{
    board::OptimisticUpdate,
    fields::Fields,
    refused::{Fault, Field, Refused},
};
use leptos::{context::Provider, prelude::*, task::spawn_local};
use uuid::Uuid;

use crate::{
    acts::ActOf,
    browser,
    components::{field::name_of, refusal::Refusal},
    live::{PendingUpdate, use_page_state},
    root::{ReturnedForm, use_page_data},
    request::SubmittedForm,
};

/// The state of a form, for its fields.
#[derive(Clone, Copy)]
pub struct FormState {
    /// What is wrong, field by field.
    pub faults: RwSignal<Vec<Fault>>,
    refused: RwSignal<Option<Refused>>,
    busy: RwSignal<bool>,
    typed: StoredValue<Option<Fields>>,
}

impl FormState {
    /// What was typed in a field before the form came back.
    pub fn typed(&self, name: &str) -> Option<String> {
        self.typed.with_value(|typed| typed.as_ref().and_then(|fields| fields.get(name).map(str::to_owned)))
    }

    /// Whether a box was ticked before the form came back; none when it has not been away.
    pub fn ticked(&self, name: &str) -> Option<bool> {
        self.typed.with_value(|typed| typed.as_ref().map(|fields| fields.get(name).is_some()))
    }
}

/// The form around a field.
pub fn use_form() -> Option<FormState> {
    use_context::<FormState>()
}

/// A form that does one act.
#[component]
pub fn ActForm(
    /// The act.
    act: ActOf,
    /// Where one is afterwards: an address inside the program.
    #[prop(into)]
    next: String,
    /// What the act is about: travels with the form, and tells it from others of the same act on the
    /// page.
    #[prop(optional)]
    about: Option<(Field, Uuid)>,
    /// What one's own tap shows before the house has answered.
    #[prop(optional)]
    tap: Option<fn(&Fields) -> Option<OptimisticUpdate>>,
    /// Where a bed proposed instead leads.
    #[prop(optional, into)]
    instead: Option<String>,
    /// A class of its own.
    #[prop(optional)]
    class: &'static str,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let live = use_page_state();
    let state = state_of(act, about);
    // Where the form stands, for coming back to it without JavaScript.
    let from = use_page_data().address;
    let go = browser::navigator();
    let after = next.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        let Some((id, fields)) = browser::form_of(&event) else { return };
        event.prevent_default();
        if state.busy.get_untracked() {
            return;
        }
        state.refused.set(None);
        state.faults.set(Vec::new());
        if let Some(now) = live.now()
            && let Err(faults) = (act.check)(&fields, now)
        {
            state.refused.set(Some(Refused::Faults(faults.clone())));
            state.faults.set(faults);
            return;
        }
        state.busy.set(true);
        if let Some(tap) = tap.and_then(|tap| tap(&fields)) {
            live.taps.update(|taps| taps.push(PendingUpdate { id: id.clone(), tap, done: false }));
        }
        let after = after.clone();
        spawn_local(async move {
            let outcome = browser::send(act, id.clone(), fields).await;
            state.busy.set(false);
            match outcome {
                Ok(()) => {
                    live.taps.update(|taps| taps.iter_mut().filter(|tap| tap.id == id).for_each(|tap| tap.done = true));
                    browser::renew_id(&id);
                    live.refresh(act.changes);
                    go.to(&after);
                }
                Err(refused) => {
                    live.taps.update(|taps| taps.retain(|tap| tap.id != id));
                    if let Refused::Faults(faults) = &refused {
                        state.faults.set(faults.clone());
                    }
                    state.refused.set(Some(refused));
                }
            }
        });
    };
    view! {
        <form
            method="post"
            action=act.path
            class=format!("act {class}")
            aria-busy=move || state.busy.get().to_string()
            novalidate=true
            on:submit=submit
        >
            <input type="hidden" name="id" value=browser::new_id()/>
            <input type="hidden" name="next" value=next/>
            <input type="hidden" name="from" value=from/>
            {about.map(|(field, id)| view! { <input type="hidden" name=name_of(field) value=id.to_string()/> })}
            <Provider value=state>{children()}</Provider>
            {move || {
                let instead = instead.clone();
                state.refused.get().map(|refused| match instead {
                    Some(instead) => view! { <Refusal refused instead/> }.into_any(),
                    None => view! { <Refusal refused/> }.into_any(),
                })
            }}
        </form>
    }
    .into_any()
}

/// Whether a form came back with a refusal: what it is folded in is then drawn unfolded, so that what
/// was typed and what is wrong with it are before her eyes without JavaScript too.
pub fn came_back(acts: &[ActOf], about: Option<(Field, Uuid)>) -> bool {
    acts.iter().any(|act| posted_to(*act, about).is_some_and(|submitted| submitted.refused.is_some()))
}

fn posted_to(act: ActOf, about: Option<(Field, Uuid)>) -> Option<SubmittedForm> {
    use_context::<ReturnedForm>().and_then(|submitted| submitted.0.get_untracked()).filter(|submitted| {
        submitted.form == act.path
            && about.is_none_or(|(field, id)| submitted.fields.get(field.code()) == Some(id.to_string().as_str()))
    })
}

/// The state a form begins with: the refusal it came back with, when it is the one that was sent.
fn state_of(act: ActOf, about: Option<(Field, Uuid)>) -> FormState {
    let submitted = posted_to(act, about);
    let faults = match submitted.as_ref().map(|submitted| &submitted.refused) {
        Some(Some(Refused::Faults(faults))) => faults.clone(),
        _ => Vec::new(),
    };
    FormState {
        faults: RwSignal::new(faults),
        refused: RwSignal::new(submitted.as_ref().and_then(|submitted| submitted.refused.clone())),
        busy: RwSignal::new(false),
        typed: StoredValue::new(submitted.map(|submitted| submitted.fields)),
    }
}
