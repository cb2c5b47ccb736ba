//! Imports HMIS CSV folders, FY2022 to FY2026, as exported by other systems.
//!
//! The whole folder is read and planned before anything is written; every row that is not imported is listed in the
//! report with its reason. Planning is deterministic, so importing the same folder again changes nothing.
//!
//! HMIS records dates where this program records instants. In the house's time zone, an arrival becomes 16:00, a
//! departure 11:00, and a stay without a night lasts from 13:00 to 13:30. Imported stays are marked as known by their
//! dates only (`date_only`).

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

/// Reads a folder and plans what an import of it would write. `known` contains the rows of earlier imports of the same
/// source; `digest` computes the keyed digest of a row. Nothing is written.
///
/// # Errors
/// Returns a `ReadError` when the folder is not an HMIS folder, a file is not CSV, a required column is missing, or the
/// project is not in the folder.
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
