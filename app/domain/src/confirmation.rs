//! What the person who did an act is told afterwards: what was done, to whom, where, and how to take it back.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Permission,
    act::Query,
    ids::{ActId, BedId},
    undo::UndoOffer,
};

/// Asks for the confirmation of an act of one's own, done within the last ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeeConfirmation {
    /// The act, by the id that its sender gave it.
    pub act: ActId,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The act's id.
    pub id: ActId,
    /// The act's name, such as `stay.admit`.
    pub act: String,
    /// The usual name of the resident concerned, for a reader who may open residents' files; else the name of the
    /// floor, room, bed or account concerned.
    pub name: Option<String>,
    /// The label of the bed concerned.
    pub bed: Option<String>,
    /// The bed whose tile changed.
    pub bed_id: Option<BedId>,
    /// What the act was about: the row that changed.
    pub subject: Option<Uuid>,
    /// Whether it only takes effect later: a planned closing.
    pub planned: bool,
    /// How to take it back, where that is possible.
    pub undo: Option<UndoOffer>,
}

impl Query for SeeConfirmation {
    type Output = Option<Confirmation>;
    const NAME: &'static str = "acts.confirmation";
    const NEEDS: Permission = Permission::SignedIn;
}
