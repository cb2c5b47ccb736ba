//! The span of a request: its id, its route, how it ended and how long it took. Nothing that was sent is in it.

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

/// A request that takes longer is in the log even where only what matters is.
const SLOW: Duration = Duration::from_secs(1);
/// The status of a request whose client went away before it had one, as servers commonly write it.
const CLIENT_CLOSED: u16 = 499;

/// Which route answers a request, as a pattern: the address itself is what somebody typed.
enum Route {
    Matched(MatchedPath),
    /// The built files, which are served by a folder.
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

/// Gives a request its id, and runs it in its span.
pub async fn observe(
    State(shared): State<Shared>,
    matched: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let id = store::new_id().simple().to_string();
    let method = known(request.method());
    let route = Route::of(matched, request.uri().path());
    // At this level the span is there whatever the filter lets through: an error is logged with its request.
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

/// A method as a code: its name is the client's to choose.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// A request under way. Its end is recorded when this value is dropped, so that a request whose client goes away is
/// recorded too.
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
        // Formatting the fields is half the cost of a span: it is done only for a line that is written.
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
