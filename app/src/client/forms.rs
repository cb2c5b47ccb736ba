//! The data of forms in the document, and the ids of their acts.

use domain::fields::Fields;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, FormData, HtmlFormElement, HtmlInputElement};

use crate::client::document::{document, window};

/// A new id for an act: a random UUID (version 4), or an empty text if the browser cannot generate one.
pub fn new_id() -> String {
    window().and_then(|window| window.crypto().ok()).map(|crypto| crypto.random_uuid()).unwrap_or_default()
}

/// The id of the act and the fields of the form that a submit event sends. They are read from the document, which also
/// contains what was typed before hydration.
pub fn form_of(event: &leptos::ev::SubmitEvent) -> Option<(String, Fields)> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let fields = fields_of(&form);
    let id = form.elements().named_item("id")?.dyn_into::<HtmlInputElement>().ok()?.value();
    Some((id, fields))
}

/// The fields of the form that contains the target of an event.
pub fn fields_around(event: &Event) -> Fields {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let form = element.and_then(|element| element.closest("form").ok().flatten());
    form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()).map(|form| fields_of(&form)).unwrap_or_default()
}

fn fields_of(form: &HtmlFormElement) -> Fields {
    let mut fields = Fields::default();
    for (name, text) in pairs_of(form) {
        if let Some(name) = name.strip_prefix("fields[").and_then(|name| name.strip_suffix(']')) {
            fields.set(name, text);
        }
    }
    fields
}

/// The pairs of a name and a text of a form, as a browser sends them.
pub(crate) fn pairs_of(form: &HtmlFormElement) -> Vec<(String, String)> {
    let Ok(data) = FormData::new_with_form(form) else { return Vec::new() };
    js_sys::try_iter(&data.entries())
        .ok()
        .flatten()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pair: js_sys::Array = entry.unchecked_into();
            pair.get(0).as_string().zip(pair.get(1).as_string())
        })
        .collect()
}

/// Gives the form of an act that was done a new id, so that it can send another act.
pub fn renew_id(old: &str) {
    let selector = format!("input[name=id][value=\"{old}\"]");
    if let Some(input) = document().and_then(|document| document.query_selector(&selector).ok().flatten()) {
        input.set_attribute("value", &new_id()).ok();
    }
}
