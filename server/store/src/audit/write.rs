//! Writes rows of the audit, in the transaction of the act or opening that they record.

use uuid::Uuid;

use domain::{
    audit::{AuditKind, SubjectKind},
    ids::{ActId, HouseId, ResidentId},
    time::Instant,
};

use crate::{
    access::actor::Actor,
    db::{DbError, Tx, args, statement},
    house::record::House,
};

/// A row of the audit to be written.
pub(crate) struct Line {
    pub(crate) what: &'static str,
    pub(crate) kind: AuditKind,
    pub(crate) subject: Option<(SubjectKind, Uuid)>,
    pub(crate) resident: Option<ResidentId>,
    pub(crate) act: Option<ActId>,
    pub(crate) outcome: &'static str,
}

impl Line {
    pub(crate) const fn new(what: &'static str, kind: AuditKind, outcome: &'static str) -> Self {
        Self { what, kind, subject: None, resident: None, act: None, outcome }
    }
}

statement!(WRITE = "INSERT INTO audit (house, at, zone, staff, role, session, device, what, kind, subject_kind, subject, resident, act, outcome)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");

/// Writes a row of the audit in the transaction `tx`. The time zone stored with it is the house's.
pub(crate) async fn write(
    tx: &mut Tx,
    house: Option<&House>,
    actor: &Actor,
    at: Instant,
    line: &Line,
) -> Result<(), DbError> {
    write_in(tx, house.map(|house| house.id), house.map(|house| house.zone.as_str()), actor, at, line).await
}

/// Writes a row of the audit for a house given by id and zone, before its `House` value has been loaded.
pub(crate) async fn write_in(
    tx: &mut Tx,
    house: Option<HouseId>,
    zone: Option<&str>,
    actor: &Actor,
    at: Instant,
    line: &Line,
) -> Result<(), DbError> {
    let staff = actor.as_staff();
    let (subject_kind, subject) = line.subject.unzip();
    tx.run_one(
        &WRITE,
        args![
            house,
            at,
            zone,
            staff.map(|s| s.staff),
            staff.map(|s| s.role.code()),
            staff.map(|s| s.session),
            staff.map(|s| s.device),
            line.what,
            line.kind.code(),
            subject_kind.map(SubjectKind::code),
            subject,
            line.resident,
            line.act,
            line.outcome,
        ],
    )
    .await
}
