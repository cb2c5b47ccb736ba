//! The tracing span of a request: its id, route, status and duration. It contains nothing that the client sent.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, Level, Span, field::Empty};

use crate::{http::shared::Shared, telemetry::metrics::Metrics};

/// A request that takes longer is logged at level INFO.
const SLOW: Duration = Duration::from_secs(1);
/// The status recorded for a request whose client disconnected before the response, by the convention of nginx.
const CLIENT_CLOSED: u16 = 499;

/// The route of a request, recorded as a pattern, because the address itself may contain what somebody typed.
enum Route {
    Matched(MatchedPath),
    /// The built files, which a folder service handles.
    Files,
    None,
}

impl Route {
    fn of(matched: Option<MatchedPath>, path: &str) -> Self {
        match matched {
            Some(matched) => Self::Matched(matched),
            None if path.starts_with("/pkg/") => Self::Files,
            None => Self::None,
        }
    }

    fn pattern(&self) -> &str {
        match self {
            Self::Matched(matched) => matched.as_str(),
            Self::Files => "/pkg/{file}",
            Self::None => "unmatched",
        }
    }
}

/// Middleware that assigns an id to a request, runs it in its span and returns the id in `x-request-id`.
pub async fn observe(
    State(shared): State<Shared>,
    matched: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let id = store::new_id().simple().to_string();
    let method = known(request.method());
    let route = Route::of(matched, request.uri().path());
    // The level ERROR keeps the span enabled under every filter, so that an error is always logged with its request.
    let span = tracing::error_span!(
        "request",
        request.id = id,
        method,
        route = route.pattern(),
        status = Empty,
        duration_ms = Empty
    );
    let mut observed = Observed {
        span: span.clone(),
        begun: Instant::now(),
        method,
        route,
        status: CLIENT_CLOSED,
        metrics: shared.metrics,
    };
    let mut response = next.run(request).instrument(span).await;
    observed.status = response.status().as_u16();
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Returns a method as one of a few codes, because a client may send any name.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// A request under way. Its outcome is recorded when this value is dropped, so that a request whose client disconnects
/// is recorded too.
struct Observed {
    span: Span,
    begun: Instant,
    method: &'static str,
    route: Route,
    status: u16,
    metrics: Option<Arc<Metrics>>,
}

impl Drop for Observed {
    fn drop(&mut self) {
        let took = self.begun.elapsed();
        let matters = self.status >= 500 || took >= SLOW;
        // Formatting the fields is half the cost of a span, so it is done only when the line is written.
        if matters || tracing::enabled!(Level::DEBUG) {
            tracing::record_all!(self.span, status = self.status, duration_ms = store::milliseconds(took));
            self.span.in_scope(|| match matters {
                true => tracing::info!("request finished"),
                false => tracing::debug!("request finished"),
            });
        }
        if let Some(metrics) = &self.metrics {
            metrics.request_ended(self.method, self.route.pattern(), self.status, took);
        }
    }
}
