//! The browser's side of a page: requests, the event stream, forms, the idle timeout and the focus. On the server each
//! function has a stub that does nothing, so that one source of a page compiles for both.

#[cfg(feature = "hydrate")]
pub(crate) mod document;
#[cfg(feature = "hydrate")]
mod events;
#[cfg(feature = "hydrate")]
pub(crate) mod fetch;
#[cfg(feature = "hydrate")]
mod focus;
#[cfg(feature = "hydrate")]
pub(crate) mod forms;
#[cfg(feature = "hydrate")]
mod idle;
#[cfg(feature = "hydrate")]
mod listeners;

#[cfg(feature = "hydrate")]
pub use {
    document::{first_time, mark_hydrated, navigator, pause_ms, remember_not_first, set_theme, set_title},
    events::listen,
    fetch::{query, send, to_sign_in},
    focus::{close_dialog, focus_first_empty_field, focus_main, focus_when_unfolded, open_dialog, when_escape},
    forms::{fields_around, form_of, new_id, renew_id},
};

#[cfg(not(feature = "hydrate"))]
mod server_stub;
#[cfg(not(feature = "hydrate"))]
pub use server_stub::*;
