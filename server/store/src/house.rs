//! The plan of the house and the state of its beds. Details hold during an interval: a change closes
//! one row and opens the next, so the plan of any past night stays true.

use domain::{
    audit::SubjectKind,
    board::BedState,
    house::{
        Plan, PlanBed, PlanCondition, PlanFloor, PlanRoom, SeePlan, Settings,
        acts::{
            AddBed, AddFloor, AddRoom, ChangeBed, ChangeFloor, ChangeRoom, CloseBed, ConfigureHouse, PrepareBed,
            ReopenBed, RetireBed, RetireFloor, RetireRoom, SoilBed,
        },
    },
    ids::{BedId, ConditionId, FloorId, RoomId},
    refused::{Conflict, FaultCode, Field, Refused},
    time::Instant,
};
use uuid::Uuid;

use crate::{
    board::{ConditionRow, condition},
    clock::new_id,
    db::{args, statement},
    door::{Answer, Asking, Doing, Perform},
    seal::Place,
};

pub(crate) mod details;
use details::{Bed, Floor, Room};

statement!(CONFIGURE = "UPDATE houses SET alias_sealed = $2, settings = $3 WHERE id = $1");

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

statement!(CLOSINGS = "SELECT id, bed, kind, reason, since, until FROM bed_conditions
    WHERE house = $1 AND kind = 'out_of_service' AND superseded_at IS NULL AND (until IS NULL OR until > $2) ORDER BY since");

statement!(
    NOTES = "SELECT bed, note_sealed FROM bed_details
    WHERE house = $1 AND since <= $2 AND (until IS NULL OR until > $2) AND note_sealed IS NOT NULL"
);

statement!(
    SINCES = "SELECT bed, since FROM bed_details WHERE house = $1 AND since <= $2 AND (until IS NULL OR until > $2)"
);

impl Answer for SeePlan {
    async fn answer(self, asking: &mut Asking<'_>) -> Result<Plan, Refused> {
        let (store, house, now) = (asking.store, asking.house, asking.now);
        let tx = asking.tx().await?;
        let (board, _) = store.draw(tx, house, now, false).await?;
        let notes = tx.all::<(Uuid, Vec<u8>)>(&NOTES, args![house.id, now.at]).await?;
        let sinces = tx.all::<(Uuid, Instant)>(&SINCES, args![house.id, now.at]).await?;
        let closings = tx.all::<ConditionRow>(&CLOSINGS, args![house.id, now.at]).await?;
        // The board shows floors and rooms through their beds; the editor also shows the empty ones.
        let mut floors: Vec<PlanFloor> = details::floors(tx, house, now.at)
            .await?
            .into_iter()
            .map(|floor| PlanFloor { id: floor.floor, name: floor.name, rooms: Vec::new() })
            .collect();
        for room in details::rooms(tx, house, now.at).await? {
            if let Some(floor) = floors.iter_mut().find(|floor| floor.id == room.floor) {
                floor.rooms.push(PlanRoom {
                    id: room.room,
                    name: room.name,
                    accessible: room.accessible,
                    beds: Vec::new(),
                });
            }
        }
        for (_, room, tile) in board.tiles() {
            let Some(room) = floors.iter_mut().flat_map(|floor| &mut floor.rooms).find(|plan| plan.id == room.id)
            else {
                continue;
            };
            let note = notes.iter().find(|(bed, _)| *bed == tile.bed.0);
            let note = match note {
                Some((bed, sealed)) => Some(store.0.keys.open_text(sealed, &Place::new("bed_details", "note", *bed))?),
                None => None,
            };
            let since = sinces.iter().find(|(bed, _)| *bed == tile.bed.0).map_or(now.at, |(_, since)| *since);
            room.beds.push(PlanBed {
                id: tile.bed,
                label: tile.label.clone(),
                overflow: tile.overflow,
                note,
                since: house.wall.at(since),
                occupied: matches!(tile.state, BedState::Occupied(_)),
            });
        }
        let conditions = closings
            .iter()
            .map(|row| {
                let fact = condition(house, row)?;
                let domain::board::ConditionKind::OutOfService(reason) = fact.kind else { return Ok(None) };
                let label = board.tile(fact.bed).map_or_else(String::new, |(_, _, tile)| tile.label.clone());
                let id = ConditionId(row.id);
                Ok(Some(PlanCondition { id, label, bed: fact.bed, reason, since: fact.since, until: fact.until }))
            })
            .filter_map(Result::transpose)
            .collect::<Result<Vec<_>, crate::db::DbError>>()?;
        Ok(Plan {
            now,
            alias: house.alias.clone(),
            zone: house.zone.clone(),
            settings: house.settings,
            floors,
            conditions,
        })
    }
}

impl Perform for ConfigureHouse {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<(), Refused> {
        let house = doing.house;
        let settings = Settings { idle_shared_s: self.idle_shared_s, idle_own_s: self.idle_own_s, ..house.settings };
        let alias = doing.store.0.keys.seal_text(&self.alias, &Place::new("houses", "alias", house.id.0));
        let settings = serde_json::to_string(&settings).map_err(|_| Refused::Unavailable)?;
        doing.tx.run_one(&CONFIGURE, args![house.id, alias, settings]).await?;
        doing.about(SubjectKind::House, house.id.0);
        doing.house_changed();
        Ok(())
    }
}

impl Perform for AddFloor {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<FloorId, Refused> {
        let floor = FloorId(new_id());
        doing.about(SubjectKind::Floor, floor.0);
        details::add_floor(doing.tx, doing.house, floor, &self.name, doing.now.at).await?;
        Ok(floor)
    }
}

impl Perform for ChangeFloor {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<FloorId, Refused> {
        doing.about(SubjectKind::Floor, self.floor.0);
        let floor = Floor::now(doing, self.floor).await?;
        details::put_floor(doing, &floor, &Floor { name: self.name, ..floor.clone() }).await?;
        Ok(self.floor)
    }
}

impl Perform for RetireFloor {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<FloorId, Refused> {
        doing.about(SubjectKind::Floor, self.floor.0);
        let floor = Floor::now(doing, self.floor).await?;
        let rooms = details::rooms(doing.tx, doing.house, doing.now.at).await?;
        if rooms.iter().any(|room| room.floor == self.floor) {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_floor(doing, &floor).await?;
        Ok(self.floor)
    }
}

impl Perform for AddRoom {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<RoomId, Refused> {
        Floor::now(doing, self.floor).await?;
        let room = RoomId(new_id());
        let now = doing.now.at;
        details::add_room(doing.tx, doing.house, room, self.floor, &self.name, self.accessible, now).await?;
        for label in &self.labels {
            details::add_bed(doing.tx, doing.house, BedId(new_id()), room, label, false, None, now).await?;
        }
        doing.about(SubjectKind::Room, room.0);
        Ok(room)
    }
}

impl Perform for ChangeRoom {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<RoomId, Refused> {
        doing.about(SubjectKind::Room, self.room.0);
        Floor::now(doing, self.floor).await?;
        let room = Room::now(doing, self.room).await?;
        let after = Room { name: self.name, floor: self.floor, accessible: self.accessible, ..room.clone() };
        details::put_room(doing, &room, &after).await?;
        Ok(self.room)
    }
}

impl Perform for RetireRoom {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<RoomId, Refused> {
        doing.about(SubjectKind::Room, self.room.0);
        let room = Room::now(doing, self.room).await?;
        let (board, _) = doing.store.draw(doing.tx, doing.house, doing.now, false).await?;
        if board.tiles().any(|(_, room, _)| room.id == self.room) {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_room(doing, &room).await?;
        Ok(self.room)
    }
}

impl Perform for AddBed {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<BedId, Refused> {
        let room = Room::now(doing, self.room).await?;
        let since = doing.instant(self.since, Field::At)?;
        let bed = BedId(new_id());
        let note = self.note.map(|note| seal_note(doing, bed, &note));
        details::reach_back(doing, &room, since).await?;
        details::add_bed(doing.tx, doing.house, bed, self.room, &self.label, false, note, since).await?;
        doing.about(SubjectKind::Bed, bed.0);
        Ok(bed)
    }
}

impl Perform for ChangeBed {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<BedId, Refused> {
        doing.about(SubjectKind::Bed, self.bed.0);
        Room::now(doing, self.room).await?;
        let bed = Bed::now(doing, self.bed).await?;
        let note_sealed = self.note.map(|note| seal_note(doing, self.bed, &note));
        let after = Bed { room: self.room, label: self.label, note_sealed, ..bed.clone() };
        details::put_bed(doing, &bed, &after).await?;
        Ok(self.bed)
    }
}

impl Perform for RetireBed {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<BedId, Refused> {
        doing.about(SubjectKind::Bed, self.bed.0);
        let bed = Bed::now(doing, self.bed).await?;
        let at = doing.instant(self.at, Field::At)?;
        if at < bed.since {
            return Err(Refused::fault(Field::At, FaultCode::OutOfRange));
        }
        if somebody(doing, self.bed, at).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_bed(doing, &bed, at).await?;
        for row in open_conditions(doing, self.bed).await? {
            let (statement, when) = if row.since < at { (&END_CONDITION, at) } else { (&CALL_OFF, doing.now.at) };
            doing.tx.run_one(statement, args![row.id, when]).await?;
        }
        Ok(self.bed)
    }
}

impl Perform for PrepareBed {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<BedId, Refused> {
        of_house(doing, self.bed).await?;
        let rows = open_conditions(doing, self.bed).await?;
        let row =
            rows.iter().find(|row| row.kind == TO_PREPARE).ok_or_else(|| Refused::conflict(Conflict::AlreadySo))?;
        doing.tx.run_one(&END_CONDITION, args![row.id, doing.now.at.max(row.since)]).await?;
        Ok(self.bed)
    }
}

impl Perform for SoilBed {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<BedId, Refused> {
        of_house(doing, self.bed).await?;
        if somebody(doing, self.bed, doing.now.at).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        insert_condition(doing, self.bed, TO_PREPARE, None, doing.now.at, None).await?;
        Ok(self.bed)
    }
}

impl Perform for CloseBed {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<BedId, Refused> {
        of_house(doing, self.bed).await?;
        let since = doing.instant(self.since, Field::At)?;
        let until = match self.until {
            Some(until) => Some(doing.instant(until, Field::Until)?),
            None => None,
        };
        if until.is_some_and(|until| until <= since) {
            return Err(Refused::fault(Field::Until, FaultCode::Reversed));
        }
        // Somebody in it is moved first; a closing planned ahead leaves time for that.
        if since <= doing.now.at && somebody(doing, self.bed, since).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        insert_condition(doing, self.bed, OUT_OF_SERVICE, Some(self.reason.code()), since, until).await?;
        Ok(self.bed)
    }
}

impl Perform for ReopenBed {
    async fn perform(self, doing: &mut Doing<'_>) -> Result<BedId, Refused> {
        of_house(doing, self.bed).await?;
        let rows = open_conditions(doing, self.bed).await?;
        let row =
            rows.iter().find(|row| row.kind == OUT_OF_SERVICE).ok_or_else(|| Refused::conflict(Conflict::AlreadySo))?;
        if row.since >= doing.now.at {
            doing.tx.run_one(&CALL_OFF, args![row.id, doing.now.at]).await?;
        } else {
            doing.tx.run_one(&END_CONDITION, args![row.id, doing.now.at]).await?;
        }
        Ok(self.bed)
    }
}

const TO_PREPARE: &str = "to_prepare";
const OUT_OF_SERVICE: &str = "out_of_service";

/// A bed that is given is ready from then on: what was left to prepare ends with the arrival.
pub(crate) async fn make_ready(doing: &mut Doing<'_>, bed: BedId, from: Instant) -> Result<(), Refused> {
    for row in open_conditions(doing, bed).await?.iter().filter(|row| row.kind == TO_PREPARE) {
        doing.tx.run_one(&END_CONDITION, args![row.id, from.max(row.since)]).await?;
    }
    Ok(())
}

async fn insert_condition(
    doing: &mut Doing<'_>,
    bed: BedId,
    kind: &str,
    reason: Option<&str>,
    since: Instant,
    until: Option<Instant>,
) -> Result<(), Refused> {
    let (id, house, now) = (ConditionId(new_id()), doing.house.id, doing.now.at);
    doing.tx.run_one(&CLOSE, args![id, house, bed, kind, reason, since, until, now]).await?;
    Ok(())
}

async fn open_conditions(doing: &mut Doing<'_>, bed: BedId) -> Result<Vec<ConditionRow>, Refused> {
    Ok(doing.tx.all::<ConditionRow>(&OPEN_CONDITIONS, args![bed, doing.now.at]).await?)
}

async fn somebody(doing: &mut Doing<'_>, bed: BedId, from: Instant) -> Result<bool, Refused> {
    Ok(doing.tx.maybe::<(i32,)>(&SOMEBODY, args![bed, from]).await?.is_some())
}

async fn of_house(doing: &mut Doing<'_>, bed: BedId) -> Result<(), Refused> {
    let known = doing.tx.maybe::<(i32,)>(&BED_EXISTS, args![bed, doing.house.id]).await?;
    known.ok_or(Refused::NotFound)?;
    doing.about(SubjectKind::Bed, bed.0);
    Ok(())
}

fn seal_note(doing: &Doing<'_>, bed: BedId, note: &str) -> Vec<u8> {
    doing.store.0.keys.seal_text(note, &Place::new("bed_details", "note", bed.0))
}
