//! The document: its title, its theme, and the way to another page.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;
use web_sys::{Document, Window};

/// Says that the page is hydrated: its controls run in the browser from here on.
pub fn mark_hydrated() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        root.set_attribute("data-hydrated", "").ok();
    }
}

/// The way to another page.
#[derive(Clone, Copy)]
pub struct Navigator(StoredValue<SendWrapper<Box<dyn Fn(&str)>>>);

impl Navigator {
    /// Goes there.
    pub fn to(self, address: &str) {
        self.0.with_value(|go| go(address));
    }
}

/// The way to another page.
pub fn navigator() -> Navigator {
    let go = use_navigate();
    let go: Box<dyn Fn(&str)> =
        Box::new(move |address| go(address, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    Navigator(StoredValue::new(SendWrapper::new(go)))
}

/// Puts the page in a theme.
pub fn set_theme(code: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        root.set_attribute("data-theme", code).ok();
    }
}

/// Says on the browser's tab which page this is.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Waits.
pub async fn pause_ms(ms: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32).ok();
        }
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.ok();
}

/// Where a browser keeps that the lamp and the mask were explained. Nothing personal.
const EXPLAINED: &str = "explained";

/// Whether this browser has never been told what the lamp and the mask are for.
pub fn first_time() -> bool {
    let storage = window().and_then(|window| window.local_storage().ok().flatten());
    storage.is_some_and(|storage| storage.get_item(EXPLAINED).ok().flatten().is_none())
}

/// Keeps that they were explained.
pub fn remember_not_first() {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) {
        storage.set_item(EXPLAINED, "1").ok();
    }
}

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window().and_then(|window| window.document())
}
