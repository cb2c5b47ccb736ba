//! Checks on every request and headers on every response.

use app::words::Lang;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, SERVER},
    },
    middleware::Next,
    response::Response,
};
use leptos::nonce::Nonce;

use crate::http::{
    cookies::cookie,
    shared::{Origin, Shared, plain},
};

/// The nonce of one response, used in its page and in its content security policy.
#[derive(Clone)]
pub struct PageNonce(pub Nonce);

/// Refuses cross-origin requests, to prevent CSRF and DNS rebinding: other methods than GET, HEAD and POST, other
/// hosts, and POST requests from another origin.
pub async fn same_origin(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method();
    if !matches!(*method, Method::GET | Method::HEAD | Method::POST) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "method");
    }
    let headers = request.headers();
    if !host_is_ours(&shared.origin, headers) {
        return plain(StatusCode::MISDIRECTED_REQUEST, "host");
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if *method == Method::POST {
        let same_site = match site {
            Some(site) => site == b"same-origin",
            None => headers.contains_key(ORIGIN),
        };
        if !same_site || !origin_is_ours(&shared.origin, headers) || !kind_is_ours(headers) {
            return plain(StatusCode::FORBIDDEN, "origin");
        }
    }
    // Only pages of this origin may open an event stream.
    if request.uri().path() == "/events"
        && (site.is_some_and(|site| site != b"same-origin") || !origin_is_ours(&shared.origin, headers))
    {
        return plain(StatusCode::FORBIDDEN, "origin");
    }
    next.run(request).await
}

/// Returns whether the `Host` header names this server.
pub fn host_is_ours(origin: &Origin, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    match origin {
        Origin::Tls { host: ours, .. } => host.eq_ignore_ascii_case(ours),
        // Any other name is refused even if it resolves to this machine (DNS rebinding).
        Origin::Loopback => {
            let name = host
                .rsplit_once(':')
                .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
                .map_or(host, |(name, _)| name);
            matches!(name, "localhost" | "127.0.0.1" | "[::1]")
        }
    }
}

/// Returns whether the `Origin` header, if there is one, is the origin of this server.
fn origin_is_ours(origin: &Origin, headers: &HeaderMap) -> bool {
    let Some(named) = headers.get(ORIGIN) else { return true };
    match origin {
        Origin::Tls { origin, .. } => named.as_bytes() == origin.as_bytes(),
        Origin::Loopback => {
            let host = headers.get(HOST).map(HeaderValue::as_bytes).unwrap_or_default();
            named.as_bytes().strip_prefix(b"http://") == Some(host)
        }
    }
}

/// Returns whether the content type is that of a form or of JSON. Other types are refused, since another site could
/// send some of them without a CORS preflight.
fn kind_is_ours(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return true };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    matches!(kind, "application/x-www-form-urlencoded" | "application/json")
}

/// Adds the security headers to every response, errors included.
pub async fn headers(mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    let policy = policy(&nonce);
    request.extensions_mut().insert(PageNonce(nonce));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let set = |headers: &mut HeaderMap, name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    set(headers, "strict-transport-security", "max-age=63072000; includeSubDomains");
    set(headers, "x-content-type-options", "nosniff");
    set(headers, "referrer-policy", "no-referrer");
    set(headers, "cross-origin-opener-policy", "same-origin");
    set(headers, "cross-origin-resource-policy", "same-origin");
    set(
        headers,
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    );
    set(headers, "x-robots-tag", "noindex, nofollow");
    // Responses without an explicit cache policy must not be cached.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.remove(SERVER);
    response
}

/// Replaces a plain error response with an error page in the language of the user when the request accepts HTML.
/// Scripts get the stable code.
pub async fn error_pages(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let by_person = request
        .headers()
        .get(ACCEPT)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.contains("text/html"));
    let lang = cookie(request.headers(), "lang").and_then(|code| Lang::from_code(&code)).unwrap_or_default();
    let response = next.run(request).await;
    let status = response.status();
    let is_code = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !by_person || !is_code || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let page = app::error_page(lang, &shared.assets, status.as_u16());
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Response::from_parts(parts, Body::from(page))
}

fn policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
}
