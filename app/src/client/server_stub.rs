//! The stubs of the browser's functions on the server, where there is no browser. Except for `new_id`, they do nothing.

use domain::{fields::Fields, refused::Refused};

use crate::{api::ActEndpoint, page_state::PageState};

/// Marks the document as hydrated.
pub fn mark_hydrated() {}

/// Follows the event stream.
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
/// Always `Unavailable`; the server never calls it.
pub async fn send(_state: PageState, _act: ActEndpoint, _id: String, _fields: Fields) -> Result<(), Refused> {
    Err(Refused::Unavailable)
}

/// Sends a query.
///
/// # Errors
/// Always `Unavailable`; the server never calls it.
pub async fn query(_path: &'static str, _query: String) -> Result<String, Refused> {
    Err(Refused::Unavailable)
}

/// The id of the act and the fields of the form that a submit event sends.
pub fn form_of(_event: &leptos::ev::SubmitEvent) -> Option<(String, Fields)> {
    None
}

/// Gives the form of an act that was done a new id.
pub fn renew_id(_old: &str) {}

/// The fields of the form that contains the target of an event.
pub fn fields_around(_event: &leptos::ev::Event) -> Fields {
    Fields::default()
}

/// A handle for navigation to another page.
#[derive(Clone, Copy)]
pub struct Navigator;

impl Navigator {
    /// Navigates to an address inside the program.
    pub fn to(self, _address: &str) {}
}

/// The handle for navigation.
pub fn navigator() -> Navigator {
    Navigator
}

/// Goes to the sign-in page.
pub fn to_sign_in() {}

/// Applies the theme of a code to the page.
pub fn set_theme(_code: &str) {}

/// Sets the title of the browser's tab. The server writes it into the head of the document instead.
pub fn set_title(_title: &str) {}

/// Waits for a number of milliseconds.
pub async fn pause_ms(_ms: u32) {}

/// Whether this browser has not shown yet what the lamp and the mask are for.
pub fn first_time() -> bool {
    false
}

/// Records that this browser has shown what the lamp and the mask are for.
pub fn remember_not_first() {}

/// Moves the focus into a dialog.
pub fn open_dialog(_dialog: &leptos::web_sys::HtmlElement) {}

/// Returns the focus to the element that opened a dialog.
pub fn close_dialog(_opener: &str) {}

/// Moves the focus to the main content of the page.
pub fn focus_main() {}

/// Moves the focus to the first empty field inside an element.
pub fn focus_first_empty_field(_inside: &leptos::web_sys::Element) {}

/// Moves the focus to the first field of a form when a person opens its `details` element.
pub fn focus_when_unfolded() {}

/// Calls a function when the Escape key is pressed.
pub fn when_escape(_run: impl Fn() + 'static) {}
