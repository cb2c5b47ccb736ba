//! Conditions of beds (to prepare, out of service) as rows with a half-open interval. The functions here do not
//! authorise; the acts that call them do.

use domain::{
    audit::SubjectKind,
    ids::{BedId, ConditionId},
    refused::Refused,
    time::Instant,
};

use crate::{
    board::draw::ConditionRow,
    clock::new_id,
    db::{args, statement},
    dispatch::ActContext,
};

statement!(
    CLOSE = "INSERT INTO bed_conditions (id, house, bed, kind, reason, since, until, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);

statement!(END_CONDITION = "UPDATE bed_conditions SET until = $2 WHERE id = $1");

statement!(CALL_OFF = "UPDATE bed_conditions SET superseded_at = $2 WHERE id = $1");

statement!(
    OPEN_CONDITIONS = "SELECT id, bed, kind, reason, since, until FROM bed_conditions
    WHERE bed = $1 AND superseded_at IS NULL AND (until IS NULL OR until > $2) ORDER BY since"
);

statement!(
    SOMEBODY = "SELECT 1 FROM bed_assignments
    WHERE bed = $1 AND superseded_at IS NULL AND (until IS NULL OR until > $2) LIMIT 1"
);

statement!(BED_EXISTS = "SELECT 1 FROM beds WHERE id = $1 AND house = $2");

pub(crate) const TO_PREPARE: &str = "to_prepare";

pub(crate) const OUT_OF_SERVICE: &str = "out_of_service";

/// Ends the `to_prepare` conditions of a bed that is given from an instant on, because an occupied bed counts as
/// prepared. A condition that begins later ends at its own beginning.
pub(crate) async fn make_ready(ctx: &mut ActContext<'_>, bed: BedId, from: Instant) -> Result<(), Refused> {
    for row in open_conditions(ctx, bed).await?.iter().filter(|row| row.kind == TO_PREPARE) {
        ctx.tx.run_one(&END_CONDITION, args![row.id, from.max(row.since)]).await?;
    }
    Ok(())
}

/// Inserts a condition of a bed. `until` is `None` for a condition without a planned end.
pub(crate) async fn insert_condition(
    ctx: &mut ActContext<'_>,
    bed: BedId,
    kind: &str,
    reason: Option<&str>,
    since: Instant,
    until: Option<Instant>,
) -> Result<(), Refused> {
    let (id, house, now) = (ConditionId(new_id()), ctx.house.id, ctx.now.at);
    ctx.tx.run_one(&CLOSE, args![id, house, bed, kind, reason, since, until, now]).await?;
    Ok(())
}

/// Reads the conditions of a bed that have not ended, planned ones included, earliest first.
pub(crate) async fn open_conditions(ctx: &mut ActContext<'_>, bed: BedId) -> Result<Vec<ConditionRow>, Refused> {
    Ok(ctx.tx.all::<ConditionRow>(&OPEN_CONDITIONS, args![bed, ctx.now.at]).await?)
}

/// Whether a bed has an assignment that is open or ends after `from`.
pub(crate) async fn somebody(ctx: &mut ActContext<'_>, bed: BedId, from: Instant) -> Result<bool, Refused> {
    Ok(ctx.tx.maybe::<(i32,)>(&SOMEBODY, args![bed, from]).await?.is_some())
}

/// Marks a bed as the subject of the act.
///
/// # Errors
/// Returns `Refused::NotFound` when the house has no such bed.
pub(crate) async fn of_house(ctx: &mut ActContext<'_>, bed: BedId) -> Result<(), Refused> {
    let known = ctx.tx.maybe::<(i32,)>(&BED_EXISTS, args![bed, ctx.house.id]).await?;
    known.ok_or(Refused::NotFound)?;
    ctx.about(SubjectKind::Bed, bed.0);
    Ok(())
}

/// Ends a condition at an instant, which must not precede its beginning.
pub(crate) async fn end(ctx: &mut ActContext<'_>, row: &ConditionRow, at: Instant) -> Result<(), Refused> {
    Ok(ctx.tx.run_one(&END_CONDITION, args![row.id, at]).await?)
}

/// Cancels a condition as if it had never existed; the row is kept with `superseded_at` set.
pub(crate) async fn call_off(ctx: &mut ActContext<'_>, row: &ConditionRow) -> Result<(), Refused> {
    Ok(ctx.tx.run_one(&CALL_OFF, args![row.id, ctx.now.at]).await?)
}
