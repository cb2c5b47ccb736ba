//! Property tests of the measures on random data: admissions, moves, exchanges of beds, departures and corrections at
//! any moment, across the nights on which the clocks change. Bed-nights by bed, by stay and by night must have the same
//! sum, equal to the number of occupied beds that an independent ledger gives at every 04:00.

use chrono::{Days, TimeDelta, TimeZone as _};
use chrono_tz::America::Toronto;
use proptest::prelude::*;

use super::*;
use crate::{
    board::{BedFact, BedState, Board, BoardFacts, OccupancyFact, Occupant},
    ids::{FloorId, RoomId},
    stays::{BedSpan, Departure, DepartureReason, Destination, StayFacts},
    testing::{seen_at, utc},
    time::Instant,
};

/// Starting instants: before both changes of the clocks, before a leap day, before a new year, and in a June without
/// any of these.
const STARTS: [&str; 5] = [
    "2026-03-06T17:00:00Z",
    "2026-10-30T17:00:00Z",
    "2028-02-27T17:00:00Z",
    "2026-12-29T17:00:00Z",
    "2026-06-15T17:00:00Z",
];

/// The time between two consecutive acts.
#[derive(Clone, Copy, Debug)]
enum Pause {
    Minutes(i64),
    /// The time until the next census, plus this number of microseconds, which may be negative.
    Census(i64),
}

/// An act. Its numbers select beds and residents among the existing ones.
#[derive(Clone, Copy, Debug)]
enum Step {
    Arrive(usize, usize),
    Move(usize, usize),
    Exchange(usize, usize),
    Leave(usize),
    LeftEarlier(usize, usize),
    ArrivedLater(usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<(Pause, Step)>> {
    let pause = prop_oneof![
        1 => Just(Pause::Minutes(0)),
        6 => (1_i64..1_500).prop_map(Pause::Minutes),
        2 => (-1_i64..=1).prop_map(Pause::Census),
    ];
    let n = 0_usize..64;
    let step = prop_oneof![
        4 => (n.clone(), n.clone()).prop_map(|(who, bed)| Step::Arrive(who, bed)),
        3 => (n.clone(), n.clone()).prop_map(|(who, bed)| Step::Move(who, bed)),
        1 => (n.clone(), n.clone()).prop_map(|(one, other)| Step::Exchange(one, other)),
        3 => n.clone().prop_map(Step::Leave),
        1 => (n.clone(), 0_usize..=100).prop_map(|(who, part)| Step::LeftEarlier(who, part)),
        1 => (n, 0_usize..=100).prop_map(|(who, part)| Step::ArrivedLater(who, part)),
    ];
    prop::collection::vec((pause, step), 1..60)
}

/// A row of the ledger, which is kept without the code under test: who had which bed during a half-open interval.
#[derive(Clone, Copy, Debug)]
struct Row {
    stay: usize,
    bed: BedId,
    from: Instant,
    until: Option<Instant>,
}

/// The house according to the code under test, and the independent ledger.
struct House {
    now: Instant,
    beds: Vec<BedId>,
    stays: Vec<(ResidentId, StayFacts)>,
    ledger: Vec<Row>,
}

impl House {
    fn lived(start: &str, beds: u128, steps: &[(Pause, Step)]) -> Self {
        let beds = (1..=beds).map(bed).collect();
        let mut house = Self { now: utc(start), beds, stays: Vec::new(), ledger: Vec::new() };
        for (pause, step) in steps {
            house.wait(*pause);
            house.take(*step);
        }
        house
    }

    fn wait(&mut self, pause: Pause) {
        self.now = match pause {
            Pause::Minutes(minutes) => self.now + TimeDelta::minutes(minutes),
            Pause::Census(micros) => {
                let today = seen_at(self.now).local.date();
                let next = [today, today + Days::new(1)].map(four).into_iter().find(|four| *four > self.now);
                (next.unwrap() + TimeDelta::microseconds(micros)).max(self.now)
            }
        };
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Arrive(who, bed) => {
                let who = resident(1 + (who % 7) as u128);
                let here = self.present().iter().any(|stay| self.stays[*stay].0 == who);
                if let Some(bed) = self.free(bed).filter(|_| !here) {
                    self.ledger.push(Row { stay: self.stays.len(), bed, from: self.now, until: None });
                    self.stays.push((who, StayFacts::begin(bed, self.now)));
                }
            }
            Step::Move(who, bed) => {
                if let (Some(stay), Some(bed)) = (pick(&self.present(), who), self.free(bed)) {
                    self.give(stay, bed);
                }
            }
            Step::Exchange(one, other) => {
                let present = self.present();
                let (Some(one), Some(other)) = (pick(&present, one), pick(&present, other)) else { return };
                if one != other {
                    let (her_bed, other_bed) = (self.bed_of(one), self.bed_of(other));
                    self.give(one, other_bed);
                    self.give(other, her_bed);
                }
            }
            Step::Leave(who) => {
                if let Some(stay) = pick(&self.present(), who) {
                    let facts = &mut self.stays[stay].1;
                    *facts = facts.depart(departure(self.now)).unwrap();
                    self.close(stay);
                }
            }
            Step::LeftEarlier(who, part) => {
                if let Some((stay, arrived, left)) = self.ended(who) {
                    let left = between(arrived, left, part);
                    self.correct(stay, arrived, left);
                }
            }
            Step::ArrivedLater(who, part) => {
                if let Some((stay, arrived, left)) = self.ended(who) {
                    let arrived = between(arrived, left, part);
                    self.correct(stay, arrived, left);
                }
            }
        }
    }

    fn give(&mut self, stay: usize, bed: BedId) {
        let facts = &mut self.stays[stay].1;
        *facts = facts.transfer(bed, self.now).unwrap();
        self.close(stay);
        self.ledger.push(Row { stay, bed, from: self.now, until: None });
    }

    fn close(&mut self, stay: usize) {
        let now = self.now;
        self.ledger
            .iter_mut()
            .filter(|row| row.stay == stay && row.until.is_none())
            .for_each(|row| row.until = Some(now));
    }

    fn correct(&mut self, stay: usize, arrived: Instant, left: Instant) {
        let facts = &mut self.stays[stay].1;
        if (facts.arrived, facts.departed()) != (arrived, Some(left)) {
            *facts = facts.correct(arrived, Some(departure(left))).unwrap();
            for row in self.ledger.iter_mut().filter(|row| row.stay == stay) {
                row.from = row.from.max(arrived);
                row.until = row.until.map(|until| until.min(left));
            }
        }
    }

    fn present(&self) -> Vec<usize> {
        self.ledger.iter().filter(|row| row.until.is_none()).map(|row| row.stay).collect()
    }

    fn bed_of(&self, stay: usize) -> BedId {
        self.ledger.iter().find(|row| row.stay == stay && row.until.is_none()).map(|row| row.bed).unwrap()
    }

    fn free(&self, n: usize) -> Option<BedId> {
        let taken = |bed: BedId| self.ledger.iter().any(|row| row.bed == bed && row.until.is_none());
        let free: Vec<BedId> = self.beds.iter().copied().filter(|bed| !taken(*bed)).collect();
        pick(&free, n)
    }

    fn ended(&self, n: usize) -> Option<(usize, Instant, Instant)> {
        let ended =
            self.stays.iter().enumerate().filter_map(|(n, (_, stay))| Some((n, stay.arrived, stay.departed()?)));
        pick(&ended.collect::<Vec<_>>(), n)
    }

    /// The rows of the ledger that hold at an instant.
    fn lying_at(&self, at: Instant) -> Vec<Row> {
        self.ledger.iter().copied().filter(|row| row.from <= at && row.until.is_none_or(|until| at < until)).collect()
    }

    /// The stays as nights, converted in the same way as in the store.
    fn nights(&self) -> Vec<StayNights> {
        let night = |at: Instant| seen_at(at).night();
        (1..)
            .zip(&self.stays)
            .map(|(n, (who, facts))| StayNights {
                stay: stay(n),
                resident: *who,
                arrival: night(facts.arrived),
                departure: facts.departed().map(night),
                beds: facts
                    .beds
                    .iter()
                    .map(|span| BedNights { bed: span.bed, from: night(span.since), until: span.until.map(night) })
                    .collect(),
            })
            .collect()
    }

    /// The house as the facts of a board.
    fn facts(&self) -> BoardFacts {
        let beds = self.beds.iter().map(|id| BedFact {
            bed: *id,
            since: utc("2020-01-01T00:00:00Z"),
            until: None,
            label: id.0.as_u128().to_string(),
            position: 0,
            overflow: false,
            room: RoomId(id.0),
            room_name: String::new(),
            room_position: 0,
            accessible: false,
            floor: FloorId(bed(0).0),
            floor_name: String::new(),
            floor_position: 0,
        });
        let occupancies = (1..).zip(&self.stays).flat_map(|(n, (who, facts))| {
            facts.beds.iter().map(move |span| OccupancyFact {
                bed: span.bed,
                since: span.since,
                until: span.until,
                occupant: Occupant {
                    stay: stay(n),
                    resident: *who,
                    number: 0,
                    name: String::new(),
                    flags: Vec::new(),
                    arrived: seen_at(facts.arrived),
                },
            })
        });
        BoardFacts { version: 0, beds: beds.collect(), occupancies: occupancies.collect(), conditions: Vec::new() }
    }
}

/// The instant of 04:00 on the morning of a date. It exists exactly once on every date.
fn four(morning: NaiveDate) -> Instant {
    Toronto.from_local_datetime(&morning.and_hms_opt(4, 0, 0).unwrap()).single().unwrap().to_utc()
}

/// The instant of the census of the night of a date, computed from the calendar alone.
fn census_of(evening: NaiveDate) -> Instant {
    four(evening + Days::new(1))
}

fn departure(at: Instant) -> Departure {
    Departure { at, reason: DepartureReason::Voluntary, destination: Destination::Unknown }
}

fn between(from: Instant, to: Instant, part: usize) -> Instant {
    from + (to - from) * part as i32 / 100
}

fn pick<T: Copy>(among: &[T], n: usize) -> Option<T> {
    if among.is_empty() { None } else { Some(among[n % among.len()]) }
}

/// Whether two half-open spans share an instant.
fn overlap(one: &BedSpan, other: &BedSpan) -> bool {
    let empty = |span: &BedSpan| span.until == Some(span.since);
    !empty(one)
        && !empty(other)
        && other.until.is_none_or(|until| one.since < until)
        && one.until.is_none_or(|until| other.since < until)
}

fn around(start: &str, from: i64, nights: i64) -> Period {
    let first = utc(start).date_naive() + TimeDelta::days(from);
    Period::new(first, first + TimeDelta::days(nights - 1)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn bed_nights_by_bed_by_stay_and_by_night_are_what_a_walk_at_four_finds(
        start in prop::sample::select(&STARTS[..]),
        beds in 1_u128..6,
        steps in steps(),
        (from, nights) in (-2_i64..20, 1_i64..30),
    ) {
        let house = House::lived(start, beds, &steps);
        let period = around(start, from, nights);
        let stays = house.nights();
        let facts = house.facts();

        // The expected result: for every night of the period, each bed at 04:00 according to the ledger.
        let (mut by_night, mut by_bed, mut by_stay) = (Vec::new(), HashMap::new(), vec![0_i64; stays.len()]);
        let mut served = HashSet::new();
        for evening in period.from.iter_days().take_while(|evening| *evening <= period.to) {
            let lying = house.lying_at(census_of(evening));
            by_night.push(lying.len() as i64);
            let board = Board::as_of(&facts, seen_at(census_of(evening)), false);
            for row in &lying {
                *by_bed.entry(row.bed).or_insert(0_i64) += 1;
                by_stay[row.stay] += 1;
                served.insert(house.stays[row.stay].0);
                let shown = match board.tile(row.bed).map(|(_, _, tile)| &tile.state) {
                    Some(BedState::Occupied(occupant)) => Some(occupant.stay),
                    _ => None,
                };
                prop_assert_eq!(shown, Some(stays[row.stay].stay));
            }
            prop_assert_eq!(board.counts().occupied as usize, lying.len());
            prop_assert_eq!(board.night, Night(evening));
            prop_assert_eq!(census(&stays, Night(evening)), lying.len() as i64);
        }

        prop_assert_eq!(&census_by_night(&stays, period), &by_night);
        let found: HashMap<BedId, i64> =
            bed_nights_by_bed(&stays, period).into_iter().filter(|(_, nights)| *nights > 0).collect();
        prop_assert_eq!(&found, &by_bed);
        prop_assert_eq!(&stays.iter().map(|stay| stay.bed_nights(period)).collect::<Vec<_>>(), &by_stay);
        let figures = measure(&stays, &[], period, &[]);
        let total: i64 = by_night.iter().sum();
        prop_assert_eq!(figures.bed_nights, total);
        prop_assert_eq!(by_bed.values().sum::<i64>(), total);
        prop_assert_eq!(by_stay.iter().sum::<i64>(), total);
        prop_assert_eq!(figures.people_served, served.len() as i64);

        // Acts count for the period when they happen after the census before its first night and up to that of its
        // last night.
        let (after, until) = (census_of(period.from - Days::new(1)), census_of(period.to));
        let happened = |at: Instant| after < at && at <= until;
        let arrived = house.stays.iter().filter(|(_, facts)| happened(facts.arrived)).count();
        let left = house.stays.iter().filter(|(_, facts)| facts.departed().is_some_and(happened)).count();
        prop_assert_eq!((figures.admissions, figures.departures), (arrived as i64, left as i64));
    }

    #[test]
    fn nobody_is_in_two_beds_and_no_bed_has_two_persons(
        start in prop::sample::select(&STARTS[..]),
        beds in 1_u128..6,
        steps in steps(),
    ) {
        let house = House::lived(start, beds, &steps);
        let spans: Vec<(ResidentId, BedSpan)> =
            house.stays.iter().flat_map(|(who, facts)| facts.beds.iter().map(move |span| (*who, *span))).collect();
        for (n, (who, span)) in spans.iter().enumerate() {
            for (other, beside) in &spans[n + 1..] {
                let clash = (who == other || span.bed == beside.bed) && overlap(span, beside);
                prop_assert!(!clash, "{who:?} {span:?} and {other:?} {beside:?}");
            }
        }
    }

    #[test]
    fn time_in_beds_fills_the_stay_without_a_gap(
        start in prop::sample::select(&STARTS[..]),
        beds in 1_u128..6,
        steps in steps(),
    ) {
        for (_, facts) in House::lived(start, beds, &steps).stays {
            prop_assert_eq!(facts.beds.first().map(|span| span.since), Some(facts.arrived));
            prop_assert_eq!(facts.beds.last().and_then(|span| span.until), facts.departed());
            for pair in facts.beds.windows(2) {
                prop_assert_eq!(pair[0].until, Some(pair[1].since));
                prop_assert!(pair[0].since < pair[1].since);
            }
        }
    }

    #[test]
    fn the_nights_of_an_ended_stay_are_its_length(
        start in prop::sample::select(&STARTS[..]),
        steps in steps(),
    ) {
        let always = around(start, -10, 400);
        for stay in House::lived(start, 4, &steps).nights() {
            if let Some(length) = stay.length() {
                prop_assert_eq!(stay.bed_nights(always), length);
            }
        }
    }

    #[test]
    fn beds_offered_are_those_in_the_house_and_open_at_four(
        start in prop::sample::select(&STARTS[..]),
        beds in prop::collection::vec((any::<bool>(), spans(), spans()), 0..5),
        (from, nights) in (-2_i64..20, 1_i64..30),
    ) {
        let period = around(start, from, nights);
        let at = |minutes: i64| utc(start) + TimeDelta::minutes(minutes);
        let instants = |spans: &[(i64, Option<i64>)]| {
            spans.iter().map(|(from, until)| (at(*from), until.map(at))).collect::<Vec<_>>()
        };
        let services: Vec<BedService> = (1..)
            .zip(&beds)
            .map(|(n, (overflow, in_house, closed))| {
                let nights = |spans| {
                    instants(spans).into_iter().map(|(from, until)| (seen_at(from).night(), until.map(|until| seen_at(until).night()))).collect()
                };
                BedService { bed: bed(n), overflow: *overflow, in_house: nights(in_house), closed: nights(closed) }
            })
            .collect();
        let expected: Vec<i64> = period
            .from
            .iter_days()
            .take_while(|evening| *evening <= period.to)
            .map(|evening| {
                let four = census_of(evening);
                let within = |spans: &[(i64, Option<i64>)]| {
                    instants(spans).iter().any(|(from, until)| *from <= four && until.is_none_or(|until| four < until))
                };
                beds.iter().filter(|(overflow, in_house, closed)| !overflow && within(in_house) && !within(closed)).count() as i64
            })
            .collect();
        prop_assert_eq!(&nights_offered(&services, period), &expected);
        prop_assert_eq!(measure(&[], &services, period, &[]).bed_nights_available, expected.iter().sum::<i64>());
    }

    #[test]
    fn data_in_which_someone_is_in_two_places_counts_her_once_a_night(
        spans in prop::collection::vec((1_u128..4, 1_u128..4, -5_i64..40, prop::option::of(0_i64..20)), 0..12),
        (from, nights) in (0_i64..20, 1_i64..20),
    ) {
        let first = utc(STARTS[0]).date_naive();
        let period = around(STARTS[0], from, nights);
        let on = |day: i64| Night(first + TimeDelta::days(day));
        let stays: Vec<StayNights> = (1..)
            .zip(&spans)
            .map(|(n, (who, place, from, length))| {
                let until = length.map(|length| on(from + length));
                let beds = vec![BedNights { bed: bed(*place), from: on(*from), until }];
                StayNights { stay: stay(n), resident: resident(*who), arrival: on(*from), departure: until, beds }
            })
            .collect();
        let mut pairs = HashSet::new();
        for day in from..from + nights {
            for (who, _, begins, length) in &spans {
                if *begins <= day && length.is_none_or(|length| day < begins + length) {
                    pairs.insert((*who, day));
                }
            }
        }
        let figures = measure(&stays, &[], period, &[]);
        prop_assert_eq!(figures.bed_nights, pairs.len() as i64);
        prop_assert_eq!(census_by_night(&stays, period).iter().sum::<i64>(), pairs.len() as i64);
        prop_assert_eq!(figures.people_served, pairs.iter().map(|(who, _)| who).collect::<HashSet<_>>().len() as i64);
    }
}

/// A strategy for half-open intervals, in minutes from the start. Some of them have no end.
fn spans() -> impl Strategy<Value = Vec<(i64, Option<i64>)>> {
    let span = (-3_000_i64..40_000, prop::option::of(0_i64..20_000));
    prop::collection::vec(span.prop_map(|(from, length)| (from, length.map(|length| from + length))), 0..3)
}
