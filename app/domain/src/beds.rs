//! What beds are called, what state they can be in, and how a bed is offered to whoever chooses one.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{codes::codes, ids::BedId, time::Instant};

codes! {
    /// The state of a bed without its data (DOMAIN 1.6).
    pub enum BedStateCode {
        /// Ready and nobody's.
        Free = "LIBRE",
        /// Somebody's.
        Occupied = "OCCUPE",
        /// Left, not yet made.
        ToPrepare = "A_PREPARER",
        /// Not to be given to anyone.
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
        /// Works in the room.
        Works = "TRAVAUX",
        /// Closed for lack of staff.
        Staffing = "EFFECTIF",
        /// Another reason.
        Other = "AUTRE",
    }
}

/// A bed one can choose, with where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedChoice {
    /// The bed.
    pub bed: BedId,
    /// Its label.
    pub label: String,
    /// Its room.
    pub room: String,
    /// Its floor.
    pub floor: String,
    /// Whether wheelchair users can use it.
    pub accessible: bool,
    /// What it is.
    pub state: BedStateCode,
    /// Whether it can be given.
    pub offered: bool,
}

/// A bed as it is spoken of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedName {
    /// The bed.
    pub id: BedId,
    /// Its label, such as `3B`.
    pub label: String,
}

/// An arrival entered more than this after it happened is a late entry: it records what was, it does not give a bed.
pub const LATE_ENTRY: TimeDelta = TimeDelta::hours(1);

/// Whether a bed in this state at the instant of an arrival can be given to whoever arrived then.
///
/// A bed to prepare cannot be given, except by a late entry: that somebody was put in it more than an hour ago is a
/// fact, whether or not anyone had noted that the bed had been prepared. The check beside the admission form and the
/// act itself both ask this function.
pub fn can_be_given(state: BedStateCode, arrived: Instant, now: Instant) -> bool {
    match state {
        BedStateCode::Free => true,
        BedStateCode::ToPrepare => is_late_entry(arrived, now),
        BedStateCode::Occupied | BedStateCode::OutOfService => false,
    }
}

/// Whether an arrival at this instant is a late entry now.
pub fn is_late_entry(arrived: Instant, now: Instant) -> bool {
    arrived < now - LATE_ENTRY
}
