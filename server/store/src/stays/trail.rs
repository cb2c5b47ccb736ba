//! The trail of a stay: for every change, the facts before and after it. Rows are never updated or deleted.

use std::collections::HashMap;

use chrono::TimeDelta;
use uuid::Uuid;

use domain::{
    access::Permission,
    ids::{ActId, BedId, StaffId, StayId, TrailId},
    refused::Refused,
    stays::{StayFacts, TrailChange, TrailEntry, TrailKind},
    time::Instant,
    undo::{UndoOffer, Undoable},
};

use crate::{
    access::actor::Actor,
    clock::new_id,
    db::{DbError, Tx, args, statement},
    house::record::House,
    store::Store,
    team::names::initials,
};

statement!(
    ADD = "INSERT INTO stay_trail (id, stay, seq, kind, act, undoes, recorded_at, recorded_by, before, after)
    VALUES ($1, $2, (SELECT coalesce(max(seq), 0) + 1 FROM stay_trail WHERE stay = $2), $3, $4, $5, $6, $7, $8, $9)"
);

statement!(
    READ = "SELECT t.id, t.kind, t.act, t.undoes, t.recorded_at, t.recorded_by, p.name_sealed, t.before, t.after
    FROM stay_trail t LEFT JOIN staff p ON p.id = t.recorded_by WHERE t.stay = $1 ORDER BY t.seq"
);

statement!(OF_ACT = "SELECT stay FROM stay_trail WHERE act = $1 AND stay <> $2");

statement!(
    LABELS = "SELECT d.bed, d.label FROM bed_details d JOIN bed_assignments a ON a.bed = d.bed
    WHERE a.stay = $1 AND d.since = (SELECT max(l.since) FROM bed_details l WHERE l.bed = d.bed)"
);

/// One stored entry of a trail.
pub(crate) struct Entry {
    pub(crate) id: TrailId,
    pub(crate) kind: TrailKind,
    pub(crate) act: Option<ActId>,
    pub(crate) undoes: Option<TrailId>,
    pub(crate) recorded_at: Instant,
    pub(crate) before: Option<StayFacts>,
    pub(crate) after: Option<StayFacts>,
    by: Option<(Uuid, Vec<u8>)>,
}

/// An entry of a trail to be inserted. `before` is `None` for the first entry; `after` is `None` when the stay is
/// voided.
pub(crate) struct NewEntry<'a> {
    pub(crate) stay: StayId,
    pub(crate) kind: TrailKind,
    pub(crate) act: Option<ActId>,
    pub(crate) undoes: Option<TrailId>,
    pub(crate) before: Option<&'a StayFacts>,
    pub(crate) after: Option<&'a StayFacts>,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: Uuid,
    kind: String,
    act: Option<Uuid>,
    undoes: Option<Uuid>,
    recorded_at: Instant,
    recorded_by: Option<Uuid>,
    name_sealed: Option<Vec<u8>>,
    before: Option<String>,
    after: Option<String>,
}

/// Inserts an entry of a trail.
pub(crate) async fn add(
    tx: &mut Tx,
    entry: NewEntry<'_>,
    now: Instant,
    by: Option<StaffId>,
) -> Result<TrailId, DbError> {
    let id = TrailId(new_id());
    let text = |facts: Option<&StayFacts>| facts.and_then(|facts| serde_json::to_string(facts).ok());
    let (before, after) = (text(entry.before), text(entry.after));
    tx.run_one(&ADD, args![id, entry.stay, entry.kind.code(), entry.act, entry.undoes, now, by, before, after]).await?;
    Ok(id)
}

/// Reads the trail of a stay in the order of recording. Does not authorise; the caller must.
pub(crate) async fn read(tx: &mut Tx, stay: StayId) -> Result<Vec<Entry>, DbError> {
    let facts = |text: Option<String>| match text {
        None => Ok(None),
        Some(text) => serde_json::from_str::<StayFacts>(&text)
            .map(Some)
            .map_err(|_| DbError::Inconsistent { table: "stay_trail", column: "before, after" }),
    };
    tx.all::<EntryRow>(&READ, args![stay])
        .await?
        .into_iter()
        .map(|row| {
            Ok(Entry {
                id: TrailId(row.id),
                kind: TrailKind::from_code(&row.kind)
                    .ok_or(DbError::Inconsistent { table: "stay_trail", column: "kind" })?,
                act: row.act.map(ActId),
                undoes: row.undoes.map(TrailId),
                recorded_at: row.recorded_at,
                before: facts(row.before)?,
                after: facts(row.after)?,
                by: row.recorded_by.zip(row.name_sealed),
            })
        })
        .collect()
}

/// Returns the entry that can be undone: the last entry, unless it is itself an undo or an import.
pub(crate) fn undoable(entries: &[Entry]) -> Option<&Entry> {
    let last = entries.iter().rev().find(|entry| entry.undoes.is_none())?;
    let undone = entries.iter().any(|entry| entry.undoes == Some(last.id));
    // An undo cannot be undone in turn; the change is made again instead.
    let is_last = entries.last().is_some_and(|newest| newest.id == last.id);
    (is_last && !undone && last.kind != TrailKind::Imported).then_some(last)
}

/// Returns the last change of a stay with the offer to undo it, or `None` when it cannot be undone by `actor`. Checks
/// only the right to undo; the caller must authorise reading the stay.
pub(crate) async fn undo_offer(
    tx: &mut Tx,
    house: &House,
    actor: &Actor,
    stay: StayId,
    now: Instant,
) -> Result<Option<(Entry, UndoOffer)>, DbError> {
    let mut entries = read(tx, stay).await?;
    let Some(id) = undoable(&entries).map(|entry| entry.id) else { return Ok(None) };
    let Some(entry) = entries.drain(..).find(|entry| entry.id == id) else { return Ok(None) };
    if !may_undo(actor, entry.kind, entry.recorded_at, now) {
        return Ok(None);
    }
    let done = Undoable::Stay { stay, entry: entry.id, kind: entry.kind };
    let at = house.wall.at(entry.recorded_at);
    Ok(Some((entry, UndoOffer { done, at })))
}

/// How long a member of staff who may move residents may undo the last change of a stay.
const UNDONE_WITHIN: TimeDelta = TimeDelta::hours(24);

/// Whether `actor` may undo a change. A change other than a correction may be undone within [`UNDONE_WITHIN`] by every
/// member of staff who may execute the act `Undo`; the dispatcher checks that permission, not this function.
/// Corrections and older changes require the permission `CorrectStays`.
pub(crate) fn may_undo(actor: &Actor, kind: TrailKind, recorded_at: Instant, now: Instant) -> bool {
    actor.may(Permission::CorrectStays) || (kind != TrailKind::Corrected && now - recorded_at < UNDONE_WITHIN)
}

/// Returns the other stays that an act changed, as a swap does.
pub(crate) async fn others_of(tx: &mut Tx, act: ActId, stay: StayId) -> Result<Vec<StayId>, DbError> {
    Ok(tx.all::<(Uuid,)>(&OF_ACT, args![act, stay]).await?.into_iter().map(|(id,)| StayId(id)).collect())
}

/// Builds the trail for the screen, with the initials of the staff who recorded it. Does not authorise; the caller
/// must.
pub(crate) async fn shown(tx: &mut Tx, store: &Store, house: &House, stay: StayId) -> Result<Vec<TrailEntry>, Refused> {
    let labels: HashMap<BedId, String> = tx
        .all::<(Uuid, String)>(&LABELS, args![stay])
        .await?
        .into_iter()
        .map(|(bed, label)| (BedId(bed), label))
        .collect();
    let entries = read(tx, stay).await?;
    let can = undoable(&entries).map(|entry| entry.id);
    entries
        .iter()
        .map(|entry| {
            let by = match &entry.by {
                Some((staff, sealed)) => Some(initials(store, *staff, sealed)?),
                None => None,
            };
            Ok(TrailEntry {
                id: entry.id,
                kind: entry.kind,
                recorded: house.wall.at(entry.recorded_at),
                by,
                changes: changes(entry, house, &labels),
                undone: entries.iter().any(|other| other.undoes == Some(entry.id)),
                can_undo: can == Some(entry.id),
            })
        })
        .collect()
}

fn changes(entry: &Entry, house: &House, labels: &HashMap<BedId, String>) -> Vec<TrailChange> {
    let (before, after) = (entry.before.as_ref(), entry.after.as_ref());
    let mut changes = Vec::new();
    let at = |instant: Option<Instant>| instant.map(|instant| house.wall.at(instant));
    let (from, to) = (at(before.map(|f| f.arrived)), at(after.map(|f| f.arrived)));
    if from != to {
        changes.push(TrailChange::Arrival { from, to });
    }
    let beds = |facts: Option<&StayFacts>| {
        let name = |bed| labels.get(&bed).cloned().unwrap_or_default();
        facts.map_or_else(Vec::new, |facts| facts.beds.iter().map(|span| name(span.bed)).collect::<Vec<_>>())
    };
    let (from, to) = (beds(before), beds(after));
    if from != to {
        changes.push(TrailChange::Beds { from, to });
    }
    let (was, is) = (before.and_then(|f| f.departure), after.and_then(|f| f.departure));
    let (from, to) = (at(was.map(|d| d.at)), at(is.map(|d| d.at)));
    if from != to {
        changes.push(TrailChange::Departure { from, to });
    }
    let (from, to) = (was.map(|d| d.reason), is.map(|d| d.reason));
    if from != to {
        changes.push(TrailChange::Reason { from, to });
    }
    let (from, to) = (was.map(|d| d.destination), is.map(|d| d.destination));
    if from != to {
        changes.push(TrailChange::Destination { from, to });
    }
    changes
}
