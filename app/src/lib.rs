//! What the tablet and the server share: pages, components, words and the server functions between
//! the two. The browser build knows `domain` alone; everything of the server stands behind `ssr`.
#![recursion_limit = "256"]

pub mod acts;
pub mod api;
pub mod query;
pub mod client;
pub mod components;
#[cfg(feature = "ssr")]
mod sign_in;
pub mod live;
pub mod pages;
pub mod server_pages;
mod root;
#[cfg(feature = "ssr")]
mod shell;
pub mod request;
pub mod words;

#[cfg(feature = "ssr")]
pub use sign_in::{DEMO_PASSWORD, sign_in_shell, error_page, refused_page};
pub use root::App;
#[cfg(feature = "ssr")]
pub use {server_pages::fragment, shell::shell};
