//! Stays: admissions, changes, lists, timelines and exports.

mod admit;
mod availability;
mod change;
mod check_admission;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod history_cache;
pub(crate) mod list;
mod open;
pub(crate) mod record;
pub(crate) mod trail;
