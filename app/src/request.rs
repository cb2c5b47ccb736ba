//! The context of a request while the server renders a page or runs a server function, and the initial data of a page.

use domain::{confirmation::Confirmation, fields::Fields, refused::Refused, team::CurrentUser};
use serde::{Deserialize, Serialize};

use crate::words::Lang;

/// The context of a request on the server. The router builds one for each request and provides it to Leptos.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct RequestContext {
    /// The store of the house.
    pub store: store::Store,
    /// The valid session of the request, if it has one.
    pub session: Option<store::Session>,
    /// The initial data of the page.
    pub page: PageData,
    /// The names of the built files, with their digests.
    pub assets: std::sync::Arc<Assets>,
    /// Set when the page that is being rendered shows the form that was refused.
    pub refusal_shown: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

/// The names of the built files that the page refers to.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The JavaScript module; empty if the site was not built.
    pub js: String,
    /// The WebAssembly module.
    pub wasm: String,
    /// The sprite of icons.
    pub icons: String,
    /// The font.
    pub font: String,
}

/// The initial data of a page. The server builds it and sends it to the browser once, inside the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageData {
    /// The language.
    pub lang: Lang,
    /// The theme that the reader chose, or the one of the time of day.
    pub theme: Theme,
    /// The address of the request: path and query.
    pub address: String,
    /// The member of staff who is signed in, if anyone.
    pub user: Option<CurrentUser>,
    /// A form that was submitted without JavaScript and is shown again.
    pub submitted: Option<SubmittedForm>,
    /// The sprite of icons.
    pub icons: String,
    /// The confirmation of the last act, if the page is rendered after one.
    pub confirmation: Option<Confirmation>,
    /// The data of the sign-in page.
    pub sign_in: SignInPage,
}

/// The colour theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// Dark: warm text on blue-black.
    #[default]
    Night,
    /// Light: dark text on a pale background.
    Day,
}

impl Theme {
    /// The code, as in the attribute `data-theme`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Night => "night",
            Self::Day => "day",
        }
    }

    /// The theme of a code; none for an unknown code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "night" => Some(Self::Night),
            "day" => Some(Self::Day),
            _ => None,
        }
    }

    /// The other theme.
    pub const fn other(self) -> Self {
        match self {
            Self::Night => Self::Day,
            Self::Day => Self::Night,
        }
    }
}

/// A submitted form that is shown again with what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedForm {
    /// The form, identified by the path of its act.
    pub form: String,
    /// The fields as they were typed, without passwords.
    pub fields: Fields,
    /// The refusal; none for a search form, which is always shown again.
    pub refused: Option<Refused>,
}

/// The data of the sign-in page, which is shown without a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPage {
    /// Whether this is a demo house, whose accounts the page lists.
    pub demo: bool,
    /// Whether the house has not been set up yet, so that the page asks for the setup code.
    pub to_open: bool,
    /// The refusal of the last attempt, if it was refused.
    pub refused: Option<Refused>,
    /// The fields of the attempt that was refused, without the password.
    pub typed: Fields,
}
