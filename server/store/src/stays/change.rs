//! Acts that change a stay: transfer, swap, departure, correction and undo.

use uuid::Uuid;

use domain::{
    audit::SubjectKind,
    ids::StayId,
    refused::{Conflict, FaultCode, Field, Refused},
    stays::{
        Departure, StayFacts, TrailKind,
        acts::{Correct, Depart, StayVersion, Swap, Transfer, Undo},
    },
    time::Instant,
};

use crate::{
    clock::new_id,
    db::{args, statement},
    dispatch::{ActContext, ActHandler},
    house::conditions::make_ready,
    stays::{
        admit::bed_can_be_given,
        availability::Availability,
        record::{self, Becoming, StoredStay},
        trail,
    },
    team::names::initials,
};

statement!(OF_HOUSE = "SELECT house FROM stays WHERE id = $1");

statement!(
    ENDED_BY = "SELECT t.recorded_by, p.name_sealed FROM stay_trail t JOIN staff p ON p.id = t.recorded_by
    WHERE t.stay = $1 AND t.kind = 'departed' ORDER BY t.seq DESC LIMIT 1"
);

statement!(
    SOIL = "INSERT INTO bed_conditions (id, house, bed, kind, since, recorded_at)
    SELECT $1, $2, $3, 'to_prepare', $4, $5 WHERE NOT EXISTS (SELECT 1 FROM bed_conditions c
        WHERE c.bed = $3 AND c.kind = 'to_prepare' AND c.superseded_at IS NULL AND (c.until IS NULL OR c.until > $4))"
);

statement!(
    UNSOIL = "UPDATE bed_conditions SET superseded_at = $3
    WHERE bed = $1 AND kind = 'to_prepare' AND superseded_at IS NULL AND since = $2"
);

statement!(
    UNMAKE_READY = "UPDATE bed_conditions SET until = NULL
    WHERE bed = $1 AND kind = 'to_prepare' AND superseded_at IS NULL AND until = $2
        AND NOT EXISTS (SELECT 1 FROM bed_conditions c WHERE c.bed = $1 AND c.kind = 'to_prepare'
            AND c.superseded_at IS NULL AND (c.until IS NULL OR c.until > $2))"
);

impl ActHandler for Transfer {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StayVersion, Refused> {
        let stay = present_stay(ctx, self.stay).await?;
        let at = ctx.happened(self.at, Field::At)?;
        let from = stay.facts.bed();
        let after = stay.facts.transfer(self.bed, at).map_err(|fault| Refused::Faults(vec![fault]))?;
        bed_can_be_given(ctx, self.bed, at).await?;
        write(ctx, TrailKind::Transferred, None, &[(&stay, Some(&after))]).await?;
        make_ready(ctx, self.bed, at).await?;
        if let Some(bed) = from {
            soil(ctx, bed.0, at).await?;
        }
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl ActHandler for Swap {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StayVersion, Refused> {
        let stay = present_stay(ctx, self.stay).await?;
        let other = present_stay(ctx, self.other).await?;
        let at = ctx.happened(self.at, Field::At)?;
        let (Some(bed), Some(other_bed)) = (stay.facts.bed(), other.facts.bed()) else {
            return Err(Refused::fault(Field::Stay, FaultCode::AfterDeparture));
        };
        let fault = |fault| Refused::Faults(vec![fault]);
        let after = stay.facts.transfer(other_bed, at).map_err(fault)?;
        let other_after = other.facts.transfer(bed, at).map_err(fault)?;
        let spans = (last_span(&stay), last_span(&other));
        let availability = Availability::read(ctx.tx, ctx.store, ctx.house, at, ctx.now.at).await?;
        for (bed, leaving) in [(other_bed, spans.1), (bed, spans.0)] {
            if let Some(conflict) = availability.conflict_but_for(ctx.tx, bed, leaving).await? {
                return Err(Refused::conflict(conflict));
            }
        }
        let both: [Becoming<'_>; 2] = [(&stay, Some(&after)), (&other, Some(&other_after))];
        write(ctx, TrailKind::Swapped, None, &both).await?;
        ctx.about(SubjectKind::Stay, stay.id.0);
        ctx.concerning(stay.resident);
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl ActHandler for Depart {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StayVersion, Refused> {
        let stay = present_stay(ctx, self.stay).await?;
        let at = ctx.happened(self.at, Field::Departure)?;
        let departure = Departure { at, reason: self.reason, destination: self.destination };
        let bed = stay.facts.bed();
        let after = stay.facts.depart(departure).map_err(|fault| Refused::Faults(vec![fault]))?;
        write(ctx, TrailKind::Departed, None, &[(&stay, Some(&after))]).await?;
        if let Some(bed) = bed {
            soil(ctx, bed.0, at).await?;
        }
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl ActHandler for Correct {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StayVersion, Refused> {
        let stay = any_stay(ctx, self.stay).await?;
        let arrived = ctx.happened(self.arrival, Field::Arrival)?;
        let departure = match self.departure {
            Some(departure) => Some(Departure {
                at: ctx.happened(departure.at, Field::Departure)?,
                reason: departure.reason,
                destination: departure.destination,
            }),
            None => None,
        };
        // The form shows whole minutes. A time within a minute of the stored one was not edited and keeps its seconds.
        let same =
            |new: Instant, old: Instant| if (new - old).abs() < chrono::TimeDelta::minutes(1) { old } else { new };
        let arrived = same(arrived, stay.facts.arrived);
        let departure = departure.map(|departure| match stay.facts.departed() {
            Some(old) => Departure { at: same(departure.at, old), ..departure },
            None => departure,
        });
        let after = stay.facts.correct(arrived, departure).map_err(|fault| Refused::Faults(vec![fault]))?;
        write(ctx, TrailKind::Corrected, None, &[(&stay, Some(&after))]).await?;
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl ActHandler for Undo {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StayVersion, Refused> {
        let stay = any_stay(ctx, self.stay).await?;
        let entries = trail::read(ctx.tx, stay.id).await?;
        let entry = trail::undoable(&entries)
            .filter(|entry| entry.id == self.entry)
            .ok_or_else(|| Refused::conflict(Conflict::NotTheLastChange))?;
        if !trail::may_undo(ctx.actor, entry.kind, entry.recorded_at, ctx.now.at) {
            return Err(Refused::NotAllowed);
        }
        // A swap is one act on two stays; its undo changes both stays or neither.
        let mut others = Vec::new();
        if let (TrailKind::Swapped, Some(act)) = (entry.kind, entry.act) {
            for id in trail::others_of(ctx.tx, act, stay.id).await? {
                let other = any_stay(ctx, id).await?;
                let entries = trail::read(ctx.tx, id).await?;
                let entry = trail::undoable(&entries)
                    .filter(|entry| entry.act == Some(act))
                    .ok_or_else(|| Refused::conflict(Conflict::NotTheLastChange))?;
                others.push((other, entry.before.clone(), entry.id));
            }
        }
        if let Some(Departure { at, .. }) = entry.after.as_ref().and_then(|facts| facts.departure) {
            // The bed that the resident returns to was marked `to_prepare` by the departure; the undo removes that
            // condition.
            if let Some(bed) = entry.before.as_ref().and_then(StayFacts::bed) {
                ctx.tx.run(&UNSOIL, args![bed, at, ctx.now.at]).await?;
            }
        } else if let (TrailKind::Transferred, Some(after)) = (entry.kind, &entry.after)
            && let Some((moved, bed)) = after.beds.last().zip(entry.before.as_ref().and_then(StayFacts::bed))
        {
            ctx.tx.run(&UNSOIL, args![bed, moved.since, ctx.now.at]).await?;
        }
        // A late entry gave a bed that was to be prepared and so ended that condition; the undo restores it.
        if let (TrailKind::Admitted | TrailKind::Transferred, Some(given)) =
            (entry.kind, entry.after.as_ref().and_then(|after| after.beds.last()))
        {
            ctx.tx.run(&UNMAKE_READY, args![given.bed, given.since]).await?;
        }
        let mut becoming: Vec<Becoming<'_>> = vec![(&stay, entry.before.as_ref())];
        becoming.extend(others.iter().map(|(other, before, _)| (other, before.as_ref())));
        record::replace(ctx, &becoming).await?;
        let mut undone = vec![(&stay, entry.before.as_ref(), entry.id)];
        undone.extend(others.iter().map(|(other, before, id)| (other, before.as_ref(), *id)));
        for (stay, after, undoes) in undone {
            let entry = trail::NewEntry {
                stay: stay.id,
                kind: TrailKind::Undone,
                act: Some(ctx.act),
                undoes: Some(undoes),
                before: Some(&stay.facts),
                after,
            };
            trail::add(ctx.tx, entry, ctx.now.at, ctx.actor.staff()).await?;
        }
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

/// Replaces the facts of stays and adds one trail entry for each.
async fn write(
    ctx: &mut ActContext<'_>,
    kind: TrailKind,
    undoes: Option<domain::ids::TrailId>,
    stays: &[Becoming<'_>],
) -> Result<(), Refused> {
    record::replace(ctx, stays).await?;
    for (stay, after) in stays {
        let entry = trail::NewEntry {
            stay: stay.id,
            kind,
            act: Some(ctx.act),
            undoes,
            before: Some(&stay.facts),
            after: *after,
        };
        trail::add(ctx.tx, entry, ctx.now.at, ctx.actor.staff()).await?;
    }
    Ok(())
}

/// Marks a bed as to be prepared from the instant at which it was left. Does nothing when the bed has an assignment
/// that is open or ends after `at`, as after a late entry of a departure.
async fn soil(ctx: &mut ActContext<'_>, bed: Uuid, at: Instant) -> Result<(), Refused> {
    statement!(
        SINCE = "SELECT 1 FROM bed_assignments WHERE bed = $1 AND superseded_at IS NULL AND (until IS NULL OR until > $2) LIMIT 1"
    );
    if ctx.tx.maybe::<(i32,)>(&SINCE, args![bed, at]).await?.is_none() {
        ctx.tx.run(&SOIL, args![new_id(), ctx.house.id, bed, at, ctx.now.at]).await?;
    }
    Ok(())
}

/// Reads a stay of this house, ended or not, and marks it as the subject of the act. Does not authorise; the act that
/// calls it does.
///
/// # Errors
/// Returns `Refused::NotFound` when the house has no such stay or the stay was undone as a whole.
async fn any_stay(ctx: &mut ActContext<'_>, id: StayId) -> Result<StoredStay, Refused> {
    let house = ctx.tx.maybe::<(Uuid,)>(&OF_HOUSE, args![id]).await?;
    if house.is_none_or(|(house,)| house != ctx.house.id.0) {
        return Err(Refused::NotFound);
    }
    let stay = record::load(ctx.tx, id).await?.filter(|stay| !stay.voided).ok_or(Refused::NotFound)?;
    ctx.about(SubjectKind::Stay, stay.id.0);
    ctx.concerning(stay.resident);
    Ok(stay)
}

/// Reads a stay of this house that has not ended, like [`any_stay`].
///
/// # Errors
/// Returns `Conflict::StayEnded` when the resident has left, and the errors of [`any_stay`].
async fn present_stay(ctx: &mut ActContext<'_>, id: StayId) -> Result<StoredStay, Refused> {
    let stay = any_stay(ctx, id).await?;
    let Some(departure) = stay.facts.departure else { return Ok(stay) };
    let row = ctx.tx.maybe::<(Uuid, Vec<u8>)>(&ENDED_BY, args![id]).await?;
    let by = match row {
        Some((staff, sealed)) => Some(initials(ctx.store, staff, &sealed)?),
        None => None,
    };
    Err(Refused::conflict(Conflict::StayEnded { at: ctx.house.wall.at(departure.at), by }))
}

fn last_span(stay: &StoredStay) -> Option<Uuid> {
    stay.spans.last().map(|(id, _)| id.0)
}
