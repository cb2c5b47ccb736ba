//! The board and the sheets of its beds: facts read in a fixed number of statements, whatever the number of beds,
//! and turned into a board by the one function of `domain`.

pub(crate) mod cache;
pub(crate) mod draw;
mod open_bed;
mod see;
