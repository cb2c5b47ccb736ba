//! Bulk writes: imported data and demonstration houses. Everything is written in one transaction with one audit row, or
//! not at all.

use std::collections::HashMap;

use uuid::Uuid;

use domain::{
    audit::AuditKind,
    board::ConditionKind,
    events::Area,
    ids::{BedId, ConditionId, FloorId, HouseId, ImportId, ResidentId, RoomId, StaffId, StayId},
    refused::{Conflict, Refused},
    residents::Part,
    stays::{BedSpan, Departure, StayFacts, TrailKind},
    team::AddStaff,
    time::Instant,
};

use crate::{
    access::actor::Actor,
    audit::{write as audit, write::Line},
    clock::{WallClock, new_id},
    db::{DbError, Tx, args, statement},
    dispatch::{next_version, note_change},
    house::{details, record::House},
    residents::file,
    seal::FieldRef,
    stays::{record, trail},
    store::Store,
};

/// Everything that one import writes. Rows refer to one another by their keys in the source.
#[derive(Default)]
pub struct ImportWrite {
    /// The source, and the part of it that is imported. A later import with the same source recognises its rows by it.
    pub source: String,
    /// The name of the operation in the audit.
    pub what: &'static str,
    /// The house to create if none exists; ignored otherwise.
    pub house: Option<NewHouse>,
    /// The accounts to create.
    pub staff: Vec<AddStaff>,
    /// The floors, with their rooms and beds.
    pub floors: Vec<NewFloor>,
    /// The residents.
    pub residents: Vec<NewResident>,
    /// The stays.
    pub stays: Vec<NewStay>,
    /// The conditions of beds: to prepare, out of service.
    pub conditions: Vec<NewCondition>,
    /// The report stored with the import, as JSON without names.
    pub report: String,
}

/// A house to be created.
pub struct NewHouse {
    /// The alias under which the program shows the house.
    pub alias: String,
    /// The IANA name of the house's time zone.
    pub zone: String,
    /// Whether this is a demonstration house, whose data is invented.
    pub demo: bool,
}

/// A floor to be created. If its key was imported before, the existing floor is used.
pub struct NewFloor {
    /// The key of the floor in the source.
    pub key: String,
    /// The name of the floor.
    pub name: String,
    /// The instant from which the floor and its rooms exist.
    pub since: Instant,
    /// The rooms of the floor.
    pub rooms: Vec<NewRoom>,
}

/// A room to be created. If its key was imported before, the existing room is used.
pub struct NewRoom {
    /// The key of the room in the source.
    pub key: String,
    /// The name of the room.
    pub name: String,
    /// Whether the room is accessible to wheelchair users.
    pub accessible: bool,
    /// The beds of the room.
    pub beds: Vec<NewBed>,
}

/// A bed to be created. If its key was imported before, the bed is skipped.
pub struct NewBed {
    /// The key of the bed in the source, by which stays refer to it.
    pub key: String,
    /// The label of the bed.
    pub label: String,
    /// Whether the bed is beyond the capacity of the house.
    pub overflow: bool,
    /// A note about the bed for the staff on duty, in plain text.
    pub note: Option<String>,
    /// The instant from which the bed is in the plan (included).
    pub since: Instant,
    /// The instant until which it is in the plan (not included); `None` if it has no end.
    pub until: Option<Instant>,
}

/// A resident whose file is to be created. If the key was imported before, the resident is skipped.
pub struct NewResident {
    /// The key of the resident in the source, by which stays refer to it.
    pub key: String,
    /// The keyed digest of the source's row, to notice when the row changes.
    pub digest: Vec<u8>,
    /// The parts of the resident's file, in plain text.
    pub parts: Vec<Part>,
    /// The instant at which the file was created.
    pub since: Instant,
}

/// A stay to be created. If its key was imported before, the stay is skipped.
pub struct NewStay {
    /// The key of the stay in the source.
    pub key: String,
    /// The keyed digest of the source's row, to notice when the row changes.
    pub digest: Vec<u8>,
    /// The key of the resident in the source.
    pub resident: String,
    /// The instant of the arrival.
    pub arrived: Instant,
    /// The departure, or `None` while the resident is present.
    pub departure: Option<Departure>,
    /// The beds in order: the key of the bed and a half-open interval, whose end is `None` if it is open.
    pub beds: Vec<(String, Instant, Option<Instant>)>,
    /// The age in years at the arrival, if it is known.
    pub age: Option<u8>,
    /// Whether the source records only dates, so that the times of day are conventional.
    pub date_only: bool,
    /// The steps in which the stay was recorded, in order. Each becomes one entry of the trail.
    pub steps: Vec<Step>,
}

/// One step in the recording of a stay.
pub struct Step {
    /// The kind of the trail entry.
    pub kind: TrailKind,
    /// The instant at which the step was recorded.
    pub at: Instant,
    /// The index in [`ImportWrite::staff`] of the account that recorded the step, if any.
    pub by: Option<usize>,
    /// The number of the stay's beds that had been given after this step.
    pub beds: usize,
    /// Whether the resident had left after this step.
    pub left: bool,
}

/// A condition of a bed to be created.
pub struct NewCondition {
    /// The key of the bed in the source.
    pub bed: String,
    /// The kind of the condition.
    pub kind: ConditionKind,
    /// The beginning (included).
    pub since: Instant,
    /// The end (not included), or `None` if it is open.
    pub until: Option<Instant>,
}

/// What the store holds already, for planning an import of a source.
#[derive(Default)]
pub struct Known {
    /// The rows of the source imported before: by kind and key, the id of the row here and the digest of the source's
    /// row.
    pub rows: HashMap<(String, String), (Option<Uuid>, Vec<u8>)>,
    /// The current assignments of each bed of the house, as half-open intervals.
    pub beds: HashMap<BedId, Vec<BedSpan>>,
    /// Every label that a bed of the house has or had.
    pub labels: Vec<String>,
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The number of beds.
    pub beds: usize,
    /// The number of residents.
    pub residents: usize,
    /// The number of stays.
    pub stays: usize,
}

statement!(KEYS = "SELECT kind, source_key, ours, digest FROM import_keys WHERE house = $1 AND source = $2");

statement!(
    KEEP_KEY =
        "INSERT INTO import_keys (house, source, kind, source_key, digest, ours) VALUES ($1, $2, $3, $4, $5, $6)"
);

statement!(REPORT = "INSERT INTO imports (id, house, source, at, report) VALUES ($1, $2, $3, $4, $5)");

statement!(TAKEN = "SELECT bed, since, until FROM bed_assignments WHERE house = $1 AND superseded_at IS NULL");

statement!(LABELS = "SELECT label FROM bed_details WHERE house = $1");

statement!(
    CONDITION = "INSERT INTO bed_conditions (id, house, bed, kind, reason, since, until, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $6)"
);

statement!(BED_END = "UPDATE bed_details SET until = $2 WHERE bed = $1");

impl Store {
    /// Returns what the store holds already of a source, for planning an import. It contains ids and digests, no names.
    /// Does not authorise; the caller must.
    ///
    /// # Errors
    /// Returns `Refused::Unavailable` when the database cannot be read.
    pub async fn known_of(&self, source: &str) -> Result<Known, Refused> {
        let Some(house) = self.house() else { return Ok(Known::default()) };
        let mut tx = self.0.db.read().await?;
        let mut known = Known::default();
        for (kind, key, ours, digest) in
            tx.all::<(String, String, Option<Uuid>, Vec<u8>)>(&KEYS, args![house.id, source]).await?
        {
            known.rows.insert((kind, key), (ours, digest));
        }
        for (bed, since, until) in tx.all::<(Uuid, Instant, Option<Instant>)>(&TAKEN, args![house.id]).await? {
            known.beds.entry(BedId(bed)).or_default().push(BedSpan { bed: BedId(bed), since, until });
        }
        known.labels = tx.all::<(String,)>(&LABELS, args![house.id]).await?.into_iter().map(|(label,)| label).collect();
        tx.rollback().await?;
        Ok(known)
    }

    /// Returns a keyed digest of the cells of a row. Without the key it reveals nothing about them.
    pub fn row_digest(&self, parts: &[&str]) -> Vec<u8> {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        self.0.keys.digest("import row", &parts)
    }

    /// Writes an import in one transaction. `progress` is called with the number of rows done and the total. Does not
    /// authorise: it acts as the operator of the machine, in whose name the audit row is written.
    ///
    /// # Errors
    /// Returns `Conflict::NoHouse` when there is no house and `import` creates none, `Refused::Unavailable` or another
    /// refusal when a row cannot be written. Nothing is written then.
    pub async fn write_import(
        &self,
        import: ImportWrite,
        mut progress: impl FnMut(usize, usize) + Send,
    ) -> Result<Written, Refused> {
        let mut hashes = Vec::new();
        for account in &import.staff {
            hashes.push(self.hash(&account.password).await?);
        }
        let mut tx = self.0.db.write().await?;
        let outcome = self.bulk_in(&mut tx, &import, &hashes, &mut progress).await;
        match outcome {
            Ok(written) => {
                tx.commit().await?;
                self.reload_house().await.map_err(|_| Refused::Unavailable)?;
                self.0.announcer.wake();
                Ok(written)
            }
            Err(refused) => {
                tx.rollback().await?;
                Err(refused)
            }
        }
    }

    /// Writes an import inside a transaction.
    async fn bulk_in(
        &self,
        tx: &mut Tx,
        import: &ImportWrite,
        hashes: &[String],
        progress: &mut (dyn FnMut(usize, usize) + Send),
    ) -> Result<Written, Refused> {
        let now = self.0.clock.now();
        let house = self.bulk_house(tx, import, now).await?;
        let version = next_version(tx, &house).await?;
        let mut writer = Writer { store: self, house: &house, source: &import.source, ours: HashMap::new(), now };
        writer.read_known(tx).await?;
        let mut written = Written::default();
        let total = import.floors.len() + import.residents.len() + import.stays.len();
        let mut staff = Vec::new();
        for (account, hash) in import.staff.iter().zip(hashes) {
            staff.push(self.insert_staff(tx, house.id, account, hash, now).await?);
        }
        for (done, floor) in import.floors.iter().enumerate() {
            written.beds += writer.floor(tx, floor).await?;
            progress(done, total);
        }
        for (done, resident) in import.residents.iter().enumerate() {
            written.residents += usize::from(writer.resident(tx, resident).await?);
            progress(import.floors.len() + done, total);
        }
        for (done, stay) in import.stays.iter().enumerate() {
            written.stays += usize::from(writer.stay(tx, stay, &staff).await?);
            progress(import.floors.len() + import.residents.len() + done, total);
        }
        for condition in &import.conditions {
            writer.condition(tx, condition).await?;
        }
        progress(total, total);
        tx.run_one(&REPORT, args![ImportId(new_id()), house.id, import.source.as_str(), now, import.report.as_str()])
            .await?;
        let line = Line::new(import.what, AuditKind::Changed, "done");
        audit::write(tx, Some(&house), &Actor::operator(), now, &line).await?;
        note_change(tx, &house, version, &[Area::House, Area::Board, Area::Stays, Area::Residents], None).await?;
        Ok(written)
    }

    /// Returns the house, after creating it if none exists.
    async fn bulk_house(&self, tx: &mut Tx, import: &ImportWrite, now: Instant) -> Result<House, Refused> {
        let made = |id: HouseId, alias: &str, zone: &str, wall: WallClock, demo: bool| House {
            id,
            wall,
            zone: zone.to_owned(),
            alias: alias.to_owned(),
            settings: domain::house::Settings::default(),
            demo,
        };
        match (self.house(), &import.house) {
            (Some(house), _) => Ok(made(house.id, &house.alias, &house.zone, house.wall, house.demo)),
            (None, Some(new)) => {
                let wall = WallClock::of(&new.zone).ok_or(Refused::Unavailable)?;
                let id = self.insert_house(tx, &new.alias, &new.zone, new.demo, now).await?;
                Ok(made(id, &new.alias, &new.zone, wall, new.demo))
            }
            (None, None) => Err(Refused::conflict(Conflict::NoHouse)),
        }
    }
}

/// Writes rows and remembers the id that each key of the source was given.
struct Writer<'a> {
    store: &'a Store,
    house: &'a House,
    source: &'a str,
    ours: HashMap<(&'static str, String), Uuid>,
    now: Instant,
}

impl Writer<'_> {
    async fn read_known(&mut self, tx: &mut Tx) -> Result<(), Refused> {
        for (kind, key, ours, _) in
            tx.all::<(String, String, Option<Uuid>, Vec<u8>)>(&KEYS, args![self.house.id, self.source]).await?
        {
            let kind = KINDS.iter().copied().find(|known| *known == kind);
            if let (Some(kind), Some(ours)) = (kind, ours) {
                self.ours.insert((kind, key), ours);
            }
        }
        Ok(())
    }

    fn known(&self, kind: &'static str, key: &str) -> Option<Uuid> {
        self.ours.get(&(kind, key.to_owned())).copied()
    }

    /// Stores which row here a row of the source became.
    async fn keep(
        &mut self,
        tx: &mut Tx,
        kind: &'static str,
        key: &str,
        digest: &[u8],
        ours: Uuid,
    ) -> Result<(), DbError> {
        tx.run_one(&KEEP_KEY, args![self.house.id, self.source, kind, key, digest.to_vec(), ours]).await?;
        self.ours.insert((kind, key.to_owned()), ours);
        Ok(())
    }

    async fn floor(&mut self, tx: &mut Tx, new: &NewFloor) -> Result<usize, Refused> {
        let mut beds = 0;
        let floor = match self.known(FLOOR, &new.key) {
            Some(id) => FloorId(id),
            None => {
                let id = FloorId(new_id());
                details::add_floor(tx, self.house, id, &new.name, new.since).await?;
                self.keep(tx, FLOOR, &new.key, &[], id.0).await?;
                id
            }
        };
        for room in &new.rooms {
            let id = match self.known(ROOM, &room.key) {
                Some(id) => RoomId(id),
                None => {
                    let id = RoomId(new_id());
                    details::add_room(tx, self.house, id, floor, &room.name, room.accessible, new.since).await?;
                    self.keep(tx, ROOM, &room.key, &[], id.0).await?;
                    id
                }
            };
            for bed in &room.beds {
                if self.known(BED, &bed.key).is_some() {
                    continue;
                }
                let bed_id = BedId(new_id());
                let place = FieldRef::new("bed_details", "note", bed_id.0);
                let note = bed.note.as_ref().map(|note| self.store.0.keys.seal_text(note, &place));
                details::add_bed(tx, self.house, bed_id, id, &bed.label, bed.overflow, note, bed.since).await?;
                if bed.until.is_some() {
                    tx.run_one(&BED_END, args![bed_id, bed.until]).await?;
                }
                self.keep(tx, BED, &bed.key, &[], bed_id.0).await?;
                beds += 1;
            }
        }
        Ok(beds)
    }

    async fn resident(&mut self, tx: &mut Tx, new: &NewResident) -> Result<bool, Refused> {
        if self.known(RESIDENT, &new.key).is_some() {
            return Ok(false);
        }
        let (id, _) = file::insert(tx, self.store, self.house, &new.parts, new.since, None).await?;
        self.keep(tx, RESIDENT, &new.key, &new.digest, id.0).await?;
        Ok(true)
    }

    async fn stay(&mut self, tx: &mut Tx, new: &NewStay, staff: &[StaffId]) -> Result<bool, Refused> {
        if self.known(STAY, &new.key).is_some() {
            return Ok(false);
        }
        let unknown = || DbError::Inconsistent { table: "import", column: "key" };
        let resident = ResidentId(self.known(RESIDENT, &new.resident).ok_or_else(unknown)?);
        let mut beds = Vec::new();
        for (key, since, until) in &new.beds {
            let bed = BedId(self.known(BED, key).ok_or_else(unknown)?);
            beds.push(BedSpan { bed, since: *since, until: *until });
        }
        let facts = StayFacts { arrived: new.arrived, departure: new.departure, beds };
        let id = StayId(new_id());
        let by = |step: &Step| step.by.and_then(|index| staff.get(index).copied());
        let row = record::NewStay {
            resident,
            facts: &facts,
            expected_departure: None,
            age: new.age,
            age_reason_sealed: None,
            date_only: new.date_only,
        };
        let recorded = new.steps.first().map_or(self.now, |step| step.at);
        record::insert(tx, self.house.id, id, row, recorded, new.steps.first().and_then(by)).await?;
        let mut before: Option<StayFacts> = None;
        for step in &new.steps {
            let after = facts_after(&facts, step);
            let entry = trail::NewEntry {
                stay: id,
                kind: step.kind,
                act: None,
                undoes: None,
                before: before.as_ref(),
                after: Some(&after),
            };
            trail::add(tx, entry, step.at, by(step)).await?;
            before = Some(after);
        }
        self.keep(tx, STAY, &new.key, &new.digest, id.0).await?;
        Ok(true)
    }

    async fn condition(&mut self, tx: &mut Tx, new: &NewCondition) -> Result<(), Refused> {
        let Some(bed) = self.known(BED, &new.bed) else { return Ok(()) };
        let (kind, reason) = match new.kind {
            ConditionKind::ToPrepare => ("to_prepare", None),
            ConditionKind::OutOfService(reason) => ("out_of_service", Some(reason.code())),
        };
        let values = args![ConditionId(new_id()), self.house.id, bed, kind, reason, new.since, new.until];
        tx.run_one(&CONDITION, values).await?;
        Ok(())
    }
}

const FLOOR: &str = "floor";
const ROOM: &str = "room";
const BED: &str = "bed";
const RESIDENT: &str = "resident";
const STAY: &str = "stay";
const KINDS: [&str; 5] = [FLOOR, ROOM, BED, RESIDENT, STAY];

/// Returns the facts of a stay after one of its steps.
fn facts_after(facts: &StayFacts, step: &Step) -> StayFacts {
    let mut after = facts.clone();
    after.beds.truncate(step.beds);
    if !step.left {
        after.departure = None;
        if let Some(last) = after.beds.last_mut() {
            last.until = None;
        }
    }
    after
}
