//! What every handler shares, and the limits that hold for all of them.

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

/// Largest body of a request. Forms are small; a text pasted by mistake, a hundred times too long, is still shown
/// again to whoever typed it, with the sentence that says how long it may be.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// Longest pause between two pieces of a body.
pub const BODY_PAUSE: Duration = Duration::from_secs(15);

/// What every handler shares.
#[derive(Clone)]
pub struct Shared {
    /// The open store.
    pub store: Store,
    /// Under which origin the program is reached.
    pub origin: Origin,
    /// Names of the built files.
    pub assets: Arc<Assets>,
    /// Cancelled when the server stops: event streams end.
    pub stopping: CancellationToken,
    /// What is counted, where metrics are asked for.
    pub metrics: Option<Arc<Metrics>>,
}

/// Under which origin the program is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This machine only, without TLS: for trying out and for a proxy being set up.
    Loopback,
    /// Behind a proxy that speaks TLS, under this name.
    Tls {
        /// As browsers write it: `https://name`.
        origin: String,
        /// Its host, with its port when it has one.
        host: String,
    },
}

impl Origin {
    /// The origin of a setting such as `https://nuit.example`.
    pub fn parse(text: &str) -> Option<Self> {
        let origin = text.trim().trim_end_matches('/');
        let host = origin.strip_prefix("https://")?;
        let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
        plain.then(|| Self::Tls { origin: origin.to_owned(), host: host.to_owned() })
    }

    /// Whether cookies carry `Secure` and the `__Host-` prefix.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Tls { .. })
    }
}

/// The address a request comes from, as the accept loop saw it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// A response of one stable code, with nothing of the inside in it.
pub fn plain(status: StatusCode, code: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], code).into_response()
}

/// The stable code of a refusal, under its own status.
pub fn plain_refusal(refused: &Refused) -> Response {
    plain(StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::FORBIDDEN), refused.code())
}

/// Says in a response which version the house had when it was made.
pub fn add_version(response: &mut Response, version: i64) {
    if let Ok(version) = HeaderValue::from_str(&version.to_string()) {
        response.headers_mut().insert("x-version", version);
    }
}
