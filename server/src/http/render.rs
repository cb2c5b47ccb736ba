//! Server-side rendering, and the values provided to pages and server functions.

use app::request::RequestContext;
use axum::{body::Body, extract::Request, http::request::Parts, response::Response};
use leptos::{
    IntoView,
    prelude::{provide_context, use_context},
};

use crate::http::guard::PageNonce;

/// Renders a view as the response to a request.
pub async fn render<V: IntoView + 'static>(
    parts: Parts,
    view: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> Response {
    let render = leptos_axum::render_app_async_with_context(provide_request, view);
    render(Request::from_parts(parts, Body::empty())).await
}

/// Provides pages and server functions with the `RequestContext` of the request and the nonce of its response, which
/// replaces the framework's own nonce.
pub fn provide_request() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(context) = parts.extensions.get::<RequestContext>() {
        provide_context(context.clone());
    }
    if let Some(PageNonce(nonce)) = parts.extensions.get::<PageNonce>() {
        provide_context(nonce.clone());
    }
}
