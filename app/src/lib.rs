//! What the tablet and the server share: pages, components, words and the server functions between
//! the two. The browser build knows `domain` alone; everything of the server stands behind `ssr`.
#![recursion_limit = "256"]

pub mod acts;
pub mod api;
pub mod ask;
pub mod browser;
pub mod components;
#[cfg(feature = "ssr")]
mod entrance;
pub mod live;
pub mod pages;
pub mod quiet;
mod root;
#[cfg(feature = "ssr")]
mod shell;
pub mod visit;
pub mod words;

#[cfg(feature = "ssr")]
pub use entrance::{DEMO_PASSWORD, entrance_shell, error_page, refused_page};
pub use root::App;
#[cfg(feature = "ssr")]
pub use {quiet::fragment, shell::shell};
