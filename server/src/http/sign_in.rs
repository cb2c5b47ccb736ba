//! The entrance: signing in and out, and the first opening of a house.

use app::request::{SignInPage, RequestContext};
use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header::RETRY_AFTER, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use cookie::time::Duration;
use domain::{
    fields::Fields,
    refused::{Field, Refused},
    team::OpenHouse,
};
use store::SignIn;

use crate::http::{
    Shared,
    pages::draw_sign_in,
    plain,
    request::{cookie, device_cookie, device_lasts, peer, secret_cookie, session_cookie, set_cookie},
};

/// Largest body at the entrance, where anyone may knock.
const ENTRANCE_LIMIT: usize = 16 * 1024;
/// Zone of a house that is being opened; it may be changed later.
const ZONE: &str = "America/Toronto";

/// Shows the entrance.
pub async fn show(State(shared): State<Shared>, request: Request) -> Response {
    let signed_in = request.extensions().get::<RequestContext>().is_some_and(|visit| visit.session.is_some());
    if signed_in && request.uri().query().is_none() {
        return Redirect::to("/").into_response();
    }
    let (parts, _) = request.into_parts();
    entrance(&shared, parts, None, Fields::default()).await
}

/// Lets someone in: a redirect to the board, or 401.
pub async fn sign_in(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, ENTRANCE_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let field = |name: &str| {
        form_urlencoded::parse(&body).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let login = field("login").unwrap_or_default();
    let at_door = SignIn {
        login: login.clone(),
        password: field("password").unwrap_or_default(),
        device: cookie(&parts.headers, device_cookie(&shared.origin)),
        from: peer(&parts.extensions),
    };
    match shared.store.sign_in(at_door).await {
        Ok(signed_in) => {
            let mut response = Redirect::to("/").into_response();
            let lasts = Duration::seconds(i64::from(signed_in.lasts_s));
            let session = secret_cookie(&shared.origin, session_cookie(&shared.origin), signed_in.session, lasts);
            set_cookie(response.headers_mut(), &session);
            if let Some(device) = signed_in.device {
                let device = secret_cookie(&shared.origin, device_cookie(&shared.origin), device, device_lasts());
                set_cookie(response.headers_mut(), &device);
            }
            response
        }
        Err(refused) => entrance(&shared, parts, Some(refused), Fields::default().with(Field::Login, login)).await,
    }
}

/// Shows someone out: the session is over, and the browser is asked to forget what it kept.
pub async fn sign_out(State(shared): State<Shared>, request: Request) -> Response {
    let session = request.extensions().get::<RequestContext>().and_then(|visit| visit.session.clone());
    let Some(session) = session else { return plain(StatusCode::UNAUTHORIZED, "sign_in") };
    if let Err(refused) = shared.store.sign_out(&session.actor).await {
        return plain(StatusCode::from_u16(refused.status()).unwrap_or_default(), refused.code());
    }
    let mut response = Redirect::to("/sign_in").into_response();
    let gone = secret_cookie(&shared.origin, session_cookie(&shared.origin), String::new(), Duration::ZERO);
    set_cookie(response.headers_mut(), &gone);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// Opens a real house for the first time.
pub async fn open(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, ENTRANCE_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let mut fields =
        Fields::new(form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned())));
    // The first account admits and keeps the house; it adds the others.
    fields.set("role", "coordinator");
    let outcome = match OpenHouse::read(&fields) {
        Ok(form) => shared.store.open_house(form, ZONE).await,
        Err(faults) => Err(Refused::Faults(faults)),
    };
    match outcome {
        Ok(()) => Redirect::to("/sign_in").into_response(),
        Err(refused) => {
            fields.set("password", "");
            entrance(&shared, parts, Some(refused), fields).await
        }
    }
}

/// The entrance again, with what was typed; never the password.
async fn entrance(shared: &Shared, mut parts: Parts, refused: Option<Refused>, typed: Fields) -> Response {
    let status = refused.as_ref().map_or(200, Refused::status);
    let wait = match &refused {
        Some(Refused::TooMany { seconds }) => Some(*seconds),
        _ => None,
    };
    let to_open = matches!(shared.store.has_staff().await, Ok(false));
    let demo = shared.store.house().is_some_and(|house| house.demo);
    if let Some(visit) = parts.extensions.get_mut::<RequestContext>() {
        visit.start.entrance = SignInPage { demo, to_open, refused, typed };
    }
    parts.method = axum::http::Method::GET;
    parts.uri = axum::http::Uri::from_static("/sign_in");
    let mut response = draw_sign_in(parts).await;
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED);
    if let Some(seconds) = wait
        && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
    {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}
