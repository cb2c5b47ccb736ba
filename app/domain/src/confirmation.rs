//! The confirmation of an act, for the member of staff who did it: what was done, to whom, where, and how to undo it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Permission,
    act::Query,
    ids::{ActId, BedId},
    undo::UndoOffer,
};

/// The query for the confirmation of an act that the reader did within the last ten minutes. For any other act the
/// response is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeeConfirmation {
    /// The id of the act, as its client generated it.
    pub act: ActId,
}

/// What an act did, in the parts that a sentence on the page needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The id of the act.
    pub id: ActId,
    /// The name of the act, such as `stay.admit`.
    pub act: String,
    /// The usual name of the resident concerned, if the reader's role may open residents' files; otherwise the name
    /// of the floor, room, bed or account concerned.
    pub name: Option<String>,
    /// The label of the bed concerned.
    pub bed: Option<String>,
    /// The bed whose tile on the board changed.
    pub bed_id: Option<BedId>,
    /// The id of what the act was about, which is also the id of the row that changed on the page.
    pub subject: Option<Uuid>,
    /// Whether the act takes effect later: a planned period out of service.
    pub planned: bool,
    /// How to undo the act, where that is possible.
    pub undo: Option<UndoOffer>,
}

impl Query for SeeConfirmation {
    type Output = Option<Confirmation>;
    const NAME: &'static str = "acts.confirmation";
    const NEEDS: Permission = Permission::SignedIn;
}
