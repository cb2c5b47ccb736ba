//! Opens the embedded database, and refuses any configuration that could lose or expose data.

use std::{
    fs::{self, File, OpenOptions},
    io::Read as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    time::Duration,
};

use sqlx::{Connection as _, SqliteConnection, sqlite::SqlitePoolOptions};

use crate::{
    db::{
        engine::Engine,
        migrate,
        sqlite_file::{Folder, connect, hush_cipher, options},
    },
    seal::DatabaseKey,
    start_up::StartUp,
};

/// The oldest SQLCipher accepted. Version 4.10 is built on SQLite 3.50.4, which still has the WAL-reset bug (T1,
/// T2). The bug requires two connections that write or checkpoint at the same time; this program uses only one. Plain
/// SQLite would have to be 3.51.3 or later.
const CIPHER_MIN: (u32, u32) = (4, 10);

const READERS: u32 = 4;

/// Opens the embedded database of a folder, migrates it to the current schema and verifies every setting on which
/// durability depends.
pub(crate) async fn open(folder: &Folder, key: &DatabaseKey) -> Result<Engine, StartUp> {
    let path = folder.file();
    refuse_unsafe_file(&path)?;
    hush_cipher().await?;
    migrate::sqlite(folder, key).await?;

    let mut probe = connect(&path, key).await?;
    check_engine(&mut probe).await?;
    probe.close().await.map_err(StartUp::engine)?;

    let writer = pool().max_connections(1).connect_with(options(&path, key)).await.map_err(StartUp::engine)?;
    let readers = pool()
        .max_connections(READERS)
        .min_connections(1)
        .connect_with(options(&path, key).pragma("query_only", "ON").pragma("wal_autocheckpoint", "0"))
        .await
        .map_err(StartUp::engine)?;
    Ok(Engine::Sqlite { writer, readers })
}

/// The settings of the connection pools. When the disk is full or fails, SQLite ends a transaction by itself while sqlx
/// still counts it as open. Such a connection could never begin another transaction, or would read one snapshot for
/// ever, so it is closed and replaced.
fn pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection to a local file does not drop, and testing it before each use costs as much as a query.
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

fn refuse_unsafe_file(path: &Path) -> Result<(), StartUp> {
    let io = |error| StartUp::Io { path: path.to_owned(), error };
    if !path.exists() {
        // The file is created readable by its owner only; its -wal and -shm files inherit the mode.
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).map_err(io)?;
        return Ok(());
    }
    if fs::metadata(path).map_err(io)?.permissions().mode() & 0o077 != 0 {
        return Err(StartUp::TooOpen { path: path.to_owned() });
    }
    let mut head = [0_u8; 16];
    let read = File::open(path).map_err(io)?.read(&mut head).map_err(io)?;
    if read == head.len() && &head == b"SQLite format 3\0" {
        return Err(StartUp::PlainText { path: path.to_owned() });
    }
    Ok(())
}

async fn check_engine(connection: &mut SqliteConnection) -> Result<(), StartUp> {
    let cipher: Option<String> =
        sqlx::query_scalar("PRAGMA cipher_version").fetch_optional(&mut *connection).await.map_err(StartUp::engine)?;
    let cipher = cipher.unwrap_or_default();
    let mut parts = cipher.split(['.', ' ']).map_while(|part| part.parse::<u32>().ok());
    if (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) < CIPHER_MIN {
        return Err(StartUp::NoCipher { found: cipher });
    }
    for (statement, wanted, what) in [
        ("PRAGMA synchronous", 2, "synchronous"),
        ("PRAGMA foreign_keys", 1, "foreign_keys"),
        ("PRAGMA secure_delete", 1, "secure_delete"),
        ("PRAGMA trusted_schema", 0, "trusted_schema"),
    ] {
        let found: i64 = sqlx::query_scalar(statement).fetch_one(&mut *connection).await.map_err(StartUp::engine)?;
        if found != wanted {
            return Err(StartUp::UnsafeSetting { what });
        }
    }
    let journal: String =
        sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *connection).await.map_err(StartUp::engine)?;
    if journal != "wal" {
        return Err(StartUp::UnsafeSetting { what: "journal_mode" });
    }
    Ok(())
}
