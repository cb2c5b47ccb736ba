//! The query for the detail sheet of one bed.

use chrono::TimeDelta;
use uuid::Uuid;

use domain::{
    access::Facet,
    audit::SubjectKind,
    beds::{BedChoice, BedStateCode},
    board::{BedPast, BedSheet, BedState, Occupant, OpenBed, Person, SwapChoice},
    house::acts::BedChange,
    ids::{BedId, StayId},
    refused::Refused,
    residents::{Birth, Identity, Part, Usual},
    stays::StayFacts,
    time::{HouseTime, Instant, Night},
    undo::{UndoOffer, Undoable},
};

use crate::{
    access::actor::Actor,
    db::{DbError, Tx, args, statement},
    dispatch::{QueryContext, QueryHandler},
    house::record::House,
    residents::file,
    seal::FieldRef,
    stays::{record, trail},
    store::Store,
};

statement!(
    PAST = "SELECT a.since, a.until, n.number FROM bed_assignments a JOIN residents n ON n.id = a.resident
    WHERE a.bed = $1 AND a.superseded_at IS NULL AND a.since < $2 ORDER BY a.since DESC LIMIT 6"
);

/// How long after a change the sheet of its bed offers to undo it.
const UNDO_OFFERED_FOR: TimeDelta = TimeDelta::hours(24);

statement!(
    LATEST = "SELECT stay FROM bed_assignments WHERE bed = $1 AND superseded_at IS NULL AND since <= $2
    ORDER BY since DESC LIMIT 1"
);

statement!(
    PAST_CONDITIONS = "SELECT since, until, kind FROM bed_conditions
    WHERE bed = $1 AND superseded_at IS NULL AND since < $2 ORDER BY since DESC LIMIT 6"
);

statement!(
    NOTE = "SELECT note_sealed FROM bed_details WHERE bed = $1 AND since <= $2 AND (until IS NULL OR until > $2)"
);

impl QueryHandler for OpenBed {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<BedSheet, Refused> {
        let (store, house, actor) = (ctx.store, ctx.house, ctx.actor);
        let role = actor.reads_as();
        let board = ctx.board(self.as_of).await?;
        let (floor, room, tile) = board.tile(self.bed).ok_or(Refused::NotFound)?;
        let at = if board.live { ctx.now } else { board.as_of };
        let occupant = match &tile.state {
            BedState::Occupied(occupant) => Some(occupant.clone()),
            _ => None,
        };
        let tx = ctx.tx().await?;
        let note = tx.maybe::<(Option<Vec<u8>>,)>(&NOTE, args![self.bed, at.at]).await?.and_then(|(note,)| note);
        let note = match note {
            Some(sealed) => Some(store.0.keys.open_text(&sealed, &FieldRef::new("bed_details", "note", self.bed.0))?),
            None => None,
        };
        let before = past(tx, house, self.bed, at.at).await?;
        let person = match &occupant {
            Some(occupant) => Some(person(tx, store, house, role, occupant, at).await?),
            None => None,
        };
        let undo = if board.live { undo_of(tx, house, actor, self.bed, at.at).await? } else { None };
        ctx.opens(SubjectKind::Bed, self.bed.0, occupant.as_ref().map(|occupant| occupant.resident));
        let others = board
            .tiles()
            .filter(|(_, _, other)| other.bed != self.bed)
            .filter_map(|(_, _, other)| match &other.state {
                BedState::Occupied(o) => {
                    Some(SwapChoice { stay: o.stay, name: o.name.clone(), label: other.label.clone(), bed: other.bed })
                }
                _ => None,
            })
            .collect();
        Ok(BedSheet {
            as_of: at,
            live: board.live,
            version: board.version,
            choice: BedChoice::new(floor, room, tile),
            state: board_state_for(&tile.state, role),
            note,
            person,
            free: board.nearest_free(Some(self.bed), 40),
            others,
            before,
            undo,
        })
    }
}

/// Returns the state of a bed without the care flags when the role may not read them.
fn board_state_for(state: &BedState, role: domain::access::Role) -> BedState {
    let mut state = state.clone();
    if let BedState::Occupied(occupant) = &mut state
        && !Facet::Care.read_by(role)
    {
        occupant.flags.clear();
    }
    state
}

/// Reads what the sheet shows of the occupant. Care and watch parts are included only if `role` may read them; the age
/// is computed from the identity part for every role. Does not check any other permission; the caller must.
async fn person(
    tx: &mut Tx,
    store: &Store,
    house: &House,
    role: domain::access::Role,
    occupant: &Occupant,
    at: HouseTime,
) -> Result<Person, Refused> {
    let parts = file::parts(tx, store, occupant.resident).await?;
    let mut usual = Usual::default();
    let (mut care, mut watch, mut birth) = (None, None, Birth::Unknown);
    for part in parts {
        match part {
            Part::Usual(part) => usual = part,
            Part::Care(part) if Facet::Care.read_by(role) => care = Some(part),
            Part::Watch(text) if Facet::Watch.read_by(role) && !text.is_empty() => watch = Some(text),
            Part::Identity(Identity { birth: part, .. }) => birth = part,
            _ => {}
        }
    }
    let stay = record::load(tx, occupant.stay).await?.ok_or(Refused::NotFound)?;
    Ok(Person {
        usual,
        age: birth.age_on(at.local.date()),
        care,
        watch,
        expected_departure: stay.expected_departure,
        nights: Night::of(house.wall.at(stay.facts.arrived).local).until(at.night()).max(0),
    })
}

/// Returns the offer to undo the last change of this bed, or of the stay that is or was last in it, if that change is
/// less than [`UNDO_OFFERED_FOR`] old. A change of a stay is offered only if `actor` may undo it. Older changes are
/// undone on the page of the stay.
///
/// Only the most recent change qualifies: a departure is not offered once the bed has been prepared since, and a later
/// change of the same stay that did not involve this bed is not offered either.
async fn undo_of(
    tx: &mut Tx,
    house: &House,
    actor: &Actor,
    bed: BedId,
    now: Instant,
) -> Result<Option<UndoOffer>, DbError> {
    let conditions = tx.all::<(Instant, Option<Instant>, String)>(&PAST_CONDITIONS, args![bed, now]).await?;
    let changed =
        conditions.iter().flat_map(|(since, until, _)| [Some(*since), *until]).flatten().filter(|at| *at <= now).max();
    let of_stay = match tx.maybe::<(Uuid,)>(&LATEST, args![bed, now]).await? {
        Some((stay,)) => trail::undo_offer(tx, house, actor, StayId(stay), now).await?,
        None => None,
    };
    // The last bed before and after the change says whether the change involved this bed.
    let of_stay = of_stay.filter(|(entry, _)| {
        let beds = |facts: &Option<StayFacts>| facts.as_ref().and_then(|facts| facts.beds.last().map(|span| span.bed));
        [beds(&entry.before), beds(&entry.after)].contains(&Some(bed))
    });
    let offer = match (of_stay, changed) {
        (Some((entry, offer)), changed) if changed.is_none_or(|changed| changed <= entry.recorded_at) => Some(offer),
        (_, Some(changed)) => {
            // The bed was prepared: a `to_prepare` condition ended at that instant, and nothing has changed since.
            let prepared = conditions.iter().any(|(_, until, kind)| *until == Some(changed) && kind == "to_prepare");
            let done = Undoable::Bed { bed, change: BedChange::Prepared };
            prepared.then(|| UndoOffer { done, at: house.wall.at(changed) })
        }
        _ => None,
    };
    Ok(offer.filter(|offer| now - offer.at.at < UNDO_OFFERED_FOR))
}

/// Returns the six most recent occupancies and conditions of a bed that began before `at`, latest first. Residents are
/// identified by file number only.
async fn past(tx: &mut Tx, house: &House, bed: BedId, at: Instant) -> Result<Vec<BedPast>, DbError> {
    let people = tx.all::<(Instant, Option<Instant>, i64)>(&PAST, args![bed, at]).await?;
    let states = tx.all::<(Instant, Option<Instant>, String)>(&PAST_CONDITIONS, args![bed, at]).await?;
    let people = people.into_iter().map(|(since, until, number)| (since, until, Some(number), BedStateCode::Occupied));
    let states = states.into_iter().map(|(since, until, kind)| {
        (since, until, None, if kind == "to_prepare" { BedStateCode::ToPrepare } else { BedStateCode::OutOfService })
    });
    let mut before: Vec<BedPast> = people
        .chain(states)
        .map(|(since, until, number, state)| BedPast {
            state,
            number,
            since: house.wall.at(since),
            until: until.map(|until| house.wall.at(until)),
        })
        .collect();
    before.sort_by_key(|b| std::cmp::Reverse(b.since));
    before.truncate(6);
    Ok(before)
}
