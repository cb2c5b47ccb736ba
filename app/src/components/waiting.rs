//! What stands in a place while its data comes, or when it did not.

use domain::refused::Refused;
use leptos::prelude::*;

use crate::{answered::Denied, components::refusal::sentence, page_state::use_page_state, words::use_words};

/// What stands in a place while its data comes.
#[component]
pub fn Waiting() -> impl IntoView {
    let w = use_words();
    view! { <p class="waiting" aria-busy="true">{w.waiting()}</p> }
}

/// What stands in a place whose data did not come: what happened, what was kept, what to do next.
#[component]
pub fn Missing(
    /// Why.
    denied: Denied,
) -> impl IntoView {
    let w = use_words();
    let refused = denied.0;
    if refused == Refused::SignIn {
        Effect::new(|_| crate::client::to_sign_in());
    }
    view! {
        <section class="panel calm" role="alert">
            <p>{sentence(w, &refused, use_page_state().now())}</p>
            <p><a class="button" href="">{w.try_again()}</a></p>
        </section>
    }
}
