//! Copies of the embedded database: encrypted with the same key, whole or absent.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};

use crate::{
    db::{Engine, sqlite},
    seal::{DatabaseKey, HouseKeys},
    start_up::StartUp,
    store::Store,
};

impl Store {
    /// Makes an encrypted copy of everything, while the house goes on.
    ///
    /// # Errors
    /// When the file exists, the disk is full, or the data is on PostgreSQL (use its own tools).
    pub async fn backup(&self, to: &Path) -> Result<(), StartUp> {
        let Engine::Sqlite { .. } = self.0.db.engine() else {
            return Err(StartUp::Engine { what: "on PostgreSQL use pg_dump; see docs/operation.md".into() });
        };
        let Some(folder) = self.folder() else { return Err(StartUp::BadAddress) };
        if to.exists() {
            return Err(StartUp::Io { path: to.to_owned(), error: std::io::ErrorKind::AlreadyExists.into() });
        }
        let key = self.0.keys.database();
        let mut connection = sqlite::connect(&folder.file(), &key).await?;
        copy_sqlite(&mut connection, &key, to).await?;
        connection.close().await.map_err(StartUp::engine)
    }
}

/// Puts a copy in the place of a house that is not there: the folder must hold no data.
///
/// # Errors
/// When the copy does not open with this key, is damaged, or the folder holds data.
pub async fn restore(from: &Path, dir: &Path, key_file: &Path) -> Result<(), StartUp> {
    let folder = sqlite::Folder::take(dir)?;
    sqlite::hush_cipher().await?;
    let target = folder.file();
    if target.exists() {
        return Err(StartUp::Io { path: target, error: std::io::ErrorKind::AlreadyExists.into() });
    }
    // A log left beside would be written over what is restored; one beside the copy holds what it lacks.
    for path in [&target, &from.to_owned()] {
        for side in ["-wal", "-journal"] {
            let side = beside(path, side);
            if fs::metadata(&side).is_ok_and(|file| file.len() > 0) {
                return Err(StartUp::Io { path: side, error: std::io::ErrorKind::AlreadyExists.into() });
            }
        }
    }
    let keys = HouseKeys::load(key_file, true)?;
    let part = part_of(&target);
    fs::copy(from, &part).map_err(|error| StartUp::Io { path: from.to_owned(), error })?;
    let checked = check_copy(&part, &keys.database()).await;
    if let Err(error) = checked {
        fs::remove_file(&part).ok();
        return Err(error);
    }
    finish(&part, &target)
}

/// Copies a database into a new file: written beside it, checked, synced, then named.
pub(crate) async fn copy_sqlite(
    connection: &mut SqliteConnection,
    key: &DatabaseKey,
    to: &Path,
) -> Result<(), StartUp> {
    let part = part_of(to);
    fs::remove_file(&part).ok();
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&part)
        .map_err(|error| StartUp::Io { path: part.clone(), error })?;
    let outcome = vacuum_into(connection, &part).await;
    let outcome = match outcome {
        Ok(()) => check_copy(&part, key).await,
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        fs::remove_file(&part).ok();
        return Err(error);
    }
    finish(&part, to)
}

async fn vacuum_into(connection: &mut SqliteConnection, part: &Path) -> Result<(), StartUp> {
    // The path is the operator's own, quoted; SQLCipher gives the copy the same key.
    let quoted = part.to_string_lossy().replace('\'', "''");
    connection.execute(AssertSqlSafe(format!("VACUUM INTO '{quoted}'"))).await.map_err(StartUp::engine)?;
    Ok(())
}

/// A copy that opens with the key and whose pages are all whole.
async fn check_copy(path: &Path, key: &DatabaseKey) -> Result<(), StartUp> {
    let mut connection = sqlite::connect(path, key).await?;
    let broken: Vec<String> = sqlx::query_scalar("PRAGMA cipher_integrity_check")
        .fetch_all(&mut connection)
        .await
        .map_err(StartUp::engine)?;
    let whole: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await.map_err(StartUp::engine)?;
    connection.close().await.map_err(StartUp::engine)?;
    for side in ["-wal", "-shm"] {
        fs::remove_file(beside(path, side)).ok();
    }
    if !broken.is_empty() || whole != ["ok"] {
        return Err(StartUp::Engine { what: "the copy is damaged".into() });
    }
    Ok(())
}

fn part_of(path: &Path) -> PathBuf {
    beside(path, ".part")
}

/// The file beside another whose name goes on with this.
fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

fn finish(part: &Path, to: &Path) -> Result<(), StartUp> {
    let io = |error| StartUp::Io { path: to.to_owned(), error };
    File::open(part).and_then(|file| file.sync_all()).map_err(io)?;
    fs::rename(part, to).map_err(io)?;
    let dir = to.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io)
}
