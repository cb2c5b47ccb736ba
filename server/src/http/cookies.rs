//! Reading cookies, and building cookies that hold a secret.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use cookie::{Cookie, SameSite, time::Duration};

use crate::http::shared::Origin;

/// Lifetime of the device cookie and of the cookies for language and theme.
pub const YEAR: Duration = Duration::days(365);

/// Returns the value of a cookie.
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

/// Returns the name of the session cookie.
pub fn session_cookie(origin: &Origin) -> &'static str {
    if origin.is_tls() { "__Host-session" } else { "session" }
}

/// Returns the name of the device cookie.
pub fn device_cookie(origin: &Origin) -> &'static str {
    if origin.is_tls() { "__Host-device" } else { "device" }
}

/// Builds a cookie that holds a secret: `HttpOnly`, `SameSite=Strict`, limited to this origin.
pub fn secret_cookie(origin: &Origin, name: &'static str, secret: String, lasts: Duration) -> Cookie<'static> {
    Cookie::build((name, secret))
        .path("/")
        .secure(origin.is_tls())
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(lasts)
        .build()
}

/// Adds a cookie to a response.
pub fn set_cookie(headers: &mut HeaderMap, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(SET_COOKIE, value);
    }
}
