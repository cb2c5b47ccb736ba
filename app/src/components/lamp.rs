//! The lamp, which shows whether the page is up to date, and the age of the data.

use domain::time::HouseTime;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    page_state::{Freshness, use_page_state},
    words::{Lang, use_words},
};

/// The lamp: lit while the page receives events, dim when it is stale, out when it is disconnected.
#[component]
pub fn LampSign() -> impl IntoView {
    let (w, state) = (use_words(), use_page_state());
    let said = move || match state.freshness.get() {
        Freshness::Drawn => w.lamp_drawn(),
        Freshness::Live(_) => w.lamp_lit(),
        Freshness::Stale(_) => w.lamp_dim(),
        Freshness::Disconnected(_) => w.lamp_out(),
    };
    view! {
        <span class="lamp" data-lamp=move || state.freshness.get().code() role="img" aria-label=said>
            <Icon name="lamp"/>
        </span>
    }
}

/// The age of the data on the page, in words. It is always shown.
#[component]
pub fn DataAge() -> impl IntoView {
    let (w, state) = (use_words(), use_page_state());
    view! { <span class="age">{move || age(w, state.clock.get(), state.freshness.get())}</span> }
}

fn age(w: Lang, clock: Option<HouseTime>, freshness: Freshness) -> String {
    let time = clock.map(|clock| w.time(clock.local.time())).unwrap_or_default();
    match freshness {
        Freshness::Drawn => w.age_drawn(&time),
        Freshness::Live(0 | 1) => w.age_now(&time),
        Freshness::Live(s) => w.age_lit(&time, &s.to_string()),
        Freshness::Stale(s) => w.age_dim(&time, &s.to_string()),
        Freshness::Disconnected(s) => w.age_out(&time, &(s / 60).max(1).to_string()),
    }
}

/// The warning that is shown while the page is disconnected.
#[component]
pub fn LampWarning() -> impl IntoView {
    let (w, state) = (use_words(), use_page_state());
    move || {
        matches!(state.freshness.get(), Freshness::Disconnected(_))
            .then(|| view! { <p class="out-of-touch" role="alert">{w.lamp_sentence()}</p> })
    }
}
