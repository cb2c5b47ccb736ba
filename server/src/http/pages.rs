//! Pages, rendered on the server for members of staff whose role may see them.

use std::sync::atomic::Ordering;

use app::{
    pages::{Drawn, Screen, screen_of},
    request::{RequestContext, SubmittedForm},
};
use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header::CONTENT_TYPE, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use domain::{access::Permission, confirmation::SeeConfirmation, ids::ActId, refused::Refused};

use crate::http::{
    form_body::FormBody,
    render::render,
    shared::{BODY_LIMIT, Shared, add_version, plain, plain_refusal},
};

/// The request header with which a browser requests a page without its frame, and the response header that marks such a
/// page.
const FRAGMENT: HeaderName = HeaderName::from_static("x-fragment");

/// Responds with a page of the application. A page that the actor may not see is answered with 403 and the refusal is
/// written to the audit; a page that does not exist is answered with 404.
pub async fn page(State(shared): State<Shared>, request: Request) -> Response {
    let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let Some(session) = context.session.clone() else { return way_in(&request) };
    let screen = screen_of(request.uri().path()).map(|(screen, _)| screen);
    let allowed = screen.is_some_and(|screen| session.actor.may(screen.needs));
    if screen.is_some() && !allowed {
        shared.store.refuse(&session.actor, "page").await;
    }
    let (parts, _) = request.into_parts();
    let mut response = draw(parts, context, screen.filter(|_| allowed), None).await;
    if !allowed {
        *response.status_mut() = if screen.is_some() { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
    }
    response
}

/// Responds to a request without a session. Such a request is redirected to the sign-in page, with one exception.
///
/// The session's cookie is `SameSite=Strict`, so a browser omits it when the navigation starts outside this program,
/// for example with the Back button on another site. The response to such a navigation is a document that reloads the
/// same address at once: the reload is a same-site request and carries the cookie. A browser that does not send
/// `Sec-Fetch-Site` is sent to the sign-in page instead, which leads to the board while the session is valid.
fn way_in(request: &Request) -> Response {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_document =
        request.method() == Method::GET && header("accept").is_some_and(|types| types.contains("text/html"));
    let load = match header("sec-fetch-site") {
        _ if !is_document => None,
        Some("same-origin") => None,
        Some(_) => Some("0"),
        None => Some("0; url=/sign_in"),
    };
    let Some(load) = load else { return Redirect::to("/sign_in").into_response() };
    let again = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"{load}\"><title>Veilleuse</title>"
    );
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], again).into_response()
}

/// Responds to an address without a route: the sign-in page without a session, a "not found" page with one, and a plain
/// 404 for the API and for methods other than GET.
pub async fn unknown(State(shared): State<Shared>, request: Request) -> Response {
    if request.method() != Method::GET || request.uri().path().starts_with("/api/") {
        return plain(StatusCode::NOT_FOUND, "not_found");
    }
    page(State(shared), request).await
}

/// Responds to a search for residents. The words are sent in the request body, never in the address, and are shown
/// again on the page. Requires the permission `OpenResidents`.
pub async fn search(State(shared): State<Shared>, request: Request) -> Response {
    let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let Some(session) = context.session.clone() else { return Redirect::to("/sign_in").into_response() };
    if !session.actor.may(Permission::OpenResidents) {
        shared.store.refuse(&session.actor, "page").await;
        return plain(StatusCode::FORBIDDEN, "not_allowed");
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let form = FormBody::read(&body);
    let submitted = SubmittedForm { form: "/residents".into(), fields: form.fields_to_show(), refused: None };
    let screen = screen_of(parts.uri.path()).map(|(screen, _)| screen);
    draw(parts, context, screen, Some(submitted)).await
}

/// Renders the page that contained a refused form, with the submitted fields and the refusal. If the form no longer
/// exists on that page, for example because the state of the bed has changed since, the refusal is shown on a page of
/// its own.
pub async fn draw_refused_form(
    mut parts: Parts,
    context: RequestContext,
    address: &str,
    submitted: SubmittedForm,
    refused: &Refused,
) -> Response {
    parts.uri = address.parse().unwrap_or_default();
    let screen = screen_of(parts.uri.path()).map(|(screen, _)| screen);
    let screen = screen
        .zip(context.session.as_ref())
        .filter(|(screen, session)| session.actor.may(screen.needs))
        .map(|(screen, _)| screen);
    let shown = context.refusal_shown.clone();
    let (lang, assets) = (context.page.lang, context.assets.clone());
    let mut response = draw(parts, context, screen, Some(submitted)).await;
    if !shown.load(Ordering::Relaxed) {
        let page = app::refused_page(lang, &assets, refused, address);
        response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    }
    *response.status_mut() = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    response
}

/// Renders a screen, or the "not found" page when there is none. The caller must have checked that the actor may see
/// the screen.
async fn draw(
    mut parts: Parts,
    mut context: RequestContext,
    screen: Option<&Screen>,
    submitted: Option<SubmittedForm>,
) -> Response {
    let mut version = 0;
    if let Some(session) = context.session.clone() {
        match context.store.current_user(&session).await {
            Ok(user) => {
                version = user.version;
                context.page.user = Some(user);
            }
            Err(refused) => return plain_refusal(&refused),
        }
        if let Some(act) = act_done(&parts.uri) {
            // If the confirmation cannot be read, the page is rendered without it.
            context.page.confirmation =
                context.store.query(&session.actor, SeeConfirmation { act }).await.ok().flatten();
        }
    }
    context.page.submitted = submitted;
    parts.method = Method::GET;
    if screen.is_none() {
        // Without a screen, the "not found" page is rendered, and nothing of the requested page is read.
        parts.uri = Uri::from_static("/lost");
    }
    context.page.address =
        parts.uri.path_and_query().map_or_else(|| "/".to_owned(), |address| address.as_str().to_owned());
    // A browser that has the frame already requests the page without it.
    let fragment =
        parts.headers.contains_key(FRAGMENT) && screen.is_some_and(|screen| matches!(screen.drawn, Drawn::Server(_)));
    parts.extensions.insert(context);
    if fragment {
        let mut response = render(parts, app::fragment).await;
        response.headers_mut().insert(FRAGMENT, HeaderValue::from_static("1"));
        add_version(&mut response, version);
        return response;
    }
    render(parts, app::shell).await
}

/// Returns the act that led to this page, from the query parameter `done`.
fn act_done(uri: &Uri) -> Option<ActId> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("done="))?.parse().ok()
}
