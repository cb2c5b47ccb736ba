//! Pages: drawn whole on the server, for whoever may see them.

use app::{
    api::matrix::page_needs,
    server_pages::page_of,
    request::{SubmittedForm, RequestContext},
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header::CONTENT_LENGTH, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::{provide_context, use_context};

use crate::http::{BODY_LIMIT, Shared, forms::fields_of, guard::PageNonce, plain};

/// Asks for a quiet page without its frame, and says that it is one.
const FRAGMENT: HeaderName = HeaderName::from_static("x-fragment");

/// How a refusal looks where it is said.
const SAID: &[u8] = b"class=\"refusal\"";

/// A page of the application.
pub async fn page(State(shared): State<Shared>, request: Request) -> Response {
    let Some(visit) = request.extensions().get::<RequestContext>().cloned() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let Some(session) = visit.session.clone() else { return Redirect::to("/sign_in").into_response() };
    let needs = page_needs(request.uri().path());
    let allowed = needs.is_some_and(|needs| session.actor.may(needs));
    if needs.is_some() && !allowed {
        shared.store.refuse(&session.actor, "page").await;
    }
    let mut response = draw(request, visit, None, allowed).await;
    if !allowed {
        *response.status_mut() = if needs.is_some() { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
    }
    response
}

/// An address that leads nowhere: the entrance for those outside, a page that says so for the others.
pub async fn unknown(State(shared): State<Shared>, request: Request) -> Response {
    if request.method() != Method::GET || request.uri().path().starts_with("/api/") {
        return plain(StatusCode::NOT_FOUND, "not_found");
    }
    page(State(shared), request).await
}

/// A search without JavaScript: its words travel in the body and come back in the page.
pub async fn search(State(shared): State<Shared>, request: Request) -> Response {
    let Some(visit) = request.extensions().get::<RequestContext>().cloned() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let Some(session) = visit.session.clone() else { return Redirect::to("/sign_in").into_response() };
    if !session.actor.may(domain::access::Permission::OpenResidents) {
        shared.store.refuse(&session.actor, "page").await;
        return plain(StatusCode::FORBIDDEN, "not_allowed");
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let submitted = SubmittedForm { form: "/residents".into(), fields: fields_of(&body), refused: None };
    let request = Request::from_parts(parts, Body::empty());
    draw(request, visit, Some(submitted), true).await
}

/// Draws a page again with a form that came back, under the address the form stood at. Where that page no
/// longer holds the form (somebody was faster, and the bed is no more what it was), the refusal has a
/// page of its own: it is never silent.
pub async fn draw_again(request: Request, visit: RequestContext, address: &str, submitted: SubmittedForm) -> Response {
    let (mut parts, _) = request.into_parts();
    parts.method = Method::GET;
    parts.uri = address.parse().unwrap_or_default();
    let allowed = page_needs(parts.uri.path())
        .zip(visit.session.as_ref())
        .is_some_and(|(needs, session)| session.actor.may(needs));
    let refused = submitted.refused.clone();
    let (lang, assets) = (visit.start.lang, visit.assets.clone());
    let response = draw(Request::from_parts(parts, Body::empty()), visit, Some(submitted), allowed).await;
    let Some(refused) = refused else { return response };
    let (mut parts, body) = response.into_parts();
    parts.status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let mut page = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if !page.windows(SAID.len()).any(|part| part == SAID) {
        page = app::refused_page(lang, &assets, &refused, address).into();
        parts.headers.remove(CONTENT_LENGTH);
    }
    Response::from_parts(parts, Body::from(page))
}

async fn draw(request: Request, mut visit: RequestContext, submitted: Option<SubmittedForm>, allowed: bool) -> Response {
    if let Some(session) = &visit.session {
        match visit.store.me(session).await {
            Ok(me) => visit.start.user = Some(me),
            Err(refused) => return plain(StatusCode::from_u16(refused.status()).unwrap_or_default(), refused.code()),
        }
    }
    visit.start.submitted = submitted;
    let (mut parts, _) = request.into_parts();
    parts.method = Method::GET;
    if !allowed {
        // Drawn as a page that is not there: nothing of it is asked for.
        parts.uri = "/lost".parse().unwrap_or_default();
    }
    visit.start.address =
        parts.uri.path_and_query().map_or_else(|| "/".to_owned(), |address| address.as_str().to_owned());
    // A browser that has the frame already asks for the page alone.
    let fragment = allowed && parts.headers.contains_key(FRAGMENT) && page_of(parts.uri.path()).is_some();
    parts.extensions.insert(visit);
    let request = Request::from_parts(parts, Body::empty());
    if fragment {
        let render = leptos_axum::render_app_async_with_context(provide_request, app::fragment);
        let mut response = render(request).await;
        response.headers_mut().insert(FRAGMENT, HeaderValue::from_static("1"));
        return response;
    }
    let render = leptos_axum::render_app_async_with_context(provide_request, app::shell);
    render(request).await
}

/// Draws the entrance.
pub async fn draw_sign_in(parts: Parts) -> Response {
    let render = leptos_axum::render_app_async_with_context(provide_request, app::sign_in_shell);
    render(Request::from_parts(parts, Body::empty())).await
}

/// What pages and server functions find in their context: the request's visit, and the nonce of its
/// answer in place of the framework's own.
pub fn provide_request() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(visit) = parts.extensions.get::<RequestContext>() {
        provide_context(visit.clone());
    }
    if let Some(PageNonce(nonce)) = parts.extensions.get::<PageNonce>() {
        provide_context(nonce.clone());
    }
}

/// The address a form says it stood at, if it is one of ours.
pub fn own_address(text: Option<&str>) -> Option<String> {
    let text = text?;
    let ours = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.contains(char::is_control)
        && text.parse::<axum::http::Uri>().is_ok();
    ours.then(|| text.to_owned())
}
