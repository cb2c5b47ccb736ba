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
    dispatch::{Answer, QueryContext, ActContext, ActHandler},
    seal::FieldRef,
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
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<Plan, Refused> {
        let (store, house, now) = (ctx.store, ctx.house, ctx.now);
        let tx = ctx.tx().await?;
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
                Some((bed, sealed)) => Some(store.0.keys.open_text(sealed, &FieldRef::new("bed_details", "note", *bed))?),
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

impl ActHandler for ConfigureHouse {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let house = ctx.house;
        let settings = Settings { idle_shared_s: self.idle_shared_s, idle_own_s: self.idle_own_s, ..house.settings };
        let alias = ctx.store.0.keys.seal_text(&self.alias, &FieldRef::new("houses", "alias", house.id.0));
        let settings = serde_json::to_string(&settings).map_err(|_| Refused::Unavailable)?;
        ctx.tx.run_one(&CONFIGURE, args![house.id, alias, settings]).await?;
        ctx.about(SubjectKind::House, house.id.0);
        ctx.house_changed();
        Ok(())
    }
}

impl ActHandler for AddFloor {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FloorId, Refused> {
        let floor = FloorId(new_id());
        ctx.about(SubjectKind::Floor, floor.0);
        details::add_floor(ctx.tx, ctx.house, floor, &self.name, ctx.now.at).await?;
        Ok(floor)
    }
}

impl ActHandler for ChangeFloor {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FloorId, Refused> {
        ctx.about(SubjectKind::Floor, self.floor.0);
        let floor = Floor::now(ctx, self.floor).await?;
        details::put_floor(ctx, &floor, &Floor { name: self.name, ..floor.clone() }).await?;
        Ok(self.floor)
    }
}

impl ActHandler for RetireFloor {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FloorId, Refused> {
        ctx.about(SubjectKind::Floor, self.floor.0);
        let floor = Floor::now(ctx, self.floor).await?;
        let rooms = details::rooms(ctx.tx, ctx.house, ctx.now.at).await?;
        if rooms.iter().any(|room| room.floor == self.floor) {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_floor(ctx, &floor).await?;
        Ok(self.floor)
    }
}

impl ActHandler for AddRoom {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<RoomId, Refused> {
        Floor::now(ctx, self.floor).await?;
        let room = RoomId(new_id());
        let now = ctx.now.at;
        details::add_room(ctx.tx, ctx.house, room, self.floor, &self.name, self.accessible, now).await?;
        for label in &self.labels {
            details::add_bed(ctx.tx, ctx.house, BedId(new_id()), room, label, false, None, now).await?;
        }
        ctx.about(SubjectKind::Room, room.0);
        Ok(room)
    }
}

impl ActHandler for ChangeRoom {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<RoomId, Refused> {
        ctx.about(SubjectKind::Room, self.room.0);
        Floor::now(ctx, self.floor).await?;
        let room = Room::now(ctx, self.room).await?;
        let after = Room { name: self.name, floor: self.floor, accessible: self.accessible, ..room.clone() };
        details::put_room(ctx, &room, &after).await?;
        Ok(self.room)
    }
}

impl ActHandler for RetireRoom {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<RoomId, Refused> {
        ctx.about(SubjectKind::Room, self.room.0);
        let room = Room::now(ctx, self.room).await?;
        let (board, _) = ctx.store.draw(ctx.tx, ctx.house, ctx.now, false).await?;
        if board.tiles().any(|(_, room, _)| room.id == self.room) {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_room(ctx, &room).await?;
        Ok(self.room)
    }
}

impl ActHandler for AddBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        let room = Room::now(ctx, self.room).await?;
        let since = ctx.instant(self.since, Field::At)?;
        let bed = BedId(new_id());
        let note = self.note.map(|note| seal_note(ctx, bed, &note));
        details::reach_back(ctx, &room, since).await?;
        details::add_bed(ctx.tx, ctx.house, bed, self.room, &self.label, false, note, since).await?;
        ctx.about(SubjectKind::Bed, bed.0);
        Ok(bed)
    }
}

impl ActHandler for ChangeBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        ctx.about(SubjectKind::Bed, self.bed.0);
        Room::now(ctx, self.room).await?;
        let bed = Bed::now(ctx, self.bed).await?;
        let note_sealed = self.note.map(|note| seal_note(ctx, self.bed, &note));
        let after = Bed { room: self.room, label: self.label, note_sealed, ..bed.clone() };
        details::put_bed(ctx, &bed, &after).await?;
        Ok(self.bed)
    }
}

impl ActHandler for RetireBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        ctx.about(SubjectKind::Bed, self.bed.0);
        let bed = Bed::now(ctx, self.bed).await?;
        let at = ctx.instant(self.at, Field::At)?;
        if at < bed.since {
            return Err(Refused::fault(Field::At, FaultCode::OutOfRange));
        }
        if somebody(ctx, self.bed, at).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_bed(ctx, &bed, at).await?;
        for row in open_conditions(ctx, self.bed).await? {
            let (statement, when) = if row.since < at { (&END_CONDITION, at) } else { (&CALL_OFF, ctx.now.at) };
            ctx.tx.run_one(statement, args![row.id, when]).await?;
        }
        Ok(self.bed)
    }
}

impl ActHandler for PrepareBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        let rows = open_conditions(ctx, self.bed).await?;
        let row =
            rows.iter().find(|row| row.kind == TO_PREPARE).ok_or_else(|| Refused::conflict(Conflict::AlreadySo))?;
        ctx.tx.run_one(&END_CONDITION, args![row.id, ctx.now.at.max(row.since)]).await?;
        Ok(self.bed)
    }
}

impl ActHandler for SoilBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        if somebody(ctx, self.bed, ctx.now.at).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        insert_condition(ctx, self.bed, TO_PREPARE, None, ctx.now.at, None).await?;
        Ok(self.bed)
    }
}

impl ActHandler for CloseBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        let since = ctx.instant(self.since, Field::At)?;
        let until = match self.until {
            Some(until) => Some(ctx.instant(until, Field::Until)?),
            None => None,
        };
        if until.is_some_and(|until| until <= since) {
            return Err(Refused::fault(Field::Until, FaultCode::Reversed));
        }
        // Somebody in it is moved first; a closing planned ahead leaves time for that.
        if since <= ctx.now.at && somebody(ctx, self.bed, since).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        insert_condition(ctx, self.bed, OUT_OF_SERVICE, Some(self.reason.code()), since, until).await?;
        Ok(self.bed)
    }
}

impl ActHandler for ReopenBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        let rows = open_conditions(ctx, self.bed).await?;
        let row =
            rows.iter().find(|row| row.kind == OUT_OF_SERVICE).ok_or_else(|| Refused::conflict(Conflict::AlreadySo))?;
        if row.since >= ctx.now.at {
            ctx.tx.run_one(&CALL_OFF, args![row.id, ctx.now.at]).await?;
        } else {
            ctx.tx.run_one(&END_CONDITION, args![row.id, ctx.now.at]).await?;
        }
        Ok(self.bed)
    }
}

const TO_PREPARE: &str = "to_prepare";
const OUT_OF_SERVICE: &str = "out_of_service";

/// A bed that is given is ready from then on: what was left to prepare ends with the arrival.
pub(crate) async fn make_ready(ctx: &mut ActContext<'_>, bed: BedId, from: Instant) -> Result<(), Refused> {
    for row in open_conditions(ctx, bed).await?.iter().filter(|row| row.kind == TO_PREPARE) {
        ctx.tx.run_one(&END_CONDITION, args![row.id, from.max(row.since)]).await?;
    }
    Ok(())
}

async fn insert_condition(
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

async fn open_conditions(ctx: &mut ActContext<'_>, bed: BedId) -> Result<Vec<ConditionRow>, Refused> {
    Ok(ctx.tx.all::<ConditionRow>(&OPEN_CONDITIONS, args![bed, ctx.now.at]).await?)
}

async fn somebody(ctx: &mut ActContext<'_>, bed: BedId, from: Instant) -> Result<bool, Refused> {
    Ok(ctx.tx.maybe::<(i32,)>(&SOMEBODY, args![bed, from]).await?.is_some())
}

async fn of_house(ctx: &mut ActContext<'_>, bed: BedId) -> Result<(), Refused> {
    let known = ctx.tx.maybe::<(i32,)>(&BED_EXISTS, args![bed, ctx.house.id]).await?;
    known.ok_or(Refused::NotFound)?;
    ctx.about(SubjectKind::Bed, bed.0);
    Ok(())
}

fn seal_note(ctx: &ActContext<'_>, bed: BedId, note: &str) -> Vec<u8> {
    ctx.store.0.keys.seal_text(note, &FieldRef::new("bed_details", "note", bed.0))
}
