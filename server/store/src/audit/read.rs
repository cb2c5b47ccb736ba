//! The query that reads the audit, page by page, latest row first.

use uuid::Uuid;

use domain::{
    audit::{AuditKind, AuditLine, AuditPage, SubjectKind, queries::ReadAudit},
    ids::StaffId,
    refused::Refused,
    time::Instant,
};

use crate::{
    db::{DbError, args, statement},
    dispatch::{QueryContext, QueryHandler},
    seal::FieldRef,
};

/// The number of rows on a page. The statement reads one more, to know whether there is a next page.
const PAGE: usize = 100;

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

impl QueryHandler for ReadAudit {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<AuditPage, Refused> {
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
                    // Ids are UUIDv7 and begin with a timestamp, so only their last characters tell two devices apart.
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
