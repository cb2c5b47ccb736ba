//! Copies an embedded database into a new file, which is either complete or absent.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};
use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use crate::{db::sqlite_file, seal::DatabaseKey, start_up::StartUp};

/// Copies a database into a new file: writes it under a temporary name in the same folder, verifies it, syncs it, then
/// renames it.
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

pub(crate) async fn vacuum_into(connection: &mut SqliteConnection, part: &Path) -> Result<(), StartUp> {
    // The path is given by the operator and is quoted. SQLCipher encrypts the copy with the same key.
    let quoted = part.to_string_lossy().replace('\'', "''");
    connection.execute(AssertSqlSafe(format!("VACUUM INTO '{quoted}'"))).await.map_err(StartUp::engine)?;
    Ok(())
}

/// Verifies that a copy decrypts with the key and that all its pages are intact.
///
/// # Errors
/// Returns `StartUp::WrongKey` or `StartUp::Engine` otherwise.
pub(crate) async fn check_copy(path: &Path, key: &DatabaseKey) -> Result<(), StartUp> {
    let mut connection = sqlite_file::connect(path, key).await?;
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

pub(crate) fn part_of(path: &Path) -> PathBuf {
    beside(path, ".part")
}

/// Returns the path with `more` appended to the file name.
pub(crate) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

pub(crate) fn finish(part: &Path, to: &Path) -> Result<(), StartUp> {
    let io = |error| StartUp::Io { path: to.to_owned(), error };
    File::open(part).and_then(|file| file.sync_all()).map_err(io)?;
    fs::rename(part, to).map_err(io)?;
    let dir = to.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io)
}
