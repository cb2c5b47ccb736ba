//! T4: a migration that loses rows, intended or not, leaves the data unchanged.

use std::borrow::Cow;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Executor as _, SqlSafeStr as _, SqliteConnection,
    migrate::{Migration, MigrationType},
    sqlite::SqliteConnectOptions,
};

use super::{KEPT_SQLITE, apply_sqlite, pending};
use crate::start_up::StartUp;

fn migration(version: i64, sql: &str) -> &'static Migration {
    let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
    Box::leak(Box::new(Migration::new(version, Cow::Borrowed("test"), MigrationType::Simple, sql, false)))
}

/// Creates a database with one parent row and ten notes that refer to it with `ON DELETE CASCADE`.
async fn house() -> SqliteConnection {
    let mut connection = SqliteConnectOptions::new().in_memory(true).foreign_keys(false).connect().await.unwrap();
    connection.execute(KEPT_SQLITE).await.unwrap();
    let first = migration(1, "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT) STRICT;
        CREATE TABLE notes (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE) STRICT;");
    apply_sqlite(&mut connection, &[first]).await.unwrap();
    connection.execute("INSERT INTO parents VALUES (1, 'x')").await.unwrap();
    for _ in 0..10 {
        connection.execute("INSERT INTO notes (parent) VALUES (1)").await.unwrap();
    }
    connection
}

async fn count(connection: &mut SqliteConnection, table: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(connection).await.unwrap()
}

/// Applies a migration that must be refused, verifies that nothing has changed, and returns the message.
async fn refused(sql: &str) -> String {
    let mut connection = house().await;
    let error = apply_sqlite(&mut connection, &[migration(2, sql)]).await.unwrap_err();
    connection.execute("ROLLBACK").await.unwrap();
    assert_eq!((count(&mut connection, "parents").await, count(&mut connection, "notes").await), (1, 10));
    assert_eq!(count(&mut connection, "schema_migrations").await, 1);
    match error {
        StartUp::Migration { what, .. } => what,
        other => panic!("{other}"),
    }
}

const REBUILT: &str = "CREATE TABLE parents_new (id INTEGER PRIMARY KEY, name TEXT, age INTEGER) STRICT;
    INSERT INTO parents_new SELECT id, name, NULL FROM parents; DROP TABLE parents; ALTER TABLE parents_new RENAME TO parents;";

#[tokio::test]
async fn a_table_can_be_rebuilt_and_keeps_its_children() {
    let mut connection = house().await;
    apply_sqlite(&mut connection, &[migration(2, REBUILT)]).await.unwrap();
    assert_eq!((count(&mut connection, "parents").await, count(&mut connection, "notes").await), (1, 10));
}

/// With foreign keys on, the same statements delete every note without an error.
#[tokio::test]
async fn with_references_on_the_same_migration_would_lose_every_note() {
    let mut connection = house().await;
    connection.execute("PRAGMA foreign_keys = ON").await.unwrap();
    let error = apply_sqlite(&mut connection, &[migration(2, REBUILT)]).await.unwrap_err();
    assert_eq!(count(&mut connection, "notes").await, 0, "the trap is real");
    assert!(error.to_string().contains("rows of notes would be lost"), "{error}");
    connection.execute("ROLLBACK").await.unwrap();
    assert_eq!(count(&mut connection, "notes").await, 10);
}

#[tokio::test]
async fn rows_lost_without_saying_so_are_refused() {
    assert!(refused("DELETE FROM notes WHERE id > 4").await.contains("rows of notes would be lost"));
    assert!(refused("DROP TABLE notes").await.contains("rows of notes would be lost"));
}

#[tokio::test]
async fn a_row_that_would_refer_to_nothing_is_refused() {
    assert!(refused("-- rows may change: parents\nDELETE FROM parents").await.contains("refer to nothing"));
}

#[tokio::test]
async fn a_statement_that_fails_leaves_everything_as_it_was() {
    refused("ALTER TABLE parents ADD COLUMN age INTEGER; INSERT INTO nowhere VALUES (1)").await;
}

#[tokio::test]
async fn a_change_of_rows_that_is_said_is_made() {
    let mut connection = house().await;
    apply_sqlite(&mut connection, &[migration(2, "-- rows may change: notes\nDELETE FROM notes WHERE id > 4")])
        .await
        .unwrap();
    assert_eq!(count(&mut connection, "notes").await, 4);
}

#[test]
fn later_and_altered_schemas_are_not_touched() {
    assert!(matches!(
        pending(&super::SQLITE, &[(9_999, String::new())]),
        Err(StartUp::NewerSchema { found: 9_999, .. })
    ));
    assert!(matches!(pending(&super::SQLITE, &[(1, "00".into())]), Err(StartUp::AlteredSchema { version: 1 })));
    assert_eq!(pending(&super::SQLITE, &[]).unwrap().len(), super::SQLITE.iter().count());
}
