//! The mask: a screen that shows nothing, at one touch.

use leptos::prelude::*;

use crate::words::use_words;

/// The masked screen: nothing on it but the way back.
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
