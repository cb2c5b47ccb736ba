//! The veil: a blank screen, at one touch.

use leptos::prelude::*;

use crate::words::use_words;

/// The veil: nothing on the screen but the way back.
#[component]
pub fn Veil() -> impl IntoView {
    let w = use_words();
    Effect::new(move |_| crate::client::set_title(w.app_name()));
    view! {
        <main class="veil">
            <a class="button" href="/">{w.unveil()}</a>
        </main>
    }
}
