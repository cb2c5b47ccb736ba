//! The response of a server function: the requested value, or a refusal.

use domain::refused::{FaultCode, Field, Refused};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// The response of a server function.
pub type Answered<T> = Result<T, Denied>;

/// A refusal as the error of a server function. It contains a value of the closed list in `domain` and nothing else.
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

    /// Converts an error of the framework. Its free text is dropped, so that it never reaches the response. A request
    /// that cannot be parsed becomes a fault of the form; every other error becomes [`Refused::Unavailable`], after
    /// which the request may be sent again.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Refused::fault(Field::Form, FaultCode::NotUnderstood),
            // On the server it is the request that could not be parsed; in the browser it is the response.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Refused::fault(Field::Form, FaultCode::NotUnderstood)
            }
            _ => Refused::Unavailable,
        })
    }
}
