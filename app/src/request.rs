//! What the server knows of a request while it draws a page or answers a server function.

use domain::{confirmation::Confirmation, fields::Fields, refused::Refused, team::CurrentUser};
use serde::{Deserialize, Serialize};

use crate::words::Lang;

/// A request on the server. The wiring makes one per request and puts it in the context.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct RequestContext {
    /// The open house.
    pub store: store::Store,
    /// Who is signed in, if anyone.
    pub session: Option<store::Session>,
    /// What the page starts with.
    pub page: PageData,
    /// Names of the built files, with their digests.
    pub assets: std::sync::Arc<Assets>,
    /// Set when the page being drawn shows the form that was refused.
    pub refusal_shown: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

/// Names of the built files the page refers to.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The browser's module; empty where the site was not built.
    pub js: String,
    /// Its WebAssembly.
    pub wasm: String,
    /// The sprite of icons.
    pub icons: String,
    /// The typeface.
    pub font: String,
}

/// What a page starts with: made by the server, handed to the browser once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageData {
    /// The language.
    pub lang: Lang,
    /// The theme: chosen, or that of the hour.
    pub theme: Theme,
    /// The address the page was asked for at.
    pub address: String,
    /// Who is signed in.
    pub user: Option<CurrentUser>,
    /// A form that came back with a refusal, where JavaScript did not take it.
    pub submitted: Option<SubmittedForm>,
    /// The sprite of icons.
    pub icons: String,
    /// What the last act did, when the page is drawn after one.
    pub confirmation: Option<Confirmation>,
    /// What the sign-in page shows.
    pub sign_in: SignInPage,
}

/// Night or day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// Warm text on blue-black.
    #[default]
    Night,
    /// Ink on paper.
    Day,
}

impl Theme {
    /// Its code, as in `data-theme`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Night => "night",
            Self::Day => "day",
        }
    }

    /// The theme of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "night" => Some(Self::Night),
            "day" => Some(Self::Day),
            _ => None,
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Night => Self::Day,
            Self::Day => Self::Night,
        }
    }
}

/// A form that came back: nothing of it is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedForm {
    /// Which form, by the path of its act.
    pub form: String,
    /// What was typed. Secrets are not given back.
    pub fields: Fields,
    /// Why it came back; none for a search, which always comes back.
    pub refused: Option<Refused>,
}

/// What the entrance shows before anyone is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPage {
    /// An invented house shows its accounts.
    pub demo: bool,
    /// A house that nobody has opened yet asks for its code.
    pub to_open: bool,
    /// The last try was refused.
    pub refused: Option<Refused>,
    /// What was typed, when it was refused; never a password.
    pub typed: Fields,
}
