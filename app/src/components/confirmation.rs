//! The bar that confirms the last act: what was done, to whom and where, with a button to undo it.

use domain::{confirmation::Confirmation, refused::Field, undo::Undoable};
use leptos::prelude::*;

use crate::{
    api::{self, ACTS, Says, opposite},
    components::{act_form::ActForm, field::Hidden, icon::Icon},
    page_state::use_page_state,
    words::{Lang, use_words},
};

/// How long what changed stays marked, in milliseconds. `SHOWN_MS` is how long the bar stays.
const MARKED_MS: u32 = 4_000;
const SHOWN_MS: u32 = 60_000;

/// The bar. Its ARIA live region is always in the page, so that screen readers announce what appears in it.
#[component]
pub fn ConfirmationBar() -> impl IntoView {
    let (w, state) = (use_words(), use_page_state());
    // The marks and the bar disappear by themselves, unless another act was done meanwhile.
    Effect::new(move |_| {
        let Some(id) = state.confirmation.get().map(|confirmation| confirmation.id) else { return };
        let is_same = move || state.confirmation.try_get_untracked().flatten().is_some_and(|now| now.id == id);
        leptos::task::spawn_local(async move {
            crate::client::pause_ms(MARKED_MS).await;
            if is_same() {
                state.marked.set(Vec::new());
            }
            crate::client::pause_ms(SHOWN_MS - MARKED_MS).await;
            if is_same() {
                state.confirmation.set(None);
            }
        });
    });
    view! {
        <div class=move || state.confirmation.with(Option::is_some).then_some("confirmation") role="status" aria-label=w.done_label()>
            {move || state.confirmation.get().map(|confirmation| contents(w, confirmation))}
        </div>
    }
}

fn contents(w: Lang, confirmation: Confirmation) -> AnyView {
    let state = use_page_state();
    let close = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        state.confirm(None);
    };
    view! {
        <p dir="auto">{sentence(w, &confirmation)}</p>
        {confirmation.undo.map(|offer| undo_form(w, offer.done))}
        <a class="button close" href="?" rel="external" aria-label=w.close() on:click=close><Icon name="close"/></a>
    }
    .into_any()
}

fn undo_form(w: Lang, done: Undoable) -> AnyView {
    match done {
        Undoable::Stay { stay, entry, .. } => view! {
            <ActForm act=api::UNDO next="/" about=(Field::Stay, stay.0) class="one-tap">
                <Hidden field=Field::Trail value=entry.to_string()/>
                <button class="button">{w.done_undo()}</button>
            </ActForm>
        }
        .into_any(),
        Undoable::Bed { bed, change } => view! {
            <ActForm act=opposite(change) next="/" about=(Field::Bed, bed.0) class="one-tap">
                <button class="button">{w.done_undo()}</button>
            </ActForm>
        }
        .into_any(),
    }
}

/// The sentence of a confirmation, with the names that it contains; none for an act that is not in the table of acts.
fn sentence(w: Lang, done: &Confirmation) -> Option<String> {
    let act = ACTS.iter().find(|act| act.name == done.act)?;
    let bed = done.bed.as_deref().unwrap_or(w.none());
    Some(match (act.says, done.name.as_deref()) {
        // The bed goes out of service later.
        (Says::OfBed(_), _) if done.planned => w.done_bed_closing_planned(bed),
        (Says::Plainly(words), _) => words(w).to_owned(),
        (Says::OfBed(words), _) => words(w, bed),
        (Says::OfName(words, _), Some(name)) => words(w, name),
        (Says::OfName(_, words), None) => words(w).to_owned(),
        (Says::OfNameInBed(words, _), Some(name)) => words(w, name, bed),
        (Says::OfNameInBed(_, words), None) => words(w, bed),
    })
}

#[cfg(test)]
mod tests {
    use domain::ids::ActId;

    use super::*;

    #[test]
    fn every_act_is_confirmed_in_both_languages_with_a_name_and_without() {
        for act in api::ACTS {
            for w in [Lang::Fr, Lang::En] {
                for name in [Some("Rosemarie".to_owned()), None] {
                    let done = Confirmation {
                        id: ActId(uuid::Uuid::nil()),
                        act: act.name.into(),
                        name,
                        bed: Some("4C".into()),
                        bed_id: None,
                        subject: None,
                        planned: false,
                        undo: None,
                    };
                    let said = sentence(w, &done).unwrap_or_else(|| panic!("{} is not confirmed", act.name));
                    assert!(!said.is_empty(), "{}", act.name);
                }
            }
        }
    }
}
