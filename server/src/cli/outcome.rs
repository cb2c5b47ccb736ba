//! The failure of a command, and opening the store for a command.

use domain::refused::Refused;
use store::{Settings, StartUp, Store, SystemClock};

use crate::cli::words::{refusal, start_up, terminal_language};

/// The failure of a command, as a message in the terminal's language.
pub struct Failed(pub String);

impl From<StartUp> for Failed {
    fn from(error: StartUp) -> Self {
        Self(start_up(terminal_language(), &error))
    }
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self(refusal(terminal_language(), &refused))
    }
}

/// Opens the store.
pub async fn open(settings: &Settings) -> Result<Store, Failed> {
    Ok(Store::open(settings, SystemClock).await?)
}
