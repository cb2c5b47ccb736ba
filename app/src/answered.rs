//! The response of a server function: what was asked for, or a refusal.

use domain::refused::{FaultCode, Field, Refused};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// The response of a server function.
pub type Answered<T> = Result<T, Denied>;

/// A refusal as it crosses the network: the closed list of `domain`, nothing else.
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

    /// The framework's own errors carry free text; none of it crosses the network. What could not be read is a
    /// fault of the form, what could not be reached may be tried again.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Refused::fault(Field::Form, FaultCode::NotUnderstood),
            // On the server it is the request that could not be read; in the browser, the response.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Refused::fault(Field::Form, FaultCode::NotUnderstood)
            }
            _ => Refused::Unavailable,
        })
    }
}
