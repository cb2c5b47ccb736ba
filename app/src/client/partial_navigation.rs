//! The browser's side of quiet pages: fetches a page as a fragment and puts it in its place.

use std::cell::Cell;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    AbortSignal, Element, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, RequestInit, Response,
    UrlSearchParams,
};

use crate::{
    client::{awake::ANSWER_WITHIN, to_sign_in},
    live::use_page_state,
    server_pages::page_of,
    words::use_words,
};

/// The place of a quiet page. What the server drew in it stays until there is a reason to draw again.
pub fn server_page_place() -> AnyView {
    let (w, live, location) = (use_words(), use_page_state(), use_location());
    let place = NodeRef::<leptos::html::Div>::new();
    let go = SendWrapper::new(use_navigate());
    // What the place shows; the first time, what the server drew.
    let shown = StoredValue::new(None::<String>);
    let stale = RwSignal::new(false);
    let address = Memo::new(move |_| {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { format!("{path}?{}", search.trim_start_matches('?')) }
    });
    let first_page = was_drawn_here();
    // Going to a page of another kind is that page's business: it has a place of its own, or needs none.
    let own = location.pathname.with_untracked(|path| kind_of(path));
    Effect::new(move |before: Option<Option<(String, i64)>>| {
        // Until the place stands in the page nothing has been shown in it.
        let before = before.flatten();
        let now = address.get();
        if location.pathname.with_untracked(|path| kind_of(path)) != own {
            return before;
        }
        let heard: i64 = page_of(&location.pathname.get_untracked())
            .map_or(0, |page| page.shows.iter().map(|area| live.area(*area).get()).sum());
        let place = place.get()?;
        match before {
            // Drawn by the server, or just put there by a form.
            None if first_page => shown.set_value(Some(now.clone())),
            Some((address, _)) if address != now && shown.get_value().as_ref() == Some(&now) => {}
            // The house has changed under a page that is being written in: it says so and waits.
            Some((address, _)) if address == now && is_being_written(&place) => stale.set(true),
            Some((address, old)) if address == now && old == heard => {}
            // The house has changed: what someone begins to write while the page is fetched is kept.
            Some((address, _)) if address == now => {
                let (place, now) = (SendWrapper::new(place), now.clone());
                spawn_local(async move {
                    if let Some((_, html)) = fetch(&now, None, BY_ITSELF).await {
                        if is_being_written(&place) { stale.set(true) } else { put(&place, &html) }
                    }
                });
            }
            _ => {
                shown.set_value(Some(now.clone()));
                let (place, now) = (SendWrapper::new(place), now.clone());
                spawn_local(async move { get(&place, &now).await });
            }
        }
        Some((now, heard))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Some(place) = place.get_untracked() else { return };
        if form.has_attribute("data-native") {
            return;
        }
        event.prevent_default();
        stale.set(false);
        let Some(body) = encoded(&form) else { return };
        let action = form.get_attribute("action").unwrap_or_default();
        if !form.method().eq_ignore_ascii_case("post") {
            go(&format!("{action}?{body}"), NavigateOptions { scroll: false, ..NavigateOptions::default() });
            return;
        }
        if form.get_attribute("aria-busy").as_deref() == Some("true") {
            return;
        }
        form.set_attribute("aria-busy", "true").ok();
        let (place, go) = (SendWrapper::new(place), go.clone());
        spawn_local(async move {
            match fetch(&action, Some(&body), BY_HAND).await {
                Some((address, html)) => {
                    // Done: the house led to another page, already drawn.
                    if address != action {
                        shown.set_value(Some(address.clone()));
                        put(&place, &html);
                        go(&address, NavigateOptions { scroll: false, ..NavigateOptions::default() });
                    } else {
                        put(&place, &html);
                        bring_into_view(&place);
                    }
                }
                None => {
                    form.set_attribute("aria-busy", "false").ok();
                    no_answer(&form, w.refused_unavailable());
                }
            }
        });
    };
    let again = move |_| {
        stale.set(false);
        if let Some(place) = place.get_untracked() {
            let (place, now) = (SendWrapper::new(place), address.get_untracked());
            spawn_local(async move { get(&place, &now).await });
        }
    };
    let notice = move || {
        stale.get().then(|| {
            view! { <p class="stale" role="status">{w.sheet_changed()}<button type="button" class="button" on:click=again>{w.sheet_again()}</button></p> }
        })
    };
    view! {
        <div class="quiet" id="quiet" node_ref=place on:submit=submit inner_html=""></div>
        {notice}
    }
    .into_any()
}

thread_local! {
    /// Whether no quiet page has taken its place yet since the document was loaded.
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// Which quiet page an address is, and whether it is of one thing or of a list.
fn kind_of(path: &str) -> Option<(&'static str, bool)> {
    page_of(path).map(|page| (page.root, path.trim_end_matches('/').len() > page.root.len()))
}

/// Whether the document that was loaded holds this quiet page, drawn by the server.
fn was_drawn_here() -> bool {
    if !FIRST.replace(false) {
        return false;
    }
    let document = web_sys::window().and_then(|window| window.document());
    document
        .and_then(|document| document.get_element_by_id("quiet"))
        .is_some_and(|place| place.first_element_child().is_some())
}

/// Draws the place again from the house.
async fn get(place: &Element, address: &str) {
    if let Some((_, html)) = fetch(address, None, BY_HAND).await {
        put(place, &html);
    }
}

/// Someone went there, or sent a form.
const BY_HAND: &str = "1";
/// The page draws itself again because the house changed: nobody need be there, so it is no sign of her.
const BY_ITSELF: &str = "auto";

/// A fragment, with the address it came from in the end.
async fn fetch(address: &str, body: Option<&str>, why: &str) -> Option<(String, String)> {
    let window = web_sys::window()?;
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(ANSWER_WITHIN)));
    let headers = web_sys::Headers::new().ok()?;
    headers.set("Accept", "text/html").ok()?;
    headers.set("X-Fragment", why).ok()?;
    if let Some(body) = body {
        init.set_method("POST");
        init.set_body(&JsValue::from_str(body));
        headers.set("Content-Type", "application/x-www-form-urlencoded").ok()?;
    }
    init.set_headers(&headers);
    let response = wasm_bindgen_futures::JsFuture::from(window.fetch_with_str_and_init(address, &init)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let url = response.url();
    let origin = window.location().origin().ok()?;
    let reached = url.strip_prefix(&origin).unwrap_or("/").to_owned();
    if reached.starts_with("/sign_in") {
        to_sign_in();
        return None;
    }
    // A page of another kind than a fragment is gone to as a whole.
    if response.headers().get("x-fragment").ok().flatten().is_none() {
        if response.ok() {
            window.location().assign(&reached).ok();
        }
        return None;
    }
    let text = wasm_bindgen_futures::JsFuture::from(response.text().ok()?).await.ok()?;
    Some((reached, text.as_string()?))
}

/// Puts a fragment in its place; what was unfolded stays unfolded.
fn put(place: &Element, html: &str) {
    let open = unfolded(place);
    place.set_inner_html(html);
    if let Ok(all) = place.query_selector_all("details") {
        for i in 0..all.length() {
            if let Some(details) = all.get(i).and_then(|node| node.dyn_into::<Element>().ok())
                && (open.contains(&summary_of(&details)) || has_fault(&details))
            {
                details.set_attribute("open", "").ok();
            }
        }
    }
}

fn unfolded(place: &Element) -> Vec<String> {
    let Ok(all) = place.query_selector_all("details[open]") else { return Vec::new() };
    (0..all.length())
        .filter_map(|i| all.get(i).and_then(|node| node.dyn_into::<Element>().ok()))
        // A form that was sent folds up again.
        .filter(|details| details.query_selector("form[aria-busy=true]").ok().flatten().is_none())
        .map(|details| summary_of(&details))
        .collect()
}

fn summary_of(details: &Element) -> String {
    details.query_selector("summary").ok().flatten().and_then(|summary| summary.text_content()).unwrap_or_default()
}

fn has_fault(details: &Element) -> bool {
    details.query_selector(".refusal").ok().flatten().is_some()
}

/// A refusal is brought before her eyes.
fn bring_into_view(place: &Element) {
    if let Some(refusal) =
        place.query_selector(".refusal").ok().flatten().and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        refusal.scroll_into_view();
        refusal.focus().ok();
    }
}

fn no_answer(form: &HtmlFormElement, sentence: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if let Some(old) = form.query_selector(".refusal").ok().flatten() {
        old.remove();
    }
    if let Ok(said) = document.create_element("p") {
        said.set_class_name("refusal");
        said.set_attribute("role", "alert").ok();
        said.set_text_content(Some(sentence));
        form.append_child(&said).ok();
    }
}

/// Whether something typed in the place would be lost by drawing it again.
fn is_being_written(place: &Element) -> bool {
    let Ok(fields) = place.query_selector_all("input, textarea, select") else { return false };
    let focused = place
        .query_selector(":focus")
        .ok()
        .flatten()
        .is_some_and(|e| e.matches("input, textarea, select").unwrap_or(false));
    focused
        || (0..fields.length()).filter_map(|i| fields.get(i)).any(|node| match node.dyn_into::<HtmlInputElement>() {
            Ok(input) => match input.type_().as_str() {
                "checkbox" | "radio" => input.checked() != input.default_checked(),
                "hidden" => false,
                _ => input.value() != input.default_value(),
            },
            Err(node) => node
                .dyn_into::<web_sys::HtmlTextAreaElement>()
                .is_ok_and(|area| area.default_value().is_ok_and(|first| area.value() != first)),
        })
}

/// A form as a browser sends it.
fn encoded(form: &HtmlFormElement) -> Option<String> {
    let data = FormData::new_with_form(form).ok()?;
    let body = UrlSearchParams::new().ok()?;
    for entry in js_sys::try_iter(&data.entries()).ok().flatten()?.flatten() {
        let pair: js_sys::Array = entry.unchecked_into();
        if let (Some(name), Some(text)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            body.append(&name, &text);
        }
    }
    body.to_string().as_string()
}
