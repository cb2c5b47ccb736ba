//! Opening a store: the database, its key and its background tasks.

use std::sync::{Arc, Mutex, OnceLock, RwLock};

use crate::{
    access::hasher::Hasher,
    announcer::Announcer,
    clock::Clock,
    db::{Ballast, Db, postgres, sqlite, sqlite_file},
    seal::HouseKeys,
    start_up::StartUp,
    store::{Engine, Inner, Settings, Store, read_house_row},
};

impl Store {
    /// Opens the store that the settings describe, and creates an empty database where there is none. Pending
    /// migrations are applied first.
    ///
    /// # Errors
    /// Returns one `StartUp` value that says why the store cannot start (T1 to T5).
    pub async fn open(settings: &Settings, clock: impl Clock) -> Result<Self, StartUp> {
        let mut ballast = None;
        let (engine, keys, folder) = match &settings.engine {
            Engine::Embedded { dir } => {
                let folder = sqlite_file::Folder::take(dir)?;
                let keys = HouseKeys::load(&settings.key_file, folder.file().exists())?;
                ballast = Some(Ballast::lay(folder.dir()));
                let engine = sqlite::open(&folder, &keys.database()).await?;
                (engine, keys, Some(folder))
            }
            Engine::Postgres { url } => {
                let engine = postgres::open(url).await?;
                let db = Db::new(engine.clone(), None);
                let has_house = read_house_row(&db).await?.is_some();
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
            observer: OnceLock::new(),
        }));
        store.reload_house().await?;
        if let Ok(version) = store.version().await {
            store.0.db.opened_at(version);
        }
        store.start_announcing().await;
        Ok(store)
    }
}
