//! The file of the embedded database: its folder, and the options of every connection to it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{seal::DatabaseKey, start_up::StartUp};

/// The name of the database file in the data folder.
pub(crate) const FILE: &str = "veilleuse.db";

const LOCK: &str = "veilleuse.lock";

/// The data folder, locked for this process as long as the value exists.
pub(crate) struct Folder {
    dir: PathBuf,
    _lock: File,
}

impl Folder {
    /// Creates the folder if needed, restricts it to its owner while it holds no data, and locks it.
    ///
    /// # Errors
    /// Returns `StartUp::TooOpen` when it holds data and other users can read it, `StartUp::InUse` when another process
    /// has locked it, and `StartUp::Io` otherwise.
    pub(crate) fn take(dir: &Path) -> Result<Self, StartUp> {
        let io = |error| StartUp::Io { path: dir.to_owned(), error };
        let fresh = !dir.join(FILE).exists();
        if !dir.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(io)?;
        }
        let mode = fs::metadata(dir).map_err(io)?.permissions().mode();
        if mode & 0o077 != 0 {
            if !fresh {
                return Err(StartUp::TooOpen { path: dir.to_owned() });
            }
            fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(io)?;
        }
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(dir.join(LOCK)).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir: dir.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StartUp::InUse { path: dir.to_owned() }),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }

    /// Returns the path of the database file.
    pub(crate) fn file(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    /// Returns the path of the folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }
}

/// Opens one connection and reads with it, which proves that the key is right.
///
/// # Errors
/// Returns `StartUp::WrongKey` when it is not.
pub(crate) async fn connect(path: &Path, key: &DatabaseKey) -> Result<SqliteConnection, StartUp> {
    let mut connection = options(path, key).connect().await.map_err(StartUp::opening)?;
    sqlx::query_scalar::<_, i64>("SELECT count(*) FROM sqlite_master")
        .fetch_one(&mut connection)
        .await
        .map_err(StartUp::opening)?;
    Ok(connection)
}

/// Silences SQLCipher's own log for the whole process. It would otherwise print about a wrong key on the terminal, next
/// to this program's error.
pub(crate) async fn hush_cipher() -> Result<(), StartUp> {
    let nowhere =
        SqliteConnectOptions::new().in_memory(true).pragma("cipher_log_level", "NONE").disable_statement_logging();
    let connection = nowhere.connect().await.map_err(StartUp::engine)?;
    connection.close().await.map_err(StartUp::engine)
}

/// Returns the options of every connection. The key must be the first pragma; statements are never logged.
pub(crate) fn options(path: &Path, key: &DatabaseKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .pragma("key", key.pragma())
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "0")
        .pragma("cache_size", "-4000")
        .disable_statement_logging()
}
