//! Icons from the SVG sprite.

use leptos::prelude::*;

use crate::context::use_page_data;

/// An icon from the sprite. It is hidden from screen readers, so a text must always express the same meaning.
#[component]
pub fn Icon(
    /// The name of the icon in the sprite.
    name: &'static str,
) -> impl IntoView {
    let sprite = use_page_data().icons;
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href=format!("/pkg/{sprite}#{name}")/></svg> }
}
