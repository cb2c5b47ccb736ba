//! Who is ctx: the session of the cookie, the language and the theme.

use std::net::IpAddr;

use app::{
    api::matrix::FUNCTIONS,
    request::{PageData, Theme, RequestContext},
    words::Lang,
};
use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method,
        header::{COOKIE, SET_COOKIE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::Timelike as _;
use cookie::{Cookie, SameSite, time::Duration};

use crate::http::{Origin, Peer, Shared};

const YEAR: Duration = Duration::days(365);

/// Finds out who is ctx, and remembers a language or a theme chosen by a link.
pub async fn know_visitor(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let token = cookie(request.headers(), session_cookie(&shared.origin));
    let session = match token {
        Some(token) => match shared.store.present(&token).await {
            Ok(session) => session,
            Err(_) => return crate::http::plain(axum::http::StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        },
        None => None,
    };
    let by_hand = is_by_hand(&request);
    let (lang, lang_cookie) = chosen(&request, "lang", Lang::from_code, Lang::code);
    let (theme, theme_cookie) = chosen(&request, "theme", Theme::from_code, Theme::code);
    let start = PageData {
        lang: lang.unwrap_or_default(),
        theme: theme.unwrap_or_else(|| theme_of_the_hour(&shared)),
        icons: shared.assets.icons.clone(),
        ..PageData::default()
    };
    if let Some(session) = session.as_ref().filter(|_| by_hand)
        && shared.store.touch(session).await.is_err()
    {
        // A disk that is full must not keep the board from being read.
        tracing::warn!("a touch could not be written down");
    }
    let visit = RequestContext { store: shared.store.clone(), session, start, assets: shared.assets.clone() };
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    for cookie in [lang_cookie, theme_cookie].into_iter().flatten() {
        set_cookie(response.headers_mut(), &cookie);
    }
    response.into_response()
}

/// A page opened or an act done by a person; what a screen asks by itself does not count.
fn is_by_hand(request: &Request) -> bool {
    let path = request.uri().path();
    let by_itself = request.headers().get("x-fragment").is_some_and(|why| why == "auto");
    match *request.method() {
        Method::GET => app::api::matrix::page_needs(path).is_some() && !by_itself,
        Method::POST => FUNCTIONS.iter().any(|row| row.acts && row.path == path),
        _ => false,
    }
}

/// A choice made in the address, else the one remembered; the cookie that remembers a new one.
fn chosen<T: Copy>(
    request: &Request,
    name: &'static str,
    from_code: fn(&str) -> Option<T>,
    code: fn(T) -> &'static str,
) -> (Option<T>, Option<Cookie<'static>>) {
    let query = request.uri().query().unwrap_or_default();
    let asked = form_urlencoded::parse(query.as_bytes())
        .find(|(known, _)| known == name)
        .and_then(|(_, value)| from_code(&value));
    match asked {
        Some(choice) => {
            let cookie = Cookie::build((name, code(choice)))
                .path("/")
                .same_site(SameSite::Strict)
                .http_only(true)
                .max_age(YEAR)
                .build();
            (Some(choice), Some(cookie))
        }
        None => (cookie(request.headers(), name).and_then(|code| from_code(&code)), None),
    }
}

/// Night from 19:00 to 07:00 on the house's wall.
fn theme_of_the_hour(shared: &Shared) -> Theme {
    match shared.store.now() {
        Ok(now) if (7..19).contains(&now.local.hour()) => Theme::Day,
        _ => Theme::Night,
    }
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The name of the session's cookie.
pub fn session_cookie(origin: &Origin) -> &'static str {
    if origin.is_tls() { "__Host-session" } else { "session" }
}

/// The name of the device's cookie.
pub fn device_cookie(origin: &Origin) -> &'static str {
    if origin.is_tls() { "__Host-device" } else { "device" }
}

/// A cookie that holds a secret: for this origin alone, out of reach of scripts.
pub fn secret_cookie(origin: &Origin, name: &'static str, secret: String, lasts: Duration) -> Cookie<'static> {
    Cookie::build((name, secret))
        .path("/")
        .secure(origin.is_tls())
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(lasts)
        .build()
}

/// How long a device is remembered.
pub fn device_lasts() -> Duration {
    YEAR
}

/// Adds a cookie to an answer.
pub fn set_cookie(headers: &mut HeaderMap, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(SET_COOKIE, value);
    }
}

/// Where a request comes from.
pub fn peer(request: &axum::http::Extensions) -> Option<IpAddr> {
    request.get::<Peer>().map(|peer| peer.0.ip())
}
