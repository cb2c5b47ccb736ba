use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sqlx::{FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction, postgres::PgRow, sqlite::SqliteRow};

use crate::db::{DbError, Statement, Value};

/// A row that both engines can read.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// The open data.
#[derive(Clone)]
pub(crate) struct Db {
    engine: Engine,
    run: Arc<AtomicU64>,
}

#[derive(Clone)]
pub(crate) enum Engine {
    /// One connection writes and checkpoints; the others only read (TRUST T2).
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// An open transaction, for writing or for reading one consistent moment.
pub(crate) struct Tx {
    inner: TxInner,
    run: Arc<AtomicU64>,
}

enum TxInner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Binds values in order, on either engine.
macro_rules! bound {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for value in $args {
            query = match value.clone() {
                Value::Bool(x) => query.bind(x),
                Value::Int(x) => query.bind(x),
                Value::Text(x) => query.bind(x),
                Value::Bytes(x) => query.bind(x),
                Value::At(x) => query.bind(x),
                Value::Day(x) => query.bind(x),
                Value::Id(x) => query.bind(x),
            };
        }
        query
    }};
}

impl Db {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, run: Arc::default() }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How many statements have been run since the data was opened.
    pub(crate) fn statements_run(&self) -> u64 {
        self.run.load(Ordering::Relaxed)
    }

    /// Begins to write. On SQLite the one writer waits its turn and takes the lock at once, so a
    /// read followed by a write can never fail half-way (TRUST T11).
    #[expect(clippy::disallowed_methods, reason = "this is the one place where transactions begin")]
    pub(crate) async fn write(&self) -> Result<Tx, DbError> {
        let inner = match &self.engine {
            Engine::Sqlite { writer, .. } => writer.begin_with("BEGIN IMMEDIATE").await.map(TxInner::Sqlite),
            Engine::Postgres(pool) => pool.begin().await.map(TxInner::Postgres),
        };
        Ok(Tx { inner: inner.map_err(DbError::sort)?, run: self.run.clone() })
    }

    /// Begins to read one consistent moment.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where transactions begin")]
    pub(crate) async fn read(&self) -> Result<Tx, DbError> {
        let inner = match &self.engine {
            Engine::Sqlite { readers, .. } => readers.begin().await.map(TxInner::Sqlite),
            Engine::Postgres(pool) => {
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(TxInner::Postgres)
            }
        };
        Ok(Tx { inner: inner.map_err(DbError::sort)?, run: self.run.clone() })
    }

    /// One question outside a transaction.
    pub(crate) async fn maybe<R: Row>(&self, statement: &'static Statement, args: &[Value]) -> Result<Option<R>, DbError> {
        self.run.fetch_add(1, Ordering::Relaxed);
        match &self.engine {
            Engine::Sqlite { readers, .. } => {
                bound!(sqlx::query_as::<_, R>(statement.sqlite), args).fetch_optional(readers).await
            }
            Engine::Postgres(pool) => bound!(sqlx::query_as::<_, R>(statement.postgres), args).fetch_optional(pool).await,
        }
        .map_err(DbError::sort)
    }

    /// Closes every connection, the writer last: it is the one that may checkpoint.
    pub(crate) async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Runs a statement; answers how many rows it touched.
    pub(crate) async fn run(&mut self, statement: &'static Statement, args: &[Value]) -> Result<u64, DbError> {
        self.run.fetch_add(1, Ordering::Relaxed);
        match &mut self.inner {
            TxInner::Sqlite(tx) => {
                bound!(sqlx::query(statement.sqlite), args).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            TxInner::Postgres(tx) => {
                bound!(sqlx::query(statement.postgres), args).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
        .map_err(DbError::sort)
    }

    /// Runs a statement that must touch exactly one row.
    pub(crate) async fn run_one(&mut self, statement: &'static Statement, args: &[Value]) -> Result<(), DbError> {
        match self.run(statement, args).await? {
            1 => Ok(()),
            _ => Err(DbError::Inconsistent { table: statement.name, column: "(rows touched)" }),
        }
    }

    /// All rows.
    pub(crate) async fn all<R: Row>(&mut self, statement: &'static Statement, args: &[Value]) -> Result<Vec<R>, DbError> {
        self.run.fetch_add(1, Ordering::Relaxed);
        match &mut self.inner {
            TxInner::Sqlite(tx) => bound!(sqlx::query_as::<_, R>(statement.sqlite), args).fetch_all(&mut **tx).await,
            TxInner::Postgres(tx) => bound!(sqlx::query_as::<_, R>(statement.postgres), args).fetch_all(&mut **tx).await,
        }
        .map_err(DbError::sort)
    }

    /// The first row, if there is one.
    pub(crate) async fn maybe<R: Row>(&mut self, statement: &'static Statement, args: &[Value]) -> Result<Option<R>, DbError> {
        self.run.fetch_add(1, Ordering::Relaxed);
        match &mut self.inner {
            TxInner::Sqlite(tx) => bound!(sqlx::query_as::<_, R>(statement.sqlite), args).fetch_optional(&mut **tx).await,
            TxInner::Postgres(tx) => {
                bound!(sqlx::query_as::<_, R>(statement.postgres), args).fetch_optional(&mut **tx).await
            }
        }
        .map_err(DbError::sort)
    }

    /// The one row there must be.
    pub(crate) async fn one<R: Row>(&mut self, statement: &'static Statement, args: &[Value]) -> Result<R, DbError> {
        self.maybe(statement, args)
            .await?
            .ok_or(DbError::Inconsistent { table: statement.name, column: "(no row)" })
    }

    /// Makes it durable.
    pub(crate) async fn commit(self) -> Result<(), DbError> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await,
            TxInner::Postgres(tx) => tx.commit().await,
        }
        .map_err(DbError::sort)
    }

    /// Leaves everything as it was.
    pub(crate) async fn rollback(self) -> Result<(), DbError> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.rollback().await,
            TxInner::Postgres(tx) => tx.rollback().await,
        }
        .map_err(DbError::sort)
    }
}
