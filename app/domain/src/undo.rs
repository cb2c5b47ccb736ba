//! Which recorded changes can be undone, and by which act.

use serde::{Deserialize, Serialize};

use crate::{
    house::acts::BedChange,
    ids::{BedId, StayId, TrailId},
    stays::TrailKind,
    time::HouseTime,
};

/// A recent change that can be undone. The store offers it only to readers whose role may undo it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoOffer {
    /// The change, and what undoes it.
    pub done: Undoable,
    /// When the change was recorded.
    pub at: HouseTime,
}

/// A change that can be undone.
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
        /// The change that was made to the bed.
        change: BedChange,
    },
}
