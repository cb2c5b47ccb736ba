//! The lamp, and the age of what is on the screen.

use domain::time::HouseTime;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    live::{Lamp, use_page_state},
    words::{Lang, use_words},
};

/// The lamp: burns while the screen is live, dims when the last word is old, goes out with a
/// sentence.
#[component]
pub fn LampSign() -> impl IntoView {
    let (w, live) = (use_words(), use_page_state());
    let said = move || match live.lamp.get() {
        Lamp::Drawn => w.lamp_drawn(),
        Lamp::Lit(_) => w.lamp_lit(),
        Lamp::Dim(_) => w.lamp_dim(),
        Lamp::Out(_) => w.lamp_out(),
    };
    view! {
        <span class="lamp" data-lamp=move || live.lamp.get().code() role="img" aria-label=said>
            <Icon name="lamp"/>
        </span>
    }
}

/// How old what is on the screen is, in words; always there.
#[component]
pub fn DataAge() -> impl IntoView {
    let (w, live) = (use_words(), use_page_state());
    view! { <span class="age">{move || age(w, live.clock.get(), live.lamp.get())}</span> }
}

fn age(w: Lang, clock: Option<HouseTime>, lamp: Lamp) -> String {
    let time = clock.map(|clock| w.time(clock.local.time())).unwrap_or_default();
    match lamp {
        Lamp::Drawn => w.age_drawn(&time),
        Lamp::Lit(0 | 1) => w.age_now(&time),
        Lamp::Lit(s) => w.age_lit(&time, &s.to_string()),
        Lamp::Dim(s) => w.age_dim(&time, &s.to_string()),
        Lamp::Out(s) => w.age_out(&time, &(s / 60).max(1).to_string()),
    }
}

/// The sentence of a lamp that is out.
#[component]
pub fn LampWarning() -> impl IntoView {
    let (w, live) = (use_words(), use_page_state());
    move || {
        matches!(live.lamp.get(), Lamp::Out(_))
            .then(|| view! { <p class="out-of-touch" role="alert">{w.lamp_sentence()}</p> })
    }
}
