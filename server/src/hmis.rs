//! HMIS CSV folders, FY2022 to FY2026: other people's exports, read whatever their habits.
//!
//! The folder is read and planned whole before anything is written: every row that is not taken is in
//! the report with its reason. A plan is deterministic, so the same folder twice changes nothing.
//! Nights are dates there and instants here: an arrival stands at 16:00, a departure at 11:00, a stay
//! of no night at 13:00 to 13:30, all on the house's clock; such stays are marked as known by their
//! dates only.

mod codes;
mod plan;
mod read;
mod report;

use std::path::Path;

use store::{
    WallClock,
    import_write::{ImportWrite, Known},
};

pub use read::ReadError;
pub use report::{Counted, NotTaken, Report, Selection, Taken, source};

/// Reads a folder and plans what would be written of it.
///
/// # Errors
/// When the folder is not one, a file does not read, or the project is not in it.
pub fn plan(
    folder: &Path,
    selection: &Selection<'_>,
    wall: &WallClock,
    known: &Known,
    digest: &dyn Fn(&[&str]) -> Vec<u8>,
) -> Result<(ImportWrite, Report), ReadError> {
    let tables = read::folder(folder)?;
    plan::plan(&tables, selection, wall, known, digest)
}
