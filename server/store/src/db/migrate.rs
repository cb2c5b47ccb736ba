//! Migrates the data to the current schema: entirely or not at all. On SQLite a copy is made first.
//!
//! A migration that rebuilds a table on SQLite can delete the rows of its child tables without any error. On
//! SQLite, migrations therefore run with foreign keys off, and every reference is checked afterwards. On both engines
//! the rows of every table are counted before and after. A migration that is meant to change a count declares it in a
//! line of its own: `-- rows may change: table, table`.

use std::{collections::BTreeMap, path::PathBuf};

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgPool, SqliteConnection,
    migrate::{Migration, Migrator},
};

use crate::{
    db::{
        copy,
        sqlite_file::{self as sqlite, Folder},
    },
    seal::DatabaseKey,
    start_up::StartUp,
};

pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

const KEPT: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)";
const KEPT_SQLITE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT";
const APPLIED: &str = "SELECT version, checksum FROM schema_migrations ORDER BY version";
const RECORD: &str = "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)";

/// Migrates the embedded database of a folder.
pub(crate) async fn sqlite(folder: &Folder, key: &DatabaseKey) -> Result<(), StartUp> {
    let path = folder.file();
    let mut connection = {
        use sqlx::ConnectOptions as _;
        sqlite::options(&path, key).foreign_keys(false).connect().await.map_err(StartUp::opening)?
    };
    // Reading proves that the key is right before anything is written.
    connection.execute("SELECT count(*) FROM sqlite_master").await.map_err(StartUp::opening)?;
    connection.execute(KEPT_SQLITE).await.map_err(StartUp::engine)?;
    let applied: Vec<(i64, String)> =
        sqlx::query_as(APPLIED).fetch_all(&mut connection).await.map_err(StartUp::engine)?;
    let pending = pending(&SQLITE, &applied)?;
    if let Some(next) = pending.first() {
        let kept =
            if applied.is_empty() { None } else { Some(copy(folder, key, &mut connection, next.version).await?) };
        let outcome = apply_sqlite(&mut connection, &pending).await;
        if let Err(error) = outcome {
            connection.execute("ROLLBACK").await.ok();
            return Err(match (error, kept) {
                (StartUp::Migration { what, .. }, copy) => StartUp::Migration { what, copy },
                (error, _) => error,
            });
        }
    }
    connection.close().await.map_err(StartUp::engine)
}

async fn apply_sqlite(connection: &mut SqliteConnection, pending: &[&'static Migration]) -> Result<(), StartUp> {
    connection.execute("BEGIN EXCLUSIVE").await.map_err(StartUp::engine)?;
    let before = count_sqlite(connection).await?;
    for migration in pending {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut *connection).await.map_err(StartUp::migrating)?;
        sqlx::query(RECORD)
            .bind(migration.version)
            .bind(migration.description.as_ref())
            .bind(checksum(migration))
            .execute(&mut *connection)
            .await
            .map_err(StartUp::engine)?;
    }
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut *connection).await.map_err(StartUp::engine)?;
    if !orphans.is_empty() {
        return Err(StartUp::Migration { what: "a row would refer to nothing".into(), copy: None });
    }
    compare(&before, &count_sqlite(connection).await?, pending)?;
    connection.execute("COMMIT").await.map_err(StartUp::engine)?;
    Ok(())
}

/// Migrates a PostgreSQL database. Servers that start at the same time wait for one another on an advisory lock.
pub(crate) async fn postgres(pool: &PgPool) -> Result<(), StartUp> {
    let mut connection = pool.acquire().await.map_err(StartUp::unreachable)?;
    let mut tx = connection.begin().await.map_err(StartUp::engine)?;
    tx.execute("SELECT pg_advisory_xact_lock(7310592844)").await.map_err(StartUp::engine)?;
    tx.execute(KEPT).await.map_err(StartUp::engine)?;
    let applied: Vec<(i64, String)> = sqlx::query_as(APPLIED).fetch_all(&mut *tx).await.map_err(StartUp::engine)?;
    let pending = pending(&POSTGRES, &applied)?;
    let before = count_postgres(&mut tx).await?;
    for migration in &pending {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut *tx).await.map_err(StartUp::migrating)?;
        sqlx::query(RECORD)
            .bind(migration.version)
            .bind(migration.description.as_ref())
            .bind(checksum(migration))
            .execute(&mut *tx)
            .await
            .map_err(StartUp::engine)?;
    }
    compare(&before, &count_postgres(&mut tx).await?, &pending)?;
    tx.commit().await.map_err(StartUp::engine)
}

/// Returns the migrations that have not been applied yet.
///
/// # Errors
/// Returns `StartUp::NewerSchema` for data with a migration unknown to this program, and `StartUp::AlteredSchema` for a
/// migration whose checksum differs.
fn pending(migrator: &'static Migrator, applied: &[(i64, String)]) -> Result<Vec<&'static Migration>, StartUp> {
    let known: BTreeMap<i64, &'static Migration> = migrator.iter().map(|m| (m.version, m)).collect();
    for (version, kept) in applied {
        match known.get(version) {
            None => {
                let newest = known.keys().next_back().copied().unwrap_or(0);
                return Err(StartUp::NewerSchema { found: *version, known: newest });
            }
            Some(migration) if checksum(migration) != *kept => {
                return Err(StartUp::AlteredSchema { version: *version });
            }
            Some(_) => {}
        }
    }
    Ok(known.into_values().filter(|m| !applied.iter().any(|(version, _)| *version == m.version)).collect())
}

fn checksum(migration: &Migration) -> String {
    migration.checksum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes an encrypted copy in the data folder before anything is changed, and returns its path.
async fn copy(
    folder: &Folder,
    key: &DatabaseKey,
    connection: &mut SqliteConnection,
    before: i64,
) -> Result<PathBuf, StartUp> {
    let path = folder.dir().join(format!("before-{before:04}.db"));
    if path.exists() {
        std::fs::remove_file(&path).map_err(|error| StartUp::Io { path: path.clone(), error })?;
    }
    copy::copy_sqlite(connection, key, &path).await?;
    Ok(path)
}

/// Compares the number of rows of each table before and after the migrations, except for tables declared in `-- rows
/// may change:`.
///
/// # Errors
/// Returns `StartUp::Migration` when a count differs.
fn compare(
    before: &BTreeMap<String, i64>,
    after: &BTreeMap<String, i64>,
    pending: &[&'static Migration],
) -> Result<(), StartUp> {
    let declared: Vec<&str> = pending
        .iter()
        .flat_map(|m| m.sql.as_str().lines())
        .filter_map(|line| line.strip_prefix("-- rows may change:"))
        .flat_map(|list| list.split(',').map(str::trim))
        .collect();
    for (table, count) in before.iter().filter(|(table, _)| !declared.contains(&table.as_str())) {
        if after.get(table) != Some(count) {
            return Err(StartUp::Migration { what: format!("rows of {table} would be lost"), copy: None });
        }
    }
    Ok(())
}

async fn count_sqlite(connection: &mut SqliteConnection) -> Result<BTreeMap<String, i64>, StartUp> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations'",
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(StartUp::engine)?;
    let mut counts = BTreeMap::new();
    for table in tables {
        // The name comes from the schema, not from any input.
        let count = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM \"{table}\"")))
            .fetch_one(&mut *connection)
            .await
            .map_err(StartUp::engine)?;
        counts.insert(table, count);
    }
    Ok(counts)
}

async fn count_postgres(tx: &mut sqlx::PgConnection) -> Result<BTreeMap<String, i64>, StartUp> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'schema_migrations'",
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(StartUp::engine)?;
    let mut counts = BTreeMap::new();
    for table in tables {
        // The name comes from the schema, not from any input.
        let count = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM \"{table}\"")))
            .fetch_one(&mut *tx)
            .await
            .map_err(StartUp::engine)?;
        counts.insert(table, count);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests;
