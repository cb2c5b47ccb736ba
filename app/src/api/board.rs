//! The board and the sheets of its beds.

use domain::board::{BedSheet, Board};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answered;
#[cfg(feature = "ssr")]
use {
    crate::api::dispatch::ask,
    domain::board::{OpenBed, SeeBoard},
    domain::ids::BedId,
    domain::time::When,
};

/// The board of a wall-clock time, or of now.
#[server(name = AskBoard, prefix = "/api", endpoint = "board", input = Json)]
pub async fn board(as_of: Option<String>) -> Answered<Board> {
    ask(SeeBoard { as_of: as_of.as_deref().and_then(When::parse) }).await
}

/// A bed's sheet.
#[server(name = AskBedSheet, prefix = "/api", endpoint = "bed_sheet", input = Json)]
pub async fn bed_sheet(bed: BedRef, as_of: Option<String>) -> Answered<BedSheet> {
    ask(OpenBed { bed: BedId(bed), as_of: as_of.as_deref().and_then(When::parse) }).await
}

/// A bed's id as it travels.
pub type BedRef = uuid::Uuid;
