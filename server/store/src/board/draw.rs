//! Reads the facts of one instant in a fixed number of statements and draws the board from them.

use std::sync::{Arc, PoisonError};
use uuid::Uuid;

use domain::{
    access::Facet,
    beds::OutOfServiceReason,
    board::{BedFact, Board, BoardFacts, ConditionFact, ConditionKind, OccupancyFact, Occupant},
    ids::{BedId, FloorId, ResidentId, RoomId, StayId},
    refused::Refused,
    residents::{Care, CareFlag, Part, Usual},
    time::{HouseTime, Instant},
};

use crate::{
    board::cache::CachedBoard,
    db::{DbError, Tx, args, statement},
    house::record::House,
    residents::file::{Sealed, open_part},
    store::Store,
};

statement!(
    BEDS = "SELECT d.bed, d.since, d.until, d.label, d.position, d.overflow, r.room, r.name AS room_name,
        r.position AS room_position, r.accessible, f.floor, f.name AS floor_name, f.position AS floor_position
    FROM bed_details d
    JOIN room_details r ON r.room = d.room AND r.since <= $2 AND (r.until IS NULL OR r.until > $2)
    JOIN floor_details f ON f.floor = r.floor AND f.since <= $2 AND (f.until IS NULL OR f.until > $2)
    WHERE d.house = $1 AND d.since <= $2 AND (d.until IS NULL OR d.until > $2)"
);

// For each bed, the latest assignment that began at or before `$2`. The correlated `max` uses the index on (bed,
// since), so the cost does not grow with the length of the history.
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

/// Whether the usual names and care flags of the residents present are decrypted.
#[derive(Clone, Copy)]
enum Names {
    Decrypted,
    LeftSealed,
}

impl Store {
    /// Returns the board of the present instant, with usual names and care flags: from the cache when it is still
    /// valid, otherwise drawn and cached.
    ///
    /// Does not authorise; the caller must, and must remove what the reader's role may not see (`Board::for_role`).
    pub(crate) async fn board_now(&self, house: &House, now: HouseTime) -> Result<Arc<Board>, Refused> {
        let version = self.version().await?;
        if let Some(board) = self.kept_board(version, now.at) {
            return Ok(board);
        }
        let mut tx = self.0.db.read().await?;
        let drawn = self.draw(&mut tx, house, now).await;
        tx.rollback().await?;
        let board = Arc::new(Board { live: true, ..drawn? });
        let kept = CachedBoard(board.clone());
        self.0.board.lock().unwrap_or_else(PoisonError::into_inner).0 = Some(kept);
        Ok(board)
    }

    /// Returns the cached board if it was drawn from this version and no planned change has occurred since.
    fn kept_board(&self, version: i64, at: Instant) -> Option<Arc<Board>> {
        let cache = self.0.board.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = cache.0.as_ref()?;
        let board = &kept.0;
        let current =
            board.version == version && board.as_of.at <= at && board.changes_at.is_none_or(|until| at < until.at);
        current.then(|| board.clone())
    }

    /// Draws the board of an instant in four statements, with the usual names and care flags of the residents present.
    ///
    /// Does not authorise; the caller must, and must remove what the reader's role may not see (`Board::for_role`).
    pub(crate) async fn draw(&self, tx: &mut Tx, house: &House, at: HouseTime) -> Result<Board, Refused> {
        self.draw_as(tx, house, at, Names::Decrypted).await
    }

    /// Draws the board like [`Store::draw`] but decrypts nothing: every name is empty and no care flag is set. For
    /// callers that need the state of the beds only.
    pub(crate) async fn draw_without_names(&self, tx: &mut Tx, house: &House, at: HouseTime) -> Result<Board, Refused> {
        self.draw_as(tx, house, at, Names::LeftSealed).await
    }

    async fn draw_as(&self, tx: &mut Tx, house: &House, at: HouseTime, names: Names) -> Result<Board, Refused> {
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
            occupancies: occupancies
                .into_iter()
                .map(|row| self.occupancy(house, row, names))
                .collect::<Result<_, _>>()?,
            conditions: conditions.iter().map(|row| condition(house, row)).collect::<Result<_, _>>()?,
        };
        let mut board = Board::as_of(&facts, at, false);
        board.changes_at = until.map(|until| house.wall.at(until));
        Ok(board)
    }

    fn occupancy(&self, house: &House, row: OccupancyRow, names: Names) -> Result<OccupancyFact, DbError> {
        let (name, flags) = match names {
            Names::Decrypted => self.name_and_flags(&row)?,
            Names::LeftSealed => (String::new(), Vec::new()),
        };
        Ok(OccupancyFact {
            bed: BedId(row.bed),
            since: row.since,
            until: row.until,
            occupant: Occupant {
                stay: StayId(row.stay),
                resident: ResidentId(row.resident),
                number: row.number,
                name,
                flags,
                arrived: house.wall.at(row.arrived_at),
            },
        })
    }

    /// Decrypts the usual name and the care flags of one occupant. Does not authorise; the caller must.
    fn name_and_flags(&self, row: &OccupancyRow) -> Result<(String, Vec<CareFlag>), DbError> {
        let key = self.0.keys.resident_key(row.resident, &row.wrapped)?;
        let resident = ResidentId(row.resident);
        let usual = Sealed { facet: Facet::Usual, version: row.usual_version, sealed: row.usual_sealed.clone() };
        let name = match open_part(&key, resident, &usual)? {
            Part::Usual(Usual { name, .. }) => name,
            _ => return Err(DbError::Sealed),
        };
        let care = row.care_version.zip(row.care_sealed.clone());
        let flags = match care {
            Some((version, sealed)) => {
                match open_part(&key, resident, &Sealed { facet: Facet::Care, version, sealed })? {
                    Part::Care(Care { flags, .. }) => flags,
                    _ => return Err(DbError::Sealed),
                }
            }
            None => Vec::new(),
        };
        Ok((name, flags))
    }
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
