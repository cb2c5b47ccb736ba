//! The HTTP server: pages, server functions, event streams and built files.

mod assets;
mod cookies;
mod events;
mod export;
mod form_body;
mod forms;
mod guard;
mod health;
mod metrics;
mod pages;
mod render;
mod request_context;
mod request_span;
mod serve;
mod session_store;
mod shared;
mod sign_in;

use std::path::Path;

use app::{api::endpoints, pages::SCREENS};
use axum::{
    Router,
    http::StatusCode,
    middleware,
    response::Response,
    routing::{MethodRouter, get, post},
};
use domain::access::Permission;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    timeout::RequestBodyTimeoutLayer,
};

pub use assets::{find_site, read_assets};
pub use metrics::metrics_router;
pub use serve::serve;
pub use session_store::DatabaseSessions;
pub use shared::{Origin, Shared};

use shared::{BODY_LIMIT, BODY_PAUSE, plain};

/// A route that is neither a screen nor a server function.
pub struct OwnRoute {
    /// The method.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
    /// The required permission; `None` for a public route. The table does not authorise; the handler must.
    pub needs: Option<Permission>,
    handler: fn() -> MethodRouter<Shared>,
}

/// All routes that are neither screens nor server functions, with the permission each requires.
pub const ROUTES: &[OwnRoute] = &[
    OwnRoute { method: "GET", path: "/events", needs: Some(Permission::SignedIn), handler: || get(events::listen) },
    OwnRoute {
        method: "POST",
        path: "/residents",
        needs: Some(Permission::OpenResidents),
        handler: || post(pages::search),
    },
    OwnRoute {
        method: "POST",
        path: "/api/stays_export",
        needs: Some(Permission::Export),
        handler: || post(export::stays),
    },
    OwnRoute {
        method: "POST",
        path: "/api/sign_out",
        needs: Some(Permission::SignedIn),
        handler: || post(sign_in::sign_out),
    },
    OwnRoute { method: "GET", path: "/sign_in", needs: None, handler: || get(sign_in::show) },
    OwnRoute { method: "POST", path: "/api/sign_in", needs: None, handler: || post(sign_in::sign_in) },
    OwnRoute { method: "POST", path: "/api/open", needs: None, handler: || post(sign_in::open) },
    OwnRoute { method: "GET", path: "/health/live", needs: None, handler: || get(health::live) },
    OwnRoute { method: "GET", path: "/health/ready", needs: None, handler: || get(health::ready) },
];

/// Builds the router of the whole application, with its middleware.
pub fn router(shared: Shared, site: Option<&Path>) -> Router {
    // Rendering spawns its resources on this executor. It is set once per process; the error of a second router, as in
    // tests, is ignored.
    let _already_set = any_spawner::Executor::init_tokio();
    let mut router = Router::new();
    let is_health = |path: &str| path.starts_with("/health/");
    for route in ROUTES.iter().filter(|route| !is_health(route.path)) {
        router = router.route(route.path, (route.handler)());
    }
    for endpoint in endpoints() {
        router = router.route(endpoint.path, post(forms::function));
    }
    for screen in SCREENS {
        router = router.route(&screen.path.replace(":id", "{id}"), get(pages::page));
    }
    let mut router = router
        .fallback(pages::unknown)
        .layer(middleware::from_fn_with_state(shared.clone(), request_context::load))
        .layer(session_store::session_layer(&shared))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest));
    // Health checks come without a session, so these routes are added outside the session layer.
    for route in ROUTES.iter().filter(|route| is_health(route.path)) {
        router = router.route(route.path, (route.handler)());
    }
    let router = router.with_state(shared.clone());
    let router = match site {
        Some(site) => router.merge(assets::routes(site)),
        None => router,
    };
    router
        .layer(middleware::from_fn_with_state(shared.clone(), guard::same_origin))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn_with_state(shared.clone(), guard::error_pages))
        .layer(middleware::from_fn(guard::headers))
        .layer(middleware::from_fn_with_state(shared, request_span::observe))
}

/// Responds to a panic in a handler. The panic ends one request, not the server, and its message is not sent to the
/// client.
fn after_panic(_what: Box<dyn std::any::Any + Send + 'static>) -> Response {
    plain(StatusCode::INTERNAL_SERVER_ERROR, "internal")
}
