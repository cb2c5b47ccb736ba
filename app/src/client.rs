//! The browser's own things: events from the house, forms, ids, the idle lock. On the server each has
//! a quiet counterpart, so that pages are written once.

#[cfg(feature = "hydrate")]
mod awake;
#[cfg(feature = "hydrate")]
mod fragment;
#[cfg(feature = "hydrate")]
pub use {awake::*, fragment::server_page_place};

#[cfg(not(feature = "hydrate"))]
mod asleep {
    use domain::{fields::Fields, refused::Refused};

    use crate::{acts::ActOf, live::PageState};

    /// The page is awake: nothing to do on the server.
    pub fn wake() {}

    /// Listens to the house: nothing to do on the server.
    pub fn listen(_live: PageState, _idle_s: u32) {}

    /// A new id for an act.
    pub fn new_id() -> String {
        #[cfg(feature = "ssr")]
        return store::new_id().to_string();
        #[cfg(not(feature = "ssr"))]
        String::new()
    }

    /// Sends an act: never called on the server.
    ///
    /// # Errors
    /// Always.
    pub async fn send(_act: ActOf, _id: String, _fields: Fields) -> Result<(), Refused> {
        Err(Refused::Unavailable)
    }

    /// Asks a question: never called on the server.
    ///
    /// # Errors
    /// Always.
    pub async fn ask(_path: &'static str, _question: String) -> Result<String, Refused> {
        Err(Refused::Unavailable)
    }

    /// The form of an event: there are none on the server.
    pub fn form_of(_event: &leptos::ev::SubmitEvent) -> Option<(String, Fields)> {
        None
    }

    /// Puts a new id in a form that was sent: never called on the server.
    pub fn renew_id(_old: &str) {}

    /// The fields of the form that holds an element: there are none on the server.
    pub fn fields_around(_event: &leptos::ev::Event) -> Fields {
        Fields::default()
    }

    /// The way to another page: none on the server.
    #[derive(Clone, Copy)]
    pub struct Navigator;

    impl Navigator {
        /// Goes there: never called on the server.
        pub fn to(self, _address: &str) {}
    }

    /// The way to another page.
    pub fn navigator() -> Navigator {
        Navigator
    }

    /// Goes to the entrance: never called on the server.
    pub fn to_sign_in() {}

    /// Puts the page in the other theme: never called on the server.
    pub fn set_theme(_code: &str) {}

    /// Says on the browser's tab where one is: the server writes it in the document's head.
    pub fn set_title(_title: &str) {}

    /// Waits: never called on the server.
    pub async fn pause_ms(_ms: u32) {}

    /// The place of a quiet page: the server draws it itself.
    #[cfg(not(feature = "ssr"))]
    pub fn server_page_place() -> leptos::prelude::AnyView {
        use leptos::prelude::IntoAny as _;
        ().into_any()
    }
}
#[cfg(not(feature = "hydrate"))]
pub use asleep::*;
