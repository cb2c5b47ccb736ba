//! What was done and opened, by whom and when: never what it said.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{access::Role, codes::codes, ids::StaffId, time::HouseTime};

pub mod queries;

/// One line of the audit. Lines are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Its place in the order in which things happened.
    pub seq: i64,
    /// When.
    pub at: HouseTime,
    /// Who; none for the command line and for those who did not get in.
    pub staff: Option<StaffId>,
    /// Her name.
    pub name: Option<String>,
    /// Her role then.
    pub role: Option<Role>,
    /// What: the name of the act, question or event.
    pub what: String,
    /// What it was about.
    pub subject: Option<(SubjectKind, Uuid)>,
    /// The number of the file concerned, where there is one.
    pub number: Option<i64>,
    /// The label of the bed concerned, where there is one.
    pub label: Option<String>,
    /// `done`, or the code of the refusal.
    pub outcome: String,
    /// The first characters of the device it came from.
    pub device: Option<String>,
}

codes! {
    /// What a line of the audit is about.
    pub enum SubjectKind {
        /// A bed.
        Bed = "bed",
        /// A room.
        Room = "room",
        /// A floor.
        Floor = "floor",
        /// A resident's file.
        Resident = "resident",
        /// A stay.
        Stay = "stay",
        /// A member of staff.
        Staff = "staff",
        /// A session.
        Session = "session",
        /// The house.
        House = "house",
    }
}

codes! {
    /// Kinds of lines one can filter by.
    pub enum AuditKind {
        /// Files and sheets that were opened.
        Opened = "opened",
        /// Changes of the house, its people and stays.
        Changed = "changed",
        /// Signing in and out.
        Access = "access",
        /// What was refused.
        Refused = "refused",
        /// What left the program.
        Exported = "exported",
    }
}

/// A page of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Lines, latest first.
    pub lines: Vec<AuditLine>,
    /// Whether there are earlier ones.
    pub more: bool,
    /// Staff one can filter by.
    pub staff: Vec<(StaffId, String)>,
}
