//! On the server these functions do nothing: there is no browser.

use domain::{fields::Fields, refused::Refused};

use crate::{api::ActEndpoint, page_state::PageState};

/// Says that the page is hydrated.
pub fn mark_hydrated() {}

/// Listens to the server.
pub fn listen(_state: PageState, _idle_s: u32) {}

/// A new id for an act.
pub fn new_id() -> String {
    #[cfg(feature = "ssr")]
    return store::new_id().to_string();
    #[cfg(not(feature = "ssr"))]
    String::new()
}

/// Sends an act.
///
/// # Errors
/// Always: it is never called on the server.
pub async fn send(_state: PageState, _act: ActEndpoint, _id: String, _fields: Fields) -> Result<(), Refused> {
    Err(Refused::Unavailable)
}

/// Sends a query.
///
/// # Errors
/// Always: it is never called on the server.
pub async fn query(_path: &'static str, _query: String) -> Result<String, Refused> {
    Err(Refused::Unavailable)
}

/// The form of an event.
pub fn form_of(_event: &leptos::ev::SubmitEvent) -> Option<(String, Fields)> {
    None
}

/// Puts a new id in a form that was sent.
pub fn renew_id(_old: &str) {}

/// The fields of the form that holds an element.
pub fn fields_around(_event: &leptos::ev::Event) -> Fields {
    Fields::default()
}

/// The way to another page.
#[derive(Clone, Copy)]
pub struct Navigator;

impl Navigator {
    /// Goes there.
    pub fn to(self, _address: &str) {}
}

/// The way to another page.
pub fn navigator() -> Navigator {
    Navigator
}

/// Goes to the sign-in page.
pub fn to_sign_in() {}

/// Puts the page in the other theme.
pub fn set_theme(_code: &str) {}

/// Says on the browser's tab which page this is: the server writes it in the head of the document.
pub fn set_title(_title: &str) {}

/// Waits.
pub async fn pause_ms(_ms: u32) {}

/// Whether this browser has never been told what the lamp and the mask are for.
pub fn first_time() -> bool {
    false
}

/// Keeps that they were explained.
pub fn remember_not_first() {}

/// Moves the focus into a dialog.
pub fn open_dialog(_dialog: &leptos::web_sys::HtmlElement) {}

/// Gives the focus back to what opened a dialog.
pub fn close_dialog(_opener: &str) {}

/// Moves the focus to the content of the page.
pub fn focus_main() {}

/// Moves the focus to the first field inside an element.
pub fn focus_first_empty_field(_inside: &leptos::web_sys::Element) {}

/// Moves the focus to the first field of a form that is unfolded.
pub fn focus_when_unfolded() {}

/// Runs something when Escape is pressed.
pub fn when_escape(_run: impl Fn() + 'static) {}
