//! The house as the store keeps it in memory.

use domain::{house::Settings as HouseSettings, ids::HouseId};

use crate::clock::WallClock;

/// The house: its identity, time zone and settings, without its plan.
pub struct House {
    /// The id of the house.
    pub id: HouseId,
    /// The wall clock of the house's time zone.
    pub wall: WallClock,
    /// The IANA name of the house's time zone.
    pub zone: String,
    /// The alias under which the program shows the house, in plain text.
    pub alias: String,
    /// The settings chosen by the house.
    pub settings: HouseSettings,
    /// Whether this is the demonstration house, whose data is invented.
    pub demo: bool,
}
