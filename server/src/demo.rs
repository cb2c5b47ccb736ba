//! The demonstration house: invented data of any size and length of history, always the same for the same seed. No
//! person in it is real.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{
    access::Role,
    beds::OutOfServiceReason,
    board::ConditionKind,
    residents::{Birth, Care, Contact, Identity, Language, Part, Usual},
    stays::{Departure, DepartureReason, Destination, TrailKind},
    team::AddStaff,
};
use fastrand::Rng;
use store::{
    WallClock,
    import_write::{ImportWrite, NewBed, NewCondition, NewFloor, NewHouse, NewResident, NewRoom, NewStay, Step},
};

mod people;
use people::{CARE, FIRST_NAMES, NOTES, WATCH};

const ZONE: &str = "America/Toronto";
/// The number of beds of each room, floor by floor. The pattern is repeated as often as needed.
const FLOORS: [&[usize]; 3] = [&[1, 2, 2], &[3, 1, 1], &[2, 2, 2]];
const FLOOR_NAMES: [&str; 6] =
    ["Rez-de-chaussée", "Premier étage", "Deuxième étage", "Troisième étage", "Quatrième étage", "Cinquième étage"];

/// Generates a demonstration house at an instant, with `beds` beds and `years` years of history.
pub fn house(now: DateTime<Utc>, beds: u16, years: u16, seed: u64) -> ImportWrite {
    // This time zone is known to every build.
    let Some(wall) = WallClock::of(ZONE) else { return ImportWrite::default() };
    let today = wall.at(now).local.date();
    let opened = today.checked_sub_days(Days::new(u64::from(years) * 365 + 40)).unwrap_or(today);
    let mut story = Story {
        rng: Rng::with_seed(seed),
        wall,
        now,
        today,
        beds: Vec::new(),
        people: Vec::new(),
        stays: Vec::new(),
        conditions: Vec::new(),
    };
    let floors = story.build(usize::from(beds), opened);
    story.live(opened);
    ImportWrite {
        source: format!("demo {seed}"),
        what: "house.demo",
        house: Some(NewHouse { alias: "La maison d'essai".into(), zone: ZONE.into(), demo: true }),
        staff: staff(),
        floors,
        residents: story.people.into_iter().map(|person| person.file).collect(),
        stays: story.stays,
        conditions: story.conditions,
        report: "{}".into(),
    }
}

/// The accounts of the demonstration house. Their password is public: the sign-in page shows it.
fn staff() -> Vec<AddStaff> {
    [
        ("nuit", "Marie Lalonde", Role::Night),
        ("coordination", "Claire Poulin", Role::Coordinator),
        ("direction", "Diane Roy", Role::Management),
        ("soir", "Awa Ndiaye", Role::Night),
    ]
    .into_iter()
    .map(|(login, name, role)| AddStaff {
        login: login.into(),
        name: name.into(),
        role,
        password: app::DEMO_PASSWORD.into(),
    })
    .collect()
}

struct Story {
    rng: Rng,
    wall: WallClock,
    now: DateTime<Utc>,
    today: NaiveDate,
    beds: Vec<Bed>,
    people: Vec<Person>,
    stays: Vec<NewStay>,
    conditions: Vec<NewCondition>,
}

struct Bed {
    key: String,
    /// The instant from which a resident may be given the bed.
    free_from: DateTime<Utc>,
    /// Whether the bed is occupied at the end of the generated history.
    taken: bool,
}

struct Person {
    file: NewResident,
    birth: NaiveDate,
    /// The instant after which the resident may return; `None` while the resident is present.
    away_since: Option<DateTime<Utc>>,
}

impl Story {
    fn build(&mut self, beds: usize, opened: NaiveDate) -> Vec<NewFloor> {
        let since = self.at(opened, 9, 0);
        let mut floors: Vec<NewFloor> = Vec::new();
        let (mut left, mut room_number) = (beds, 0);
        while left > 0 {
            let level = floors.len();
            let mut rooms = Vec::new();
            for size in FLOORS[level % FLOORS.len()] {
                let size = (*size).min(left);
                if size == 0 {
                    break;
                }
                room_number += 1;
                left -= size;
                rooms.push(self.room(room_number, size, since));
            }
            let name = FLOOR_NAMES.get(level).map_or_else(|| format!("Étage {level}"), |name| (*name).to_owned());
            floors.push(NewFloor { key: format!("floor {level}"), name, since, rooms });
        }
        floors
    }

    fn room(&mut self, number: usize, size: usize, since: DateTime<Utc>) -> NewRoom {
        let beds = (0..size)
            .map(|i| {
                let label = format!("{number}{}", char::from(b'A' + i as u8));
                let note = (self.rng.u8(0..9) == 0).then(|| NOTES[self.rng.usize(0..NOTES.len())].to_owned());
                self.beds.push(Bed { key: label.clone(), free_from: since, taken: false });
                NewBed { key: label.clone(), label, overflow: false, note, since, until: None }
            })
            .collect();
        NewRoom { key: format!("room {number}"), name: format!("Chambre {number}"), accessible: number == 1, beds }
    }

    /// Generates the history day by day until now: admissions and departures.
    fn live(&mut self, opened: NaiveDate) {
        let mut day = opened;
        // In the last days some beds stay free, so that tonight some are free, one is to be prepared and, in a larger
        // house, one is closed.
        let spare = (self.beds.len() / 8).clamp(1, 4) + 1;
        while day <= self.today {
            let hour = match self.rng.u8(0..10) {
                0 => self.rng.u8(0..3),
                1..=5 => self.rng.u8(13..19),
                _ => self.rng.u8(9..24),
            };
            let minute = self.rng.u8(0..60);
            let at = self.at(day, hour, minute);
            let last_days = (self.today - day).num_days() < 6;
            let keep = if last_days { spare } else { self.busy(day) };
            let tries = if day == opened { self.beds.len() / 2 } else { 2 };
            for _ in 0..tries {
                let free: Vec<usize> = (0..self.beds.len())
                    .filter(|bed| !self.beds[*bed].taken && self.beds[*bed].free_from <= at)
                    .collect();
                if at < self.now && free.len() > keep && self.rng.u8(0..100) < 62 {
                    let bed = free[self.rng.usize(0..free.len())];
                    self.welcome(bed, at);
                }
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        self.tonight();
    }

    /// Returns the number of beds kept free on a day. The house is fuller in winter.
    fn busy(&self, day: NaiveDate) -> usize {
        use chrono::Datelike as _;
        match day.month() {
            11 | 12 | 1..=3 => 0,
            6..=8 => self.beds.len() / 6,
            _ => self.beds.len() / 10,
        }
    }

    fn welcome(&mut self, bed: usize, at: DateTime<Utc>) {
        let person = self.someone(at);
        let nights = self.nights();
        let arrival = at;
        let local = self.wall.at(arrival).local;
        let leaving = local.date().checked_add_days(Days::new(nights)).unwrap_or(local.date());
        let (hour, minute) = (self.rng.u8(8..17), self.rng.u8(0..60));
        let mut out = self.at(leaving, hour, minute);
        if out <= arrival {
            out = arrival + TimeDelta::minutes(40);
        }
        let left = out <= self.now;
        let age = domain::time::age_on(self.people[person].birth, local.date());
        let mut beds = vec![(self.beds[bed].key.clone(), arrival, None)];
        let mut steps =
            vec![Step { kind: TrailKind::Admitted, at: arrival, by: Some(self.staff()), beds: 1, left: false }];
        let mut last_bed = bed;
        self.beds[bed].taken = true;
        // Some residents change beds during their stay.
        let middle = arrival + (out.min(self.now) - arrival) / 2;
        if nights > 20 && self.rng.u8(0..100) < 14 {
            let middle = middle - TimeDelta::microseconds(i64::from(middle.timestamp_subsec_micros()));
            let other =
                (0..self.beds.len()).find(|other| !self.beds[*other].taken && self.beds[*other].free_from <= arrival);
            if let Some(other) = other {
                beds[0].2 = Some(middle);
                beds.push((self.beds[other].key.clone(), middle, None));
                steps.push(Step { kind: TrailKind::Transferred, at: middle, by: Some(1), beds: 2, left: false });
                self.leave_bed(bed, middle);
                self.beds[other].taken = true;
                last_bed = other;
            }
        }
        let departure = left.then(|| {
            let (reason, destination) = self.farewell();
            Departure { at: out, reason, destination }
        });
        if let Some(departure) = departure {
            if let Some(last) = beds.last_mut() {
                last.2 = Some(departure.at);
            }
            steps.push(Step {
                kind: TrailKind::Departed,
                at: departure.at,
                by: Some(self.staff()),
                beds: beds.len(),
                left: true,
            });
            self.leave_bed(last_bed, departure.at);
            self.people[person].away_since = Some(departure.at);
        } else {
            self.people[person].away_since = None;
        }
        self.stays.push(NewStay {
            key: format!("stay {}", self.stays.len() + 1),
            digest: Vec::new(),
            resident: self.people[person].file.key.clone(),
            arrived: arrival,
            departure,
            beds,
            age,
            date_only: false,
            steps,
        });
    }

    /// Ends the stay of the resident who has been present longest; the bed is prepared 95 minutes later.
    fn longest_leaves(&mut self, at: DateTime<Utc>) {
        let at = at - TimeDelta::microseconds(i64::from(at.timestamp_subsec_micros()));
        let here = self.stays.iter_mut().filter(|stay| stay.departure.is_none());
        let longest =
            here.filter(|stay| stay.beds.last().is_some_and(|bed| bed.1 < at)).min_by_key(|stay| stay.arrived);
        let Some(stay) = longest else { return };
        stay.departure = Some(Departure { at, reason: DepartureReason::Objectives, destination: Destination::OwnHome });
        let count = stay.beds.len();
        let Some(last) = stay.beds.last_mut() else { return };
        last.2 = Some(at);
        let bed = last.0.clone();
        stay.steps.push(Step { kind: TrailKind::Departed, at, by: Some(1), beds: count, left: true });
        let until = Some(at + TimeDelta::minutes(95));
        self.conditions.push(NewCondition { bed: bed.clone(), kind: ConditionKind::ToPrepare, since: at, until });
        if let Some(bed) = self.beds.iter_mut().find(|other| other.key == bed) {
            bed.taken = false;
            bed.free_from = at + TimeDelta::minutes(95);
        }
    }

    /// Frees a bed, which is prepared some hours later.
    fn leave_bed(&mut self, bed: usize, at: DateTime<Utc>) {
        let made = at + TimeDelta::minutes(i64::from(self.rng.u16(60..900)));
        let key = self.beds[bed].key.clone();
        let until = (made <= self.now).then_some(made);
        self.conditions.push(NewCondition { bed: key, kind: ConditionKind::ToPrepare, since: at, until });
        self.beds[bed].free_from = if until.is_some() { made } else { self.now + TimeDelta::days(1) };
        self.beds[bed].taken = false;
    }

    /// Chooses a resident who returns, or generates a new one.
    fn someone(&mut self, at: DateTime<Utc>) -> usize {
        if self.rng.u8(0..100) < 17 {
            let back: Vec<usize> = (0..self.people.len())
                .filter(|p| self.people[*p].away_since.is_some_and(|since| at - since > TimeDelta::days(9)))
                .filter(|p| self.people[*p].away_since.is_some_and(|since| at - since < TimeDelta::days(700)))
                .collect();
            if !back.is_empty() {
                let chosen = back[self.rng.usize(0..back.len())];
                self.people[chosen].away_since = None;
                return chosen;
            }
        }
        let age = match self.rng.u8(0..40) {
            0 => self.rng.u8(36..44),
            _ => self.rng.u8(18..36),
        };
        let today = self.wall.at(at).local.date();
        let birth = today - TimeDelta::days(i64::from(age) * 365 + i64::from(self.rng.u16(10..350)));
        let parts = self.parts(birth, age, today);
        let key = format!("resident {}", self.people.len() + 1);
        let file = NewResident { key, digest: Vec::new(), parts, since: at };
        self.people.push(Person { file, birth, away_since: None });
        self.people.len() - 1
    }

    fn parts(&mut self, birth: NaiveDate, age: u8, today: NaiveDate) -> Vec<Part> {
        let name = self.first_name();
        let rng = &mut self.rng;
        let mut languages = vec![if rng.u8(0..5) == 0 { Language::English } else { Language::French }];
        if rng.u8(0..4) == 0 {
            let other = Language::ALL[rng.usize(1..Language::ALL.len())];
            if !languages.contains(&other) {
                languages.push(other);
            }
        }
        let pronouns = (rng.u8(0..6) == 0).then(|| "iel".to_owned());
        let birth = if rng.u8(0..3) == 0 { Birth::Aged { age, on: today } } else { Birth::On(birth) };
        let mut parts = vec![
            Part::Usual(Usual { name, pronouns, languages }),
            Part::Identity(Identity { legal_name: None, birth }),
        ];
        if rng.u8(0..5) == 0 {
            let (flag, text) = CARE[rng.usize(0..CARE.len())];
            parts.push(Part::Care(Care { flags: vec![flag], what_to_do: Some(text.to_owned()) }));
        } else {
            parts.push(Part::Care(Care::default()));
        }
        if rng.u8(0..6) == 0 {
            parts.push(Part::Watch(WATCH[rng.usize(0..WATCH.len())].to_owned()));
        }
        if rng.u8(0..2) == 0 {
            let phone = format!("450 555-{:04}", rng.u16(100..200));
            let contact =
                Contact { name: Some("Une amie".into()), relation: None, phone: Some(phone), may_say_present: false };
            parts.push(Part::Contact(contact));
        }
        parts
    }

    /// Chooses a name that no resident present has, as long as that succeeds within twenty tries.
    fn first_name(&mut self) -> String {
        for _ in 0..20 {
            let name = FIRST_NAMES[self.rng.usize(0..FIRST_NAMES.len())];
            let here = self.people.iter().filter(|person| person.away_since.is_none());
            let taken = here
                .flat_map(|person| &person.file.parts)
                .any(|part| matches!(part, Part::Usual(usual) if usual.name == name));
            if !taken {
                return name.to_owned();
            }
        }
        FIRST_NAMES[self.rng.usize(0..FIRST_NAMES.len())].to_owned()
    }

    /// Returns the number of nights of a stay: many short stays, some of several months, a few over a year.
    fn nights(&mut self) -> u64 {
        match self.rng.u8(0..100) {
            0..=3 => 0,
            4..=27 => self.rng.u64(1..8),
            28..=59 => self.rng.u64(8..61),
            60..=86 => self.rng.u64(61..201),
            _ => self.rng.u64(201..480),
        }
    }

    fn farewell(&mut self) -> (DepartureReason, Destination) {
        let reasons = [
            DepartureReason::Objectives,
            DepartureReason::Voluntary,
            DepartureReason::Voluntary,
            DepartureReason::Transfer,
            DepartureReason::Disappeared,
            DepartureReason::Hospital,
        ];
        let destinations = [
            Destination::SubsidisedHome,
            Destination::OwnHome,
            Destination::SecondStage,
            Destination::FamilyForATime,
            Destination::FriendsForATime,
            Destination::OtherHouse,
            Destination::Unknown,
            Destination::Unknown,
        ];
        let reason = reasons[self.rng.usize(0..reasons.len())];
        match reason {
            DepartureReason::Disappeared => (reason, Destination::Unknown),
            DepartureReason::Hospital => (reason, Destination::Hospital),
            _ => (reason, destinations[self.rng.usize(0..destinations.len())]),
        }
    }

    fn staff(&mut self) -> usize {
        if self.rng.bool() { 1 } else { 0 }
    }

    /// Adjusts the current night so that the demonstration is neither empty nor full, whatever was generated. The
    /// residents present longest leave until enough beds are free; in a house of at least eight beds, one bed is to be
    /// prepared and one is out of service.
    fn tonight(&mut self) {
        let large = self.beds.len() >= 8;
        let wanted = (self.beds.len() / 6).max(1) + usize::from(large);
        for hours in [26_i64, 20, 13, 8, 6, 5, 4, 3] {
            let free = self.beds.iter().filter(|bed| !bed.taken && bed.free_from <= self.now).count();
            if free >= wanted {
                break;
            }
            self.longest_leaves(self.now - TimeDelta::hours(hours));
        }
        if !large {
            return;
        }
        let waiting = self.conditions.iter().any(|condition| condition.until.is_none());
        if !waiting {
            self.longest_leaves(self.now - TimeDelta::hours(3));
            if let Some(last) = self.conditions.last_mut() {
                last.until = None;
            }
        }
        let to_prepare: HashMap<&str, ()> = self
            .conditions
            .iter()
            .filter(|condition| condition.until.is_none())
            .map(|condition| (condition.bed.as_str(), ()))
            .collect();
        let closable = self.beds.iter().rev().find(|bed| !bed.taken && !to_prepare.contains_key(bed.key.as_str()));
        if let Some(bed) = closable {
            let kind = ConditionKind::OutOfService(OutOfServiceReason::Repair);
            let since = self.now - TimeDelta::hours(20);
            let since = since.max(bed.free_from);
            let bed = bed.key.clone();
            self.conditions.push(NewCondition { bed, kind, since, until: Some(self.now + TimeDelta::days(2)) });
        }
    }

    fn at(&self, day: NaiveDate, hour: u8, minute: u8) -> DateTime<Utc> {
        let time = NaiveTime::from_hms_opt(u32::from(hour), u32::from(minute), 0).unwrap_or(NaiveTime::MIN);
        self.wall.first_instant(day.and_time(time))
    }
}
