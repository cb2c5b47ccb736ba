//! The keyboard focus: in an open dialog, and in the first field of a form whose `details` element is opened.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use crate::client::{
    document::{document, window},
    listeners::on,
};

/// The attribute of the elements that [`open_dialog`] made inert.
const BEHIND: &str = "data-behind-dialog";
/// The elements outside a dialog that are not made inert.
const BESIDE: &str = "[role=status], [role=alert], script, style";
const FIELDS: &str = "input:not([type=hidden]):not([disabled]), select, textarea";

/// Moves the focus into a dialog and makes the rest of the page inert.
pub fn open_dialog(dialog: &HtmlElement) {
    let mut inside: Element = dialog.clone().into();
    while let Some(parent) = inside.parent_element() {
        let siblings = parent.children();
        for i in 0..siblings.length() {
            if let Some(other) = siblings.item(i)
                && other != inside
                && !other.matches(BESIDE).unwrap_or(false)
            {
                other.set_attribute("inert", "").ok();
                other.set_attribute(BEHIND, "").ok();
            }
        }
        if parent.tag_name().eq_ignore_ascii_case("body") {
            break;
        }
        inside = parent;
    }
    dialog.focus().ok();
}

/// Makes the rest of the page active again and returns the focus to the element that opened the dialog. `opener` is a
/// CSS selector.
pub fn close_dialog(opener: &str) {
    let Some(document) = document() else { return };
    if let Ok(behind) = document.query_selector_all(&format!("[{BEHIND}]")) {
        for element in (0..behind.length()).filter_map(|i| behind.get(i)?.dyn_into::<Element>().ok()) {
            element.remove_attribute("inert").ok();
            element.remove_attribute(BEHIND).ok();
        }
    }
    if let Some(opener) =
        document.query_selector(opener).ok().flatten().and_then(|opener| opener.dyn_into::<HtmlElement>().ok())
    {
        opener.focus().ok();
    }
}

/// Moves the focus to the main content of the page.
pub fn focus_main() {
    if let Some(main) = document().and_then(|document| document.get_element_by_id("main"))
        && let Ok(main) = main.dyn_into::<HtmlElement>()
    {
        main.focus().ok();
    }
}

/// The visible fields inside an element.
fn fields_of(inside: &Element) -> Vec<HtmlElement> {
    let Ok(fields) = inside.query_selector_all(FIELDS) else { return Vec::new() };
    let fields = (0..fields.length()).filter_map(|i| fields.get(i)?.dyn_into::<HtmlElement>().ok());
    fields.filter(|field| field.offset_width() > 0).collect()
}

/// Moves the focus to the first empty field inside an element, or to its first field if none is empty.
pub fn focus_first_empty_field(inside: &Element) {
    let fields = fields_of(inside);
    let is_empty = |field: &HtmlElement| {
        field.dyn_ref::<web_sys::HtmlInputElement>().is_some_and(|input| input.value().is_empty())
            || field.dyn_ref::<web_sys::HtmlTextAreaElement>().is_some_and(|area| area.value().is_empty())
            || field.dyn_ref::<web_sys::HtmlSelectElement>().is_some_and(|select| select.value().is_empty())
    };
    if let Some(field) = fields.iter().find(|field| is_empty(field)).or_else(|| fields.first()) {
        field.focus().ok();
    }
}

/// Moves the focus to the first field of a form when a person opens its `details` element.
pub fn focus_when_unfolded() {
    // The event `toggle` does not bubble, so the listener is in the capture phase.
    let unfolded = wasm_bindgen::closure::Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let Some(details) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let by_hand = details
            .query_selector(":scope > summary")
            .ok()
            .flatten()
            .is_some_and(|summary| document().and_then(|document| document.active_element()) == Some(summary));
        if by_hand
            && details.has_attribute("open")
            && let Some(form) = details.query_selector("form").ok().flatten()
        {
            fields_of(&form).first().map(|field| field.focus());
        }
    });
    if let Some(document) = document() {
        document.add_event_listener_with_callback_and_bool("toggle", unfolded.as_ref().unchecked_ref(), true).ok();
    }
    unfolded.forget();
}

thread_local! {
    /// The present action of the Escape key.
    static ESCAPE: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
    static LISTENING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Calls `run` when the Escape key is pressed, wherever the focus is, until the reactive owner of the caller is cleaned
/// up. Only the latest `run` is active.
pub fn when_escape(run: impl Fn() + 'static) {
    ESCAPE.with(|escape| *escape.borrow_mut() = Some(Rc::new(run)));
    if !LISTENING.replace(true) {
        on(window().as_deref(), "keydown", |event: Event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape")
                && let Some(run) = ESCAPE.with(|escape| escape.borrow().clone())
            {
                run();
            }
        });
    }
    on_cleanup(|| ESCAPE.with(|escape| *escape.borrow_mut() = None));
}
