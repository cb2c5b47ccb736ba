//! The names and states of beds, and a bed as an option in a form.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{codes::codes, ids::BedId, time::Instant};

codes! {
    /// The state of a bed, without its data.
    pub enum BedStateCode {
        /// The bed is prepared and no resident is in it.
        Free = "LIBRE",
        /// A resident is in the bed.
        Occupied = "OCCUPE",
        /// The last occupant has left and the bed has not been made since.
        ToPrepare = "A_PREPARER",
        /// The bed must not be given to anyone.
        OutOfService = "HORS_SERVICE",
    }
}

codes! {
    /// Why a bed is out of service.
    pub enum OutOfServiceReason {
        /// Something is broken.
        Repair = "REPARATION",
        /// Bedbugs.
        Bedbugs = "PUNAISES",
        /// Isolation.
        Isolation = "ISOLEMENT",
        /// Building works in the room.
        Works = "TRAVAUX",
        /// Closed for lack of staff.
        Staffing = "EFFECTIF",
        /// Another reason.
        Other = "AUTRE",
    }
}

/// A bed as an option in a form, with its place in the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedChoice {
    /// The bed.
    pub bed: BedId,
    /// The label of the bed.
    pub label: String,
    /// The name of its room.
    pub room: String,
    /// The name of its floor.
    pub floor: String,
    /// Whether wheelchair users can use its room.
    pub accessible: bool,
    /// The state of the bed.
    pub state: BedStateCode,
    /// Whether the bed can be given to a resident.
    pub offered: bool,
}

/// A bed with its label, as a sentence names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedName {
    /// The bed.
    pub id: BedId,
    /// The label, such as `3B`.
    pub label: String,
}

/// An arrival that is recorded more than this after it happened is a late entry: it states what already happened and
/// does not give a bed now.
pub const LATE_ENTRY: TimeDelta = TimeDelta::hours(1);

/// Whether a bed that had this state at the instant `arrived` can be given to a resident who arrived then.
///
/// A bed to prepare cannot be given, except by a late entry: a resident has been in it for more than an hour, whether
/// or not somebody recorded that the bed had been prepared. The check beside the admission form and the act itself
/// both call this function.
pub fn can_be_given(state: BedStateCode, arrived: Instant, now: Instant) -> bool {
    match state {
        BedStateCode::Free => true,
        BedStateCode::ToPrepare => is_late_entry(arrived, now),
        BedStateCode::Occupied | BedStateCode::OutOfService => false,
    }
}

/// Whether an arrival at the instant `arrived` is a late entry when it is recorded at `now`.
pub fn is_late_entry(arrived: Instant, now: Instant) -> bool {
    arrived < now - LATE_ENTRY
}
