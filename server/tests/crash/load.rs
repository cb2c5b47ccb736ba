//! The house at work: writers who admit, move, send off, make beds and keep files, and readers.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use serde_json::{Value, json};
use store::new_id;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    browser::{Browser, Lost, Reply},
    ledger::{self, Entry, Ledger},
};

/// Writers at once.
pub const WRITERS: usize = 8;
/// Readers at once.
pub const READERS: usize = 2;
/// Beds of the house: two for each writer.
pub const BEDS: u16 = 16;

/// Everyone who works in the house, with her cookies.
pub struct People {
    pub writers: Vec<Browser>,
    pub readers: Vec<Browser>,
}

impl People {
    /// Everyone signs in.
    pub async fn sign_in(address: &str) -> Self {
        let (mut writers, mut readers) = (Vec::new(), Vec::new());
        for _ in 0..WRITERS {
            writers.push(Browser::signed_in(address, "coordination").await);
        }
        for _ in 0..READERS {
            readers.push(Browser::signed_in(address, "coordination").await);
        }
        Self { writers, readers }
    }

    /// The same people after the program came back.
    pub fn at(&self, address: &str) -> Self {
        let at = |all: &[Browser]| all.iter().map(|browser| browser.at(address)).collect();
        Self { writers: at(&self.writers), readers: at(&self.readers) }
    }
}

/// How the writers work.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The longest pause between two acts of one writer; none is as fast as the house answers.
    pub pause: Duration,
    /// Letters of the notes they keep in files.
    pub letters: usize,
}

impl Pace {
    /// As fast as the house answers.
    pub const FAST: Self = Self { pause: Duration::ZERO, letters: 200 };
    /// As people do.
    pub const HUMAN: Self = Self { pause: Duration::from_millis(1_200), letters: 200 };
}

/// Work under way.
pub struct Work {
    writing: JoinSet<Tally>,
    reading: JoinSet<Tally>,
    ledgers: Vec<PathBuf>,
    stopping: CancellationToken,
    power: Arc<AtomicBool>,
}

/// How the answers were: how many of each status.
pub type Tally = BTreeMap<u16, usize>;

/// What came of the work.
pub struct Outcome {
    /// What each writer's ledger says.
    pub ledgers: Vec<Vec<Entry>>,
    pub written: Tally,
    pub read: Tally,
}

impl Work {
    /// Begins, with ledgers in a folder. Whoever loses the connection stops.
    pub fn begin(people: &People, folder: &Path, pace: Pace, rng: &mut Rng) -> Self {
        let round = new_id().simple();
        let (stopping, power) = (CancellationToken::new(), Arc::new(AtomicBool::new(true)));
        let (mut writing, mut reading, mut ledgers) = (JoinSet::new(), JoinSet::new(), Vec::new());
        for (i, browser) in people.writers.iter().enumerate() {
            let path = folder.join(format!("{round}-{i}.ledger"));
            let writer = Writer {
                browser: browser.clone(),
                ledger: Ledger::new(&path),
                rng: rng.fork(),
                pace,
                index: i,
                tiles: Vec::new(),
                versions: HashMap::new(),
                tally: Tally::new(),
                power: power.clone(),
            };
            ledgers.push(path);
            writing.spawn(writer.run(stopping.clone()));
        }
        for browser in &people.readers {
            reading.spawn(read_on(browser.clone(), stopping.clone()));
        }
        Self { writing, reading, ledgers, stopping, power }
    }

    /// The power is cut from here on.
    pub fn power_is_cut(&self) {
        self.power.store(false, Ordering::SeqCst);
    }

    /// Waits until everybody has stopped, of herself or because the house is gone.
    pub async fn end(self) -> Outcome {
        self.stopping.cancel();
        let sum = |all: Vec<Tally>| {
            let mut total = Tally::new();
            for (status, count) in all.into_iter().flatten() {
                *total.entry(status).or_default() += count;
            }
            total
        };
        let (written, read) = (sum(self.writing.join_all().await), sum(self.reading.join_all().await));
        Outcome { ledgers: self.ledgers.iter().map(ledger::read).collect(), written, read }
    }
}

async fn read_on(browser: Browser, stopping: CancellationToken) -> Tally {
    let mut tally = Tally::new();
    while !stopping.is_cancelled() {
        for path in ["/", "/stays", "/desk"] {
            let Ok(reply) = browser.get(path).await else { return tally };
            *tally.entry(reply.status).or_default() += 1;
        }
        let Ok(reply) = browser.ask("/api/board", &json!({ "as_of": null })).await else { return tally };
        *tally.entry(reply.status).or_default() += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tally
}

/// A bed as a writer believes it to be.
struct Tile {
    bed: String,
    is: Is,
}

enum Is {
    Free,
    ToPrepare,
    Closed,
    Taken { stay: String, resident: String },
}

struct Writer {
    browser: Browser,
    ledger: Ledger,
    rng: Rng,
    pace: Pace,
    index: usize,
    tiles: Vec<Tile>,
    versions: HashMap<String, i64>,
    tally: Tally,
    power: Arc<AtomicBool>,
}

impl Writer {
    async fn run(mut self, stopping: CancellationToken) -> Tally {
        while !stopping.is_cancelled() && self.one_act().await.is_ok() {
            let longest = u64::try_from(self.pace.pause.as_millis()).unwrap();
            if longest > 0 {
                tokio::time::sleep(Duration::from_millis(self.rng.u64(0..=longest))).await;
            }
        }
        self.tally
    }

    async fn one_act(&mut self) -> Result<(), Lost> {
        if self.tiles.is_empty() {
            self.look().await?;
        }
        // Mostly her own beds, so that acts succeed; sometimes another's, so that they meet.
        let own = self.rng.u8(0..10) > 0;
        let (writer, count) = (self.index, self.tiles.len());
        let mine = move |i: &usize| !own || i % WRITERS == writer;
        let Some(i) = self.rng.choice((0..count).filter(mine).collect::<Vec<_>>()) else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            return Ok(());
        };
        let bed = self.tiles[i].bed.clone();
        match &self.tiles[i].is {
            Is::Free if self.rng.u8(0..4) == 0 => {
                let done = self.act("/api/bed_soil", &[("bed", &bed)]).await?;
                self.becomes(i, done.map(|_| Is::ToPrepare));
            }
            Is::Free => {
                let name = format!("Essai {}", self.rng.u32(..));
                let done = self
                    .act("/api/stay_admit", &[("bed", &bed), ("name", &name), ("age", "24"), ("resident", "none")])
                    .await?;
                let taken = done.map(|done| {
                    let text = |name: &str| done[name].as_str().expect("an id").to_owned();
                    Is::Taken { stay: text("stay"), resident: text("resident") }
                });
                self.becomes(i, taken);
            }
            Is::ToPrepare => {
                let done = self.act("/api/bed_prepare", &[("bed", &bed)]).await?;
                self.becomes(i, done.map(|_| Is::Free));
            }
            Is::Closed => {
                let done = self.act("/api/bed_reopen", &[("bed", &bed)]).await?;
                self.becomes(i, done.map(|_| Is::Free));
            }
            Is::Taken { stay, resident } => {
                let (stay, resident) = (stay.clone(), resident.clone());
                let free = (0..count).filter(mine).find(|other| matches!(self.tiles[*other].is, Is::Free));
                match (self.rng.u8(0..3), free) {
                    (0, _) => {
                        let fields = [("stay", stay.as_str()), ("reason", "VOLONTAIRE"), ("destination", "INCONNUE")];
                        let done = self.act("/api/stay_depart", &fields).await?;
                        self.becomes(i, done.map(|_| Is::ToPrepare));
                    }
                    (1, Some(other)) => {
                        let to = self.tiles[other].bed.clone();
                        let done = self.act("/api/stay_transfer", &[("stay", &stay), ("bed", &to)]).await?;
                        if done.is_some() {
                            self.tiles[other].is = Is::Taken { stay, resident };
                        }
                        self.becomes(i, done.map(|_| Is::ToPrepare));
                    }
                    _ => self.revise(&resident).await?,
                }
            }
        }
        Ok(())
    }

    /// What the bed is now; when nothing was done, she looks at the board again.
    fn becomes(&mut self, i: usize, now: Option<Is>) {
        match now {
            Some(now) => self.tiles[i].is = now,
            None => self.tiles.clear(),
        }
    }

    async fn revise(&mut self, resident: &str) -> Result<(), Lost> {
        let version = match self.versions.get(resident) {
            Some(version) => *version,
            None => {
                let file = self.browser.ask("/api/resident_open", &json!({ "resident": resident })).await?;
                self.count(&file);
                match file.status {
                    200 => file.json()["version"].as_i64().expect("a version"),
                    _ => return Ok(()),
                }
            }
        };
        let note: String = std::iter::repeat_with(|| self.rng.alphanumeric()).take(self.pace.letters).collect();
        let done = self
            .act(
                "/api/resident_health",
                &[("resident", resident), ("version", &version.to_string()), ("health", &note)],
            )
            .await?;
        match done.and_then(|done| done["version"].as_i64()) {
            Some(version) => self.versions.insert(resident.to_owned(), version),
            None => self.versions.remove(resident),
        };
        Ok(())
    }

    /// Sends an act, with its two lines in the ledger; its answer, when it is done.
    async fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Option<Value>, Lost> {
        let id = new_id().to_string();
        let body = body_of(&id, fields);
        tokio::task::block_in_place(|| self.ledger.intent(&id, path, &body));
        let reply = self.browser.act(path, &body).await?;
        let in_time = self.power.load(Ordering::SeqCst);
        self.count(&reply);
        match reply.status {
            200 if !in_time => {
                tokio::task::block_in_place(|| self.ledger.late(&id, &reply.body));
                Ok(None)
            }
            200 => {
                tokio::task::block_in_place(|| self.ledger.ack(&id, &reply.body));
                Ok(Some(reply.json()))
            }
            400..500 => {
                tokio::task::block_in_place(|| self.ledger.refused(&id, reply.status));
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    async fn look(&mut self) -> Result<(), Lost> {
        let board = self.browser.ask("/api/board", &json!({ "as_of": null })).await?;
        self.count(&board);
        if board.status == 200 {
            self.tiles = tiles(&board.json());
        }
        Ok(())
    }

    fn count(&mut self, reply: &Reply) {
        *self.tally.entry(reply.status).or_default() += 1;
    }
}

/// A form's body.
pub fn body_of(id: &str, fields: &[(&str, &str)]) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("id", id);
    for (name, value) in fields {
        body.append_pair(&format!("fields[{name}]"), value);
    }
    body.finish()
}

fn tiles(board: &Value) -> Vec<Tile> {
    let list = |value: &Value, name: &str| value[name].as_array().expect("a list").clone();
    let mut tiles = Vec::new();
    for tile in list(board, "floors").iter().flat_map(|floor| list(floor, "rooms")).flat_map(|room| list(&room, "beds"))
    {
        let state = &tile["state"];
        let is = match state.as_str() {
            Some("Free") => Is::Free,
            _ if state.get("ToPrepare").is_some() => Is::ToPrepare,
            _ => match state.get("Occupied") {
                Some(who) => {
                    let text = |name: &str| who[name].as_str().expect("an id").to_owned();
                    Is::Taken { stay: text("stay"), resident: text("resident") }
                }
                None => Is::Closed,
            },
        };
        tiles.push(Tile { bed: tile["bed"].as_str().expect("an id").to_owned(), is });
    }
    tiles
}
