//! Signs from the one sprite.

use leptos::prelude::*;

use crate::context::use_page_data;

/// A sign from the one sprite; never the only bearer of a meaning.
#[component]
pub fn Icon(
    /// Its name in the sprite.
    name: &'static str,
) -> impl IntoView {
    let sprite = use_page_data().icons;
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href=format!("/pkg/{sprite}#{name}")/></svg> }
}
