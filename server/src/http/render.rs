//! Rendering: what pages and server functions find in their context.

use any_spawner::{CustomExecutor, PinnedFuture, PinnedLocalFuture};
use app::request::RequestContext;
use axum::{body::Body, extract::Request, http::request::Parts, response::Response};
use leptos::{
    IntoView,
    prelude::{provide_context, use_context},
};
use tracing::Instrument as _;

use crate::http::guard::PageNonce;

/// Runs the tasks of a page on tokio, in the span of the request that the page answers: what a page queries is then
/// logged with its request.
pub struct RenderTasks;

impl CustomExecutor for RenderTasks {
    fn spawn(&self, task: PinnedFuture<()>) {
        tokio::spawn(task.in_current_span());
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(task.in_current_span());
    }

    // Tokio runs tasks by itself.
    fn poll_local(&self) {}
}

/// Renders a view as the response to a request.
pub async fn render<V: IntoView + 'static>(
    parts: Parts,
    view: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> Response {
    let render = leptos_axum::render_app_async_with_context(provide_request, view);
    render(Request::from_parts(parts, Body::empty())).await
}

/// What pages and server functions find in their context: the request's own context, and the nonce of its response
/// in place of the framework's own.
pub fn provide_request() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(context) = parts.extensions.get::<RequestContext>() {
        provide_context(context.clone());
    }
    if let Some(PageNonce(nonce)) = parts.extensions.get::<PageNonce>() {
        provide_context(nonce.clone());
    }
}
