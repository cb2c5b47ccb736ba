//! The audit: one row for each act, refusal, sign-in and opening of a resident's data.

mod read;
pub(crate) mod write;
