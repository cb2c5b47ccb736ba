//! The details of floors, rooms and beds, as rows with a half-open validity interval: `since` is included, `until` is
//! not. The functions here do not authorise; the acts that call them do.

use uuid::Uuid;

use domain::{
    ids::{BedId, FloorId, RoomId},
    refused::Refused,
    time::Instant,
};

use crate::{
    db::{DbError, Tx, args, statement},
    dispatch::ActContext,
    house::record::House,
};

/// A floor with the details valid at an instant.
#[derive(Clone)]
pub(crate) struct Floor {
    pub(crate) floor: FloorId,
    pub(crate) since: Instant,
    pub(crate) name: String,
    pub(crate) position: i64,
}

/// A room with the details valid at an instant.
#[derive(Clone)]
pub(crate) struct Room {
    pub(crate) room: RoomId,
    pub(crate) since: Instant,
    pub(crate) floor: FloorId,
    pub(crate) name: String,
    pub(crate) accessible: bool,
    pub(crate) position: i64,
}

/// A bed with the details valid at an instant.
#[derive(Clone)]
pub(crate) struct Bed {
    pub(crate) bed: BedId,
    pub(crate) since: Instant,
    pub(crate) room: RoomId,
    pub(crate) label: String,
    pub(crate) position: i64,
    pub(crate) overflow: bool,
    pub(crate) note_sealed: Option<Vec<u8>>,
}

statement!(NEW_FLOOR = "INSERT INTO floors (id, house) VALUES ($1, $2)");
statement!(FLOOR_DETAIL = "INSERT INTO floor_details (floor, since, name, position) VALUES ($1, $2, $3, $4)");
statement!(
    FLOOR_POSITION = "SELECT coalesce(max(d.position), 0) + 1 FROM floor_details d JOIN floors f ON f.id = d.floor WHERE f.house = $1"
);
statement!(FLOOR_UPDATE = "UPDATE floor_details SET name = $3, position = $4 WHERE floor = $1 AND since = $2");
statement!(FLOOR_END = "UPDATE floor_details SET until = $3 WHERE floor = $1 AND since = $2");
statement!(
    FLOORS = "SELECT d.floor, d.since, d.name, d.position FROM floor_details d JOIN floors f ON f.id = d.floor
    WHERE f.house = $1 AND d.since <= $2 AND (d.until IS NULL OR d.until > $2) ORDER BY d.position, d.floor"
);

statement!(NEW_ROOM = "INSERT INTO rooms (id, house) VALUES ($1, $2)");
statement!(
    ROOM_DETAIL =
        "INSERT INTO room_details (room, since, floor, name, accessible, position) VALUES ($1, $2, $3, $4, $5, $6)"
);
statement!(
    ROOM_POSITION =
        "SELECT coalesce(max(d.position), 0) + 1 FROM room_details d JOIN rooms r ON r.id = d.room WHERE r.house = $1"
);
statement!(
    ROOM_UPDATE =
        "UPDATE room_details SET floor = $3, name = $4, accessible = $5, position = $6 WHERE room = $1 AND since = $2"
);
statement!(ROOM_END = "UPDATE room_details SET until = $3 WHERE room = $1 AND since = $2");
statement!(ROOMS = "SELECT d.room, d.since, d.floor, d.name, d.accessible, d.position FROM room_details d JOIN rooms r ON r.id = d.room
    WHERE r.house = $1 AND d.since <= $2 AND (d.until IS NULL OR d.until > $2) ORDER BY d.position, d.room");

statement!(NEW_BED = "INSERT INTO beds (id, house) VALUES ($1, $2)");
statement!(
    BED_DETAIL = "INSERT INTO bed_details (bed, house, since, room, label, position, overflow, note_sealed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
statement!(BED_POSITION = "SELECT coalesce(max(position), 0) + 1 FROM bed_details WHERE room = $1");
statement!(BED_UPDATE = "UPDATE bed_details SET room = $3, label = $4, note_sealed = $5 WHERE bed = $1 AND since = $2");
statement!(BED_END = "UPDATE bed_details SET until = $3 WHERE bed = $1 AND since = $2");
statement!(
    BED = "SELECT bed, since, room, label, position, overflow, note_sealed FROM bed_details
    WHERE bed = $1 AND house = $2 AND since <= $3 AND (until IS NULL OR until > $3)"
);

statement!(
    REACH_ROOM = "UPDATE room_details SET since = $2 WHERE room = $1 AND since > $2
    AND since = (SELECT min(d.since) FROM room_details d WHERE d.room = $1)"
);
statement!(
    REACH_FLOOR = "UPDATE floor_details SET since = $2 WHERE floor = $1 AND since > $2
    AND since = (SELECT min(d.since) FROM floor_details d WHERE d.floor = $1)"
);

#[derive(sqlx::FromRow)]
struct BedRow {
    bed: Uuid,
    since: Instant,
    room: Uuid,
    label: String,
    position: i64,
    overflow: bool,
    note_sealed: Option<Vec<u8>>,
}

impl Floor {
    /// Reads a floor of the house at the present instant.
    ///
    /// # Errors
    /// Returns `Refused::NotFound` when the house has no such floor now.
    pub(crate) async fn now(ctx: &mut ActContext<'_>, floor: FloorId) -> Result<Self, Refused> {
        let all = floors(ctx.tx, ctx.house, ctx.now.at).await?;
        all.into_iter().find(|known| known.floor == floor).ok_or(Refused::NotFound)
    }
}

impl Room {
    /// Reads a room of the house at the present instant.
    ///
    /// # Errors
    /// Returns `Refused::NotFound` when the house has no such room now.
    pub(crate) async fn now(ctx: &mut ActContext<'_>, room: RoomId) -> Result<Self, Refused> {
        let all = rooms(ctx.tx, ctx.house, ctx.now.at).await?;
        all.into_iter().find(|known| known.room == room).ok_or(Refused::NotFound)
    }
}

impl Bed {
    /// Reads a bed of the house at the present instant.
    ///
    /// # Errors
    /// Returns `Refused::NotFound` when the house has no such bed now.
    pub(crate) async fn now(ctx: &mut ActContext<'_>, bed: BedId) -> Result<Self, Refused> {
        let row = ctx.tx.maybe::<BedRow>(&BED, args![bed, ctx.house.id, ctx.now.at]).await?;
        row.map(Self::from).ok_or(Refused::NotFound)
    }
}

/// Reads all floors at an instant, ordered by position.
pub(crate) async fn floors(tx: &mut Tx, house: &House, at: Instant) -> Result<Vec<Floor>, DbError> {
    let rows = tx.all::<(Uuid, Instant, String, i64)>(&FLOORS, args![house.id, at]).await?;
    Ok(rows
        .into_iter()
        .map(|(floor, since, name, position)| Floor { floor: FloorId(floor), since, name, position })
        .collect())
}

/// Reads all rooms at an instant, ordered by position.
pub(crate) async fn rooms(tx: &mut Tx, house: &House, at: Instant) -> Result<Vec<Room>, DbError> {
    let rows = tx.all::<(Uuid, Instant, Uuid, String, bool, i64)>(&ROOMS, args![house.id, at]).await?;
    Ok(rows
        .into_iter()
        .map(|(room, since, floor, name, accessible, position)| Room {
            room: RoomId(room),
            since,
            floor: FloorId(floor),
            name,
            accessible,
            position,
        })
        .collect())
}

/// Inserts a floor after the last one of the house.
pub(crate) async fn add_floor(
    tx: &mut Tx,
    house: &House,
    floor: FloorId,
    name: &str,
    since: Instant,
) -> Result<(), DbError> {
    tx.run_one(&NEW_FLOOR, args![floor, house.id]).await?;
    let (position,) = tx.one::<(i64,)>(&FLOOR_POSITION, args![house.id]).await?;
    tx.run_one(&FLOOR_DETAIL, args![floor, since, name, position]).await
}

/// Inserts a room after the last one of the house.
pub(crate) async fn add_room(
    tx: &mut Tx,
    house: &House,
    room: RoomId,
    floor: FloorId,
    name: &str,
    accessible: bool,
    since: Instant,
) -> Result<(), DbError> {
    tx.run_one(&NEW_ROOM, args![room, house.id]).await?;
    let (position,) = tx.one::<(i64,)>(&ROOM_POSITION, args![house.id]).await?;
    tx.run_one(&ROOM_DETAIL, args![room, since, floor, name, accessible, position]).await
}

/// Inserts a bed after the last one of its room.
#[expect(clippy::too_many_arguments, reason = "they are the columns of one row")]
pub(crate) async fn add_bed(
    tx: &mut Tx,
    house: &House,
    bed: BedId,
    room: RoomId,
    label: &str,
    overflow: bool,
    note_sealed: Option<Vec<u8>>,
    since: Instant,
) -> Result<(), DbError> {
    tx.run_one(&NEW_BED, args![bed, house.id]).await?;
    let (position,) = tx.one::<(i64,)>(&BED_POSITION, args![room]).await?;
    tx.run_one(&BED_DETAIL, args![bed, house.id, since, room, label, position, overflow, note_sealed]).await
}

/// Changes the details of a floor from the present instant on. A row that began no earlier than now is overwritten; an
/// older one is ended and a new row inserted.
pub(crate) async fn put_floor(ctx: &mut ActContext<'_>, before: &Floor, after: &Floor) -> Result<(), DbError> {
    let now = ctx.now.at;
    if before.since >= now {
        let values = args![before.floor, before.since, after.name.as_str(), after.position];
        return ctx.tx.run_one(&FLOOR_UPDATE, values).await;
    }
    end_floor(ctx, before).await?;
    ctx.tx.run_one(&FLOOR_DETAIL, args![after.floor, now, after.name.as_str(), after.position]).await
}

/// Changes the details of a room from the present instant on, like [`put_floor`].
pub(crate) async fn put_room(ctx: &mut ActContext<'_>, before: &Room, after: &Room) -> Result<(), DbError> {
    let now = ctx.now.at;
    let (floor, name, accessible, position) = (after.floor, after.name.as_str(), after.accessible, after.position);
    if before.since >= now {
        return ctx.tx.run_one(&ROOM_UPDATE, args![before.room, before.since, floor, name, accessible, position]).await;
    }
    end_room(ctx, before).await?;
    ctx.tx.run_one(&ROOM_DETAIL, args![after.room, now, floor, name, accessible, position]).await
}

/// Changes the details of a bed from the present instant on, like [`put_floor`]. A bed that moves to another room
/// becomes the last one there.
pub(crate) async fn put_bed(ctx: &mut ActContext<'_>, before: &Bed, after: &Bed) -> Result<(), DbError> {
    let (now, house) = (ctx.now.at, ctx.house.id);
    let (room, label, note) = (after.room, after.label.as_str(), after.note_sealed.clone());
    if before.since >= now {
        return ctx.tx.run_one(&BED_UPDATE, args![before.bed, before.since, room, label, note]).await;
    }
    end_bed(ctx, before, now).await?;
    let position = if after.room == before.room {
        before.position
    } else {
        ctx.tx.one::<(i64,)>(&BED_POSITION, args![room]).await?.0
    };
    ctx.tx.run_one(&BED_DETAIL, args![after.bed, house, now, room, label, position, after.overflow, note]).await
}

/// Removes a floor from the plan from the present instant on.
pub(crate) async fn end_floor(ctx: &mut ActContext<'_>, floor: &Floor) -> Result<(), DbError> {
    ctx.tx.run_one(&FLOOR_END, args![floor.floor, floor.since, ctx.now.at.max(floor.since)]).await
}

/// Removes a room from the plan from the present instant on.
pub(crate) async fn end_room(ctx: &mut ActContext<'_>, room: &Room) -> Result<(), DbError> {
    ctx.tx.run_one(&ROOM_END, args![room.room, room.since, ctx.now.at.max(room.since)]).await
}

/// Removes a bed from the plan from an instant on.
pub(crate) async fn end_bed(ctx: &mut ActContext<'_>, bed: &Bed, at: Instant) -> Result<(), DbError> {
    ctx.tx.run_one(&BED_END, args![bed.bed, bed.since, at.max(bed.since)]).await
}

/// Moves the beginning of a room and of its floor back to `since` if they begin later, so that a bed entered with a
/// past date lies in a room that existed then.
pub(crate) async fn reach_back(ctx: &mut ActContext<'_>, room: &Room, since: Instant) -> Result<(), DbError> {
    ctx.tx.run(&REACH_ROOM, args![room.room, since]).await?;
    ctx.tx.run(&REACH_FLOOR, args![room.floor, since]).await.map(drop)
}

impl From<BedRow> for Bed {
    fn from(row: BedRow) -> Self {
        Self {
            bed: BedId(row.bed),
            since: row.since,
            room: RoomId(row.room),
            label: row.label,
            position: row.position,
            overflow: row.overflow,
            note_sealed: row.note_sealed,
        }
    }
}
