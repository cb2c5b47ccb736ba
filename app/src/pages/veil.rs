//! The mask (veil): a screen without any data, for hiding the screen quickly.

use leptos::prelude::*;

use crate::words::use_words;

/// The masked screen. It contains only a link back to the board.
#[component]
pub fn Veil() -> impl IntoView {
    let w = use_words();
    Effect::new(move |_| crate::client::set_title(w.app_name()));
    view! {
        <main class="veil">
            <h1 class="unseen">{w.veil_title()}</h1>
            <a class="button" href="/">{w.unveil()}</a>
        </main>
    }
}
