//! Plans an import: converts HMIS rows to beds, residents and stays.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{
    residents::{Birth, Care, Identity, Part, Usual},
    stays::{Departure, TrailKind},
};
use store::{
    WallClock,
    import_write::{ImportWrite, Known, NewBed, NewFloor, NewHouse, NewResident, NewRoom, NewStay, Step},
};

use crate::hmis::{
    codes,
    read::{ReadError, Row, Table, Tables},
    report::{NotTaken, Report, Selection, Taken, source},
};

const ZONE: &str = "America/Toronto";
const RECORD_TYPE_BED_NIGHT: i64 = 200;
/// The largest number of beds shown in one room; more beds are divided into several rooms.
const ROOM_SIZE: usize = 4;
const ROOMS_PER_FLOOR: usize = 6;

/// A stay being planned. `entry` is the first night; `exit` is the date of departure, which is not a night of the stay.
struct Draft<'a> {
    row: Row<'a>,
    key: String,
    person: &'a str,
    entry: NaiveDate,
    exit: Option<NaiveDate>,
    /// The nights slept, as half-open runs of dates. `None` means every night of the stay.
    runs: Option<Vec<(NaiveDate, NaiveDate)>>,
}

/// A bed being planned. `taken` lists its half-open intervals of occupation.
struct Slot {
    key: String,
    overflow: bool,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    taken: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
}

/// Plans the import of one project from the tables of a folder. The public function `hmis::plan` documents the arguments
/// and the errors.
pub fn plan(
    tables: &Tables,
    selection: &Selection<'_>,
    wall: &WallClock,
    known: &Known,
    digest: &dyn Fn(&[&str]) -> Vec<u8>,
) -> Result<(ImportWrite, Report), ReadError> {
    let project = find_project(&tables.project, selection.project)?;
    let source = source(selection);
    let mut report = Report { source: source.clone(), columns_dropped: tables.dropped.clone(), ..Report::default() };
    let clock = DateClock { wall };
    for table in tables.all() {
        let broken = table.broken().iter();
        report.not_taken.extend(broken.map(|line| NotTaken {
            file: table.file(),
            line: *line,
            key: String::new(),
            why: "cells",
        }));
    }
    let drafts = drafts(tables, selection, project, &mut report);
    let slots = slots(&tables.inventory, selection, &clock, &mut report);
    let house = NewHouse { alias: format!("Projet {}", selection.project), zone: ZONE.into(), demo: false };
    let import = ImportWrite { source, what: "house.import", house: Some(house), ..ImportWrite::default() };
    let mut planner = Planner { tables, clock, known, digest, slots, import, report };
    planner.people(&drafts);
    planner.stays(&drafts);
    Ok(planner.finish())
}

/// The state of planning, and its inputs.
struct Planner<'a> {
    tables: &'a Tables,
    clock: DateClock<'a>,
    known: &'a Known,
    digest: &'a dyn Fn(&[&str]) -> Vec<u8>,
    slots: Vec<Slot>,
    import: ImportWrite,
    report: Report,
}

/// Returns the row of a project.
///
/// # Errors
/// Returns `ReadError::NoProject` with the projects that are in the folder.
fn find_project<'a>(table: &'a Table, id: &str) -> Result<Row<'a>, ReadError> {
    let found = table.rows().find(|row| row.get("ProjectID") == id && !row.deleted());
    found.ok_or_else(|| {
        let known: Vec<&str> = table.rows().filter(|row| !row.deleted()).map(|row| row.get("ProjectID")).collect();
        ReadError::NoProject { project: id.to_owned(), known: known.join(", ") }
    })
}

/// Whether a project is a night-by-night shelter, which records each night. Other projects record entry and exit only.
fn is_night_by_night(project: Row<'_>) -> bool {
    match (project.number("ProjectType"), project.number("TrackingMethod")) {
        // FY2022: type 1 is any emergency shelter, and the tracking method distinguishes the two kinds.
        (Some(1), Some(method)) => method == 3,
        // FY2024 and later: type 0 is entry-exit, type 1 is night-by-night.
        (Some(1), None) => project.get("TrackingMethod").is_empty(),
        _ => false,
    }
}

/// Returns the stays of a project that can be imported, sorted and without overlaps. Every other enrolment is added to
/// the report.
fn drafts<'a>(tables: &'a Tables, selection: &Selection<'_>, project: Row<'a>, report: &mut Report) -> Vec<Draft<'a>> {
    let mut note = |table: &Table, row: &Row<'_>, key: &str, why: &'static str| {
        report.not_taken.push(NotTaken { file: table.file(), line: row.line, key: key.to_owned(), why });
    };
    let mut exits: HashMap<&str, Row<'_>> = HashMap::new();
    for row in tables.exit.rows() {
        if !row.deleted() {
            exits.insert(row.get("EnrollmentID"), row);
        }
    }
    let people: HashSet<&str> =
        tables.client.rows().filter(|row| !row.deleted()).map(|row| row.get("PersonalID")).collect();
    let cocs = selection.coc.map(|_| household_cocs(tables));
    let mut seen = HashSet::new();
    let mut drafts = Vec::new();
    for row in tables.enrollment.rows().filter(|row| row.get("ProjectID") == selection.project) {
        let table = &tables.enrollment;
        let (key, person) = (row.get("EnrollmentID"), row.get("PersonalID"));
        if row.deleted() {
            note(table, &row, key, "deleted");
            continue;
        }
        if !people.contains(person) {
            note(table, &row, key, "no_client");
            continue;
        }
        if !seen.insert(key) {
            note(table, &row, key, "twice");
            continue;
        }
        if let (Some(coc), Some(cocs)) = (selection.coc, &cocs)
            && cocs.get(row.get("HouseholdID")).is_some_and(|household| *household != coc)
        {
            note(table, &row, key, "other_coc");
            continue;
        }
        let Some(entry) = row.date("EntryDate") else {
            note(table, &row, key, "no_entry");
            continue;
        };
        let exit = exits.get(key);
        let left = exit.and_then(|exit| exit.date("ExitDate"));
        if let Some(exit) = exit
            && left.is_none()
        {
            note(&tables.exit, exit, key, "bad_exit");
        }
        if left.is_some_and(|left| left < entry) {
            note(table, &row, key, "reversed");
            continue;
        }
        drafts.push(Draft { row, key: key.to_owned(), person, entry, exit: left, runs: None });
    }
    if is_night_by_night(project) {
        add_nights(&tables.services, &mut drafts, report);
    }
    without_overlaps(drafts, tables, report)
}

/// Returns the continuum of care (CoC) of each household: that of the latest row of its head, otherwise of any of its
/// rows.
fn household_cocs(tables: &Tables) -> HashMap<&str, &str> {
    let mut by_enrollment: HashMap<&str, (Option<NaiveDate>, &str)> = HashMap::new();
    for row in tables.enrollment_coc.rows().filter(|row| !row.deleted() && !row.get("CoCCode").is_empty()) {
        let dated = row.date("InformationDate");
        let kept = by_enrollment.entry(row.get("EnrollmentID")).or_insert((dated, row.get("CoCCode")));
        if dated >= kept.0 {
            *kept = (dated, row.get("CoCCode"));
        }
    }
    let mut households: HashMap<&str, (bool, &str)> = HashMap::new();
    for row in tables.enrollment.rows().filter(|row| !row.deleted()) {
        // FY2024 records the CoC in the enrolment itself.
        let own = row.get("EnrollmentCoC");
        let coc =
            if own.is_empty() { by_enrollment.get(row.get("EnrollmentID")).map_or("", |(_, coc)| *coc) } else { own };
        if coc.is_empty() {
            continue;
        }
        let head = row.number("RelationshipToHoH") == Some(1);
        let kept = households.entry(row.get("HouseholdID")).or_insert((head, coc));
        if head && !kept.0 {
            *kept = (true, coc);
        }
    }
    households.into_iter().map(|(household, (_, coc))| (household, coc)).collect()
}

/// Adds the nights of night-by-night stays: each date once, from the entry to the day before the exit. Other nights are
/// added to the report.
fn add_nights(services: &Table, drafts: &mut [Draft<'_>], report: &mut Report) {
    let mut nights: HashMap<&str, Vec<(NaiveDate, Row<'_>)>> = HashMap::new();
    for row in services.rows() {
        if row.number("RecordType") != Some(RECORD_TYPE_BED_NIGHT) || row.deleted() {
            continue;
        }
        match row.date("DateProvided") {
            Some(night) => nights.entry(row.get("EnrollmentID")).or_default().push((night, row)),
            None if drafts.iter().any(|draft| draft.key == row.get("EnrollmentID")) => {
                let key = row.get("ServicesID").to_owned();
                report.not_taken.push(NotTaken { file: services.file(), line: row.line, key, why: "bad_night" });
            }
            None => {}
        }
    }
    for draft in drafts {
        let mut slept: Vec<NaiveDate> = Vec::new();
        for (night, row) in nights.remove(draft.key.as_str()).unwrap_or_default() {
            if night < draft.entry || draft.exit.is_some_and(|exit| night >= exit) {
                let key = row.get("ServicesID").to_owned();
                report.not_taken.push(NotTaken { file: services.file(), line: row.line, key, why: "night_outside" });
            } else {
                slept.push(night);
            }
        }
        slept.sort_unstable();
        slept.dedup();
        draft.runs = Some(runs(&slept));
    }
}

/// Groups sorted dates into runs of consecutive nights, as half-open intervals.
fn runs(nights: &[NaiveDate]) -> Vec<(NaiveDate, NaiveDate)> {
    let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for night in nights {
        let next = night.succ_opt().unwrap_or(*night);
        match runs.last_mut() {
            Some((_, until)) if *until == *night => *until = next,
            _ => runs.push((*night, next)),
        }
    }
    runs
}

/// Removes the overlaps between stays of one person, who cannot be in two places. The nights of a later stay that an
/// earlier one covers are dropped and reported.
fn without_overlaps<'a>(mut drafts: Vec<Draft<'a>>, tables: &Tables, report: &mut Report) -> Vec<Draft<'a>> {
    drafts.sort_by(|a, b| {
        (a.entry, a.exit.is_none(), a.exit, a.key.as_str()).cmp(&(b.entry, b.exit.is_none(), b.exit, b.key.as_str()))
    });
    let mut busy: HashMap<&str, Option<NaiveDate>> = HashMap::new();
    let mut kept = Vec::new();
    let mut instant_days: HashSet<(&str, NaiveDate)> = HashSet::new();
    for mut draft in drafts {
        let mut note = |why| {
            let (file, line, key) = (tables.enrollment.file(), draft.row.line, draft.key.clone());
            report.not_taken.push(NotTaken { file, line, key, why });
        };
        match busy.get(draft.person) {
            // The earlier stay has no end, so it covers the whole of this one.
            Some(None) => {
                note("overlap_inside");
                continue;
            }
            Some(Some(until)) if draft.entry < *until => {
                if draft.exit.is_some_and(|exit| exit <= *until) {
                    note("overlap_inside");
                    continue;
                }
                note("overlap_clipped");
                draft.entry = *until;
                if let Some(runs) = &mut draft.runs {
                    for run in runs.iter_mut() {
                        run.0 = run.0.max(*until);
                    }
                    runs.retain(|(from, until)| from < until);
                }
            }
            _ => {}
        }
        // Two stays without a night on the same day count as one.
        if draft.exit == Some(draft.entry) && !instant_days.insert((draft.person, draft.entry)) {
            note("overlap_inside");
            continue;
        }
        let until = draft.exit.map(|exit| exit.max(busy.get(draft.person).copied().flatten().unwrap_or(exit)));
        busy.insert(draft.person, until);
        kept.push(draft);
    }
    kept
}

/// Returns the beds of the inventory, one slot for each bed of each dated row.
fn slots(table: &Table, selection: &Selection<'_>, clock: &DateClock<'_>, report: &mut Report) -> Vec<Slot> {
    let mut slots = Vec::new();
    for row in table.rows().filter(|row| row.get("ProjectID") == selection.project) {
        let key = row.get("InventoryID");
        let mut note =
            |why| report.not_taken.push(NotTaken { file: table.file(), line: row.line, key: key.to_owned(), why });
        if row.deleted() {
            note("deleted");
            continue;
        }
        if selection.coc.is_some_and(|coc| !row.get("CoCCode").is_empty() && row.get("CoCCode") != coc) {
            note("other_coc");
            continue;
        }
        let Some(beds) = row.number("BedInventory").filter(|beds| (0..=10_000).contains(beds)) else {
            note("no_beds");
            continue;
        };
        let (start, end) = (row.date("InventoryStartDate"), row.date("InventoryEndDate"));
        let Some(start) = start.filter(|start| end.is_none_or(|end| *start <= end)) else {
            note("bad_inventory_dates");
            continue;
        };
        for n in 1..=beds {
            slots.push(Slot {
                key: format!("inventory {key} bed {n}"),
                overflow: false,
                since: clock.noon(start),
                until: end.map(|end| clock.noon(end)),
                taken: Vec::new(),
            });
        }
    }
    slots
}

impl Planner<'_> {
    fn note(&mut self, table: &Table, line: u64, key: &str, why: &'static str) {
        self.report.not_taken.push(NotTaken { file: table.file(), line, key: key.to_owned(), why });
    }

    /// Returns the digest of a row at its earlier import, or `None` if it has not been imported.
    fn before(&self, kind: &str, key: &str) -> Option<Vec<u8>> {
        self.known.rows.get(&(kind.to_owned(), key.to_owned())).map(|(_, digest)| digest.clone())
    }

    /// Plans the residents of the stays, each once. Only the first name and the birth date are imported.
    fn people(&mut self, drafts: &[Draft<'_>]) {
        let mut first: HashMap<&str, NaiveDate> = HashMap::new();
        for draft in drafts {
            let kept = first.entry(draft.person).or_insert(draft.entry);
            *kept = (*kept).min(draft.entry);
        }
        let table = &self.tables.client;
        let mut done = HashSet::new();
        for row in table.rows() {
            let id = row.get("PersonalID");
            let Some(since) = first.get(id) else { continue };
            if row.deleted() || !done.insert(id) {
                self.note(table, row.line, id, if row.deleted() { "deleted" } else { "twice" });
                continue;
            }
            let name = row.get("FirstName");
            let digest = (self.digest)(&["client", name, row.get("DOB")]);
            if let Some(before) = self.before("resident", id) {
                self.report.known.residents += 1;
                if before != digest {
                    self.note(table, row.line, id, "changed_since");
                }
                continue;
            }
            let usual = if name.is_empty() { format!("Résidente {id}") } else { name.to_owned() };
            let birth = row.date("DOB").map_or(Birth::Unknown, Birth::On);
            self.import.residents.push(NewResident {
                key: id.to_owned(),
                digest,
                parts: vec![
                    Part::Usual(Usual { name: usual, pronouns: None, languages: Vec::new() }),
                    Part::Identity(Identity { legal_name: None, birth }),
                    Part::Care(Care::default()),
                ],
                since: self.clock.arrival(*since),
            });
        }
    }

    fn stays(&mut self, drafts: &[Draft<'_>]) {
        let births: HashMap<&str, NaiveDate> =
            self.tables.client.rows().filter_map(|row| Some((row.get("PersonalID"), row.date("DOB")?))).collect();
        let exits: HashMap<&str, Row<'_>> =
            self.tables.exit.rows().filter(|row| !row.deleted()).map(|row| (row.get("EnrollmentID"), row)).collect();
        let enrollments = &self.tables.enrollment;
        for draft in drafts {
            let exit = exits.get(draft.key.as_str());
            let cell = |column: &str| exit.map_or("", |exit| exit.get(column));
            let dated = [draft.entry.to_string(), draft.exit.map(|exit| exit.to_string()).unwrap_or_default()];
            let nights = draft
                .runs
                .iter()
                .flatten()
                .map(|(from, until)| format!("{from}/{until}"))
                .collect::<Vec<_>>()
                .join(" ");
            let digest = (self.digest)(&["stay", &dated[0], &dated[1], cell("Destination"), &nights]);
            if let Some(before) = self.before("stay", &draft.key) {
                self.report.known.stays += 1;
                if before != digest {
                    self.note(enrollments, draft.row.line, &draft.key, "changed_since");
                }
                continue;
            }
            let (arrived, left) = self.clock.stay(draft.entry, draft.exit);
            let departure = left.map(|at| {
                let number = |column: &str| exit.and_then(|exit| exit.number(column));
                let destination = codes::destination(number("Destination"));
                let reason = codes::reason(number("ProjectCompletionStatus"), number("EarlyExitReason"), destination);
                Departure { at, reason, destination }
            });
            let spans = match &draft.runs {
                None => vec![(arrived, left)],
                Some(runs) => runs
                    .iter()
                    .map(|(from, until)| (self.clock.arrival(*from), Some(self.clock.departure(*until))))
                    .collect(),
            };
            self.report.taken.bed_nights += match &draft.runs {
                None => draft.exit.map_or(0, |exit| (exit - draft.entry).num_days()),
                Some(runs) => runs.iter().map(|(from, until)| (*until - *from).num_days()).sum(),
            };
            let beds: Vec<_> =
                spans.into_iter().map(|(since, until)| (self.bed_for(since, until), since, until)).collect();
            let age = births.get(draft.person).and_then(|birth| domain::time::age_on(*birth, draft.entry));
            let steps = vec![Step {
                kind: TrailKind::Imported,
                at: left.unwrap_or(arrived),
                by: None,
                beds: beds.len(),
                left: left.is_some(),
            }];
            self.import.stays.push(NewStay {
                key: draft.key.clone(),
                digest,
                resident: draft.person.to_owned(),
                arrived,
                departure,
                beds,
                age,
                date_only: true,
                steps,
            });
        }
    }

    /// Returns the key of a bed that is free during a half-open interval: one of the inventory if possible, otherwise
    /// an added bed marked as overflow.
    fn bed_for(&mut self, since: DateTime<Utc>, until: Option<DateTime<Utc>>) -> String {
        let fits = |slot: &Slot| {
            let in_house = slot.overflow
                || (slot.since <= since && slot.until.is_none_or(|end| until.is_some_and(|until| until <= end)));
            in_house
                && slot
                    .taken
                    .iter()
                    .all(|(from, to)| to.is_some_and(|to| to <= since) || until.is_some_and(|until| until <= *from))
        };
        let found = self.slots.iter_mut().find(|slot| fits(slot));
        if let Some(slot) = found {
            slot.taken.push((since, until));
            return slot.key.clone();
        }
        let n = self.slots.iter().filter(|slot| slot.overflow).count() + 1;
        let key = format!("added bed {n}");
        self.slots.push(Slot { key: key.clone(), overflow: true, since, until: None, taken: vec![(since, until)] });
        key
    }

    fn finish(mut self) -> (ImportWrite, Report) {
        // An added bed is in the plan only from its first use to its last.
        for slot in self.slots.iter_mut().filter(|slot| slot.overflow) {
            slot.since = slot.taken.iter().map(|(since, _)| *since).min().unwrap_or(slot.since);
            let ongoing = slot.taken.iter().any(|(_, until)| until.is_none());
            slot.until = if ongoing { None } else { slot.taken.iter().filter_map(|(_, until)| *until).max() };
        }
        let new: Vec<&Slot> = self
            .slots
            .iter()
            .filter(|slot| !self.known.rows.contains_key(&("bed".to_owned(), slot.key.clone())))
            .collect();
        self.report.taken = Taken {
            beds: new.len(),
            beds_added: new.iter().filter(|slot| slot.overflow).count(),
            residents: self.import.residents.len(),
            stays: self.import.stays.len(),
            bed_nights: self.report.taken.bed_nights,
        };
        self.import.floors = floors(&self.slots);
        (self.import, self.report)
    }
}

/// Arranges the beds in rooms and floors and labels them, in the order of the inventory. Added beds are put in rooms on
/// a floor of their own.
fn floors(slots: &[Slot]) -> Vec<NewFloor> {
    let Some(since) = slots.iter().map(|slot| slot.since).min() else { return Vec::new() };
    let bed = |slot: &Slot, label: String| NewBed {
        key: slot.key.clone(),
        label,
        overflow: slot.overflow,
        note: None,
        since: slot.since,
        until: slot.until,
    };
    let own: Vec<&Slot> = slots.iter().filter(|slot| !slot.overflow).collect();
    let mut floors: Vec<NewFloor> = Vec::new();
    for (r, room) in own.chunks(ROOM_SIZE).enumerate() {
        let (level, number) = (r / ROOMS_PER_FLOOR + 1, r + 1);
        if floors.len() < level {
            floors.push(NewFloor {
                key: format!("floor {level}"),
                name: format!("Étage {level}"),
                since,
                rooms: Vec::new(),
            });
        }
        let letter = |i: usize| char::from(b'A' + u8::try_from(i).unwrap_or(25));
        let beds = room.iter().enumerate().map(|(i, slot)| bed(slot, format!("{number}{}", letter(i)))).collect();
        if let Some(floor) = floors.last_mut() {
            floor.rooms.push(NewRoom {
                key: format!("room {number}"),
                name: format!("Chambre {number}"),
                accessible: false,
                beds,
            });
        }
    }
    let added: Vec<&Slot> = slots.iter().filter(|slot| slot.overflow).collect();
    if !added.is_empty() {
        let rooms = added
            .chunks(ROOM_SIZE)
            .enumerate()
            .map(|(r, room)| NewRoom {
                key: format!("added room {}", r + 1),
                name: format!("Ajouts {}", r + 1),
                accessible: false,
                beds: room
                    .iter()
                    .enumerate()
                    .map(|(i, slot)| bed(slot, format!("S{}", r * ROOM_SIZE + i + 1)))
                    .collect(),
            })
            .collect();
        floors.push(NewFloor { key: "added floor".into(), name: "Lits ajoutés".into(), since, rooms });
    }
    floors
}

/// Converts the dates of the source to instants, in the house's time zone.
struct DateClock<'a> {
    wall: &'a WallClock,
}

impl DateClock<'_> {
    fn at(&self, date: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
        self.wall.first_instant(date.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN)))
    }

    fn noon(&self, date: NaiveDate) -> DateTime<Utc> {
        self.at(date, 12, 0)
    }

    fn arrival(&self, date: NaiveDate) -> DateTime<Utc> {
        self.at(date, 16, 0)
    }

    fn departure(&self, date: NaiveDate) -> DateTime<Utc> {
        self.at(date, 11, 0)
    }

    /// Returns the arrival and departure of a stay: 16:00 and 11:00, or 13:00 to 13:30 on the same day for a stay
    /// without a night.
    fn stay(&self, entry: NaiveDate, exit: Option<NaiveDate>) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
        match exit {
            Some(exit) if exit == entry => (self.at(entry, 13, 0), Some(self.at(entry, 13, 30))),
            exit => (self.arrival(entry), exit.map(|exit| self.departure(exit))),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    #[test]
    fn nights_in_a_row_are_one_run() {
        let day = |d: u32| NaiveDate::from_ymd_opt(2022, 2, 26).unwrap() + Days::new(u64::from(d));
        assert_eq!(runs(&[day(0), day(1), day(3), day(4)]), [(day(0), day(2)), (day(3), day(5))]);
        assert_eq!(runs(&[]), []);
    }
}
