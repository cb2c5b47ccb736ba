//! The board (the state of every bed at one instant) and the detail sheet of one bed. The facts are read in a fixed
//! number of statements, whatever the number of beds; `Board::as_of` in `domain` turns them into a board.

pub(crate) mod cache;
pub(crate) mod draw;
mod open_bed;
mod see;
