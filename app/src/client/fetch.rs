//! Requests to the server.

use domain::{fields::Fields, ids::ActId, refused::Refused};
use leptos::{server_fn::ServerFn as _, task::spawn_local};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{AbortSignal, RequestInit, Response, UrlSearchParams};

use crate::{
    api::{ActEndpoint, Confirmation as ConfirmationQuery, MySessions},
    client::document::window,
    page_state::PageState,
};

/// How long a response is awaited, in milliseconds: a Wi-Fi that has gone quiet never says no. The same act may then
/// be sent again, and is done once.
pub(crate) const RESPONSE_WITHIN: u32 = 10_000;

/// The header of a response that says which version the house had when it was made.
pub(crate) const VERSION_HEADER: &str = "x-version";

/// Sends an act. When it was done, what shows its result is read again and its confirmation is asked for.
///
/// # Errors
/// The refusal of the server, or `Unavailable` when it did not answer: the same id may then be sent again.
pub async fn send(state: PageState, act: ActEndpoint, id: String, fields: Fields) -> Result<(), Refused> {
    let body = UrlSearchParams::new().map_err(|_| Refused::Unavailable)?;
    body.append("id", &id);
    for (name, text) in fields.pairs() {
        body.append(&format!("fields[{name}]"), text);
    }
    let done = post(act.path, None, &body.into()).await?;
    state.own_act(act.changes, done.version);
    confirm(state, &id);
    Ok(())
}

/// Asks what an act of one's own did, and shows it.
pub(crate) fn confirm(state: PageState, id: &str) {
    let Ok(act) = id.parse::<ActId>() else { return };
    spawn_local(async move {
        let query = serde_json::json!({ "query": { "act": act } }).to_string();
        if let Ok(text) = query_text(<ConfirmationQuery as leptos::server_fn::ServerFn>::PATH, query).await
            && let Ok(confirmation) = serde_json::from_str(&text)
        {
            state.confirm(confirmation);
        }
    });
}

/// Sends a query.
///
/// # Errors
/// The refusal of the server, or `Unavailable` when it did not answer. Without a session the browser goes to the
/// sign-in page.
pub async fn query(path: &'static str, query: String) -> Result<String, Refused> {
    query_text(path, query).await
}

async fn query_text(path: &'static str, query: String) -> Result<String, Refused> {
    // A browser has one thread; resources are made for many.
    let asking = async move { post(path, Some("application/json"), &JsValue::from_str(&query)).await };
    SendWrapper::new(asking).await.map(|done| done.text)
}

/// Whether the session still holds. Unlike a touch, asking does not prolong it.
///
/// # Errors
/// `SignIn` when it does not; the browser then goes to the sign-in page.
pub(crate) async fn session_holds() -> Result<(), Refused> {
    query_text(<MySessions as leptos::server_fn::ServerFn>::PATH, r#"{"query":{}}"#.into()).await.map(drop)
}

/// Tells the server that somebody touched the screen.
pub(crate) async fn touch() {
    query_text(crate::api::StillHere::PATH, "{}".into()).await.ok();
}

/// A response that is a success.
pub(crate) struct Success {
    pub(crate) text: String,
    /// The version the house had when it was made; nought when the response does not say.
    pub(crate) version: i64,
}

async fn post(path: &str, kind: Option<&str>, body: &JsValue) -> Result<Success, Refused> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(body);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(RESPONSE_WITHIN)));
    let headers = web_sys::Headers::new().map_err(|_| Refused::Unavailable)?;
    headers.set("Accept", "application/json").ok();
    if let Some(kind) = kind {
        headers.set("Content-Type", kind).ok();
    }
    init.set_headers(&headers);
    let response = fetch(path, &init).await.ok_or(Refused::Unavailable)?;
    let (status, version) = (response.status(), version_of(&response));
    let text = text_of(&response).await.ok_or(Refused::Unavailable)?;
    if (200..300).contains(&status) {
        return Ok(Success { text, version });
    }
    let refused = serde_json::from_str(&text).unwrap_or(Refused::Unavailable);
    if refused == Refused::SignIn {
        to_sign_in();
    }
    Err(refused)
}

pub(crate) async fn fetch(address: &str, init: &RequestInit) -> Option<Response> {
    let window = window()?;
    let response = wasm_bindgen_futures::JsFuture::from(window.fetch_with_str_and_init(address, init)).await.ok()?;
    response.dyn_into().ok()
}

pub(crate) async fn text_of(response: &Response) -> Option<String> {
    wasm_bindgen_futures::JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

pub(crate) fn version_of(response: &Response) -> i64 {
    response.headers().get(VERSION_HEADER).ok().flatten().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Whether the server answers at all, asked without touching the session.
pub(crate) async fn server_answers() -> bool {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(4_000)));
    fetch("/health/live", &init).await.is_some_and(|response| response.ok())
}

/// Goes to the sign-in page; what is on the screen is gone at once.
pub fn to_sign_in() {
    if let Some(window) = window() {
        empty_page();
        window.location().replace("/sign_in").ok();
    }
}

/// Takes everything off the screen.
pub(crate) fn empty_page() {
    if let Some(body) = window().and_then(|window| window.document()).and_then(|document| document.body()) {
        body.set_text_content(None);
    }
}
