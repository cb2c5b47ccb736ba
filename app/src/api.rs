//! Server functions: the only border between the browser and the house. One file per noun, each
//! function a line or two; every one has its row in the permission matrix (`matrix`).
#![expect(missing_docs, reason = "the server macro makes a public struct of each function's arguments")]

use domain::refused::Refused;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

pub mod audit;
pub mod board;
pub mod measures;
pub mod house;
pub mod matrix;
pub mod residents;
pub mod stays;
pub mod team;

#[cfg(feature = "ssr")]
mod dispatch;

/// A refusal as it crosses the border: the closed list of `domain`, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Denied(pub Refused);

impl From<Refused> for Denied {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Denied {}

impl FromServerFnError for Denied {
    type Encoder = JsonEncoding;

    /// The framework's own errors carry free text; none of it crosses. What could not be read is a
    /// fault of the form, what could not be reached may be tried again.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use domain::refused::{FaultCode, Field};
        Self(match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Refused::fault(Field::Form, FaultCode::NotUnderstood),
            // On the server it is what she sent; in the browser, what came back.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Refused::fault(Field::Form, FaultCode::NotUnderstood)
            }
            _ => Refused::Unavailable,
        })
    }
}

/// The answer of a server function.
pub type Answered<T> = Result<T, Denied>;
