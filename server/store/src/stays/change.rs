//! Moving, changing beds, leaving, putting right and undoing.

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
use uuid::Uuid;

use crate::{
    clock::new_id,
    db::{args, statement},
    door::{Doing, Perform},
    house::make_ready,
    residents::initials,
    stays::{
        Becoming, Kept,
        admit::{bed_can_be_given, can_be_given},
        load, replace, trail,
    },
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

impl Perform for Transfer {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<StayVersion, Refused> {
        let stay = present_stay(doing, self.stay).await?;
        let at = doing.instant(self.at, Field::At)?;
        let from = stay.facts.bed();
        let after = stay.facts.transfer(self.bed, at).map_err(|fault| Refused::Faults(vec![fault]))?;
        bed_can_be_given(doing, self.bed, at).await?;
        write(doing, TrailKind::Transferred, None, &[(&stay, Some(&after))]).await?;
        make_ready(doing, self.bed, at).await?;
        if let Some(bed) = from {
            soil(doing, bed.0, at).await?;
        }
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl Perform for Swap {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<StayVersion, Refused> {
        let stay = present_stay(doing, self.stay).await?;
        let other = present_stay(doing, self.other).await?;
        let at = doing.instant(self.at, Field::At)?;
        let (Some(bed), Some(other_bed)) = (stay.facts.bed(), other.facts.bed()) else {
            return Err(Refused::fault(Field::Stay, FaultCode::AfterDeparture));
        };
        let fault = |fault| Refused::Faults(vec![fault]);
        let after = stay.facts.transfer(other_bed, at).map_err(fault)?;
        let other_after = other.facts.transfer(bed, at).map_err(fault)?;
        let spans = (last_span(&stay), last_span(&other));
        can_be_given(doing, other_bed, at, spans.1).await?;
        can_be_given(doing, bed, at, spans.0).await?;
        let both: [Becoming<'_>; 2] = [(&stay, Some(&after)), (&other, Some(&other_after))];
        write(doing, TrailKind::Swapped, None, &both).await?;
        doing.about(SubjectKind::Stay, stay.id.0);
        doing.concerning(stay.resident);
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl Perform for Depart {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<StayVersion, Refused> {
        let stay = present_stay(doing, self.stay).await?;
        let at = doing.instant(self.at, Field::Departure)?;
        let departure = Departure { at, reason: self.reason, destination: self.destination };
        let bed = stay.facts.bed();
        let after = stay.facts.depart(departure).map_err(|fault| Refused::Faults(vec![fault]))?;
        write(doing, TrailKind::Departed, None, &[(&stay, Some(&after))]).await?;
        if let Some(bed) = bed {
            soil(doing, bed.0, at).await?;
        }
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl Perform for Correct {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<StayVersion, Refused> {
        let stay = any_stay(doing, self.stay).await?;
        let arrived = doing.instant(self.arrival, Field::Arrival)?;
        let departure = match self.departure {
            Some(departure) => Some(Departure {
                at: doing.instant(departure.at, Field::Departure)?,
                reason: departure.reason,
                destination: departure.destination,
            }),
            None => None,
        };
        // A form shows minutes: a moment that was not touched keeps its seconds.
        let same =
            |new: Instant, old: Instant| if (new - old).abs() < chrono::TimeDelta::minutes(1) { old } else { new };
        let arrived = same(arrived, stay.facts.arrived);
        let departure = departure.map(|departure| match stay.facts.departed() {
            Some(old) => Departure { at: same(departure.at, old), ..departure },
            None => departure,
        });
        let after = stay.facts.correct(arrived, departure).map_err(|fault| Refused::Faults(vec![fault]))?;
        write(doing, TrailKind::Corrected, None, &[(&stay, Some(&after))]).await?;
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

impl Perform for Undo {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<StayVersion, Refused> {
        let stay = any_stay(doing, self.stay).await?;
        let entries = trail::read(doing.tx, stay.id).await?;
        let entry = trail::undoable(&entries)
            .filter(|entry| entry.id == self.entry)
            .ok_or_else(|| Refused::conflict(Conflict::NotTheLastChange))?;
        if !trail::may_undo(doing.actor, entry.kind, entry.recorded_at, doing.now.at) {
            return Err(Refused::NotAllowed);
        }
        // A swap is one act on two stays: both go back together or not at all.
        let mut others = Vec::new();
        if let (TrailKind::Swapped, Some(act)) = (entry.kind, entry.act) {
            for id in trail::others_of(doing.tx, act, stay.id).await? {
                let other = any_stay(doing, id).await?;
                let entries = trail::read(doing.tx, id).await?;
                let entry = trail::undoable(&entries)
                    .filter(|entry| entry.act == Some(act))
                    .ok_or_else(|| Refused::conflict(Conflict::NotTheLastChange))?;
                others.push((other, entry.before.clone(), entry.id));
            }
        }
        if let Some(Departure { at, .. }) = entry.after.as_ref().and_then(|facts| facts.departure) {
            // The bed she comes back to was to prepare only because she had left.
            if let Some(bed) = entry.before.as_ref().and_then(StayFacts::bed) {
                doing.tx.run(&UNSOIL, args![bed, at, doing.now.at]).await?;
            }
        } else if let (TrailKind::Transferred, Some(after)) = (entry.kind, &entry.after)
            && let Some((moved, bed)) = after.beds.last().zip(entry.before.as_ref().and_then(StayFacts::bed))
        {
            doing.tx.run(&UNSOIL, args![bed, moved.since, doing.now.at]).await?;
        }
        let mut becoming: Vec<Becoming<'_>> = vec![(&stay, entry.before.as_ref())];
        becoming.extend(others.iter().map(|(other, before, _)| (other, before.as_ref())));
        replace(doing, &becoming).await?;
        let mut undone = vec![(&stay, entry.before.as_ref(), entry.id)];
        undone.extend(others.iter().map(|(other, before, id)| (other, before.as_ref(), *id)));
        for (stay, after, undoes) in undone {
            let entry = trail::NewEntry {
                stay: stay.id,
                kind: TrailKind::Undone,
                act: Some(doing.act),
                undoes: Some(undoes),
                before: Some(&stay.facts),
                after,
            };
            trail::add(doing.tx, entry, doing.now.at, doing.actor.staff()).await?;
        }
        Ok(StayVersion { stay: stay.id, version: stay.version + 1 })
    }
}

/// Writes what stays become, each with its entry in the trail.
async fn write(
    doing: &mut Doing<'_>,
    kind: TrailKind,
    undoes: Option<domain::ids::TrailId>,
    stays: &[Becoming<'_>],
) -> Result<(), Refused> {
    replace(doing, stays).await?;
    for (stay, after) in stays {
        let entry = trail::NewEntry {
            stay: stay.id,
            kind,
            act: Some(doing.act),
            undoes,
            before: Some(&stay.facts),
            after: *after,
        };
        trail::add(doing.tx, entry, doing.now.at, doing.actor.staff()).await?;
    }
    Ok(())
}

/// A bed that was left is to make before it is given again, from the instant it was left. A late entry
/// of a departure from a bed that somebody has had since changes nothing of it.
async fn soil(doing: &mut Doing<'_>, bed: Uuid, at: Instant) -> Result<(), Refused> {
    statement!(
        SINCE = "SELECT 1 FROM bed_assignments WHERE bed = $1 AND superseded_at IS NULL AND (until IS NULL OR until > $2) LIMIT 1"
    );
    if doing.tx.maybe::<(i32,)>(&SINCE, args![bed, at]).await?.is_none() {
        doing.tx.run(&SOIL, args![new_id(), doing.house.id, bed, at, doing.now.at]).await?;
    }
    Ok(())
}

/// A stay of this house, whatever its state.
async fn any_stay(doing: &mut Doing<'_>, id: StayId) -> Result<Kept, Refused> {
    let house = doing.tx.maybe::<(Uuid,)>(&OF_HOUSE, args![id]).await?;
    if house.is_none_or(|(house,)| house != doing.house.id.0) {
        return Err(Refused::NotFound);
    }
    let stay = load(doing.tx, id).await?.filter(|stay| !stay.voided).ok_or(Refused::NotFound)?;
    doing.about(SubjectKind::Stay, stay.id.0);
    doing.concerning(stay.resident);
    Ok(stay)
}

/// A stay of this house that has not ended.
async fn present_stay(doing: &mut Doing<'_>, id: StayId) -> Result<Kept, Refused> {
    let stay = any_stay(doing, id).await?;
    let Some(departure) = stay.facts.departure else { return Ok(stay) };
    let row = doing.tx.maybe::<(Uuid, Vec<u8>)>(&ENDED_BY, args![id]).await?;
    let by = match row {
        Some((staff, sealed)) => Some(initials(doing.store, staff, &sealed)?),
        None => None,
    };
    Err(Refused::conflict(Conflict::StayEnded { at: doing.house.wall.at(departure.at), by }))
}

fn last_span(stay: &Kept) -> Option<Uuid> {
    stay.spans.last().map(|(id, _)| id.0)
}
