//! Roles and permissions: the one matrix of who may do what. The server authorises every request from it, and the
//! access tests check every cell of it.

use serde::{Deserialize, Serialize};

use crate::codes::codes;

codes! {
    /// The role of a member of staff. Each account has exactly one.
    pub enum Role {
        /// Night staff: one person alone in the house, on a shared tablet, who sees what the shift requires.
        Night = "night",
        /// The coordinator: admits and moves residents, keeps their files and edits the plan of the house.
        Coordinator = "coordinator",
        /// Management: sees the history of stays, the measures, the team and the audit, and no resident's file.
        Management = "management",
    }
}

codes! {
    /// A permission. Every act, query and route requires exactly one.
    pub enum Permission {
        /// Have a session. A member of staff with a session may always see and end that member's own sessions and
        /// change that member's own password.
        SignedIn = "signed_in",
        /// See the board of tonight and of past nights.
        SeeBoard = "see_board",
        /// Open the sheet of a bed, with the emergency information about the resident in it.
        OpenBed = "open_bed",
        /// Mark a bed as prepared, as to be prepared, or as in or out of service.
        HandleBeds = "handle_beds",
        /// Admit, move and discharge residents, and undo the last change of a stay.
        MoveResidents = "move_residents",
        /// Correct the dates of a stay after the fact.
        CorrectStays = "correct_stays",
        /// Search for and open a resident's file.
        OpenResidents = "open_residents",
        /// Change the parts of a file open to night staff: usual name, pronouns, languages, emergency health.
        EditCare = "edit_care",
        /// Change identity, health detail, safety notes and emergency contact.
        EditResidents = "edit_residents",
        /// List all stays and open the timeline of each.
        SeeStays = "see_stays",
        /// See the measures, and the nights they are computed from.
        SeeMeasures = "see_figures",
        /// Export a list of stays as a file.
        Export = "export",
        /// See the plan of the house.
        SeeHouse = "see_house",
        /// Change floors, rooms, beds and the house's settings.
        EditHouse = "edit_house",
        /// Add, change and disable staff accounts, and end their sessions.
        ManageTeam = "manage_team",
        /// Read the audit: who did what, and who opened which file.
        ReadAudit = "read_audit",
        /// Use the command line of the server's machine: import data, create a demo house, create the first accounts.
        Operate = "operate",
    }
}

impl Permission {
    /// The roles that hold this permission. No role holds `Operate`; only the command line does.
    pub const fn roles(self) -> &'static [Role] {
        use Role::{Coordinator, Management, Night};
        match self {
            Self::SignedIn | Self::SeeBoard => &[Night, Coordinator, Management],
            Self::OpenBed | Self::HandleBeds | Self::MoveResidents | Self::OpenResidents | Self::EditCare => {
                &[Night, Coordinator]
            }
            Self::CorrectStays | Self::EditResidents | Self::EditHouse => &[Coordinator],
            Self::SeeStays | Self::SeeMeasures | Self::Export | Self::SeeHouse | Self::ManageTeam => {
                &[Coordinator, Management]
            }
            Self::ReadAudit => &[Management],
            Self::Operate => &[],
        }
    }

    /// Whether a role holds this permission.
    pub fn held_by(self, role: Role) -> bool {
        self.roles().contains(&role)
    }
}

codes! {
    /// A part of a resident's file. Each part has its own list of roles that may read it and is encrypted separately.
    pub enum Facet {
        /// Usual or chosen name, pronouns, languages, age in years.
        Usual = "usual",
        /// Emergency health: allergy, vital medication, help to evacuate, and what to do.
        Care = "care",
        /// Legal name and birth date.
        Identity = "identity",
        /// Health information that an emergency does not require.
        Health = "health",
        /// What night staff must know to keep the resident safe when somebody comes to the house or telephones.
        Watch = "watch",
        /// Whom the resident fears and why. This is the most sensitive part of a file.
        Safety = "safety",
        /// The emergency contact, and whether staff may tell that contact that the resident is in the house.
        Contact = "contact",
    }
}

impl Facet {
    /// The roles that may read this part. The server never sends it to a reader of another role.
    pub const fn readers(self) -> &'static [Role] {
        use Role::{Coordinator, Management, Night};
        match self {
            Self::Usual => &[Night, Coordinator, Management],
            Self::Care | Self::Watch | Self::Contact => &[Night, Coordinator],
            Self::Identity | Self::Health | Self::Safety => &[Coordinator],
        }
    }

    /// Whether a role may read this part.
    pub fn read_by(self, role: Role) -> bool {
        self.readers().contains(&role)
    }
}

/// The initials of a member of staff, such as `M. L.`, as colleagues see them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Initials(pub String);

impl Initials {
    /// The initials of a name: the first letter of each of its first three words.
    pub fn of(name: &str) -> Self {
        let letters = name
            .split(|c: char| c.is_whitespace() || c == '-')
            .filter_map(|word| word.chars().find(|c| c.is_alphabetic()))
            .take(3)
            .map(|c| format!("{}.", c.to_uppercase()))
            .collect::<Vec<_>>();
        Self(letters.join(" "))
    }
}

#[cfg(test)]
mod tests;
