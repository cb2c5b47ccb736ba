//! Stays and their bed assignments as rows. An act computes the new facts of a stay with the pure functions of
//! `domain`; this module writes the difference. Intervals are half-open: `since` is included, `until` is not.

use chrono::NaiveDate;
use uuid::Uuid;

use domain::{
    ids::{AssignmentId, BedId, ResidentId, StaffId, StayId},
    refused::Refused,
    stays::{BedSpan, Departure, DepartureReason, Destination, StayFacts},
    time::Instant,
};

use crate::{
    clock::new_id,
    db::{DbError, Tx, args, statement},
    dispatch::ActContext,
};

/// A stay as it is stored, with the ids of its current assignments.
pub(crate) struct StoredStay {
    pub(crate) id: StayId,
    pub(crate) resident: ResidentId,
    pub(crate) version: i64,
    pub(crate) facts: StayFacts,
    pub(crate) expected_departure: Option<NaiveDate>,
    pub(crate) voided: bool,
    pub(crate) spans: Vec<(AssignmentId, BedSpan)>,
}

statement!(STAY = "SELECT resident, version, arrived_at, departed_at, departure_reason, destination, expected_departure, voided_at
    FROM stays WHERE id = $1");

statement!(
    SPANS = "SELECT id, bed, since, until FROM bed_assignments
    WHERE stay = $1 AND superseded_at IS NULL ORDER BY since, until"
);

statement!(
    INSERT = "INSERT INTO stays (id, house, resident, arrived_at, departed_at, departure_reason, destination,
        expected_departure, age_at_admission, age_reason_sealed, date_only, recorded_at, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
);

statement!(
    UPDATE = "UPDATE stays SET version = version + 1, arrived_at = $2, departed_at = $3, departure_reason = $4,
        destination = $5, voided_at = $6 WHERE id = $1 AND version = $7"
);

statement!(
    ASSIGN = "INSERT INTO bed_assignments (id, house, stay, resident, bed, since, until, recorded_at, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);

statement!(SUPERSEDE = "UPDATE bed_assignments SET superseded_at = $2 WHERE id = $1");

statement!(RESIZE = "UPDATE bed_assignments SET since = $2, until = $3 WHERE id = $1");

#[derive(sqlx::FromRow)]
struct StayRow {
    resident: Uuid,
    version: i64,
    arrived_at: Instant,
    departed_at: Option<Instant>,
    departure_reason: Option<String>,
    destination: Option<String>,
    expected_departure: Option<NaiveDate>,
    voided_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct SpanRow {
    id: Uuid,
    bed: Uuid,
    since: Instant,
    until: Option<Instant>,
}

/// Reads a stay with its current assignments, whatever its state and house. Returns `None` when there is no such stay.
///
/// Does not authorise; the caller must.
pub(crate) async fn load(tx: &mut Tx, id: StayId) -> Result<Option<StoredStay>, DbError> {
    let Some(row) = tx.maybe::<StayRow>(&STAY, args![id]).await? else { return Ok(None) };
    let spans: Vec<(AssignmentId, BedSpan)> = tx
        .all::<SpanRow>(&SPANS, args![id])
        .await?
        .into_iter()
        .map(|span| (AssignmentId(span.id), BedSpan { bed: BedId(span.bed), since: span.since, until: span.until }))
        .collect();
    let facts = StayFacts {
        arrived: row.arrived_at,
        departure: departure(row.departed_at, row.departure_reason.as_deref(), row.destination.as_deref())?,
        beds: spans.iter().map(|(_, span)| *span).collect(),
    };
    Ok(Some(StoredStay {
        id,
        resident: ResidentId(row.resident),
        version: row.version,
        facts,
        expected_departure: row.expected_departure,
        voided: row.voided_at.is_some(),
        spans,
    }))
}

/// Builds a departure from its columns. `None` for `at` means that the resident has not left.
///
/// # Errors
/// Returns `DbError::Inconsistent` when a departure lacks a known reason or destination.
pub(crate) fn departure(
    at: Option<Instant>,
    reason: Option<&str>,
    destination: Option<&str>,
) -> Result<Option<Departure>, DbError> {
    let Some(at) = at else { return Ok(None) };
    let reason = reason
        .and_then(DepartureReason::from_code)
        .ok_or(DbError::Inconsistent { table: "stays", column: "departure_reason" })?;
    let destination = destination
        .and_then(Destination::from_code)
        .ok_or(DbError::Inconsistent { table: "stays", column: "destination" })?;
    Ok(Some(Departure { at, reason, destination }))
}

/// A stay to be inserted.
pub(crate) struct NewStay<'a> {
    pub(crate) resident: ResidentId,
    pub(crate) facts: &'a StayFacts,
    pub(crate) expected_departure: Option<NaiveDate>,
    pub(crate) age: Option<u8>,
    pub(crate) age_reason_sealed: Option<Vec<u8>>,
    pub(crate) date_only: bool,
}

/// Inserts a stay with its bed assignments. Does not authorise; the caller must.
pub(crate) async fn insert(
    tx: &mut Tx,
    house: domain::ids::HouseId,
    id: StayId,
    stay: NewStay<'_>,
    now: Instant,
    by: Option<StaffId>,
) -> Result<(), DbError> {
    let departure = stay.facts.departure;
    tx.run_one(
        &INSERT,
        args![
            id,
            house,
            stay.resident,
            stay.facts.arrived,
            departure.map(|d| d.at),
            departure.map(|d| d.reason.code()),
            departure.map(|d| d.destination.code()),
            stay.expected_departure,
            stay.age.map(i64::from),
            stay.age_reason_sealed,
            stay.date_only,
            now,
            by,
        ],
    )
    .await?;
    for span in &stay.facts.beds {
        let assignment = AssignmentId(new_id());
        tx.run_one(&ASSIGN, args![assignment, house, id, stay.resident, span.bed, span.since, span.until, now, by])
            .await?;
    }
    Ok(())
}

/// A stay and the facts that replace it. `None` voids the stay: it was undone as a whole.
pub(crate) type Becoming<'a> = (&'a StoredStay, Option<&'a StayFacts>);

/// Replaces the facts of stays. An assignment that does not change is left alone, one whose ends change is resized, and
/// the others are superseded or inserted. Within all the stays, rows that release time in a bed are written first, so
/// that no intermediate state violates the no-overlap rules of the schema. Does not authorise; the act that calls it
/// does.
pub(crate) async fn replace(ctx: &mut ActContext<'_>, stays: &[Becoming<'_>]) -> Result<(), Refused> {
    let (house, now, by) = (ctx.house.id, ctx.now.at, ctx.actor.staff());
    let tx = &mut *ctx.tx;
    let mut grows = Vec::new();
    let mut adds = Vec::new();
    for (stay, after) in stays {
        let mut left: Vec<BedSpan> = after.map_or_else(Vec::new, |facts| facts.beds.clone());
        for (id, span) in &stay.spans {
            if let Some(same) = left.iter().position(|want| want == span) {
                left.remove(same);
            } else if let Some(like) = left.iter().position(|want| want.bed == span.bed) {
                let want = left.remove(like);
                if within(&want, span) {
                    tx.run_one(&RESIZE, args![*id, want.since, want.until]).await?;
                } else {
                    grows.push((*id, want));
                }
            } else {
                tx.run_one(&SUPERSEDE, args![*id, now]).await?;
            }
        }
        adds.extend(left.into_iter().map(|span| (stay.id, stay.resident, span)));
    }
    for (stay, after) in stays {
        let departure = after.unwrap_or(&stay.facts).departure;
        let arrived = after.map_or(stay.facts.arrived, |facts| facts.arrived);
        let voided = after.is_none().then_some(now);
        let (reason, destination) = (departure.map(|d| d.reason.code()), departure.map(|d| d.destination.code()));
        let values = args![stay.id, arrived, departure.map(|d| d.at), reason, destination, voided, stay.version];
        tx.run_one(&UPDATE, values).await?;
    }
    for (id, want) in grows {
        tx.run_one(&RESIZE, args![id, want.since, want.until]).await?;
    }
    for (stay, resident, span) in adds {
        let assignment = AssignmentId(new_id());
        tx.run_one(&ASSIGN, args![assignment, house, stay, resident, span.bed, span.since, span.until, now, by])
            .await?;
    }
    Ok(())
}

/// Whether one interval lies inside another. Intervals are half-open; `None` is an open end.
fn within(inner: &BedSpan, outer: &BedSpan) -> bool {
    inner.since >= outer.since
        && match (inner.until, outer.until) {
            (_, None) => true,
            (Some(inner), Some(outer)) => inner <= outer,
            (None, Some(_)) => false,
        }
}
