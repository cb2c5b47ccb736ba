//! Who may do what: the one matrix that the code obeys and the tests walk.

use serde::{Deserialize, Serialize};

use crate::codes::codes;

codes! {
    /// What a member of staff is in the house.
    pub enum Role {
        /// Night staff: alone, a shared tablet. Sees what the shift needs.
        Night = "night",
        /// The coordinator: admits, moves, keeps the house.
        Coordinator = "coordinator",
        /// Management: history, figures, the team and the audit; no resident's file.
        Management = "management",
    }
}

codes! {
    /// A thing one may be allowed to do. Every act, question and route needs exactly one.
    pub enum Permission {
        /// Be signed in: one's own session, words and theme.
        SignedIn = "signed_in",
        /// See the board of tonight and of past nights.
        SeeBoard = "see_board",
        /// Open a bed's sheet, with what an emergency needs about the person in it.
        OpenBed = "open_bed",
        /// Mark a bed prepared, to prepare or out of service.
        HandleBeds = "handle_beds",
        /// Admit, move and discharge; undo one's last mistake.
        MoveResidents = "move_residents",
        /// Correct the dates of a stay after the fact.
        CorrectStays = "correct_stays",
        /// Search for and open a resident's file.
        OpenResidents = "open_residents",
        /// Change what night staff may also change: usual name, languages, emergency health.
        EditCare = "edit_care",
        /// Change identity, health detail, safety notes and emergency contact.
        EditResidents = "edit_residents",
        /// See all stays and each one's timeline.
        SeeStays = "see_stays",
        /// See the figures and the nights they are made of.
        SeeMeasures = "see_figures",
        /// Take a list of stays out of the program.
        Export = "export",
        /// See the plan of the house.
        SeeHouse = "see_house",
        /// Change floors, rooms, beds and the house's settings.
        EditHouse = "edit_house",
        /// Add, change and disable staff; end their sessions.
        ManageTeam = "manage_team",
        /// Read who did and opened what.
        ReadAudit = "read_audit",
        /// The command line of the machine itself: import, demo house, first accounts.
        Operate = "operate",
    }
}

impl Permission {
    /// The roles that hold this permission. `Operate` is held by no role: only by the command line.
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

    /// Whether a role holds it.
    pub fn held_by(self, role: Role) -> bool {
        self.roles().contains(&role)
    }
}

codes! {
    /// A part of what is known about a resident. Each has its own readers and its own seal.
    pub enum Facet {
        /// Usual or chosen name, pronouns, languages, age in years.
        Usual = "usual",
        /// What changes an emergency: allergy, vital medication, help to evacuate, and what to do.
        Care = "care",
        /// Legal name and birth date.
        Identity = "identity",
        /// Health beyond the emergency.
        Health = "health",
        /// What night staff must know to keep her safe at the door and on the telephone.
        Watch = "watch",
        /// Whom she fears and why; the most sensitive of all.
        Safety = "safety",
        /// Whom to call, and whether one may say that she is here.
        Contact = "contact",
    }
}

impl Facet {
    /// The roles that may read this part (DOMAIN 1.4). Nobody else ever receives it.
    pub const fn readers(self) -> &'static [Role] {
        use Role::{Coordinator, Management, Night};
        match self {
            Self::Usual => &[Night, Coordinator, Management],
            Self::Care | Self::Watch | Self::Contact => &[Night, Coordinator],
            Self::Identity | Self::Health | Self::Safety => &[Coordinator],
        }
    }

    /// Whether a role may read it.
    pub fn read_by(self, role: Role) -> bool {
        self.readers().contains(&role)
    }
}

/// Initials of a member of staff, as shown to colleagues: `M. L.`
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
