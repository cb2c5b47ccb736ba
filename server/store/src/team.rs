//! The team: accounts, roles and sessions. An act that changes an account's role or password or disables it ends the
//! account's sessions in the same transaction, so the change applies from the next request on.

pub(crate) mod accounts;
mod change;
mod current_user;
mod end_sessions;
mod list;
pub(crate) mod names;
mod password;
