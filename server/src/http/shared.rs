//! State shared by all handlers, and request limits.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::request::Assets;
use axum::{
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use domain::refused::Refused;
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::telemetry::metrics::Metrics;

/// Maximum request body in bytes. Forms are small, but a pasted text that is far too long is still returned to the user
/// with a validation error.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// Maximum pause between two chunks of a request body.
pub const BODY_PAUSE: Duration = Duration::from_secs(15);

/// State shared by all handlers.
#[derive(Clone)]
pub struct Shared {
    /// The open store.
    pub store: Store,
    /// The origin of the program, as browsers see it.
    pub origin: Origin,
    /// The names of the built files.
    pub assets: Arc<Assets>,
    /// Cancelled when the server stops; event streams then end.
    pub stopping: CancellationToken,
    /// The metrics, if they are enabled.
    pub metrics: Option<Arc<Metrics>>,
}

/// The origin of the program, as browsers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Loopback only, without TLS: for trials and for setting up a proxy.
    Loopback,
    /// Behind a proxy that terminates TLS under this name.
    Tls {
        /// The origin as browsers send it: `https://name`.
        origin: String,
        /// The host, with the port if there is one.
        host: String,
    },
}

impl Origin {
    /// Parses a setting such as `https://nuit.example`; returns `None` if it is not an HTTPS origin.
    pub fn parse(text: &str) -> Option<Self> {
        let origin = text.trim().trim_end_matches('/');
        let host = origin.strip_prefix("https://")?;
        let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
        plain.then(|| Self::Tls { origin: origin.to_owned(), host: host.to_owned() })
    }

    /// Returns whether cookies have `Secure` and the `__Host-` prefix.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Tls { .. })
    }
}

/// The peer address of a connection, as seen by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Returns a plain text response that consists of a stable error code, without internal details.
pub fn plain(status: StatusCode, code: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], code).into_response()
}

/// Returns a plain text response with the status and the stable code of a refusal.
pub fn plain_refusal(refused: &Refused) -> Response {
    plain(StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::FORBIDDEN), refused.code())
}

/// Adds the header `x-version`: the version of the house at the time of the response.
pub fn add_version(response: &mut Response, version: i64) {
    if let Ok(version) = HeaderValue::from_str(&version.to_string()) {
        response.headers_mut().insert("x-version", version);
    }
}
