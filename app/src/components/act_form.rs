//! The form of one act, which works with JavaScript and without.
//!
//! Without JavaScript, it is posted to the path of the act; if the act is refused, the server shows the form again with
//! what was typed. With JavaScript, the checks run before anything is sent, the optimistic update is shown at once, a
//! refusal removes the update and shows its reason, and an act whose response did not arrive may be sent again with the
//! same id.

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

/// The form of one act.
#[component]
pub fn ActForm(
    /// The act.
    act: ActEndpoint,
    /// The address inside the program to which the browser goes after the act.
    #[prop(into)]
    next: String,
    /// The field and the id that the act is about. They are sent with the form, and they distinguish it from other
    /// forms of the same act on the page.
    #[prop(optional)]
    about: Option<(Field, Uuid)>,
    /// The optimistic update to show until the response arrives.
    #[prop(optional)]
    optimistic: Option<fn(&Fields) -> Option<OptimisticUpdate>>,
    /// The beginning of the address to which a proposed bed links; the id of the bed follows it.
    #[prop(optional, into)]
    instead: Option<String>,
    /// An additional CSS class.
    #[prop(optional)]
    class: &'static str,
    /// The fields and the submit button.
    children: Children,
) -> impl IntoView {
    let page = use_page_state();
    let state = state_of(act, about);
    // The address of the page, where the server shows the form again if it is refused without JavaScript.
    let from = use_page_data().address;
    let go = client::navigator();
    let after = next.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        let Some((id, fields)) = client::form_of(&event) else { return };
        event.prevent_default();
        // The handler of a page rendered by the server (`partial_navigation`) must not handle this form too.
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

/// Whether a form of one of these acts was submitted without JavaScript and refused. The `details` element around it is
/// then rendered open, so that the texts and the faults are visible.
pub fn was_refused(acts: &[ActEndpoint], about: Option<(Field, Uuid)>) -> bool {
    use_refused_form().is_some_and(|refused| {
        acts.iter().any(|act| refused.peek_if(|form| is_of(form, *act, about) && form.refused.is_some()).is_some())
    })
}

fn is_of(form: &SubmittedForm, act: ActEndpoint, about: Option<(Field, Uuid)>) -> bool {
    form.form == act.path
        && about.is_none_or(|(field, id)| form.fields.get(field.code()) == Some(id.to_string().as_str()))
}

/// The initial state of a form: what was typed and its refusal, if it is the form that was submitted.
fn state_of(act: ActEndpoint, about: Option<(Field, Uuid)>) -> FormState {
    let submitted = use_refused_form().and_then(|refused| refused.take_if(|form| is_of(form, act, about)));
    let (typed, refused) = submitted.map(|form| (form.fields, form.refused)).unzip();
    FormState::new(typed, refused.flatten())
}
