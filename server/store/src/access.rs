//! Who may act: passwords, sign-in, sessions, throttling.

pub(crate) mod actor;
pub(crate) mod hasher;
mod passwords;
pub(crate) mod session_secret;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod throttle;
