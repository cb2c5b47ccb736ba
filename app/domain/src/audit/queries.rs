//! Queries about the audit.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    audit::{AuditKind, AuditPage},
    ids::StaffId,
};

/// The query for a page of the audit, latest line first. Filters that are none match every line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAudit {
    /// Only lines of this member of staff.
    pub staff: Option<StaffId>,
    /// Only lines about the resident's file of this number.
    pub number: Option<i64>,
    /// Only lines of this kind.
    pub kind: Option<AuditKind>,
    /// Only lines from this date on, on the calendar of the house.
    pub from: Option<NaiveDate>,
    /// Only lines up to this date, included, on the calendar of the house.
    pub to: Option<NaiveDate>,
    /// Only lines before this sequence number: the way to the next page.
    pub before: Option<i64>,
}

impl Query for ReadAudit {
    type Output = AuditPage;
    const NAME: &'static str = "audit.read";
    const NEEDS: Permission = Permission::ReadAudit;
}
