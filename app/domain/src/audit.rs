//! The audit: who did or opened what, and when. It never records the content.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{access::Role, codes::codes, ids::StaffId, time::HouseTime};

pub mod queries;

/// One line of the audit. The audit is append-only: lines are never changed or deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// The sequence number of the line: later lines have higher numbers.
    pub seq: i64,
    /// When it happened.
    pub at: HouseTime,
    /// The member of staff; none for the command line and for a failed sign-in.
    pub staff: Option<StaffId>,
    /// The name of the member of staff.
    pub name: Option<String>,
    /// The role of the member of staff at that time.
    pub role: Option<Role>,
    /// The name of the act, query or event.
    pub what: String,
    /// The kind and the id of what the line is about.
    pub subject: Option<(SubjectKind, Uuid)>,
    /// The number of the resident's file concerned, where there is one.
    pub number: Option<i64>,
    /// The label of the bed concerned, where there is one.
    pub label: Option<String>,
    /// `done`, or the code of the refusal.
    pub outcome: String,
    /// The first characters of the id of the device that sent the request.
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
    /// The kinds of lines that the audit can be filtered by.
    pub enum AuditKind {
        /// A resident's file, a stay, the sheet of a bed or the result of a search for residents was opened.
        Opened = "opened",
        /// The plan of the house, a resident's file, a stay or a staff account was changed.
        Changed = "changed",
        /// Somebody signed in or out, changed a password or ended a session.
        Access = "access",
        /// A request was refused.
        Refused = "refused",
        /// Data was exported.
        Exported = "exported",
    }
}

/// A page of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The lines, latest first.
    pub lines: Vec<AuditLine>,
    /// Whether there are earlier lines than these.
    pub more: bool,
    /// The members of staff that the audit can be filtered by, with their names.
    pub staff: Vec<(StaffId, String)>,
}
