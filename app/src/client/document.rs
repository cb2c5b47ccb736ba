//! The document: its title, its theme and navigation, and what the browser remembers.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;
use web_sys::{Document, Window};

/// Marks the document as hydrated: its controls work in the browser from now on.
pub fn mark_hydrated() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        root.set_attribute("data-hydrated", "").ok();
    }
}

/// The router's function, in a wrapper that this single thread alone opens.
type Navigate = SendWrapper<Box<dyn Fn(&str)>>;

/// A handle with which event handlers and tasks navigate to another page.
#[derive(Clone, Copy)]
pub struct Navigator(StoredValue<Navigate>);

impl Navigator {
    /// Navigates to an address inside the program, without scrolling.
    pub fn to(self, address: &str) {
        self.0.with_value(|go| go(address));
    }
}

/// The handle of the router for navigation. It must be obtained inside the router's context.
pub fn navigator() -> Navigator {
    let go = use_navigate();
    let go: Box<dyn Fn(&str)> =
        Box::new(move |address| go(address, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    Navigator(StoredValue::new(SendWrapper::new(go)))
}

/// Applies the theme of a code to the page.
pub fn set_theme(code: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        root.set_attribute("data-theme", code).ok();
    }
}

/// Sets the title of the browser's tab.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Waits for a number of milliseconds.
pub async fn pause_ms(ms: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32).ok();
        }
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.ok();
}

/// The key in the browser's local storage that records that the lamp and the mask were explained. It holds nothing
/// personal.
const EXPLAINED: &str = "explained";

/// Whether this browser has not shown yet what the lamp and the mask are for.
pub fn first_time() -> bool {
    let storage = window().and_then(|window| window.local_storage().ok().flatten());
    storage.is_some_and(|storage| storage.get_item(EXPLAINED).ok().flatten().is_none())
}

/// Records that this browser has shown what the lamp and the mask are for.
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
