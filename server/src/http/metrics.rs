//! `GET /metrics`, on a listener of its own that is bound to the loopback address.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use store::Store;

use crate::{
    http::{
        guard::host_is_ours,
        shared::{Origin, plain},
    },
    telemetry::metrics::{self, Metrics},
};

/// Returns the routes of the metrics listener. They require no session.
pub fn metrics_router(metrics: Arc<Metrics>, store: Store) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .fallback(async || plain(StatusCode::NOT_FOUND, "not_found"))
        .with_state((metrics, store))
        .layer(middleware::from_fn(this_machine))
}

async fn show(State((metrics, store)): State<(Arc<Metrics>, Store)>) -> Response {
    match metrics.text(&store).await {
        Ok(text) => ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// Middleware that refuses a request whose `Host` is not a loopback name, so that a page of another site cannot reach
/// the listener through a name that resolves to this machine (DNS rebinding).
async fn this_machine(request: Request, next: Next) -> Response {
    if host_is_ours(&Origin::Loopback, request.headers()) {
        next.run(request).await
    } else {
        plain(StatusCode::MISDIRECTED_REQUEST, "host")
    }
}
