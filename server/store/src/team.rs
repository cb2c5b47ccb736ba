//! The team: accounts, roles, sessions. What changes an account ends its sessions in the same transaction, so it
//! holds from the very next request.

pub(crate) mod accounts;
mod change;
mod current_user;
mod end_sessions;
mod list;
pub(crate) mod names;
mod password;
