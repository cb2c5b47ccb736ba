//! The open store, shared by every act and query handler.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};
use uuid::Uuid;

use domain::{
    ids::HouseId,
    refused::{Conflict, Refused},
    time::HouseTime,
};

use crate::{
    access::hasher::Hasher,
    announcer::Announcer,
    board::cache::BoardCache,
    clock::{Clock, WallClock},
    db::{Connections, Db, DbError, args, sqlite_file, statement},
    house::record::House,
    observer::Observer,
    seal::{FieldRef, HouseKeys},
    start_up::StartUp,
    stays::history_cache::HistoryCache,
};

/// The database engine that holds the data.
#[derive(Clone)]
pub enum Engine {
    /// SQLCipher, an encrypted SQLite file in a folder. No database server is needed.
    Embedded {
        /// The data folder.
        dir: PathBuf,
    },
    /// A PostgreSQL database.
    Postgres {
        /// The URL of the database. It may contain a password, so it is never printed.
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
    /// The database engine.
    pub engine: Engine,
    /// The file that holds the house's master key. It and a backup copy of it must be stored apart from the data.
    pub key_file: PathBuf,
}

/// The open store. Clones are cheap and share one state.
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
    pub(crate) house: RwLock<Option<Arc<House>>>,
    pub(crate) folder: Option<sqlite_file::Folder>,
    pub(crate) observer: OnceLock<Arc<dyn Observer>>,
}

statement!(VERSION = "SELECT version FROM houses WHERE id = $1");

statement!(HOUSE = "SELECT id, zone, demo, alias_sealed, settings FROM houses ORDER BY created_at LIMIT 1");

#[derive(sqlx::FromRow)]
pub(crate) struct HouseRow {
    id: Uuid,
    zone: String,
    demo: bool,
    alias_sealed: Vec<u8>,
    settings: String,
}

impl Store {
    /// Returns the house, or `None` when none has been created.
    pub fn house(&self) -> Option<Arc<House>> {
        self.0.house.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the house.
    ///
    /// # Errors
    /// Returns `Conflict::NoHouse` when no house has been created.
    pub fn the_house(&self) -> Result<Arc<House>, Refused> {
        self.house().ok_or_else(|| Refused::conflict(Conflict::NoHouse))
    }

    /// Returns the present instant in UTC, whether or not a house has been created.
    pub fn clock_now(&self) -> domain::time::Instant {
        self.0.clock.now()
    }

    /// Returns the present instant with its wall-clock time in the house's time zone.
    ///
    /// # Errors
    /// Returns `Conflict::NoHouse` when no house has been created.
    pub fn now(&self) -> Result<HouseTime, Refused> {
        Ok(self.the_house()?.wall.at(self.0.clock.now()))
    }

    /// Returns the house's version, which grows by one with every act and every import.
    ///
    /// # Errors
    /// Returns `Conflict::NoHouse` when no house has been created, and `Refused::Unavailable` when the database cannot
    /// be read.
    pub async fn version(&self) -> Result<i64, Refused> {
        let house = self.the_house()?;
        if let Some(version) = self.0.db.version() {
            return Ok(version);
        }
        Ok(self.0.db.maybe::<(i64,)>(&VERSION, args![house.id]).await?.map_or(0, |(version,)| version))
    }

    /// Whether the database can be read.
    pub async fn is_ready(&self) -> bool {
        self.0.db.maybe::<HouseRow>(&HOUSE, args![]).await.is_ok()
    }

    /// Returns how many statements have been executed since the store was opened.
    pub fn statements_run(&self) -> u64 {
        self.0.db.statements_run()
    }

    /// Returns the number of database connections, pool by pool.
    pub fn connections(&self) -> Vec<Connections> {
        self.0.db.connections()
    }

    /// Returns the number of event streams that are subscribed to changes.
    pub fn event_streams(&self) -> usize {
        self.0.announcer.changes.receiver_count()
    }

    /// Closes the store: aborts its background tasks, then waits for open transactions and closes every connection.
    pub async fn close(&self) {
        self.0.announcer.stop();
        self.0.db.close().await;
    }

    /// Returns the data folder, or `None` on PostgreSQL.
    pub(crate) fn folder(&self) -> Option<&sqlite_file::Folder> {
        self.0.folder.as_ref()
    }

    /// Reads the house again from the database, after it was created or changed.
    pub(crate) async fn reload_house(&self) -> Result<(), StartUp> {
        let row = read_house_row(&self.0.db).await?;
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

/// Reads the row of the house, or `None` when none has been created.
pub(crate) async fn read_house_row(db: &Db) -> Result<Option<HouseRow>, StartUp> {
    db.maybe::<HouseRow>(&HOUSE, args![]).await.map_err(unread)
}

fn unread(error: DbError) -> StartUp {
    StartUp::Engine { what: error.to_string() }
}
