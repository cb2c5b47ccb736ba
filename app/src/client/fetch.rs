//! Requests to the server: acts, queries and fragments.

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

/// The timeout of a request, in milliseconds. It is needed because a lost network connection may produce no error. The
/// same act may be sent again afterwards with the same id, and the server does it once.
pub(crate) const RESPONSE_WITHIN: u32 = 10_000;

/// The response header that contains the version of the house at which the response was built.
pub(crate) const VERSION_HEADER: &str = "x-version";

/// Sends an act. Once it is done, the queries that show its result are sent again and its confirmation is fetched.
///
/// # Errors
/// The refusal of the server, or `Unavailable` if it did not respond; the act may then be sent again with the same id.
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

/// Fetches the confirmation of an act of this page and shows it.
pub(crate) fn confirm(state: PageState, id: &str) {
    let Ok(act) = id.parse::<ActId>() else { return };
    spawn_local(async move {
        let query = serde_json::json!({ "query": { "act": act } }).to_string();
        if let Ok(text) = self::query(<ConfirmationQuery as leptos::server_fn::ServerFn>::PATH, query).await
            && let Ok(confirmation) = serde_json::from_str(&text)
        {
            state.confirm(confirmation);
        }
    });
}

/// Sends a query.
///
/// # Errors
/// The refusal of the server, or `Unavailable` if it did not respond. Without a session the browser goes to the
/// sign-in page.
pub async fn query(path: &'static str, query: String) -> Result<String, Refused> {
    // Leptos resources require futures that are `Send`; a browser has one thread, so the wrapper is sound.
    let asking = async move { post(path, Some("application/json"), &JsValue::from_str(&query)).await };
    SendWrapper::new(asking).await.map(|done| done.text)
}

/// Checks that the session is still valid. Unlike [`touch`], this request does not extend it.
///
/// # Errors
/// `SignIn` if the session is not valid; the browser then goes to the sign-in page. Other refusals say nothing about
/// the session.
pub(crate) async fn session_holds() -> Result<(), Refused> {
    query(<MySessions as leptos::server_fn::ServerFn>::PATH, r#"{"query":{}}"#.into()).await.map(drop)
}

/// Reports activity on the screen to the server, which extends the session.
pub(crate) async fn touch() {
    query(crate::api::StillHere::PATH, "{}".into()).await.ok();
}

/// A successful response.
pub(crate) struct Success {
    pub(crate) text: String,
    /// The version of the house at which the response was built; zero if the response does not contain it.
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

/// Whether the server responds within four seconds. The request does not extend the session.
pub(crate) async fn server_answers() -> bool {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(4_000)));
    fetch("/health/live", &init).await.is_some_and(|response| response.ok())
}

/// Empties the screen at once and goes to the sign-in page.
pub fn to_sign_in() {
    if let Some(window) = window() {
        empty_page();
        window.location().replace("/sign_in").ok();
    }
}

/// Removes everything from the screen.
pub(crate) fn empty_page() {
    if let Some(body) = window().and_then(|window| window.document()).and_then(|document| document.body()) {
        body.set_text_content(None);
    }
}
