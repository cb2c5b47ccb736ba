//! Test houses on either engine: created through the public functions of the store, with the three test accounts signed
//! in, a clock that tests set, and direct SQL access to prove what the schema alone refuses.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot be set up must stop; one that is skipped says so"
)]

use std::{collections::BTreeMap, future::Future, path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Role,
    act::Envelope,
    board::{BedState, Board, SeeBoard},
    fields::Fields,
    ids::{ActId, BedId, ResidentId, StayId},
    refused::{Field, Refused},
    residents::{Care, Contact, SaidBirth, Usual},
    stays::acts::{Admit, Admitted, NewResident, Who},
    team::AddStaff,
    time::When,
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tempfile::TempDir;

use crate::{
    ActHandler, Actor, Clock, Engine, QueryHandler, Session, SessionSecret, SetClock, Settings, SignIn, StartUp, Store,
    clock::new_id,
    db::{Engine as OpenEngine, Registered},
    import_write::{ImportWrite, NewBed, NewFloor, NewHouse, NewRoom},
};

/// The socket directory of the PostgreSQL server for tests.
pub const POSTGRES: &str = "VEILLEUSE_TEST_POSTGRES";

/// The password of every test account.
pub const PASSWORD: &str = "une lampe à la fenêtre";

/// The engine of a test house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// SQLite, embedded.
    Sqlite,
    /// A new database on the PostgreSQL test server.
    Postgres,
}

/// A house for a test: nine beds in five rooms on two floors, three accounts, no residents.
pub struct TestHouse {
    /// The open store.
    pub store: Store,
    /// The test clock. It starts on Monday 23 November 2026 at 21:00 in Toronto.
    pub clock: SetClock,
    /// The settings the store was opened with.
    pub settings: Settings,
    /// The actor with the night role.
    pub night: Actor,
    /// The actor with the coordinator role.
    pub coordinator: Actor,
    /// The actor with the management role.
    pub management: Actor,
    _dir: Arc<TempDir>,
}

/// The initial time of test houses: 21:00 in Toronto.
pub fn the_evening() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_485_600, 0).unwrap()
}

/// Returns settings for a new, empty store; `None` when the engine's test server is not available.
pub async fn new_place(on: On) -> Option<(Settings, Arc<TempDir>)> {
    let dir = Arc::new(tempfile::Builder::new().prefix("veilleuse-test-").tempdir().unwrap());
    let engine = match on {
        On::Sqlite => Engine::Embedded { dir: dir.path().join("data") },
        On::Postgres => Engine::Postgres { url: new_database().await? },
    };
    Some((Settings { engine, key_file: dir.path().join("house.key") }, dir))
}

/// Creates a database on the test server; returns `None` when there is no server, and the test reports that it was
/// skipped.
pub async fn new_database() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told of their server by the environment")]
    let Ok(socket) = std::env::var(POSTGRES) else {
        println!("SKIPPED on PostgreSQL: {POSTGRES} does not name a server (make test starts one)");
        return None;
    };
    let name = format!("t{}", new_id().simple());
    let address = |database: &str| format!("postgres:///{database}?host={socket}&user=postgres");
    let mut server = sqlx::PgConnection::connect(&address("postgres")).await.expect("the test server answers");
    server.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a fresh database");
    server.close().await.unwrap();
    Some(address(&name))
}

impl TestHouse {
    /// Creates a house; returns `None` when the engine's test server is not available.
    pub async fn new(on: On) -> Option<Self> {
        Self::from_import(on, small_house()).await
    }

    /// Creates a house from an import.
    pub async fn from_import(on: On, import: ImportWrite) -> Option<Self> {
        let (settings, dir) = new_place(on).await?;
        let clock = SetClock::at(the_evening());
        let store = Store::open(&settings, clock.clone()).await.unwrap();
        store.write_import(import, |_, _| {}).await.unwrap();
        Some(Self::with_accounts(store, clock, settings, dir).await)
    }

    async fn with_accounts(store: Store, clock: SetClock, settings: Settings, dir: Arc<TempDir>) -> Self {
        for (login, name, role) in ACCOUNTS {
            let account = AddStaff { login: login.into(), name: name.into(), role, password: PASSWORD.into() };
            store.act(&Actor::operator(), envelope(account)).await.unwrap();
        }
        let [night, coordinator, management] = everyone_in(&store).await;
        Self { store, clock, settings, night, coordinator, management, _dir: dir }
    }

    /// Advances the clock and signs the three accounts in again, because sessions end after twelve hours.
    pub async fn pass(&mut self, by: TimeDelta) {
        self.clock.advance(by);
        [self.night, self.coordinator, self.management] = everyone_in(&self.store).await;
    }

    /// Closes the house and opens it again, as after a restart.
    pub async fn reopen(&mut self) -> Result<(), StartUp> {
        self.reopen_with(self.clock.clone()).await
    }

    /// Closes the house and opens it again with another clock.
    pub async fn reopen_with(&mut self, clock: impl Clock) -> Result<(), StartUp> {
        self.store.close().await;
        let empty =
            Settings { engine: Engine::Embedded { dir: PathBuf::from("/nonexistent") }, key_file: PathBuf::new() };
        let settings = std::mem::replace(&mut self.settings, empty);
        // The folder is unlocked only when the last handle of the old store is dropped.
        let spare = tempfile::tempdir().unwrap();
        let elsewhere = Settings {
            engine: Engine::Embedded { dir: spare.path().join("data") },
            key_file: spare.path().join("key"),
        };
        let old = std::mem::replace(&mut self.store, Store::open(&elsewhere, self.clock.clone()).await?);
        drop(old);
        self.settings = settings;
        self.store = Store::open(&self.settings, clock).await?;
        Ok(())
    }

    /// Runs an act as an actor.
    pub async fn act<A: ActHandler>(&self, actor: &Actor, act: A) -> Result<A::Output, Refused> {
        self.store.act(actor, envelope(act)).await
    }

    /// Runs a query as an actor.
    pub async fn query<Q: QueryHandler>(&self, actor: &Actor, query: Q) -> Result<Q::Output, Refused> {
        self.store.query(actor, query).await
    }

    /// Returns the present board, as read by the night role.
    pub async fn board(&self) -> Board {
        self.query(&self.night, SeeBoard::default()).await.unwrap()
    }

    /// Returns the board at an instant.
    pub async fn board_at(&self, at: DateTime<Utc>) -> Board {
        let local = self.store.house().unwrap().wall.at(at);
        let offset = i16::try_from(local.offset_minutes()).unwrap();
        let when = When::At { local: local.local, offset_minutes: Some(offset) };
        self.query(&self.night, SeeBoard { as_of: Some(when) }).await.unwrap()
    }

    /// Returns the bed with a label.
    pub async fn bed(&self, label: &str) -> BedId {
        self.bed_as(&self.coordinator, label).await
    }

    /// Returns the bed with a label, as read by an actor.
    pub async fn bed_as(&self, actor: &Actor, label: &str) -> BedId {
        let board = self.query(actor, SeeBoard::default()).await.unwrap();
        board
            .tiles()
            .find(|(_, _, tile)| tile.label == label)
            .map(|(_, _, tile)| tile.bed)
            .expect("a bed of that label")
    }

    /// Admits a new resident to the bed with a label, now.
    pub async fn admit(&self, name: &str, label: &str) -> Result<Admitted, Refused> {
        let bed = self.bed(label).await;
        self.act(&self.coordinator, admission(name, bed)).await
    }

    /// Returns the resident in the bed with a label, as shown on the board.
    pub async fn who(&self, label: &str) -> Option<String> {
        let board = self.board().await;
        let (_, _, tile) = board.tiles().find(|(_, _, tile)| tile.label == label)?;
        match &tile.state {
            BedState::Occupied(occupant) => Some(occupant.name.clone()),
            _ => None,
        }
    }

    /// Returns a past or future time, as a form submits it.
    pub fn when(&self, from_now: TimeDelta) -> When {
        let now = self.store.now().unwrap();
        When::At { local: now.local + from_now, offset_minutes: None }
    }

    /// Runs an SQL statement directly, without the store's checks.
    ///
    /// # Errors
    /// Returns the engine's error message.
    pub async fn raw(&self, sql: &str) -> Result<u64, String> {
        raw(&self.store, sql).await
    }
}

async fn everyone_in(store: &Store) -> [Actor; 3] {
    let mut actors = Vec::new();
    for (login, ..) in ACCOUNTS {
        actors.push(enter(store, login).await.actor);
    }
    actors.try_into().unwrap_or_else(|_| panic!("three accounts"))
}

/// The logins, names and roles of every test house.
pub const ACCOUNTS: [(&str, &str, Role); 3] = [
    ("nuit", "Marie Lalonde", Role::Night),
    ("coordination", "Claire Poulin", Role::Coordinator),
    ("direction", "Diane Roy", Role::Management),
];

/// Runs an SQL statement directly, without the store's checks.
///
/// # Errors
/// Returns the engine's error message.
pub async fn raw(store: &Store, sql: &str) -> Result<u64, String> {
    let sql = AssertSqlSafe(sql.to_owned());
    match store.0.db.engine() {
        OpenEngine::Sqlite { writer, .. } => {
            sqlx::query(sql).execute(writer).await.map(|done| done.rows_affected()).map_err(|e| e.to_string())
        }
        OpenEngine::Postgres(pool) => {
            sqlx::query(sql).execute(pool).await.map(|done| done.rows_affected()).map_err(|e| e.to_string())
        }
    }
}

/// Reads the rows of one text column directly, without the store's checks.
///
/// # Errors
/// Returns the engine's error message.
pub async fn raw_texts(store: &Store, sql: &str) -> Result<Vec<String>, String> {
    let sql = AssertSqlSafe(sql.to_owned());
    match store.0.db.engine() {
        OpenEngine::Sqlite { writer, .. } => sqlx::query_scalar(sql).fetch_all(writer).await.map_err(|e| e.to_string()),
        OpenEngine::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.map_err(|e| e.to_string()),
    }
}

/// Prepares every registered statement on this engine and returns those that fail.
pub async fn unprepared(store: &Store) -> Vec<String> {
    let mut failed = Vec::new();
    for Registered(statement) in inventory::iter::<Registered> {
        let outcome = match store.0.db.engine() {
            OpenEngine::Sqlite { writer, .. } => {
                let mut connection = writer.acquire().await.unwrap();
                prepare(&mut *connection, statement.sqlite).await
            }
            OpenEngine::Postgres(pool) => {
                let mut connection = pool.acquire().await.unwrap();
                prepare(&mut *connection, statement.postgres).await
            }
        };
        if let Err(error) = outcome {
            failed.push(format!("{}: {error}", statement.name));
        }
    }
    failed
}

async fn prepare<'c, E: sqlx::Executor<'c>>(connection: E, sql: &'static str) -> Result<(), sqlx::Error> {
    use sqlx::SqlSafeStr as _;
    connection.prepare(sql.into_sql_str()).await.map(drop)
}

/// Returns the number of registered statements.
pub fn statements() -> usize {
    inventory::iter::<Registered>.into_iter().count()
}

/// Wraps an act in an envelope with a new id.
pub fn envelope<A>(act: A) -> Envelope<A> {
    Envelope { id: ActId(new_id()), act }
}

/// Signs in with a test account.
pub async fn enter(store: &Store, login: &str) -> Session {
    let secret = session_of(store, login).await;
    store.session(secret).await.unwrap().expect("a valid session")
}

/// Signs in with a test account and returns the secret of the new session.
pub async fn session_of(store: &Store, login: &str) -> SessionSecret {
    let attempt = SignIn { login: login.into(), password: PASSWORD.into(), device: None, former: None, from: None };
    store.sign_in(attempt).await.unwrap_or_else(|refused| panic!("{login}: {refused}")).session
}

/// Returns an admission with only a name and an age.
pub fn admission(name: &str, bed: BedId) -> Admit {
    Admit {
        who: Who::New(NewResident {
            usual: Usual { name: name.into(), pronouns: None, languages: Vec::new() },
            birth: SaidBirth::Aged(24),
            care: Care::default(),
            watch: None,
            contact: Contact::default(),
            not_the_same: true,
        }),
        bed,
        arrival: When::Now,
        expected_departure: None,
        age_reason: None,
    }
}

/// Returns the readmission of a resident who has a file.
pub fn readmission(resident: ResidentId, bed: BedId) -> Admit {
    Admit { who: Who::Known(resident), bed, arrival: When::Now, expected_departure: None, age_reason: None }
}

/// Returns a departure, as a form submits it.
pub fn departure(stay: StayId) -> Fields {
    Fields::default()
        .with(Field::Stay, stay.to_string())
        .with(Field::Reason, "VOLONTAIRE")
        .with(Field::Destination, "INCONNUE")
}

/// Returns the import that creates the small house.
pub fn small_house() -> ImportWrite {
    let since = the_evening() - TimeDelta::days(400);
    let room = |number: usize, accessible: bool, labels: &[&str]| NewRoom {
        key: format!("room {number}"),
        name: format!("Chambre {number}"),
        accessible,
        beds: labels
            .iter()
            .map(|label| NewBed {
                key: (*label).to_owned(),
                label: (*label).to_owned(),
                overflow: false,
                note: None,
                since,
                until: None,
            })
            .collect(),
    };
    let floor = |name: &str, rooms: Vec<NewRoom>| NewFloor { key: name.into(), name: name.into(), since, rooms };
    ImportWrite {
        source: "test".into(),
        what: "house.import",
        house: Some(NewHouse { alias: "La maison".into(), zone: "America/Toronto".into(), demo: false }),
        floors: vec![
            floor("Rez-de-chaussée", vec![room(1, true, &["1A"]), room(2, false, &["2A", "2B"])]),
            floor(
                "Premier étage",
                vec![room(3, false, &["3A", "3B", "3C"]), room(4, false, &["4A", "4B"]), room(5, false, &["5A"])],
            ),
        ],
        report: "{}".into(),
        ..ImportWrite::default()
    }
}

/// Runs a test on one engine, or reports that it was skipped there.
pub async fn tell<F: Future<Output = ()>>(on: On, story: impl FnOnce(TestHouse) -> F) {
    if let Some(house) = TestHouse::new(on).await {
        story(house).await;
    }
}

/// Declares tests that each run on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! stories {
    ($($(#[$doc:meta])* async fn $name:ident($house:ident: TestHouse) $body:block)*) => { $(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "each story takes what it needs")]
            use super::*;

            #[allow(unused_mut, clippy::allow_attributes, reason = "some stories reopen their house")]
            async fn story(mut $house: $crate::testing::TestHouse) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                $crate::testing::tell($crate::testing::On::Sqlite, story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $crate::testing::tell($crate::testing::On::Postgres, story).await;
            }
        }
    )* };
}

/// Returns every row of every table as text, read directly, so that tests can compare states of the database.
pub async fn everything(store: &Store) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    match store.0.db.engine() {
        OpenEngine::Sqlite { .. } => {
            let tables =
                raw_texts(store, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
                    .await
                    .unwrap();
            for table in tables {
                let columns = raw_texts(store, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"))
                    .await
                    .unwrap();
                let row =
                    columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join(" || '|' || ");
                let rows = raw_texts(store, &format!("SELECT {row} FROM \"{table}\" ORDER BY 1")).await.unwrap();
                all.insert(table, rows);
            }
        }
        OpenEngine::Postgres(_) => {
            let tables = raw_texts(
                store,
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
            )
            .await
            .unwrap();
            for table in tables {
                let rows = raw_texts(store, &format!("SELECT t::text FROM \"{table}\" t ORDER BY 1")).await.unwrap();
                all.insert(table, rows);
            }
        }
    }
    all
}

/// Returns an id as an SQL literal of this engine.
pub fn literal(store: &Store, id: uuid::Uuid) -> String {
    match store.0.db.engine() {
        OpenEngine::Sqlite { .. } => format!("x'{}'", id.simple()),
        OpenEngine::Postgres(_) => format!("'{id}'"),
    }
}

/// Returns the engine of a store.
pub fn engine_of(store: &Store) -> On {
    match store.0.db.engine() {
        OpenEngine::Sqlite { .. } => On::Sqlite,
        OpenEngine::Postgres(_) => On::Postgres,
    }
}

/// Returns the digest of a session's secret as an SQL literal of this engine.
pub fn digest_literal(store: &Store, secret: SessionSecret) -> String {
    let hex: String = secret.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    match engine_of(store) {
        On::Sqlite => format!("x'{hex}'"),
        On::Postgres => format!("'\\x{hex}'"),
    }
}
