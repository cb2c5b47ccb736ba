//! What can be taken back, and by which act.

use serde::{Deserialize, Serialize};

use crate::{
    house::acts::BedChange,
    ids::{BedId, StayId, TrailId},
    stays::TrailKind,
    time::HouseTime,
};

/// Something that was done lately and can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoOffer {
    /// What was done.
    pub done: Undoable,
    /// When it was recorded.
    pub at: HouseTime,
}

/// What can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Undoable {
    /// The last change of a stay: undone by `stays::acts::Undo`.
    Stay {
        /// The stay.
        stay: StayId,
        /// The last entry of its trail.
        entry: TrailId,
        /// What that entry records.
        kind: TrailKind,
    },
    /// The last change of a bed: undone by the opposite act.
    Bed {
        /// The bed.
        bed: BedId,
        /// What was done to it.
        change: BedChange,
    },
}
