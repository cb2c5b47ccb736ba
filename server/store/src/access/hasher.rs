//! How many passwords are hashed at once, and for whom places are kept.

use std::sync::OnceLock;
use tokio::sync::Semaphore;

/// One hash at a time for devices that have been here before and one for all others, so that a storm
/// of guesses from outside never keeps the night from signing in (TRUST A15, F17).
pub(crate) struct Hasher {
    pub(crate) known: Semaphore,
    pub(crate) unknown: Semaphore,
    pub(crate) strangers: Semaphore,
    pub(crate) nobody: OnceLock<String>,
}

/// How many strangers may wait for their password to be looked at.
const STRANGERS_WAITING: usize = 16;

impl Hasher {
    pub(crate) fn new() -> Self {
        Self {
            known: Semaphore::new(1),
            unknown: Semaphore::new(1),
            strangers: Semaphore::new(STRANGERS_WAITING),
            nobody: OnceLock::new(),
        }
    }
}
