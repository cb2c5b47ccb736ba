//! Emergency health.

use domain::residents::Care;
use leptos::prelude::*;

use crate::{components::icon::Icon, words::Lang};

/// Emergency health in large type; none if nothing is recorded.
pub(crate) fn care_view(w: Lang, care: Care) -> Option<AnyView> {
    if care.flags.is_empty() && care.what_to_do.is_none() {
        return None;
    }
    let flags: Vec<&str> = care.flags.iter().map(|flag| w.care(flag.code())).collect();
    Some(
        view! {
            <div class="care">
                <p class="care-flags"><Icon name="heart"/>{flags.join(", ")}</p>
                {care.what_to_do.map(|text| view! { <p dir="auto">{text}</p> })}
            </div>
        }
        .into_any(),
    )
}
