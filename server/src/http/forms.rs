//! Server functions, and forms without JavaScript: a form that is refused is shown again with everything that was
//! typed, under its own address, with its own status.

use app::{
    api::{ACTS, Endpoint, endpoints},
    request::{RequestContext, SubmittedForm},
};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
};
use domain::refused::Refused;

use crate::http::{
    form_body::{FormBody, own_address},
    pages::draw_refused_form,
    render::provide_request,
    shared::{BODY_LIMIT, add_version, plain},
};

/// A server function. Whoever may not call it learns that before anything that was sent is read.
pub async fn function(request: Request) -> Response {
    let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let is_plain_form = is_plain_form(request.headers());
    let path = request.uri().path().to_owned();
    if let Some(refused) = refused_to(&context, &path).await {
        return match refused {
            Refused::SignIn if is_plain_form => Redirect::to("/sign_in").into_response(),
            refused => json_refusal(&refused),
        };
    }
    let act = ACTS.iter().find(|act| act.path == path);
    let (true, Some(act)) = (is_plain_form, act) else { return call(context, request).await };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let form = FormBody::read(&body);
    let next = own_address(form.get("next")).unwrap_or_else(|| "/".to_owned());
    let id = form.get("id").unwrap_or_default().to_owned();
    match (act.run)(context.clone(), id.clone(), form.fields()).await {
        Ok(()) => Redirect::to(&with_mark(&next, &id)).into_response(),
        Err(Refused::SignIn) => Redirect::to("/sign_in").into_response(),
        Err(refused) => {
            let from = own_address(form.get("from")).unwrap_or_else(|| "/".to_owned());
            let submitted = SubmittedForm { form: path, fields: form.fields_to_show(), refused: Some(refused.clone()) };
            draw_refused_form(parts, context, &from, submitted, &refused).await
        }
    }
}

/// An address with the id of the act that was done: the page it leads to says what was done.
fn with_mark(address: &str, id: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("done=")).collect();
    let id: String = id.chars().filter(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    if pairs.is_empty() { format!("{path}?done={id}") } else { format!("{path}?{}&done={id}", pairs.join("&")) }
}

/// Why this request may not reach an endpoint; none when it may.
async fn refused_to(context: &RequestContext, path: &str) -> Option<Refused> {
    let Some(endpoint) = endpoint(path) else { return Some(Refused::NotFound) };
    let Some(session) = &context.session else { return Some(Refused::SignIn) };
    if session.actor.may(endpoint.needs) {
        return None;
    }
    Some(context.store.refuse(&session.actor, endpoint.name).await)
}

/// The endpoint of a path.
pub fn endpoint(path: &str) -> Option<Endpoint> {
    endpoints().find(|endpoint| endpoint.path == path)
}

/// A refusal as the browser's module reads it.
fn json_refusal(refused: &Refused) -> Response {
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::FORBIDDEN);
    (status, Json(refused)).into_response()
}

/// The server function itself. What it could not read at all is refused under the status of that refusal, where the
/// framework would call it a failure of the server. The response of an act says which version the house has now.
async fn call(context: RequestContext, request: Request) -> Response {
    let acts = endpoint(request.uri().path()).is_some_and(|endpoint| endpoint.acts);
    let mut response = leptos_axum::handle_server_fns_with_context(provide_request, request).await.into_response();
    if acts && response.status().is_success() {
        add_version(&mut response, context.store.version().await.unwrap_or(0));
    }
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    match serde_json::from_slice::<Refused>(&body) {
        Ok(refused) => json_refusal(&refused),
        Err(_) => Response::from_parts(parts, Body::from(body)),
    }
}

/// A form sent by the browser itself, not by the page's own script.
fn is_plain_form(headers: &HeaderMap) -> bool {
    let has = |name, text: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(text))
    };
    has(ACCEPT, "text/html") && has(CONTENT_TYPE, "application/x-www-form-urlencoded")
}
