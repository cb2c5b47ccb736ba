//! Encrypted copies of an embedded database, and putting one back: with the same key, complete or absent.

use sqlx::Connection as _;
use std::{
    fs::{self},
    path::Path,
};

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
        let mut connection = sqlite_file::connect(&folder.file(), &key).await?;
        copy_sqlite(&mut connection, &key, to).await?;
        connection.close().await.map_err(StartUp::engine)
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
    finish(&part, &target)
}
