//! The board: who is in which bed and which bed is what, at any instant.
//!
//! Nothing here is stored. The state of a bed is derived from facts (the plan, time in beds,
//! conditions of beds), so tonight's screen, a night of last February and the statistics come from
//! one function: [`Board::as_of`].

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

/// The house at an instant, floor by floor, in walking order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The instant shown.
    pub as_of: HouseTime,
    /// The night it belongs to.
    pub night: Night,
    /// Whether it is the present, which changes by itself.
    pub live: bool,
    /// The house's version it was drawn from.
    pub version: i64,
    /// The next instant at which it changes without any act: a planned closing begins or ends.
    pub changes_at: Option<HouseTime>,
    /// Floors from the lowest.
    pub floors: Vec<BoardFloor>,
}

/// A floor of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardFloor {
    /// The floor.
    pub id: FloorId,
    /// Its name.
    pub name: String,
    /// Its rooms, in walking order.
    pub rooms: Vec<BoardRoom>,
}

/// A room of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Whether wheelchair users can use it.
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
    /// Whether it was added beyond the beds the house offers.
    pub overflow: bool,
    /// What it is.
    pub state: BedState,
}

/// What a bed is at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BedState {
    /// Ready and nobody's.
    Free,
    /// Somebody's.
    Occupied(Occupant),
    /// Left, not yet made.
    ToPrepare {
        /// Since when.
        since: HouseTime,
    },
    /// Not to be given to anyone.
    OutOfService {
        /// Since when.
        since: HouseTime,
        /// Until when, if that is known.
        until: Option<HouseTime>,
        /// Why.
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

/// Who is in a bed, as far as the reader may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupant {
    /// The stay.
    pub stay: StayId,
    /// The file.
    pub resident: ResidentId,
    /// The file's number.
    pub number: i64,
    /// Her usual name.
    pub name: String,
    /// What an emergency needs to know first; empty for those who may not see it.
    pub flags: Vec<CareFlag>,
    /// When she arrived.
    pub arrived: HouseTime,
}

impl Occupant {
    /// How many nights she has been here at a moment of the house's wall clock. A night ends at 04:00: whoever arrived
    /// at 22:40 has spent none at 00:43.
    pub fn nights(&self, now: chrono::NaiveDateTime) -> i64 {
        Night::of(self.arrived.local).until(Night::of(now)).max(0)
    }
}

/// How many beds are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Beds in the house, those added beyond what it offers included.
    pub beds: u32,
    /// Beds somebody is in.
    pub occupied: u32,
    /// Beds ready and nobody's.
    pub free: u32,
    /// Beds to prepare.
    pub to_prepare: u32,
    /// Beds out of service.
    pub out_of_service: u32,
}

impl Board {
    /// The house at an instant, from facts. Facts of other instants are passed over, so the whole
    /// history may be given, or only what is true at that instant.
    pub fn as_of(facts: &BoardFacts, at: HouseTime, live: bool) -> Self {
        let present: HashMap<BedId, &OccupancyFact> = facts
            .occupancies
            .iter()
            .filter(|fact| covers(fact.since, fact.until, at.at))
            .map(|fact| (fact.bed, fact))
            .collect();
        let mut conditions: HashMap<BedId, &ConditionFact> = HashMap::new();
        for fact in facts.conditions.iter().filter(|fact| covers(fact.since.at, fact.until.map(|u| u.at), at.at)) {
            // Out of service says more than to prepare.
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

    /// Every bed, in walking order, with its floor and room.
    pub fn tiles(&self) -> impl Iterator<Item = (&BoardFloor, &BoardRoom, &Tile)> {
        self.floors.iter().flat_map(|floor| {
            floor.rooms.iter().flat_map(move |room| room.beds.iter().map(move |tile| (floor, room, tile)))
        })
    }

    /// One bed.
    pub fn tile(&self, bed: BedId) -> Option<(&BoardFloor, &BoardRoom, &Tile)> {
        self.tiles().find(|(_, _, tile)| tile.bed == bed)
    }

    /// How many beds are what.
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

    /// The free beds nearest to a bed.
    pub fn nearest_free(&self, to: Option<BedId>, at_most: usize) -> Vec<BedChoice> {
        self.nearest(to).into_iter().filter(|choice| choice.offered).take(at_most).collect()
    }

    /// The beds that nobody is in, nearest first: those of the same room, then those of the same floor, then by the
    /// number of floors between. None is nearer than another to a bed that is not on the board.
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

    /// The board without what a role may not see.
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

    /// The board as it will be when an act that is under way is done: what her own tap shows at
    /// once. The house's own answer replaces it.
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

/// A tap of one's own, shown before the house has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptimisticUpdate {
    /// The bed is made.
    Prepared(BedId),
    /// The bed is to make.
    ToPrepare(BedId),
    /// The bed is out of service.
    OutOfService(BedId, OutOfServiceReason),
    /// The bed is back in service.
    BackInService(BedId),
    /// Whoever was in it has left.
    Departed(BedId),
    /// Whoever was in the first is in the second, and the other way round if somebody was.
    Moved(BedId, BedId),
}

impl BedChoice {
    /// A choice from its place on the board.
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

/// The facts a board is derived from.
#[derive(Clone, Debug, Default)]
pub struct BoardFacts {
    /// The house's version they were read at.
    pub version: i64,
    /// Where each bed was, and when.
    pub beds: Vec<BedFact>,
    /// Who was in which bed, and when.
    pub occupancies: Vec<OccupancyFact>,
    /// Which bed was to prepare or out of service, and when.
    pub conditions: Vec<ConditionFact>,
}

/// Where a bed was during an interval.
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

/// Who was in a bed during an interval.
#[derive(Clone, Debug)]
pub struct OccupancyFact {
    /// The bed.
    pub bed: BedId,
    /// From.
    pub since: Instant,
    /// To.
    pub until: Option<Instant>,
    /// Who.
    pub occupant: Occupant,
}

/// What a bed was, beside being somebody's, during an interval.
#[derive(Clone, Debug)]
pub struct ConditionFact {
    /// The bed.
    pub bed: BedId,
    /// From.
    pub since: HouseTime,
    /// To.
    pub until: Option<HouseTime>,
    /// What.
    pub kind: ConditionKind,
}

/// What a bed can be beside somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConditionKind {
    /// Left, not yet made.
    ToPrepare,
    /// Not to be given to anyone.
    OutOfService(OutOfServiceReason),
}

/// Asks for the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeeBoard {
    /// A wall-clock time of the house; none is now.
    pub as_of: Option<crate::time::When>,
}

impl Query for SeeBoard {
    type Output = Board;
    const NAME: &'static str = "board.see";
    const NEEDS: Permission = Permission::SeeBoard;
}

/// Opens a bed: what it is, who is in it, what an emergency needs, and what happened to it lately.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OpenBed {
    /// The bed.
    pub bed: BedId,
    /// A wall-clock time of the house; none is now.
    pub as_of: Option<crate::time::When>,
}

/// A bed's sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedSheet {
    /// The instant shown.
    pub as_of: HouseTime,
    /// Whether it is the present.
    pub live: bool,
    /// The house's version it was drawn from.
    pub version: i64,
    /// The bed, where it is.
    pub choice: BedChoice,
    /// What it is.
    pub state: BedState,
    /// What the coordinator tells the night about this bed.
    pub note: Option<String>,
    /// What is known of the person in it, as far as the reader may see.
    pub person: Option<Person>,
    /// Free beds she could move to, nearest first.
    pub free: Vec<BedChoice>,
    /// Others she could change beds with.
    pub others: Vec<SwapChoice>,
    /// Who was here before, latest first.
    pub before: Vec<BedPast>,
    /// The last change of this bed or of the stay of its last occupant, when it is less than a day old and can be
    /// undone.
    pub undo: Option<UndoOffer>,
}

/// The person in a bed, as an emergency needs her.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Usual name, pronouns, languages.
    pub usual: Usual,
    /// Age in years.
    pub age: Option<u8>,
    /// Emergency health.
    pub care: Option<Care>,
    /// What night staff must know to keep her safe.
    pub watch: Option<String>,
    /// The day she expects to leave.
    pub expected_departure: Option<chrono::NaiveDate>,
    /// Nights so far.
    pub nights: i64,
}

/// A resident one could change beds with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapChoice {
    /// Her stay.
    pub stay: StayId,
    /// Her usual name.
    pub name: String,
    /// The label of her bed.
    pub label: String,
    /// Her bed.
    pub bed: BedId,
}

/// Something that was true of a bed before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedPast {
    /// What it was.
    pub state: BedStateCode,
    /// The number of the file, when somebody was in it.
    pub number: Option<i64>,
    /// From.
    pub since: HouseTime,
    /// To.
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

/// Orders labels as people count: `2A`, `10A`.
pub fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let key = |label: &str| {
        let digits: String = label.chars().take_while(char::is_ascii_digit).collect();
        (digits.parse::<u64>().unwrap_or(u64::MAX), label[digits.len()..].to_owned())
    };
    key(a).cmp(&key(b))
}

#[cfg(test)]
mod tests;
