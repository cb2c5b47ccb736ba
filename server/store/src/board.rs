//! The board and the sheets of its beds: facts read in a fixed number of queries, whatever the
//! number of beds, and turned into a board by the one function of `domain`.

use std::sync::{Arc, PoisonError};

use chrono::TimeDelta;
use domain::{
    access::Facet,
    audit::SubjectKind,
    board::{
        BedChoice, BedFact, BedPast, BedSheet, BedState, BedStateCode, Board, BoardFacts, ConditionFact, ConditionKind,
        OccupancyFact, Occupant, OpenBed, OutOfServiceReason, Person, SeeBoard, SwapChoice, Undoable,
    },
    ids::{BedId, FloorId, ResidentId, RoomId, StayId},
    refused::Refused,
    residents::{Birth, Care, Identity, Part, Usual},
    time::{HouseTime, Instant, Night, When},
};
use uuid::Uuid;

use crate::{
    access::Actor,
    db::{DbError, Tx, args, statement},
    dispatch::{Answer, QueryContext},
    residents::{Sealed, open_part},
    seal::FieldRef,
    stays,
    store::{House, Store},
};

/// The last board of the present that was drawn, kept until the house changes. Names are in it, so it
/// never leaves the process.
#[derive(Default)]
pub(crate) struct BoardCache(Option<Kept>);

struct Kept {
    version: i64,
    /// When a planned closing begins or ends, the board changes without an act.
    until: Option<Instant>,
    board: Arc<Board>,
}

statement!(
    BEDS = "SELECT d.bed, d.since, d.until, d.label, d.position, d.overflow, r.room, r.name AS room_name,
        r.position AS room_position, r.accessible, f.floor, f.name AS floor_name, f.position AS floor_position
    FROM bed_details d
    JOIN room_details r ON r.room = d.room AND r.since <= $2 AND (r.until IS NULL OR r.until > $2)
    JOIN floor_details f ON f.floor = r.floor AND f.since <= $2 AND (f.until IS NULL OR f.until > $2)
    WHERE d.house = $1 AND d.since <= $2 AND (d.until IS NULL OR d.until > $2)"
);

// The last time in each bed that began by then, found in the index whatever the length of history.
statement!(
    OCCUPANCIES = "SELECT a.bed, a.since, a.until, a.stay, s.arrived_at, a.resident, n.number, k.wrapped,
        u.version AS usual_version, u.sealed AS usual_sealed, c.version AS care_version, c.sealed AS care_sealed
    FROM beds b
    JOIN bed_assignments a ON a.bed = b.id AND a.superseded_at IS NULL AND a.since = (SELECT max(l.since)
        FROM bed_assignments l WHERE l.bed = b.id AND l.superseded_at IS NULL AND l.since <= $2
            AND (l.until IS NULL OR l.until > l.since))
    JOIN stays s ON s.id = a.stay
    JOIN residents n ON n.id = a.resident
    JOIN resident_keys k ON k.resident = a.resident
    JOIN resident_parts u ON u.resident = a.resident AND u.facet = 'usual' AND u.superseded_at IS NULL
    LEFT JOIN resident_parts c ON c.resident = a.resident AND c.facet = 'care' AND c.superseded_at IS NULL
    WHERE b.house = $1 AND (a.until IS NULL OR a.until > $2)"
);

statement!(
    CONDITIONS = "SELECT id, bed, kind, reason, since, until FROM bed_conditions
    WHERE house = $1 AND superseded_at IS NULL AND (until IS NULL OR until > $2)"
);

statement!(VERSION = "SELECT version FROM houses WHERE id = $1");

statement!(
    PAST = "SELECT a.since, a.until, n.number FROM bed_assignments a JOIN residents n ON n.id = a.resident
    WHERE a.bed = $1 AND a.superseded_at IS NULL AND a.since < $2 ORDER BY a.since DESC LIMIT 6"
);

/// How long the sheet of a bed offers to undo.
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

#[derive(sqlx::FromRow)]
struct BedRow {
    bed: Uuid,
    since: Instant,
    until: Option<Instant>,
    label: String,
    position: i64,
    overflow: bool,
    room: Uuid,
    room_name: String,
    room_position: i64,
    accessible: bool,
    floor: Uuid,
    floor_name: String,
    floor_position: i64,
}

#[derive(sqlx::FromRow)]
struct OccupancyRow {
    bed: Uuid,
    since: Instant,
    until: Option<Instant>,
    stay: Uuid,
    arrived_at: Instant,
    resident: Uuid,
    number: i64,
    wrapped: Vec<u8>,
    usual_version: i64,
    usual_sealed: Vec<u8>,
    care_version: Option<i64>,
    care_sealed: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct ConditionRow {
    pub(crate) id: Uuid,
    pub(crate) bed: Uuid,
    pub(crate) kind: String,
    pub(crate) reason: Option<String>,
    pub(crate) since: Instant,
    pub(crate) until: Option<Instant>,
}

impl Store {
    /// The board of the present, from the last drawn one when nothing has changed since.
    async fn board_now(&self, house: &House, now: HouseTime) -> Result<Arc<Board>, Refused> {
        let version = self.version().await?;
        if let Some(board) = self.kept_board(version, now.at) {
            return Ok(board);
        }
        let mut tx = self.0.db.read().await?;
        let drawn = self.draw(&mut tx, house, now, true).await;
        tx.rollback().await?;
        let (board, until) = drawn?;
        let board = Arc::new(board);
        let kept = Kept { version: board.version, until, board: board.clone() };
        self.0.board.lock().unwrap_or_else(PoisonError::into_inner).0 = Some(kept);
        Ok(board)
    }

    fn kept_board(&self, version: i64, at: Instant) -> Option<Arc<Board>> {
        let cache = self.0.board.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = cache.0.as_ref()?;
        let current = kept.version == version && kept.board.as_of.at <= at && kept.until.is_none_or(|until| at < until);
        current.then(|| kept.board.clone())
    }

    /// Draws the board of an instant in four queries. The second answer is the next instant at which
    /// it changes by itself.
    pub(crate) async fn draw(
        &self,
        tx: &mut Tx,
        house: &House,
        at: HouseTime,
        live: bool,
    ) -> Result<(Board, Option<Instant>), Refused> {
        let (version,) = tx.one::<(i64,)>(&VERSION, args![house.id]).await?;
        let beds = tx.all::<BedRow>(&BEDS, args![house.id, at.at]).await?;
        let occupancies = tx.all::<OccupancyRow>(&OCCUPANCIES, args![house.id, at.at]).await?;
        let conditions = tx.all::<ConditionRow>(&CONDITIONS, args![house.id, at.at]).await?;
        let until = conditions
            .iter()
            .flat_map(|row| [Some(row.since), row.until])
            .flatten()
            .filter(|change| *change > at.at)
            .min();
        let facts = BoardFacts {
            version,
            beds: beds.into_iter().map(BedFact::from).collect(),
            occupancies: occupancies.into_iter().map(|row| self.occupancy(house, row)).collect::<Result<_, _>>()?,
            conditions: conditions.iter().map(|row| condition(house, row)).collect::<Result<_, _>>()?,
        };
        Ok((Board::as_of(&facts, at, live), until))
    }

    fn occupancy(&self, house: &House, row: OccupancyRow) -> Result<OccupancyFact, DbError> {
        let key = self.0.keys.resident_key(row.resident, &row.wrapped)?;
        let resident = ResidentId(row.resident);
        let usual = Sealed { facet: Facet::Usual, version: row.usual_version, sealed: row.usual_sealed };
        let name = match open_part(&key, resident, &usual)? {
            Part::Usual(Usual { name, .. }) => name,
            _ => return Err(DbError::Sealed),
        };
        let care = row.care_version.zip(row.care_sealed);
        let flags = match care {
            Some((version, sealed)) => {
                match open_part(&key, resident, &Sealed { facet: Facet::Care, version, sealed })? {
                    Part::Care(Care { flags, .. }) => flags,
                    _ => return Err(DbError::Sealed),
                }
            }
            None => Vec::new(),
        };
        Ok(OccupancyFact {
            bed: BedId(row.bed),
            since: row.since,
            until: row.until,
            occupant: Occupant {
                stay: StayId(row.stay),
                resident,
                number: row.number,
                name,
                flags,
                arrived: house.wall.at(row.arrived_at),
            },
        })
    }
}

impl QueryContext<'_> {
    /// The board of a wall-clock time, or of the present.
    pub(crate) async fn board(&mut self, as_of: Option<When>) -> Result<Arc<Board>, Refused> {
        let (store, house, now) = (self.store, self.house, self.now);
        match as_of {
            None | Some(When::Now) => store.board_now(house, now).await,
            Some(when) => {
                let at = self.moment(when);
                let tx = self.tx().await?;
                Ok(Arc::new(store.draw(tx, house, at, false).await?.0))
            }
        }
    }

    /// The instant a link means. A time the clocks jumped over is the next there was; one they went
    /// through twice is the first: a link must open, not argue.
    pub(crate) fn moment(&self, when: When) -> HouseTime {
        let at = match (self.house.wall.instant(when, self.now.at), when) {
            (Ok(at), _) => at,
            (Err(_), When::At { local, .. }) => self.house.wall.first_instant(local),
            (Err(_), When::Now) => self.now.at,
        };
        self.house.wall.at(at)
    }
}

impl Answer for SeeBoard {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<Board, Refused> {
        let (role, now) = (ctx.actor.reads_as(), ctx.now);
        let mut board = Board::clone(&*ctx.board(self.as_of).await?);
        if board.live {
            board.as_of = now;
            board.night = now.night();
        }
        Ok(board.for_role(role))
    }
}

impl Answer for OpenBed {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<BedSheet, Refused> {
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

/// A bed's state without what a role may not see.
fn board_state_for(state: &BedState, role: domain::access::Role) -> BedState {
    let mut state = state.clone();
    if let BedState::Occupied(occupant) = &mut state
        && !Facet::Care.read_by(role)
    {
        occupant.flags.clear();
    }
    state
}

async fn person(
    tx: &mut Tx,
    store: &Store,
    house: &House,
    role: domain::access::Role,
    occupant: &Occupant,
    at: HouseTime,
) -> Result<Person, Refused> {
    let parts = crate::residents::parts(tx, store, occupant.resident).await?;
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
    let stay = stays::load(tx, occupant.stay).await?.ok_or(Refused::NotFound)?;
    Ok(Person {
        usual,
        age: birth.age_on(at.local.date()),
        care,
        watch,
        expected_departure: stay.expected_departure,
        nights: Night::of(house.wall.at(stay.facts.arrived).local).until(at.night()).max(0),
    })
}

/// What was done lately to the stay of whoever is or was last in a bed, while a slip of the finger is
/// still the likely reason to look for it; older changes are put right on the page of the stay.
async fn undo_of(
    tx: &mut Tx,
    house: &House,
    actor: &Actor,
    bed: BedId,
    now: Instant,
) -> Result<Option<Undoable>, DbError> {
    let Some((stay,)) = tx.maybe::<(Uuid,)>(&LATEST, args![bed, now]).await? else { return Ok(None) };
    let undo = stays::trail::last_undoable(tx, house, StayId(stay)).await?;
    Ok(undo.filter(|undo| {
        now - undo.at.at < UNDO_OFFERED_FOR && stays::trail::may_undo(actor, undo.kind, undo.at.at, now)
    }))
}

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

pub(crate) fn condition(house: &House, row: &ConditionRow) -> Result<ConditionFact, DbError> {
    let kind = match row.kind.as_str() {
        "to_prepare" => ConditionKind::ToPrepare,
        _ => ConditionKind::OutOfService(
            row.reason
                .as_deref()
                .and_then(OutOfServiceReason::from_code)
                .ok_or(DbError::Inconsistent { table: "bed_conditions", column: "reason" })?,
        ),
    };
    let (since, until) = (house.wall.at(row.since), row.until.map(|until| house.wall.at(until)));
    Ok(ConditionFact { bed: BedId(row.bed), since, until, kind })
}

impl From<BedRow> for BedFact {
    fn from(row: BedRow) -> Self {
        Self {
            bed: BedId(row.bed),
            since: row.since,
            until: row.until,
            label: row.label,
            position: row.position,
            overflow: row.overflow,
            room: RoomId(row.room),
            room_name: row.room_name,
            room_position: row.room_position,
            accessible: row.accessible,
            floor: FloorId(row.floor),
            floor_name: row.floor_name,
            floor_position: row.floor_position,
        }
    }
}
