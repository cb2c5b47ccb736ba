//! Handlers for sign-in, sign-out and the setup of a new house.

use app::request::{RequestContext, SignInPage};
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
    cookies::{YEAR, cookie, device_cookie, secret_cookie, session_cookie, set_cookie},
    form_body::FormBody,
    render::render,
    session_store::{hand_over, refusal, secret_of},
    shared::{Peer, Shared, plain, plain_refusal},
};

/// Maximum request body in bytes for requests without a session.
const SIGN_IN_LIMIT: usize = 16 * 1024;
/// Time zone of a new house; it can be changed later.
const ZONE: &str = "America/Toronto";

/// Responds with the sign-in page.
pub async fn show(State(shared): State<Shared>, request: Request) -> Response {
    let signed_in = request.extensions().get::<RequestContext>().is_some_and(|context| context.session.is_some());
    if signed_in && request.uri().query().is_none() {
        return Redirect::to("/").into_response();
    }
    let (parts, _) = request.into_parts();
    sign_in_page(&shared, parts, None, Fields::default()).await
}

/// Signs a member of staff in: responds with a redirect to the board, or with the sign-in page and the error. The
/// session layer writes the session cookie.
pub async fn sign_in(
    State(shared): State<Shared>,
    cookie_session: tower_sessions::Session,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, SIGN_IN_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let form = FormBody::read(&body);
    let login = form.get("login").unwrap_or_default().to_owned();
    let attempt = SignIn {
        login: login.clone(),
        password: form.get("password").unwrap_or_default().to_owned(),
        device: cookie(&parts.headers, device_cookie(&shared.origin)),
        former: secret_of(&cookie_session),
        from: parts.extensions.get::<Peer>().map(|peer| peer.0.ip()),
    };
    match shared.store.sign_in(attempt).await {
        Ok(signed_in) => {
            if let Err(error) = hand_over(&cookie_session, signed_in.session).await {
                return plain_refusal(&refusal(&error));
            }
            let mut response = Redirect::to("/").into_response();
            if let Some(device) = signed_in.device {
                let device = secret_cookie(&shared.origin, device_cookie(&shared.origin), device, YEAR);
                set_cookie(response.headers_mut(), &device);
            }
            response
        }
        Err(refused) => sign_in_page(&shared, parts, Some(refused), Fields::default().with(Field::Login, login)).await,
    }
}

/// Ends the session and asks the browser to clear its cache and storage.
pub async fn sign_out(
    State(shared): State<Shared>,
    cookie_session: tower_sessions::Session,
    request: Request,
) -> Response {
    let signed_in = request.extensions().get::<RequestContext>().is_some_and(|context| context.session.is_some());
    if !signed_in {
        return plain(StatusCode::UNAUTHORIZED, "sign_in");
    }
    if let Err(error) = cookie_session.delete().await {
        return plain_refusal(&refusal(&error));
    }
    let mut response = Redirect::to("/sign_in").into_response();
    // The session layer would remove the cookie without `Secure`, which browsers reject for this cookie name.
    let gone = secret_cookie(&shared.origin, session_cookie(&shared.origin), String::new(), Duration::ZERO);
    set_cookie(response.headers_mut(), &gone);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// Sets up a new house with its first account. The store checks the one-time setup code.
pub async fn open(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, SIGN_IN_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let mut fields = Fields::new(FormBody::read(&body).into_pairs());
    // The first account is a coordinator, who can add the others.
    fields.set("role", "coordinator");
    let outcome = match OpenHouse::read(&fields) {
        Ok(form) => shared.store.open_house(form, ZONE).await,
        Err(faults) => Err(Refused::Faults(faults)),
    };
    match outcome {
        Ok(()) => Redirect::to("/sign_in").into_response(),
        Err(refused) => {
            fields.set("password", "");
            sign_in_page(&shared, parts, Some(refused), fields).await
        }
    }
}

/// Responds with the sign-in page, with the submitted fields except passwords.
async fn sign_in_page(shared: &Shared, mut parts: Parts, refused: Option<Refused>, typed: Fields) -> Response {
    let status = refused.as_ref().map_or(200, Refused::status);
    let wait = match &refused {
        Some(Refused::TooMany { seconds }) => Some(*seconds),
        _ => None,
    };
    let to_open = matches!(shared.store.has_staff().await, Ok(false));
    let demo = shared.store.house().is_some_and(|house| house.demo);
    if let Some(context) = parts.extensions.get_mut::<RequestContext>() {
        context.page.sign_in = SignInPage { demo, to_open, refused, typed };
    }
    parts.method = axum::http::Method::GET;
    parts.uri = axum::http::Uri::from_static("/sign_in");
    let mut response = render(parts, app::sign_in_shell).await;
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED);
    if let Some(seconds) = wait
        && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
    {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}
