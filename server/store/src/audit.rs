//! The audit: one line for each act, refusal, sign-in and opening of a file.

mod read;
pub(crate) mod write;
