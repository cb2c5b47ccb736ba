//! A form that does one act: the same with JavaScript and without.
//!
//! Without, it posts to the act's own path and is shown again with what was typed when it is refused. With, the rules
//! run before anything is sent, the change is shown at once, a refusal puts it back and says why, and an act whose
//! response never came may be sent again with the same id.

use domain::{
    board::OptimisticUpdate,
    fields::Fields,
    refused::{Field, Refused},
};
use leptos::{context::Provider, prelude::*, task::spawn_local};
use uuid::Uuid;

use crate::{
    api::ActEndpoint,
    client,
    components::{field::name_of, refusal::Refusal},
    context::{use_page_data, use_refused_form},
    form_state::FormState,
    page_state::{PendingUpdate, use_page_state},
    request::SubmittedForm,
};

/// A form that does one act.
#[component]
pub fn ActForm(
    /// The act.
    act: ActEndpoint,
    /// Where one is afterwards: an address inside the program.
    #[prop(into)]
    next: String,
    /// What the act is about: travels with the form, and tells it from others of the same act on the
    /// page.
    #[prop(optional)]
    about: Option<(Field, Uuid)>,
    /// What is shown before the server has answered.
    #[prop(optional)]
    optimistic: Option<fn(&Fields) -> Option<OptimisticUpdate>>,
    /// Where a bed proposed instead leads.
    #[prop(optional, into)]
    instead: Option<String>,
    /// A class of its own.
    #[prop(optional)]
    class: &'static str,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let page = use_page_state();
    let state = state_of(act, about);
    // Where the form stands, for showing it again when it is refused without JavaScript.
    let from = use_page_data().address;
    let go = client::navigator();
    let after = next.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        let Some((id, fields)) = client::form_of(&event) else { return };
        event.prevent_default();
        // A form drawn by the server has its own handler around it.
        event.stop_propagation();
        if state.busy.get_untracked() {
            return;
        }
        state.refused.set(None);
        state.faults.set(Vec::new());
        if let Some(now) = page.now()
            && let Err(faults) = (act.check)(&fields, now)
        {
            state.refused.set(Some(Refused::Faults(faults.clone())));
            state.faults.set(faults);
            return;
        }
        state.busy.set(true);
        if let Some(update) = optimistic.and_then(|optimistic| optimistic(&fields)) {
            page.pending.update(|pending| pending.push(PendingUpdate { id: id.clone(), update, done: false }));
        }
        let after = after.clone();
        spawn_local(async move {
            let outcome = client::send(page, act, id.clone(), fields).await;
            state.busy.try_set(false);
            match outcome {
                Ok(()) => {
                    page.pending.update(|pending| {
                        pending.iter_mut().filter(|update| update.id == id).for_each(|update| update.done = true);
                    });
                    client::renew_id(&id);
                    go.to(&after);
                }
                Err(refused) => {
                    page.pending.update(|pending| pending.retain(|update| update.id != id));
                    if let Refused::Faults(faults) = &refused {
                        state.faults.try_set(faults.clone());
                    }
                    state.refused.try_set(Some(refused));
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
            <input type="hidden" name="id" value=client::new_id()/>
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

/// Whether a form was refused without JavaScript: what it is folded in is then drawn unfolded, so that what was typed
/// and what is wrong with it can be seen.
pub fn was_refused(acts: &[ActEndpoint], about: Option<(Field, Uuid)>) -> bool {
    use_refused_form().is_some_and(|refused| {
        acts.iter().any(|act| refused.peek_if(|form| is_of(form, *act, about) && form.refused.is_some()).is_some())
    })
}

fn is_of(form: &SubmittedForm, act: ActEndpoint, about: Option<(Field, Uuid)>) -> bool {
    form.form == act.path
        && about.is_none_or(|(field, id)| form.fields.get(field.code()) == Some(id.to_string().as_str()))
}

/// The state a form begins with: the refusal it was submitted to, when it is the one that was submitted.
fn state_of(act: ActEndpoint, about: Option<(Field, Uuid)>) -> FormState {
    let submitted = use_refused_form().and_then(|refused| refused.take_if(|form| is_of(form, act, about)));
    let (typed, refused) = submitted.map(|form| (form.fields, form.refused)).unzip();
    FormState::new(typed, refused.flatten())
}
