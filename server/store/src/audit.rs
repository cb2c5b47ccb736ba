//! The audit: one line for each act, refusal, sign-in and opening of a file.

use domain::{
    audit::{AuditKind, AuditLine, AuditPage, ReadAudit, SubjectKind},
    ids::{ActId, HouseId, ResidentId, StaffId},
    refused::Refused,
    time::Instant,
};
use uuid::Uuid;

use crate::{
    access::Actor,
    db::{DbError, Tx, args, statement},
    dispatch::{Answer, QueryContext},
    seal::FieldRef,
    store::House,
};

/// Lines on a page.
const PAGE: usize = 100;

/// A line to be written.
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

/// The kind of an act's line.
pub(crate) fn kind_of_act(name: &str) -> AuditKind {
    if name.starts_with("team.end_") || name == "team.change_password" { AuditKind::Access } else { AuditKind::Changed }
}

statement!(WRITE = "INSERT INTO audit (house, at, zone, staff, role, session, device, what, kind, subject_kind, subject, resident, act, outcome)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");

/// Writes a line, in the transaction of what it is about.
pub(crate) async fn write(
    tx: &mut Tx,
    house: Option<&House>,
    actor: &Actor,
    at: Instant,
    line: &Line,
) -> Result<(), DbError> {
    write_in(tx, house.map(|house| house.id), house.map(|house| house.zone.as_str()), actor, at, line).await
}

/// The same, for a house that is only just being made.
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

statement!(READ = sqlite "SELECT a.seq, a.at, a.staff, p.name_sealed, a.role, a.what, a.subject_kind, a.subject, r.number, a.outcome, a.device,
        (SELECT d.label FROM bed_details d WHERE d.bed = a.subject ORDER BY d.since DESC LIMIT 1) AS label
    FROM audit a LEFT JOIN staff p ON p.id = a.staff LEFT JOIN residents r ON r.id = a.resident
    WHERE a.house = $1 AND ($2 IS NULL OR a.staff = $2) AND ($3 IS NULL OR r.number = $3) AND ($4 IS NULL OR a.kind = $4)
        AND ($5 IS NULL OR a.at >= $5) AND ($6 IS NULL OR a.at < $6) AND ($7 IS NULL OR a.seq < $7)
    ORDER BY a.seq DESC LIMIT 101",
    postgres "SELECT a.seq, a.at, a.staff, p.name_sealed, a.role, a.what, a.subject_kind, a.subject, r.number, a.outcome, a.device,
        (SELECT d.label FROM bed_details d WHERE d.bed = a.subject ORDER BY d.since DESC LIMIT 1) AS label
    FROM audit a LEFT JOIN staff p ON p.id = a.staff LEFT JOIN residents r ON r.id = a.resident
    WHERE a.house = $1 AND ($2::uuid IS NULL OR a.staff = $2) AND ($3::bigint IS NULL OR r.number = $3) AND ($4::text IS NULL OR a.kind = $4)
        AND ($5::timestamptz IS NULL OR a.at >= $5) AND ($6::timestamptz IS NULL OR a.at < $6) AND ($7::bigint IS NULL OR a.seq < $7)
    ORDER BY a.seq DESC LIMIT 101");

statement!(EVERYONE = "SELECT id, name_sealed FROM staff WHERE house = $1 ORDER BY created_at");

#[derive(sqlx::FromRow)]
struct AuditRow {
    seq: i64,
    at: Instant,
    staff: Option<Uuid>,
    name_sealed: Option<Vec<u8>>,
    role: Option<String>,
    what: String,
    subject_kind: Option<String>,
    subject: Option<Uuid>,
    number: Option<i64>,
    outcome: String,
    device: Option<Uuid>,
    label: Option<String>,
}

impl Answer for ReadAudit {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<AuditPage, Refused> {
        let (house, keys) = (ctx.house, &ctx.store.0.keys);
        let midnight = |date: chrono::NaiveDate| house.wall.first_instant(date.and_time(chrono::NaiveTime::MIN));
        let from = self.from.map(midnight);
        let to = self.to.and_then(|date| date.succ_opt()).map(midnight);
        let kind = self.kind.map(AuditKind::code);
        let tx = ctx.tx().await?;
        let rows =
            tx.all::<AuditRow>(&READ, args![house.id, self.staff, self.number, kind, from, to, self.before]).await?;
        let everyone = tx.all::<(Uuid, Vec<u8>)>(&EVERYONE, args![house.id]).await?;
        let more = rows.len() > PAGE;
        let name = |staff: Uuid, sealed: &[u8]| keys.open_text(sealed, &FieldRef::new("staff", "name", staff));
        let lines = rows
            .into_iter()
            .take(PAGE)
            .map(|row| {
                let name = match (row.staff, &row.name_sealed) {
                    (Some(staff), Some(sealed)) => Some(name(staff, sealed)?),
                    _ => None,
                };
                Ok(AuditLine {
                    seq: row.seq,
                    at: house.wall.at(row.at),
                    staff: row.staff.map(StaffId),
                    name,
                    role: row.role.as_deref().and_then(domain::access::Role::from_code),
                    what: row.what,
                    subject: row.subject_kind.as_deref().and_then(SubjectKind::from_code).zip(row.subject),
                    number: row.number,
                    label: row.label,
                    outcome: row.outcome,
                    // Ids made in order of time begin alike: the end tells devices apart.
                    device: row.device.map(|id| {
                        let id = id.simple().to_string();
                        id[id.len() - 6..].to_owned()
                    }),
                })
            })
            .collect::<Result<Vec<_>, DbError>>()?;
        let staff = everyone
            .into_iter()
            .map(|(id, sealed)| Ok((StaffId(id), name(id, &sealed)?)))
            .collect::<Result<Vec<_>, DbError>>()?;
        Ok(AuditPage { lines, more, staff })
    }
}
