//! The web application: pages, components, texts and server functions, compiled for the browser and for the server. The
//! browser build (feature `hydrate`) depends only on `domain`; the feature `ssr` contains everything of the server.
#![recursion_limit = "256"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("the features `ssr` (server) and `hydrate` (browser) exclude each other");

pub mod answered;
pub mod api;
mod app;
pub mod client;
pub mod components;
mod context;
#[cfg(feature = "ssr")]
mod dispatch;
mod form_state;
mod navigation;
#[cfg(feature = "ssr")]
pub mod page_request;
mod page_state;
pub mod pages;
#[cfg(feature = "hydrate")]
mod partial_navigation;
mod query;
pub mod request;
mod server_pages;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod sign_in;
pub mod words;

pub use app::App;
#[cfg(feature = "ssr")]
pub use {
    server_pages::fragment,
    shell::shell,
    sign_in::{DEMO_PASSWORD, error_page, refused_page, sign_in_shell},
};
