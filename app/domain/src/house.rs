//! The house itself: floors, rooms and beds, each with its own history.

use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    beds::OutOfServiceReason,
    ids::{BedId, ConditionId, FloorId, RoomId},
    time::HouseTime,
};

pub mod acts;

/// The plan of the house today, for the editor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The house's clock.
    pub now: HouseTime,
    /// The name the house goes by in the program; never its address.
    pub alias: String,
    /// Its time zone.
    pub zone: String,
    /// Settings.
    pub settings: Settings,
    /// Floors from the lowest.
    pub floors: Vec<PlanFloor>,
    /// Beds out of service now or later.
    pub conditions: Vec<PlanCondition>,
}

/// A floor of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFloor {
    /// The floor.
    pub id: FloorId,
    /// Its name.
    pub name: String,
    /// Its rooms.
    pub rooms: Vec<PlanRoom>,
}

/// A room of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Whether wheelchair users can use it.
    pub accessible: bool,
    /// Its beds.
    pub beds: Vec<PlanBed>,
}

impl PlanRoom {
    /// Whether it is shared: more than one bed.
    pub fn shared(&self) -> bool {
        self.beds.len() > 1
    }
}

/// A bed of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBed {
    /// The bed.
    pub id: BedId,
    /// Its label.
    pub label: String,
    /// Whether it was added beyond the beds the house offers.
    pub overflow: bool,
    /// What the coordinator tells the night about it.
    pub note: Option<String>,
    /// Since when it is in the house as it is.
    pub since: HouseTime,
    /// Whether somebody is in it now.
    pub occupied: bool,
}

/// A bed out of service, now or later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCondition {
    /// The period.
    pub id: ConditionId,
    /// The bed's label.
    pub label: String,
    /// The bed.
    pub bed: BedId,
    /// Why.
    pub reason: OutOfServiceReason,
    /// From.
    pub since: HouseTime,
    /// To, if that is known.
    pub until: Option<HouseTime>,
}

/// What a house decides for itself, each with a careful default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Seconds without a touch before a shared tablet asks who it is (TRUST S-03).
    pub idle_shared_s: u32,
    /// The same for a coordinator's or manager's own post.
    pub idle_own_s: u32,
    /// Seconds after which one signs in again whatever happens (TRUST S-04).
    pub session_s: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { idle_shared_s: 120, idle_own_s: 900, session_s: 12 * 3600 }
    }
}

/// Asks for the plan.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct SeePlan {}

impl Query for SeePlan {
    type Output = Plan;
    const NAME: &'static str = "house.plan";
    const NEEDS: Permission = Permission::SeeHouse;
}
