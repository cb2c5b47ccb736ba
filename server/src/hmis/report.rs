//! The selection of an import and its report. The report contains no names.

use serde::Serialize;

/// The part of a folder to import.
#[derive(Clone, Debug)]
pub struct Selection<'a> {
    /// The `ProjectID` of the project.
    pub project: &'a str,
    /// The continuum of care (CoC) to whose households the import is restricted, if any.
    pub coc: Option<&'a str>,
}

/// The result of an import or a dry run, without any name.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The source, as returned by [`source`].
    pub source: String,
    /// What was imported, or would be in a dry run.
    pub taken: Taken,
    /// What an earlier import had imported already.
    pub known: Counted,
    /// Every row that was not imported unchanged.
    pub not_taken: Vec<NotTaken>,
    /// The columns left out on purpose.
    pub columns_dropped: Vec<String>,
    /// Whether this was a dry run, which writes nothing.
    pub dry_run: bool,
}

/// How much was imported.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Taken {
    /// The number of beds, including the added ones.
    pub beds: usize,
    /// The number of beds added because the inventory had fewer beds than there were people.
    pub beds_added: usize,
    /// The number of residents.
    pub residents: usize,
    /// The number of stays.
    pub stays: usize,
    /// The number of bed-nights. A stay without an end counts only the nights that the source records one by one.
    pub bed_nights: i64,
}

/// How much had been imported already.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counted {
    /// The number of residents.
    pub residents: usize,
    /// The number of stays.
    pub stays: usize,
}

/// A row that was not imported unchanged.
#[derive(Clone, Debug, Serialize)]
pub struct NotTaken {
    /// The file.
    pub file: &'static str,
    /// The number of the line; the header is line 1.
    pub line: u64,
    /// The key of the row in the source.
    pub key: String,
    /// The reason, as a code.
    pub why: &'static str,
}

/// Returns the source by which the rows of a selection are recognised in later imports.
pub fn source(selection: &Selection<'_>) -> String {
    format!("hmis project {} coc {}", selection.project, selection.coc.unwrap_or("any"))
}
