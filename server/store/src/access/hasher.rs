//! Limits on concurrent password hashing.

use std::sync::OnceLock;
use tokio::sync::Semaphore;

/// Semaphores for password hashing: one hash at a time for known devices and one for all others, so that a flood of
/// guesses from unknown devices cannot prevent staff on a known tablet from signing in.
pub(crate) struct Hasher {
    pub(crate) known: Semaphore,
    pub(crate) unknown: Semaphore,
    pub(crate) strangers: Semaphore,
    pub(crate) nobody: OnceLock<String>,
}

/// Maximum number of sign-in requests from unknown devices that wait for their password to be verified.
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
