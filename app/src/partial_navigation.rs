//! The browser's side of pages that only the server renders: it fetches a page as a fragment and inserts it into the
//! document.
//!
//! A click on a link fetches the new page before the present one is left. While the server does not respond, the
//! present page stays, a notice says so, and the request is repeated until the new page arrives or somebody goes
//! elsewhere.

use std::cell::{Cell, RefCell};

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{
    AbortSignal, Element, Event, HtmlAnchorElement, HtmlElement, HtmlFormElement, HtmlInputElement, MouseEvent,
    RequestInit, UrlSearchParams,
};

use crate::{
    client::{
        document::{Navigator, document, navigator, pause_ms, window},
        fetch::{self, RESPONSE_WITHIN, confirm, server_answers, to_sign_in, version_of},
        forms::pairs_of,
    },
    page_state::{PageState, use_page_state},
    pages::{Drawn, screen_of},
    words::use_words,
};

/// A page as the server rendered it.
#[derive(Clone)]
struct Fragment {
    /// The address of the response after redirects, without the parameter `done` of an act.
    address: String,
    html: String,
    /// The version of the house at which the server rendered it.
    version: i64,
}

thread_local! {
    /// A fragment that was fetched before the router shows its page.
    static FETCHED: RefCell<Option<Fragment>> = const { RefCell::new(None) };
    /// The number of the latest request. The response of an earlier request never replaces that of a later one.
    static LATEST: Cell<u32> = const { Cell::new(0) };
    /// Whether no [`place`] has been created yet since the document was loaded.
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// Reserves the number of a request that is about to be sent.
fn next_request() -> u32 {
    let next = LATEST.get() + 1;
    LATEST.set(next);
    next
}

/// Whether no later request than this one has been sent.
fn is_latest(request: u32) -> bool {
    LATEST.get() == request
}

/// The element that contains a page rendered by the server. On hydration it keeps the content of the document; it is
/// fetched again when the address or the data changes.
pub(crate) fn place() -> AnyView {
    let (w, state, location) = (use_words(), use_page_state(), use_location());
    let place = NodeRef::<leptos::html::Div>::new();
    let go = navigator();
    // The address of the content, and the version of the house at which the server rendered it.
    let shown = StoredValue::new(None::<String>);
    let version = StoredValue::new(0_i64);
    let stale = RwSignal::new(false);
    let address = Memo::new(move |_| {
        let (path, search) = (location.pathname.get(), location.search.get());
        let search = search.trim_start_matches('?');
        if search.is_empty() { path } else { format!("{path}?{search}") }
    });
    if drawn_by_the_server() {
        shown.set_value(Some(without_mark(&address.get_untracked()).0));
        version.set_value(state.seen.get_untracked());
    }
    // This element shows one screen only; other screens have their own element or need none.
    let own = location.pathname.with_untracked(|path| screen_of(path).map(|(screen, _)| screen.path));
    let put = move |place: &Element, fragment: &Fragment| {
        shown.set_value(Some(fragment.address.clone()));
        version.set_value(fragment.version);
        stale.set(false);
        put_html(place, &fragment.html);
        mark_changed(place, state);
    };
    Effect::new(move |_| {
        let now = without_mark(&address.get()).0;
        let screen = location.pathname.with_untracked(|path| screen_of(path).map(|(screen, _)| screen));
        let Some(screen) = screen.filter(|screen| Some(screen.path) == own) else { return };
        let changed = screen.shows.iter().map(|area| state.area(*area).get()).max().unwrap_or(0);
        let Some(place) = place.get() else { return };
        if shown.get_value().as_ref() != Some(&now) {
            if let Some(fetched) = FETCHED.take().filter(|fetched| fetched.address == now) {
                put(&place, &fetched);
                return;
            }
            let place = SendWrapper::new(place);
            spawn_local(async move { ask_for(&place, now, state, put).await });
        } else if changed > version.get_value() {
            // Another member of staff changed the data. A form that is being filled in must not be replaced.
            if is_being_written(&place) {
                stale.set(true);
                return;
            }
            let place = SendWrapper::new(place);
            spawn_local(async move {
                // This request takes no number of its own, so a page that somebody has asked for meanwhile still comes.
                let latest = LATEST.get();
                if let Some(fragment) = fetch_fragment(&now, None, BY_ITSELF).await
                    && is_latest(latest)
                    && fragment.version > version.get_value()
                {
                    // The form may have been edited while the request was under way.
                    if is_being_written(&place) { stale.set(true) } else { put(&place, &fragment) }
                }
            });
        }
    });
    Effect::new(move |_| {
        state.marked.track();
        if let Some(place) = place.get() {
            mark_changed(&place, state);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Some(place) = place.get_untracked() else { return };
        if form.has_attribute("data-native") {
            return;
        }
        event.prevent_default();
        let Some(body) = encoded(&form) else { return };
        let action = form.get_attribute("action").unwrap_or_default();
        if !form.method().eq_ignore_ascii_case("post") {
            go.to(&format!("{action}?{body}"));
            return;
        }
        if form.get_attribute("aria-busy").as_deref() == Some("true") {
            return;
        }
        form.set_attribute("aria-busy", "true").ok();
        let place = SendWrapper::new(place);
        spawn_local(async move {
            let request = next_request();
            let Some(mut fragment) = fetch_fragment(&action, Some(&body), BY_HAND).await else {
                form.set_attribute("aria-busy", "false").ok();
                no_answer(&form, w.refused_unavailable());
                return;
            };
            let (reached, done) = without_mark(&fragment.address);
            fragment.address = reached.clone();
            if let Some(id) = &done {
                // The fragment already contains what this page's own act changed.
                if let Some(act) = crate::api::ACTS.iter().find(|act| act.path == action) {
                    state.own_act(act.changes, fragment.version);
                }
                confirm(state, id);
            }
            if !is_latest(request) {
                return;
            }
            if done.is_some() || reached != action {
                put(&place, &fragment);
                go.to(&reached);
            } else {
                put_html(&place, &fragment.html);
                bring_into_view(&place);
            }
        });
    };
    let again = move |_| {
        stale.set(false);
        if let Some(place) = place.get_untracked() {
            let (place, now) = (SendWrapper::new(place), without_mark(&address.get_untracked()).0);
            spawn_local(async move { ask_for(&place, now, state, put).await });
        }
    };
    let notice = move || {
        stale.get().then(|| {
            view! { <p class="stale" role="status">{w.sheet_changed()}<button type="button" class="button" on:click=again>{w.sheet_again()}</button></p> }
        })
    };
    view! {
        <div class="server-page" id="server-page" node_ref=place on:submit=submit inner_html=""></div>
        {notice}
    }
    .into_any()
}

/// Fetches a page into its element. The request is repeated until the server responds, a later request is sent or the
/// element is removed.
async fn ask_for(place: &Element, address: String, state: PageState, put: impl Fn(&Element, &Fragment)) {
    let request = next_request();
    loop {
        let fragment = fetch_fragment(&address, None, BY_HAND).await;
        if !is_latest(request) {
            return;
        }
        if let Some(fragment) = fragment {
            state.unreachable.set(None);
            put(place, &fragment);
            return;
        }
        state.unreachable.set(Some(address.clone()));
        pause_ms(RETRY_EVERY).await;
        if !is_latest(request) || !place.is_connected() {
            return;
        }
    }
}

/// The pause before a failed request for a page is repeated, in milliseconds.
const RETRY_EVERY: u32 = 2_000;

/// Handles clicks on links inside the program: the new page is fetched before the present one is left.
pub(crate) fn take_over_links(state: PageState) {
    let go = navigator();
    let tapped = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let Some(address) = event.dyn_ref::<MouseEvent>().and_then(address_of_tap) else { return };
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let Some((screen, _)) = screen_of(path) else { return };
        let from_server = matches!(screen.drawn, Drawn::Server(_));
        if !from_server && is_shown(screen.path) {
            // The screen stays; its own queries show when they receive no response.
            next_request();
            state.unreachable.set(None);
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        spawn_local(async move { go_to(&address, from_server, state, go).await });
    });
    if let Some(document) = document() {
        document.add_event_listener_with_callback_and_bool("click", tapped.as_ref().unchecked_ref(), true).ok();
    }
    tapped.forget();
}

async fn go_to(address: &str, from_server: bool, state: PageState, go: Navigator) {
    let request = next_request();
    loop {
        let reached = if from_server {
            let fragment = fetch_fragment(address, None, BY_HAND).await;
            let reached = fragment.as_ref().map(|fragment| fragment.address.clone());
            if is_latest(request) && fragment.is_some() {
                FETCHED.set(fragment);
            }
            reached
        } else {
            server_answers().await.then(|| address.to_owned())
        };
        if !is_latest(request) {
            return;
        }
        if let Some(reached) = reached {
            state.unreachable.set(None);
            go.to(&reached);
            return;
        }
        state.unreachable.set(Some(address.to_owned()));
        pause_ms(RETRY_EVERY).await;
        if !is_latest(request) {
            return;
        }
    }
}

/// Whether the page that is shown belongs to the screen with this path pattern.
fn is_shown(screen: &str) -> bool {
    let path = window().and_then(|window| window.location().pathname().ok());
    path.is_some_and(|path| screen_of(&path).is_some_and(|(shown, _)| shown.path == screen))
}

/// The address inside the program that a click leads to; none if the browser must follow the link itself.
fn address_of_tap(event: &MouseEvent) -> Option<String> {
    if event.default_prevented()
        || event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return None;
    }
    let link =
        event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let elsewhere = !link.target().is_empty() || link.has_attribute("download") || link.rel().contains("external");
    let address = link.get_attribute("href")?;
    (!elsewhere && address.starts_with('/') && !address.starts_with("//")).then_some(address)
}

/// Whether the loaded document already contains this page as the server rendered it.
fn drawn_by_the_server() -> bool {
    if !FIRST.replace(false) {
        return false;
    }
    document()
        .and_then(|document| document.get_element_by_id("server-page"))
        .is_some_and(|place| place.first_element_child().is_some())
}

/// The value of the header `X-Fragment` when a person went to the page or sent a form.
const BY_HAND: &str = "1";
/// The value of the header `X-Fragment` when the page is fetched because its data changed. Such a request must not
/// extend the session, because it is no activity of a person.
const BY_ITSELF: &str = "auto";

async fn fetch_fragment(address: &str, body: Option<&str>, why: &str) -> Option<Fragment> {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(RESPONSE_WITHIN)));
    let headers = web_sys::Headers::new().ok()?;
    headers.set("Accept", "text/html").ok()?;
    headers.set("X-Fragment", why).ok()?;
    if let Some(body) = body {
        init.set_method("POST");
        init.set_body(&JsValue::from_str(body));
        headers.set("Content-Type", "application/x-www-form-urlencoded").ok()?;
    }
    init.set_headers(&headers);
    let response = fetch::fetch(address, &init).await?;
    let origin = window()?.location().origin().ok()?;
    let reached = response.url().strip_prefix(&origin).unwrap_or("/").to_owned();
    if reached.starts_with("/sign_in") {
        to_sign_in();
        return None;
    }
    // A response that is not a fragment is loaded as a whole document.
    if response.headers().get("x-fragment").ok().flatten().is_none() {
        if response.ok() {
            window()?.location().assign(&reached).ok();
        }
        return None;
    }
    let version = version_of(&response);
    let html = fetch::text_of(&response).await?;
    Some(Fragment { address: reached, html, version })
}

/// An address without the parameter `done`, and the value of that parameter: the id of the act that was done.
fn without_mark(address: &str) -> (String, Option<String>) {
    let Some((path, query)) = address.split_once('?') else { return (address.to_owned(), None) };
    let (mark, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with("done="));
    let done = mark.first().map(|pair| pair["done=".len()..].to_owned());
    if rest.iter().all(|pair| pair.is_empty()) {
        (path.to_owned(), done)
    } else {
        (format!("{path}?{}", rest.join("&")), done)
    }
}

/// Replaces the content of the element by a fragment. Open `details` elements stay open, and those with a refusal are
/// opened.
fn put_html(place: &Element, html: &str) {
    let open = unfolded(place);
    place.set_inner_html(html);
    if let Ok(all) = place.query_selector_all("details") {
        for details in (0..all.length()).filter_map(|i| all.get(i)?.dyn_into::<Element>().ok()) {
            if open.contains(&summary_of(&details)) || has_refusal(&details) {
                details.set_attribute("open", "").ok();
            }
        }
    }
}

/// Marks the rows that the last act changed.
fn mark_changed(place: &Element, state: PageState) {
    let Ok(rows) = place.query_selector_all("[data-subject]") else { return };
    let marked: Vec<String> = state.marked.with_untracked(|marked| marked.iter().map(ToString::to_string).collect());
    for row in (0..rows.length()).filter_map(|i| rows.get(i)?.dyn_into::<Element>().ok()) {
        let is_marked = row.get_attribute("data-subject").is_some_and(|subject| marked.contains(&subject));
        row.class_list().toggle_with_force("just-changed", is_marked).ok();
    }
}

fn unfolded(place: &Element) -> Vec<String> {
    let Ok(all) = place.query_selector_all("details[open]") else { return Vec::new() };
    (0..all.length())
        .filter_map(|i| all.get(i)?.dyn_into::<Element>().ok())
        // The `details` element of a form that was sent closes again.
        .filter(|details| details.query_selector("form[aria-busy=true]").ok().flatten().is_none())
        .map(|details| summary_of(&details))
        .collect()
}

fn summary_of(details: &Element) -> String {
    details.query_selector("summary").ok().flatten().and_then(|summary| summary.text_content()).unwrap_or_default()
}

fn has_refusal(details: &Element) -> bool {
    details.query_selector(".refusal").ok().flatten().is_some()
}

/// Scrolls to a refusal and moves the focus to it.
fn bring_into_view(place: &Element) {
    if let Some(refusal) =
        place.query_selector(".refusal").ok().flatten().and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        refusal.scroll_into_view();
        refusal.focus().ok();
    }
}

fn no_answer(form: &HtmlFormElement, sentence: &str) {
    let Some(document) = document() else { return };
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

/// Whether replacing the content would lose what somebody typed, or the focus in a field.
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

/// The URL-encoded body of a form, as a browser sends it.
fn encoded(form: &HtmlFormElement) -> Option<String> {
    let body = UrlSearchParams::new().ok()?;
    for (name, text) in pairs_of(form) {
        body.append(&name, &text);
    }
    body.to_string().as_string()
}
