//! HTTP: from a socket to a page, a server function, an event or a file.

mod assets;
mod sign_in;
mod events;
mod export;
mod forms;
mod guard;
mod health;
mod pages;
mod serve;
mod request;

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use app::{api::matrix::FUNCTIONS, request::Assets};
use axum::{
    Router,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use store::Store;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    timeout::RequestBodyTimeoutLayer,
};

pub use assets::{find_site, read_assets};
pub use serve::serve;

/// Largest body of a request. Forms are small; a text pasted by mistake, a hundred times too long, still
/// comes back to whoever typed it, with the sentence that says how long it may be.
const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// Longest pause between two pieces of a body.
const BODY_PAUSE: Duration = Duration::from_secs(15);

/// What every handler shares.
#[derive(Clone)]
pub struct Shared {
    /// The open house.
    pub store: Store,
    /// Under which origin the house is reached.
    pub origin: Origin,
    /// Names of the built files.
    pub assets: Arc<Assets>,
    /// Cancelled when the server stops: streams end.
    pub stopping: CancellationToken,
}

/// Under which origin the house is reached.
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

    /// Whether cookies carry `Secure` and the `__Host-` name.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Tls { .. })
    }
}

/// Where the request comes from, as the accept loop saw it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Routes of our own beside pages and server functions, with what each needs: none is the door itself.
pub const ROUTES: &[(&str, &str, Option<domain::access::Permission>)] = &[
    ("GET", "/events", Some(domain::access::Permission::SignedIn)),
    ("POST", "/residents", Some(domain::access::Permission::OpenResidents)),
    ("POST", "/api/stays_export", Some(domain::access::Permission::Export)),
    ("POST", "/api/sign_out", Some(domain::access::Permission::SignedIn)),
    ("GET", "/sign_in", None),
    ("POST", "/api/sign_in", None),
    ("POST", "/api/open", None),
    ("GET", "/health/live", None),
    ("GET", "/health/ready", None),
];

/// The whole application.
pub fn router(shared: Shared, site: Option<&Path>) -> Router {
    // Rendering spawns its resources on this executor. It is set once for the
    // process: a second router (the tests have many) finds it set already.
    let _already_set = any_spawner::Executor::init_tokio();
    let mut router = Router::new()
        .route("/sign_in", get(sign_in::show))
        .route("/api/sign_in", post(sign_in::sign_in))
        .route("/api/sign_out", post(sign_in::sign_out))
        .route("/api/open", post(sign_in::open))
        .route("/api/stays_export", post(export::stays))
        .route("/events", get(events::listen))
        .route("/residents", get(pages::page).post(pages::search));
    for row in FUNCTIONS {
        router = router.route(row.path, post(forms::function));
    }
    for (path, _) in app::api::matrix::PAGES.iter().filter(|(path, _)| *path != "/residents") {
        router = router.route(path, get(pages::page));
    }
    let router = router
        .route("/residents/{id}", get(pages::page))
        .route("/stays/{id}", get(pages::page))
        .fallback(pages::unknown)
        .layer(middleware::from_fn_with_state(shared.clone(), request::know_visitor))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(shared.clone());
    let router = match site {
        Some(site) => router.merge(assets::routes(site)),
        None => router,
    };
    router
        .layer(middleware::from_fn(guard::name_route))
        .layer(middleware::from_fn_with_state(shared.clone(), guard::same_origin))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn_with_state(shared, guard::in_words))
        .layer(middleware::from_fn(guard::headers))
}

/// A panic ends one request, not the house; what it said stays in the log without values.
fn after_panic(_what: Box<dyn std::any::Any + Send + 'static>) -> Response {
    plain(StatusCode::INTERNAL_SERVER_ERROR, "internal")
}

/// An answer of one stable code, with nothing of the inside in it.
fn plain(status: StatusCode, code: &'static str) -> Response {
    (status, [(axum::http::header::CONTENT_TYPE, "text/plain; charset=utf-8")], code).into_response()
}
