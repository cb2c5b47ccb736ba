//! The choice of a bed in a form.

use domain::{
    beds::{BedChoice, BedStateCode},
    refused::Field,
};
use leptos::prelude::*;

use crate::{
    components::field::{FaultOf, described_by, name_of},
    form_state::use_form,
    words::use_words,
};

/// The beds as cards, one of which can be chosen. Beds that cannot be given are shown with the reason.
#[component]
pub fn BedPicks(
    /// The beds, most suitable first.
    beds: Vec<BedChoice>,
    /// The id of the bed that is chosen initially.
    #[prop(optional)]
    chosen: String,
) -> impl IntoView {
    let w = use_words();
    let chosen = use_form().and_then(|form| form.typed(Field::Bed.code())).unwrap_or(chosen);
    view! {
        <div class="picks" role="radiogroup" aria-describedby=described_by(Field::Bed)>
            {beds.into_iter().map(|choice| {
                let free = choice.offered;
                let id = choice.bed.to_string();
                let checked = free && chosen == id;
                let place = if choice.state == BedStateCode::Free { choice.floor } else { w.bed_state(choice.state.code()).to_owned() };
                view! {
                    <label class="pick" data-free=free.to_string()>
                        <input type="radio" name=name_of(Field::Bed) value=id checked=checked disabled=!free/>
                        <b>{choice.label}</b>
                        <span>{place}</span>
                        {choice.accessible.then(|| view! { <small>{w.accessible()}</small> })}
                    </label>
                }
            }).collect_view()}
        </div>
        <FaultOf field=Field::Bed/>
    }
}
