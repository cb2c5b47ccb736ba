//! The events that the server sends to open pages when data changes. An event names the version and the areas that
//! changed, never the content of the change; the page then reads what it shows again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::{Permission, Role},
    codes::codes,
};

codes! {
    /// An area of the data of the house that pages can follow.
    pub enum Area {
        /// Who is in which bed, and which beds are free.
        Board = "board",
        /// Residents' files.
        Residents = "residents",
        /// Stays, and the measures computed from them.
        Stays = "stays",
        /// Floors, rooms, beds and the settings of the house.
        House = "house",
        /// Staff accounts and sessions.
        Team = "team",
    }
}

impl Area {
    /// The permission that a reader must hold to receive the events of this area.
    pub const fn needs(self) -> Permission {
        match self {
            Self::Board => Permission::SeeBoard,
            Self::Residents => Permission::OpenResidents,
            Self::Stays => Permission::SeeStays,
            Self::House => Permission::SeeBoard,
            Self::Team => Permission::ManageTeam,
        }
    }

    /// Whether a reader of this role receives the events of this area.
    pub fn told_to(self, role: Role) -> bool {
        self.needs().held_by(role)
    }
}

/// The event of one change of the data of the house. Every change increments the version of the house by one, and a
/// version is never reused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The version of the house after the change.
    pub version: i64,
    /// The areas that changed, without those whose events the receiver's role may not receive; possibly empty.
    pub areas: Vec<Area>,
    /// The id of the bed, stay or file that changed, where there is one.
    pub subject: Option<Uuid>,
}
