//! Liveness and readiness probes for monitoring.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::http::shared::{Shared, plain};

/// Liveness: the process handles requests.
pub async fn live() -> Response {
    plain(StatusCode::OK, "live")
}

/// Readiness: the database can be read.
pub async fn ready(State(shared): State<Shared>) -> Response {
    if shared.store.is_ready().await {
        plain(StatusCode::OK, "ready").into_response()
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    }
}
