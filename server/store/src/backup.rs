//! Encrypted copies of an embedded database, and putting one back: with the same key, complete or absent.

use sqlx::Connection as _;
use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use domain::time::Instant;

use crate::{
    db::{
        Engine,
        copy::{beside, check_copy, copy_sqlite, finish, part_of},
        sqlite_file,
    },
    seal::HouseKeys,
    start_up::StartUp,
    store::Store,
};

/// Holds the instant of the newest copy of a data folder. It stands in the folder because the copy is made by
/// another process than the one that tells its age.
const RECORD: &str = "veilleuse.backup";

impl Store {
    /// Makes an encrypted copy of everything, while the house goes on.
    ///
    /// # Errors
    /// When the file exists, the disk is full, or the data is on PostgreSQL (use its own tools). An error about the
    /// record of the copy means that the copy itself is whole, but that its age will not be told.
    pub async fn backup(&self, to: &Path) -> Result<(), StartUp> {
        let Engine::Sqlite { .. } = self.0.db.engine() else {
            return Err(StartUp::Engine { what: "on PostgreSQL use pg_dump; see docs/operation.md".into() });
        };
        let Some(folder) = self.folder() else { return Err(StartUp::BadAddress) };
        if to.exists() {
            return Err(StartUp::Io { path: to.to_owned(), error: std::io::ErrorKind::AlreadyExists.into() });
        }
        let key = self.0.keys.database();
        let mut connection = sqlite_file::connect(&folder.file(), &key).await?;
        // What the copy holds is at least as new as this instant.
        let at = self.0.clock.now();
        copy_sqlite(&mut connection, &key, to).await?;
        connection.close().await.map_err(StartUp::engine)?;
        keep_record(folder, at)
    }

    /// When the newest copy of this data folder was made; none where none was, and on PostgreSQL.
    pub fn last_backup(&self) -> Option<Instant> {
        let record = self.folder()?.dir().join(RECORD);
        fs::read_to_string(record).ok()?.trim().parse().ok()
    }
}

/// Puts a copy in the place of a house that is not there: the folder must hold no data.
///
/// # Errors
/// When the copy does not open with this key, is damaged, or the folder holds data.
pub async fn restore(from: &Path, dir: &Path, key_file: &Path) -> Result<(), StartUp> {
    let folder = sqlite_file::Folder::take(dir)?;
    sqlite_file::hush_cipher().await?;
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
    finish(&part, &target)?;
    // The record of what stood here before says nothing of what stands here now.
    fs::remove_file(dir.join(RECORD)).ok();
    Ok(())
}

/// Keeps the instant of a copy, in place of the one before.
fn keep_record(folder: &sqlite_file::Folder, at: Instant) -> Result<(), StartUp> {
    let record = folder.dir().join(RECORD);
    let part = part_of(&record);
    OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&part)
        .and_then(|mut file| writeln!(file, "{}", at.to_rfc3339()))
        .map_err(|error| StartUp::Io { path: record.clone(), error })?;
    finish(&part, &record)
}
