//! Residents' files: the encrypted parts, the acts that revise them, and the search for a resident.

pub(crate) mod file;
mod find;
mod open;
mod revise;
pub(crate) mod search;
