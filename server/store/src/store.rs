//! The open house.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use domain::{
    house::Settings as HouseSettings,
    ids::HouseId,
    refused::{Conflict, Refused},
    time::HouseTime,
};
use uuid::Uuid;

use crate::{
    access::passwords::Hasher,
    board::BoardCache,
    clock::{Clock, WallClock},
    db::{Ballast, Db, DbError, args, postgres, sqlite, statement},
    events::Announcer,
    seal::{HouseKeys, FieldRef},
    start_up::StartUp,
    stays::history::HistoryCache,
};

/// Which engine holds the data.
#[derive(Clone)]
pub enum Engine {
    /// A file in a folder, encrypted; nothing to install.
    Embedded {
        /// The data folder.
        dir: PathBuf,
    },
    /// A PostgreSQL database.
    Postgres {
        /// Its address; may hold a password, so it is never shown.
        url: String,
    },
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded { dir } => write!(f, "embedded in {}", dir.display()),
            Self::Postgres { .. } => f.write_str("PostgreSQL"),
        }
    }
}

/// Where the data and its key are.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The engine.
    pub engine: Engine,
    /// The file that holds the house key. Keep it and a copy of it apart from the data.
    pub key_file: PathBuf,
}

/// The open house: cheap to clone, shared by everything that serves it.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) keys: HouseKeys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) announcer: Announcer,
    pub(crate) hasher: Hasher,
    pub(crate) board: Mutex<BoardCache>,
    pub(crate) history: Mutex<HistoryCache>,
    house: RwLock<Option<Arc<House>>>,
    folder: Option<sqlite::Folder>,
}

/// The house as everything else needs to know it.
pub struct House {
    /// Its id.
    pub id: HouseId,
    /// The clock on its wall.
    pub wall: WallClock,
    /// Its zone's name.
    pub zone: String,
    /// The name it goes by in the program.
    pub alias: String,
    /// What it decided for itself.
    pub settings: HouseSettings,
    /// Whether it is invented.
    pub demo: bool,
}

statement!(HOUSE = "SELECT id, zone, demo, alias_sealed, settings FROM houses ORDER BY created_at LIMIT 1");

statement!(VERSION = "SELECT version FROM houses WHERE id = $1");

#[derive(sqlx::FromRow)]
struct HouseRow {
    id: Uuid,
    zone: String,
    demo: bool,
    alias_sealed: Vec<u8>,
    settings: String,
}

impl Store {
    /// Opens the data of a house, or an empty place for one.
    ///
    /// # Errors
    /// One clear reason not to start (TRUST T1 to T5).
    pub async fn open(settings: &Settings, clock: impl Clock) -> Result<Self, StartUp> {
        let mut ballast = None;
        let (engine, keys, folder) = match &settings.engine {
            Engine::Embedded { dir } => {
                let folder = sqlite::Folder::take(dir)?;
                let keys = HouseKeys::load(&settings.key_file, folder.file().exists())?;
                ballast = Some(Ballast::lay(folder.dir()));
                let engine = sqlite::open(&folder, &keys.database()).await?;
                (engine, keys, Some(folder))
            }
            Engine::Postgres { url } => {
                let engine = postgres::open(url).await?;
                let db = Db::new(engine.clone(), None);
                let has_house = db.maybe::<HouseRow>(&HOUSE, args![]).await.map_err(unread)?.is_some();
                (engine, HouseKeys::load(&settings.key_file, has_house)?, None)
            }
        };
        let store = Self(Arc::new(Inner {
            db: Db::new(engine, ballast),
            keys,
            clock: Arc::new(clock),
            announcer: Announcer::new(),
            hasher: Hasher::new(),
            board: Mutex::default(),
            history: Mutex::default(),
            house: RwLock::new(None),
            folder,
        }));
        store.reload_house().await?;
        if let Ok(version) = store.version().await {
            store.0.db.opened_at(version);
        }
        store.start_announcing().await;
        Ok(store)
    }

    /// The house, once there is one.
    pub fn house(&self) -> Option<Arc<House>> {
        self.0.house.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The house, which must be there.
    ///
    /// # Errors
    /// A conflict when the data holds no house yet.
    pub fn the_house(&self) -> Result<Arc<House>, Refused> {
        self.house().ok_or_else(|| Refused::conflict(Conflict::NoHouse))
    }

    /// The present instant, house or no house.
    pub fn clock_now(&self) -> domain::time::Instant {
        self.0.clock.now()
    }

    /// The present moment, on the house's wall.
    ///
    /// # Errors
    /// A conflict when the data holds no house yet.
    pub fn now(&self) -> Result<HouseTime, Refused> {
        Ok(self.the_house()?.wall.at(self.0.clock.now()))
    }

    /// The house's version: it grows by one with every act.
    ///
    /// # Errors
    /// When the data does not answer.
    pub async fn version(&self) -> Result<i64, Refused> {
        let house = self.the_house()?;
        if let Some(version) = self.0.db.version() {
            return Ok(version);
        }
        Ok(self.0.db.maybe::<(i64,)>(&VERSION, args![house.id]).await?.map_or(0, |(version,)| version))
    }

    /// Whether the data answers.
    pub async fn is_ready(&self) -> bool {
        self.0.db.maybe::<HouseRow>(&HOUSE, args![]).await.is_ok()
    }

    /// How many statements have been run since the data was opened.
    pub fn statements_run(&self) -> u64 {
        self.0.db.statements_run()
    }

    /// Closes the data: waits for what is under way, then leaves the file whole.
    pub async fn close(&self) {
        self.0.announcer.stop();
        self.0.db.close().await;
    }

    /// The data folder of the embedded engine.
    pub(crate) fn folder(&self) -> Option<&sqlite::Folder> {
        self.0.folder.as_ref()
    }

    /// Reads the house again after it was made or changed.
    pub(crate) async fn reload_house(&self) -> Result<(), StartUp> {
        let row = self.0.db.maybe::<HouseRow>(&HOUSE, args![]).await.map_err(unread)?;
        let house = match row {
            None => None,
            Some(row) => {
                let wall = WallClock::of(&row.zone).ok_or_else(|| StartUp::Zone { zone: row.zone.clone() })?;
                let place = FieldRef::new("houses", "alias", row.id);
                let alias = self.0.keys.open_text(&row.alias_sealed, &place).map_err(|_| StartUp::WrongKey)?;
                let settings = serde_json::from_str(&row.settings).unwrap_or_default();
                Some(Arc::new(House { id: HouseId(row.id), wall, zone: row.zone, alias, settings, demo: row.demo }))
            }
        };
        *self.0.house.write().unwrap_or_else(PoisonError::into_inner) = house;
        Ok(())
    }
}

fn unread(error: DbError) -> StartUp {
    StartUp::Engine { what: error.to_string() }
}
