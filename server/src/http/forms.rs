//! Server functions, and the same functions for forms without JavaScript: a form that is refused
//! comes back with everything that was typed, under its own address, with its own status.

use app::{
    api::matrix::FUNCTIONS,
    request::{SubmittedForm, RequestContext},
};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
};
use domain::{fields::Fields, refused::Refused};

use crate::http::{
    BODY_LIMIT,
    pages::{draw_again, own_address, provide_request},
    plain,
};

/// Secrets are not sent back.
const SECRETS: [&str; 2] = ["password", "current_password"];

/// A server function. Who may not call it learns that before anything she sent is read.
pub async fn function(request: Request) -> Response {
    let Some(visit) = request.extensions().get::<RequestContext>().cloned() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let is_plain_form = is_plain_form(request.headers());
    if let Some(refused) = refused_by_matrix(&visit, request.uri().path()).await {
        return match refused {
            Refused::SignIn if is_plain_form => Redirect::to("/sign_in").into_response(),
            refused => said(&refused),
        };
    }
    if !is_plain_form {
        return call(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let field = |name: &str| {
        form_urlencoded::parse(&body).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let (next, from) = (own_address(field("next").as_deref()), own_address(field("from").as_deref()));
    // The function answers in its own terms; here they become a page.
    parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let again = {
        let mut again = Request::new(Body::empty());
        *again.headers_mut() = parts.headers.clone();
        *again.extensions_mut() = parts.extensions.clone();
        again
    };
    let path = parts.uri.path().to_owned();
    let response = call(Request::from_parts(parts, Body::from(body.clone()))).await;
    if response.status().is_success() {
        return Redirect::to(next.as_deref().unwrap_or("/")).into_response();
    }
    let answer = to_bytes(response.into_body(), BODY_LIMIT).await.unwrap_or_default();
    let refused = serde_json::from_slice(&answer).unwrap_or(Refused::Unavailable);
    if refused == Refused::SignIn {
        return Redirect::to("/sign_in").into_response();
    }
    let submitted = SubmittedForm { form: path, fields: fields_of(&body), refused: Some(refused) };
    draw_again(again, visit, from.as_deref().unwrap_or("/"), submitted).await
}

/// What the permission matrix says to this visitor; none when she may.
async fn refused_by_matrix(visit: &RequestContext, path: &str) -> Option<Refused> {
    let Some(row) = FUNCTIONS.iter().find(|row| row.path == path) else { return Some(Refused::NotFound) };
    let Some(session) = &visit.session else { return Some(Refused::SignIn) };
    if session.actor.may(row.needs) {
        return None;
    }
    Some(visit.store.refuse(&session.actor, row.name).await)
}

/// A refusal as the page's own script reads it.
fn said(refused: &Refused) -> Response {
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::FORBIDDEN);
    (status, Json(refused)).into_response()
}

/// The fields of a form's body, secrets left out.
pub fn fields_of(body: &[u8]) -> Fields {
    Fields::new(form_urlencoded::parse(body).filter_map(|(name, value)| {
        let name = name.strip_prefix("fields[")?.strip_suffix(']')?;
        (!SECRETS.contains(&name)).then(|| (name.to_owned(), value.into_owned()))
    }))
}

/// The function itself. What it could not read at all is refused under the status of that refusal,
/// where the framework would call it a failure of ours.
async fn call(request: Request) -> Response {
    let response = leptos_axum::handle_server_fns_with_context(provide_request, request).await.into_response();
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    match serde_json::from_slice::<Refused>(&body) {
        Ok(refused) => said(&refused),
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
