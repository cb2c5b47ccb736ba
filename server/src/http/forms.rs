//! Server functions, and forms submitted without JavaScript. A refused form is rendered again with the submitted fields
//! and the status of the refusal.

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

/// Handles a server function. The permission is checked before the body is read.
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

/// Adds the id of the completed act to an address; the page at that address shows the confirmation.
fn with_mark(address: &str, id: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("done=")).collect();
    let id: String = id.chars().filter(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    if pairs.is_empty() { format!("{path}?done={id}") } else { format!("{path}?{}&done={id}", pairs.join("&")) }
}

/// Returns why the session may not call an endpoint, or `None` if it may. A missing permission is written to the audit.
async fn refused_to(context: &RequestContext, path: &str) -> Option<Refused> {
    let Some(endpoint) = endpoint(path) else { return Some(Refused::NotFound) };
    let Some(session) = &context.session else { return Some(Refused::SignIn) };
    if session.actor.may(endpoint.needs) {
        return None;
    }
    Some(context.store.refuse(&session.actor, endpoint.name).await)
}

/// Returns the endpoint of a path.
pub fn endpoint(path: &str) -> Option<Endpoint> {
    endpoints().find(|endpoint| endpoint.path == path)
}

/// Returns a refusal as JSON, for the browser's module.
fn json_refusal(refused: &Refused) -> Response {
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::FORBIDDEN);
    (status, Json(refused)).into_response()
}

/// Calls the server function. A request that cannot be parsed gets the status of its refusal, where the framework would
/// respond with 500. The response to an act has the house's current version.
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

/// Returns whether a request is a form submitted by the browser itself, without JavaScript.
fn is_plain_form(headers: &HeaderMap) -> bool {
    let has = |name, text: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(text))
    };
    has(ACCEPT, "text/html") && has(CONTENT_TYPE, "application/x-www-form-urlencoded")
}
