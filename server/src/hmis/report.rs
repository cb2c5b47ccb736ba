//! What was asked of an import, and what came of it: never a name.

use serde::Serialize;

/// Which part of a folder to take.
#[derive(Clone, Debug)]
pub struct Selection<'a> {
    /// The project.
    pub project: &'a str,
    /// Only households of this continuum of care.
    pub coc: Option<&'a str>,
}

/// What was found and done, without any name.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Where it came from.
    pub source: String,
    /// What was taken.
    pub taken: Taken,
    /// What had been taken before.
    pub known: Counted,
    /// Every row that was not taken as it stood.
    pub not_taken: Vec<NotTaken>,
    /// Columns that were left out on purpose.
    pub columns_dropped: Vec<String>,
    /// Whether anything was written.
    pub dry_run: bool,
}

/// How much was taken.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Taken {
    /// Beds, those added for overlaps included.
    pub beds: usize,
    /// Beds added because more people slept than there were beds.
    pub beds_added: usize,
    /// People.
    pub residents: usize,
    /// Stays.
    pub stays: usize,
    /// Bed-nights of stays that have ended.
    pub bed_nights: i64,
}

/// How much was there already.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counted {
    /// People.
    pub residents: usize,
    /// Stays.
    pub stays: usize,
}

/// A row that was not taken as it stood.
#[derive(Clone, Debug, Serialize)]
pub struct NotTaken {
    /// The file.
    pub file: &'static str,
    /// Its line, the header being the first.
    pub line: u64,
    /// The row's own key.
    pub key: String,
    /// Why, as a code.
    pub why: &'static str,
}

/// The source a selection is known by.
pub fn source(selection: &Selection<'_>) -> String {
    format!("hmis project {} coc {}", selection.project, selection.coc.unwrap_or("any"))
}
