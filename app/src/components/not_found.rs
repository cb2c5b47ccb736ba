//! A page that is not there.

use leptos::prelude::*;

use crate::{components::page::Page, words::use_words};

/// There is no such page, or it is not hers to know of.
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
