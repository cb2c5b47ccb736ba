//! Backup and restore of an embedded database. A backup is encrypted with the same key as the database; an incomplete
//! backup is never left in place.

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

/// The name of the file that holds the time of the newest backup. It is stored in the data folder because the command
/// that makes the backup and the server that reports its age are different processes.
const RECORD: &str = "veilleuse.backup";

impl Store {
    /// Writes an encrypted backup while the store stays in use. Does not authorise; the caller must.
    ///
    /// # Errors
    /// Returns an error when the file exists, the disk is full, or the data is on PostgreSQL, which has its own tools.
    /// An error while recording the time of the backup means that the backup itself is complete, but that its age will
    /// not be reported.
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
        // The data in the backup is at least as recent as this instant.
        let at = self.0.clock.now();
        copy_sqlite(&mut connection, &key, to).await?;
        connection.close().await.map_err(StartUp::engine)?;
        keep_record(folder, at)
    }

    /// Returns the time of the newest backup of this data folder; `None` without a backup and on PostgreSQL.
    pub fn last_backup(&self) -> Option<Instant> {
        let record = self.folder()?.dir().join(RECORD);
        fs::read_to_string(record).ok()?.trim().parse().ok()
    }
}

/// Restores a backup into a data folder, which must hold no data. Does not authorise; the caller must.
///
/// # Errors
/// Returns an error when the backup cannot be opened with this key or is damaged, or when the folder holds data.
pub async fn restore(from: &Path, dir: &Path, key_file: &Path) -> Result<(), StartUp> {
    let folder = sqlite_file::Folder::take(dir)?;
    sqlite_file::hush_cipher().await?;
    let target = folder.file();
    if target.exists() {
        return Err(StartUp::Io { path: target, error: std::io::ErrorKind::AlreadyExists.into() });
    }
    // A leftover write-ahead log or journal in the folder would be applied to the restored file. One beside the backup
    // means that the backup lacks its content.
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
    // The recorded time belongs to the data that was here before.
    fs::remove_file(dir.join(RECORD)).ok();
    Ok(())
}

/// Records the time of a backup, replacing the previous one.
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
