//! Residents' files: sealed parts, who may read which, and finding a person again.

pub(crate) mod file;
mod find;
mod open;
mod revise;
pub(crate) mod search;
