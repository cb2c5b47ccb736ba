//! The page for an unknown path.

use leptos::prelude::*;

use crate::{components::page::Page, words::use_words};

/// The page that is shown if the path is unknown or the reader's role may not see its page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let w = use_words();
    view! {
        <Page>
            <section class="panel calm">
                <h1>{w.lost_title()}</h1>
                <p>{w.lost_sentence()}</p>
                <p><a class="button main" href="/">{w.lost_back()}</a></p>
            </section>
        </Page>
    }
}
