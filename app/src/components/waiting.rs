//! The placeholders for data that has not arrived yet or was refused.

use domain::refused::Refused;
use leptos::prelude::*;

use crate::{answered::Denied, components::refusal::sentence, page_state::use_page_state, words::use_words};

/// The placeholder until the response arrives.
#[component]
pub fn Waiting() -> impl IntoView {
    let w = use_words();
    view! { <p class="waiting" aria-busy="true">{w.waiting()}</p> }
}

/// The placeholder for a query that was refused: what happened and what to do next.
#[component]
pub fn Missing(
    /// The refusal.
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
