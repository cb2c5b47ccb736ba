//! The house as the rest of the program needs to know it.

use domain::{house::Settings as HouseSettings, ids::HouseId};

use crate::clock::WallClock;

/// The house as everything else needs to know it.
pub struct House {
    /// Its id.
    pub id: HouseId,
    /// The clock on its wall.
    pub wall: WallClock,
    /// Its zone's name.
    pub zone: String,
    /// The name it goes by in the program.
    pub alias: String,
    /// What it decided for itself.
    pub settings: HouseSettings,
    /// Whether it is invented.
    pub demo: bool,
}
