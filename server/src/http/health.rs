//! Whether the process lives and whether the data answers, for the one who watches the machine.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::http::shared::{Shared, plain};

/// The process lives.
pub async fn live() -> Response {
    plain(StatusCode::OK, "live")
}

/// The data answers.
pub async fn ready(State(shared): State<Shared>) -> Response {
    if shared.store.is_ready().await {
        plain(StatusCode::OK, "ready").into_response()
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    }
}
