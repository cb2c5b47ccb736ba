//! What the open screens are told when the house changes: where and which version, never what.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::{Permission, Role},
    codes::codes,
};

codes! {
    /// A part of the house that screens watch.
    pub enum Area {
        /// Who is in which bed, and which beds are free.
        Board = "board",
        /// Residents' files.
        Residents = "residents",
        /// Stays and the figures made of them.
        Stays = "stays",
        /// Floors, rooms, beds and settings.
        House = "house",
        /// Staff and sessions.
        Team = "team",
    }
}

impl Area {
    /// What one must hold to be told that this part changed.
    pub const fn needs(self) -> Permission {
        match self {
            Self::Board => Permission::SeeBoard,
            Self::Residents => Permission::OpenResidents,
            Self::Stays => Permission::SeeStays,
            Self::House => Permission::SeeBoard,
            Self::Team => Permission::ManageTeam,
        }
    }

    /// Whether a role is told.
    pub fn told_to(self, role: Role) -> bool {
        self.needs().held_by(role)
    }
}

/// One change of the house. Versions count up by one and are never reused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The house's version after the change.
    pub version: i64,
    /// The parts that changed, as the receiver may know them; empty when none is hers to know.
    pub areas: Vec<Area>,
    /// The bed, stay or file concerned, where one is.
    pub subject: Option<Uuid>,
}
