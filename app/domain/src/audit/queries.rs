//! Queries about the audit.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    audit::{AuditKind, AuditPage},
    ids::StaffId,
};

/// Asks for a page of the audit, latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAudit {
    /// By whom.
    pub staff: Option<StaffId>,
    /// About which file, by number.
    pub number: Option<i64>,
    /// What kind of thing.
    pub kind: Option<AuditKind>,
    /// From this date.
    pub from: Option<NaiveDate>,
    /// Up to this date, included.
    pub to: Option<NaiveDate>,
    /// Before this line, for the next page.
    pub before: Option<i64>,
}

impl Query for ReadAudit {
    type Output = AuditPage;
    const NAME: &'static str = "audit.read";
    const NEEDS: Permission = Permission::ReadAudit;
}
