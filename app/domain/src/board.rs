//! The board: the state of every bed and its occupant, at any instant.
//!
//! The state of a bed is not stored. It is derived from facts (the plan of the house, assignments of beds, conditions
//! of beds), so the board of tonight and the board of any past night come from one function: [`Board::as_of`].

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    access::{Facet, Permission, Role},
    act::Query,
    beds::{BedChoice, BedStateCode, OutOfServiceReason},
    ids::{BedId, FloorId, ResidentId, RoomId, StayId},
    residents::{Care, CareFlag, Usual},
    time::{HouseTime, Instant, Night},
    undo::UndoOffer,
};

/// The beds of the house at an instant, floor by floor, in the order in which staff walk through them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The instant shown.
    pub as_of: HouseTime,
    /// The night that this instant belongs to.
    pub night: Night,
    /// Whether the board shows the present, so that the page must follow its changes.
    pub live: bool,
    /// The version of the house at which the facts were read.
    pub version: i64,
    /// The next instant at which the board changes without any act, because a planned period out of service begins
    /// or ends.
    pub changes_at: Option<HouseTime>,
    /// The floors, lowest first.
    pub floors: Vec<BoardFloor>,
}

/// A floor of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardFloor {
    /// The floor.
    pub id: FloorId,
    /// Its name.
    pub name: String,
    /// Its rooms, in the order in which staff walk through them.
    pub rooms: Vec<BoardRoom>,
}

/// A room of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Whether wheelchair users can use the room.
    pub accessible: bool,
    /// Its beds, in order.
    pub beds: Vec<Tile>,
}

/// A bed of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// The bed.
    pub bed: BedId,
    /// Its label.
    pub label: String,
    /// Whether the bed was added beyond the regular capacity of the house.
    pub overflow: bool,
    /// The state of the bed.
    pub state: BedState,
}

/// The state of a bed at an instant, with its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BedState {
    /// The bed is prepared and no resident is in it.
    Free,
    /// A resident is in the bed.
    Occupied(Occupant),
    /// The last occupant has left and the bed has not been made since.
    ToPrepare {
        /// Since when the bed has been to prepare.
        since: HouseTime,
    },
    /// The bed must not be given to anyone.
    OutOfService {
        /// The first moment out of service.
        since: HouseTime,
        /// The first moment back in service, if it is known.
        until: Option<HouseTime>,
        /// Why the bed is out of service.
        reason: OutOfServiceReason,
    },
}

impl BedState {
    /// The state without its data.
    pub const fn code(&self) -> BedStateCode {
        match self {
            Self::Free => BedStateCode::Free,
            Self::Occupied(_) => BedStateCode::Occupied,
            Self::ToPrepare { .. } => BedStateCode::ToPrepare,
            Self::OutOfService { .. } => BedStateCode::OutOfService,
        }
    }
}

/// The resident in a bed, with what the reader's role may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupant {
    /// The stay under way.
    pub stay: StayId,
    /// The file.
    pub resident: ResidentId,
    /// The number of the file in the house.
    pub number: i64,
    /// The resident's usual name.
    pub name: String,
    /// The resident's emergency flags; empty if the reader's role may not see them.
    pub flags: Vec<CareFlag>,
    /// When the resident arrived.
    pub arrived: HouseTime,
}

impl Occupant {
    /// How many nights the resident has spent in the house by `now`, a time of the house's wall clock. A night counts
    /// at its census at 04:00: a resident who arrived at 22:40 has spent none at 00:43.
    pub fn nights(&self, now: chrono::NaiveDateTime) -> i64 {
        Night::of(self.arrived.local).until(Night::of(now)).max(0)
    }
}

/// The number of beds in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All beds in the house, including those added beyond its regular capacity.
    pub beds: u32,
    /// Beds that a resident is in.
    pub occupied: u32,
    /// Prepared beds that no resident is in.
    pub free: u32,
    /// Beds to prepare.
    pub to_prepare: u32,
    /// Beds out of service.
    pub out_of_service: u32,
}

impl Board {
    /// Derives the board of an instant from facts. Facts that do not hold at that instant are ignored, so `facts` may
    /// contain the whole history or only what holds at that instant. The caller must authorise the reader and then
    /// call [`Board::for_role`].
    pub fn as_of(facts: &BoardFacts, at: HouseTime, live: bool) -> Self {
        let present: HashMap<BedId, &OccupancyFact> = facts
            .occupancies
            .iter()
            .filter(|fact| covers(fact.since, fact.until, at.at))
            .map(|fact| (fact.bed, fact))
            .collect();
        let mut conditions: HashMap<BedId, &ConditionFact> = HashMap::new();
        for fact in facts.conditions.iter().filter(|fact| covers(fact.since.at, fact.until.map(|u| u.at), at.at)) {
            // Out of service takes precedence over to prepare.
            let known = conditions.entry(fact.bed).or_insert(fact);
            if matches!(fact.kind, ConditionKind::OutOfService(_)) {
                *known = fact;
            }
        }
        let mut beds: Vec<&BedFact> = facts.beds.iter().filter(|fact| covers(fact.since, fact.until, at.at)).collect();
        beds.sort_by(|a, b| {
            let place = |bed: &BedFact| (bed.floor_position, bed.floor, bed.room_position, bed.room, bed.position);
            place(a).cmp(&place(b)).then_with(|| natural(&a.label, &b.label))
        });
        let mut floors: Vec<BoardFloor> = Vec::new();
        for bed in beds {
            let state = match (present.get(&bed.bed), conditions.get(&bed.bed)) {
                (Some(fact), _) => BedState::Occupied(fact.occupant.clone()),
                (None, Some(fact)) => match fact.kind {
                    ConditionKind::ToPrepare => BedState::ToPrepare { since: fact.since },
                    ConditionKind::OutOfService(reason) => {
                        BedState::OutOfService { since: fact.since, until: fact.until, reason }
                    }
                },
                (None, None) => BedState::Free,
            };
            if floors.last().is_none_or(|floor| floor.id != bed.floor) {
                floors.push(BoardFloor { id: bed.floor, name: bed.floor_name.clone(), rooms: Vec::new() });
            }
            let Some(floor) = floors.last_mut() else { continue };
            if floor.rooms.last().is_none_or(|room| room.id != bed.room) {
                let (name, accessible) = (bed.room_name.clone(), bed.accessible);
                floor.rooms.push(BoardRoom { id: bed.room, name, accessible, beds: Vec::new() });
            }
            if let Some(room) = floor.rooms.last_mut() {
                let (label, overflow) = (bed.label.clone(), bed.overflow);
                room.beds.push(Tile { bed: bed.bed, label, overflow, state });
            }
        }
        Self { as_of: at, night: at.night(), live, version: facts.version, changes_at: None, floors }
    }

    /// Every bed with its floor and room, in the order in which staff walk through them.
    pub fn tiles(&self) -> impl Iterator<Item = (&BoardFloor, &BoardRoom, &Tile)> {
        self.floors.iter().flat_map(|floor| {
            floor.rooms.iter().flat_map(move |room| room.beds.iter().map(move |tile| (floor, room, tile)))
        })
    }

    /// The tile of one bed with its floor and room; none when the bed is not on the board.
    pub fn tile(&self, bed: BedId) -> Option<(&BoardFloor, &BoardRoom, &Tile)> {
        self.tiles().find(|(_, _, tile)| tile.bed == bed)
    }

    /// Counts the beds in each state.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, _, tile) in self.tiles() {
            counts.beds += 1;
            match tile.state {
                BedState::Free => counts.free += 1,
                BedState::Occupied(_) => counts.occupied += 1,
                BedState::ToPrepare { .. } => counts.to_prepare += 1,
                BedState::OutOfService { .. } => counts.out_of_service += 1,
            }
        }
        counts
    }

    /// The free beds nearest to a bed, at most `at_most` of them, in the order of [`Board::nearest`].
    pub fn nearest_free(&self, to: Option<BedId>, at_most: usize) -> Vec<BedChoice> {
        self.nearest(to).into_iter().filter(|choice| choice.offered).take(at_most).collect()
    }

    /// The beds that no resident is in, nearest first: those of the same room, then those of the same floor, then by
    /// the number of floors between. Without `to`, or when it is not on the board, they keep the order of the board.
    pub fn nearest(&self, to: Option<BedId>) -> Vec<BedChoice> {
        let place = |bed: BedId| {
            self.floors.iter().enumerate().find_map(|(f, floor)| {
                floor
                    .rooms
                    .iter()
                    .enumerate()
                    .find_map(|(r, room)| room.beds.iter().any(|tile| tile.bed == bed).then_some((f, r)))
            })
        };
        let from = to.and_then(place);
        let mut beds: Vec<(usize, BedChoice)> = Vec::new();
        for (f, floor) in self.floors.iter().enumerate() {
            for (r, room) in floor.rooms.iter().enumerate() {
                for tile in room.beds.iter().filter(|tile| !matches!(tile.state, BedState::Occupied(_))) {
                    let distance = from
                        .map_or(0, |(from_floor, from_room)| f.abs_diff(from_floor) * 1_000 + r.abs_diff(from_room));
                    beds.push((distance, BedChoice::new(floor, room, tile)));
                }
            }
        }
        beds.sort_by_key(|(distance, _)| *distance);
        beds.into_iter().map(|(_, choice)| choice).collect()
    }

    /// The board without the data that a reader of this role may not see.
    #[must_use]
    pub fn for_role(mut self, role: Role) -> Self {
        if !Facet::Care.read_by(role) {
            for tile in self.tiles_mut() {
                if let BedState::Occupied(occupant) = &mut tile.state {
                    occupant.flags.clear();
                }
            }
        }
        self
    }

    /// The board as it will be once an act that was sent has been done: the optimistic update that the page shows
    /// before the response. The next board that the server sends replaces it.
    #[must_use]
    pub fn with(mut self, tap: &OptimisticUpdate, now: HouseTime) -> Self {
        let taken = |board: &Self, bed: BedId| {
            board.tile(bed).and_then(|(_, _, tile)| match &tile.state {
                BedState::Occupied(occupant) => Some(occupant.clone()),
                _ => None,
            })
        };
        let mut set = |bed: BedId, state: BedState| {
            if let Some(tile) = self.tiles_mut().find(|tile| tile.bed == bed) {
                tile.state = state;
            }
        };
        match tap {
            OptimisticUpdate::Prepared(bed) | OptimisticUpdate::BackInService(bed) => set(*bed, BedState::Free),
            OptimisticUpdate::ToPrepare(bed) => set(*bed, BedState::ToPrepare { since: now }),
            OptimisticUpdate::OutOfService(bed, reason) => {
                set(*bed, BedState::OutOfService { since: now, until: None, reason: *reason });
            }
            OptimisticUpdate::Departed(bed) => set(*bed, BedState::ToPrepare { since: now }),
            OptimisticUpdate::Moved(from, to) => {
                let (left, right) = (taken(&self, *from), taken(&self, *to));
                let mut set = |bed: BedId, state: BedState| {
                    if let Some(tile) = self.tiles_mut().find(|tile| tile.bed == bed) {
                        tile.state = state;
                    }
                };
                if let Some(occupant) = left {
                    set(*to, BedState::Occupied(occupant));
                    set(*from, right.map_or(BedState::ToPrepare { since: now }, BedState::Occupied));
                }
            }
        }
        self
    }

    fn tiles_mut(&mut self) -> impl Iterator<Item = &mut Tile> {
        self.floors.iter_mut().flat_map(|floor| floor.rooms.iter_mut().flat_map(|room| room.beds.iter_mut()))
    }
}

/// A change that the page shows as soon as its own act is sent, before the server has responded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptimisticUpdate {
    /// The bed becomes free.
    Prepared(BedId),
    /// The bed becomes one to prepare.
    ToPrepare(BedId),
    /// The bed goes out of service.
    OutOfService(BedId, OutOfServiceReason),
    /// The bed returns to service.
    BackInService(BedId),
    /// The occupant of the bed leaves; the bed becomes one to prepare.
    Departed(BedId),
    /// The occupant of the first bed moves to the second. If the second has an occupant, the two change beds.
    Moved(BedId, BedId),
}

impl BedChoice {
    /// Makes the option of a bed from its place on the board.
    pub fn new(floor: &BoardFloor, room: &BoardRoom, tile: &Tile) -> Self {
        Self {
            bed: tile.bed,
            label: tile.label.clone(),
            room: room.name.clone(),
            floor: floor.name.clone(),
            accessible: room.accessible,
            state: tile.state.code(),
            offered: matches!(tile.state, BedState::Free),
        }
    }
}

/// The facts that a board is derived from. All intervals are half-open: `since` belongs to them, `until` does not.
#[derive(Clone, Debug, Default)]
pub struct BoardFacts {
    /// The version of the house at which the facts were read.
    pub version: i64,
    /// The place and the details of each bed, by interval.
    pub beds: Vec<BedFact>,
    /// The occupant of each bed, by interval.
    pub occupancies: Vec<OccupancyFact>,
    /// The periods during which a bed was to prepare or out of service.
    pub conditions: Vec<ConditionFact>,
}

/// The place and the details of a bed during the half-open interval from `since` to `until`; open when `until` is none.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is the one of the plan of the house that it is named for")]
pub struct BedFact {
    pub bed: BedId,
    pub since: Instant,
    pub until: Option<Instant>,
    pub label: String,
    pub position: i64,
    pub overflow: bool,
    pub room: RoomId,
    pub room_name: String,
    pub room_position: i64,
    pub accessible: bool,
    pub floor: FloorId,
    pub floor_name: String,
    pub floor_position: i64,
}

/// The occupant of a bed during a half-open interval.
#[derive(Clone, Debug)]
pub struct OccupancyFact {
    /// The bed.
    pub bed: BedId,
    /// The first moment of the interval.
    pub since: Instant,
    /// The end of the interval; none while the resident is in the bed.
    pub until: Option<Instant>,
    /// The resident.
    pub occupant: Occupant,
}

/// A condition of a bed, other than being occupied, during a half-open interval.
#[derive(Clone, Debug)]
pub struct ConditionFact {
    /// The bed.
    pub bed: BedId,
    /// The first moment of the interval.
    pub since: HouseTime,
    /// The end of the interval; none when it is not known.
    pub until: Option<HouseTime>,
    /// The condition.
    pub kind: ConditionKind,
}

/// A condition of a bed, other than being occupied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConditionKind {
    /// The last occupant has left and the bed has not been made since.
    ToPrepare,
    /// The bed must not be given to anyone.
    OutOfService(OutOfServiceReason),
}

/// The query for the board. The response contains only what the reader's role may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeeBoard {
    /// The time shown, on the wall clock of the house; none means the present.
    pub as_of: Option<crate::time::When>,
}

impl Query for SeeBoard {
    type Output = Board;
    const NAME: &'static str = "board.see";
    const NEEDS: Permission = Permission::SeeBoard;
}

/// The query for the sheet of a bed: its state, its occupant, the emergency information and its recent history. The
/// store records each opening in the audit before it responds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OpenBed {
    /// The bed.
    pub bed: BedId,
    /// The time shown, on the wall clock of the house; none means the present.
    pub as_of: Option<crate::time::When>,
}

/// The sheet of a bed, with what the reader's role may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedSheet {
    /// The instant shown.
    pub as_of: HouseTime,
    /// Whether the sheet shows the present.
    pub live: bool,
    /// The version of the house at which the sheet was read.
    pub version: i64,
    /// The bed and its place in the house.
    pub choice: BedChoice,
    /// The state of the bed.
    pub state: BedState,
    /// A note of the coordinator to night staff about this bed.
    pub note: Option<String>,
    /// What is known of the occupant, limited to what the reader's role may see.
    pub person: Option<Person>,
    /// The free beds that the occupant could move to, nearest first.
    pub free: Vec<BedChoice>,
    /// The residents that the occupant could change beds with.
    pub others: Vec<SwapChoice>,
    /// The earlier states of this bed, latest first.
    pub before: Vec<BedPast>,
    /// The last change of this bed or of the stay of its last occupant, if it was recorded less than 24 hours ago and
    /// the reader may undo it.
    pub undo: Option<UndoOffer>,
}

/// The resident in a bed: what staff need to know in an emergency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Usual name, pronouns, languages.
    pub usual: Usual,
    /// Age in years.
    pub age: Option<u8>,
    /// Emergency health; none if the reader's role may not see it or nothing is recorded.
    pub care: Option<Care>,
    /// What night staff must know to keep the resident safe.
    pub watch: Option<String>,
    /// The day on which the resident expects to leave.
    pub expected_departure: Option<chrono::NaiveDate>,
    /// The number of nights spent so far in this stay.
    pub nights: i64,
}

/// A resident as the other party of a change of beds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapChoice {
    /// The resident's stay.
    pub stay: StayId,
    /// The resident's usual name.
    pub name: String,
    /// The label of the resident's bed.
    pub label: String,
    /// The resident's bed.
    pub bed: BedId,
}

/// An earlier state of a bed, during a half-open interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedPast {
    /// The state.
    pub state: BedStateCode,
    /// The number of the occupant's file, if the bed was occupied.
    pub number: Option<i64>,
    /// The first moment of the interval.
    pub since: HouseTime,
    /// The end of the interval.
    pub until: Option<HouseTime>,
}

impl Query for OpenBed {
    type Output = BedSheet;
    const NAME: &'static str = "board.open_bed";
    const NEEDS: Permission = Permission::OpenBed;
}

fn covers(since: Instant, until: Option<Instant>, at: Instant) -> bool {
    since <= at && until.is_none_or(|until| at < until)
}

/// Compares labels in natural order: by the number they begin with, then by the rest, so that `2A` precedes `10A`.
pub fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let key = |label: &str| {
        let digits: String = label.chars().take_while(char::is_ascii_digit).collect();
        (digits.parse::<u64>().unwrap_or(u64::MAX), label[digits.len()..].to_owned())
    };
    key(a).cmp(&key(b))
}

#[cfg(test)]
mod tests;
