//! Authentication: passwords, sign-in, sessions and the throttling of failed sign-ins.

pub(crate) mod actor;
pub(crate) mod hasher;
mod passwords;
pub(crate) mod session_secret;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod throttle;
