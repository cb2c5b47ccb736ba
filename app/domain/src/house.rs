//! The plan of the house: its floors, rooms and beds, each with its own history, and its settings.

use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    beds::OutOfServiceReason,
    ids::{BedId, ConditionId, FloorId, RoomId},
    time::HouseTime,
};

pub mod acts;

/// The plan of the house as it is now, for the page that edits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The present time.
    pub now: HouseTime,
    /// The name of the house in the program; never its postal address.
    pub alias: String,
    /// The time zone of the house, as an IANA name.
    pub zone: String,
    /// The settings of the house.
    pub settings: Settings,
    /// The floors, lowest first.
    pub floors: Vec<PlanFloor>,
    /// The periods out of service that are under way or planned.
    pub conditions: Vec<PlanCondition>,
}

/// A floor of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFloor {
    /// The floor.
    pub id: FloorId,
    /// The name.
    pub name: String,
    /// The rooms of the floor, in the order in which staff walk through them.
    pub rooms: Vec<PlanRoom>,
}

/// A room of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRoom {
    /// The room.
    pub id: RoomId,
    /// The name.
    pub name: String,
    /// Whether wheelchair users can use the room.
    pub accessible: bool,
    /// The beds of the room, in order.
    pub beds: Vec<PlanBed>,
}

impl PlanRoom {
    /// Whether the room is shared: it has more than one bed.
    pub fn shared(&self) -> bool {
        self.beds.len() > 1
    }
}

/// A bed of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBed {
    /// The bed.
    pub id: BedId,
    /// The label, such as `3B`.
    pub label: String,
    /// Whether the bed was added beyond the regular capacity of the house.
    pub overflow: bool,
    /// A note of the coordinator to night staff about the bed.
    pub note: Option<String>,
    /// Since when the bed has had this room, label and note.
    pub since: HouseTime,
    /// Whether a resident is in the bed now.
    pub occupied: bool,
}

/// A period out of service of a bed, under way or planned. It is half-open: `since` belongs to it, `until` does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCondition {
    /// The period.
    pub id: ConditionId,
    /// The bed's label.
    pub label: String,
    /// The bed.
    pub bed: BedId,
    /// Why the bed is out of service.
    pub reason: OutOfServiceReason,
    /// The first moment of the period.
    pub since: HouseTime,
    /// The end of the period, if it is known.
    pub until: Option<HouseTime>,
}

/// The settings that each house chooses for itself, each with a cautious default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Seconds without activity after which a session on a shared tablet ends.
    pub idle_shared_s: u32,
    /// Seconds without activity after which a session on a coordinator's or manager's own computer ends.
    pub idle_own_s: u32,
    /// Seconds after which a session ends whatever its activity.
    pub session_s: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { idle_shared_s: 120, idle_own_s: 900, session_s: 12 * 3600 }
    }
}

/// The query for the plan of the house.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct SeePlan {}

impl Query for SeePlan {
    type Output = Plan;
    const NAME: &'static str = "house.plan";
    const NEEDS: Permission = Permission::SeeHouse;
}
