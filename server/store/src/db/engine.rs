use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use sqlx::{FromRow, PgPool, Pool, Postgres, Sqlite, SqlitePool, Transaction, postgres::PgRow, sqlite::SqliteRow};

use crate::db::{ballast::Ballast, error::DbError, statement::Statement, value::Value};

/// A row type that can be read from both engines.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// The open database. Clones share one connection pool.
#[derive(Clone)]
pub(crate) struct Db {
    engine: Engine,
    run: Arc<AtomicU64>,
    committed: Arc<AtomicI64>,
    ballast: Option<Arc<Ballast>>,
}

#[derive(Clone)]
pub(crate) enum Engine {
    /// One connection writes and checkpoints; the others only read.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// The number of connections of one pool at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// The database engine: `sqlite` or `postgres`.
    pub engine: &'static str,
    /// The pool: `writer` or `readers` on SQLite, `all` on PostgreSQL.
    pub pool: &'static str,
    /// The number of connections that a statement or a transaction holds.
    pub in_use: usize,
    /// The number of open connections that nothing holds.
    pub idle: usize,
}

impl Connections {
    fn of<DB: sqlx::Database>(engine: &'static str, name: &'static str, pool: &Pool<DB>) -> Self {
        let idle = pool.num_idle();
        // The two counters are read one after the other, so they may disagree for a moment.
        Self { engine, pool: name, in_use: (pool.size() as usize).saturating_sub(idle), idle }
    }
}

/// An open transaction: for writing, or for reading one consistent snapshot.
pub(crate) struct Tx {
    inner: TxInner,
    run: Arc<AtomicU64>,
    /// The version that the house will have once this transaction is committed.
    version: Option<i64>,
    committed: Arc<AtomicI64>,
    ballast: Option<Arc<Ballast>>,
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
    pub(crate) fn new(engine: Engine, ballast: Option<Ballast>) -> Self {
        Self { engine, run: Arc::default(), committed: Arc::default(), ballast: ballast.map(Arc::new) }
    }

    /// Returns `DbError::Full` when acts are refused because the disk was full. The remaining space is reserved for
    /// sign-ins and for audit rows of opened files.
    pub(crate) fn room_for_an_act(&self) -> Result<(), DbError> {
        match &self.ballast {
            Some(ballast) if !ballast.lets_act() => Err(DbError::Full),
            _ => Ok(()),
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Returns how many statements have been executed since the database was opened.
    pub(crate) fn statements_run(&self) -> u64 {
        self.run.load(Ordering::Relaxed)
    }

    /// Returns the number of connections of every pool.
    pub(crate) fn connections(&self) -> Vec<Connections> {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                vec![Connections::of("sqlite", "writer", writer), Connections::of("sqlite", "readers", readers)]
            }
            Engine::Postgres(pool) => vec![Connections::of("postgres", "all", pool)],
        }
    }

    /// Copies the write-ahead log into the database file after a write failed on a full disk, so that the space of the
    /// log can be reused.
    pub(crate) async fn make_room(&self) {
        if let Engine::Sqlite { writer, .. } = &self.engine
            && sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(writer).await.is_err()
        {
            tracing::warn!("the log could not be emptied");
        }
    }

    /// Returns the version after the last commit, if this process is the only one that commits: the data folder of the
    /// embedded engine is locked by it. Returns `None` on PostgreSQL, and while the version is unknown.
    pub(crate) fn version(&self) -> Option<i64> {
        match self.committed.load(Ordering::SeqCst) {
            0 => None,
            known => Some(known),
        }
    }

    /// Sets the version of the house as the database is opened, before anything can be committed.
    pub(crate) fn opened_at(&self, version: i64) {
        if matches!(self.engine, Engine::Sqlite { .. }) {
            self.committed.fetch_max(version, Ordering::SeqCst);
        }
    }

    fn begun(&self, inner: TxInner) -> Tx {
        Tx {
            inner,
            run: self.run.clone(),
            version: None,
            committed: self.committed.clone(),
            ballast: self.ballast.clone(),
        }
    }

    /// Begins a write transaction. On SQLite it waits for the single writer connection and takes the write lock at
    /// once, so a write that follows a read in the transaction cannot fail for lack of the lock.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where transactions begin")]
    pub(crate) async fn write(&self) -> Result<Tx, DbError> {
        let inner = match &self.engine {
            Engine::Sqlite { writer, .. } => writer.begin_with("BEGIN IMMEDIATE").await.map(TxInner::Sqlite),
            Engine::Postgres(pool) => pool.begin().await.map(TxInner::Postgres),
        };
        let inner = inner.map_err(|error| sorted(error, self.ballast.as_deref()))?;
        Ok(self.begun(inner))
    }

    /// Begins a transaction that reads one consistent snapshot.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where transactions begin")]
    pub(crate) async fn read(&self) -> Result<Tx, DbError> {
        let inner = match &self.engine {
            Engine::Sqlite { readers, .. } => readers.begin().await.map(TxInner::Sqlite),
            Engine::Postgres(pool) => {
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(TxInner::Postgres)
            }
        };
        let inner = inner.map_err(|error| sorted(error, self.ballast.as_deref()))?;
        Ok(self.begun(inner))
    }

    /// Executes a query outside a transaction and returns its first row, if any.
    pub(crate) async fn maybe<R: Row>(
        &self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Option<R>, DbError> {
        self.run.fetch_add(1, Ordering::Relaxed);
        match &self.engine {
            Engine::Sqlite { readers, .. } => {
                bound!(sqlx::query_as::<_, R>(statement.sqlite), args).fetch_optional(readers).await
            }
            Engine::Postgres(pool) => {
                bound!(sqlx::query_as::<_, R>(statement.postgres), args).fetch_optional(pool).await
            }
        }
        .map_err(DbError::sort)
    }

    /// Closes every connection, the writer last, because only the writer may checkpoint.
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

/// Classifies an error of an engine, and releases the ballast when the disk is full.
fn sorted(error: sqlx::Error, ballast: Option<&Ballast>) -> DbError {
    let error = DbError::sort(error);
    if let (DbError::Full, Some(ballast)) = (&error, ballast) {
        ballast.give_up();
    }
    error
}

impl Tx {
    /// Executes a statement and returns the number of rows affected.
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
        .map_err(|error| sorted(error, self.ballast.as_deref()))
    }

    /// Executes a statement that must affect exactly one row.
    ///
    /// # Errors
    /// Returns `DbError::Inconsistent` when it affects another number of rows.
    pub(crate) async fn run_one(&mut self, statement: &'static Statement, args: &[Value]) -> Result<(), DbError> {
        match self.run(statement, args).await? {
            1 => Ok(()),
            _ => Err(DbError::Inconsistent { table: statement.name, column: "(rows touched)" }),
        }
    }

    /// Returns all rows of a query.
    pub(crate) async fn all<R: Row>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Vec<R>, DbError> {
        self.run.fetch_add(1, Ordering::Relaxed);
        match &mut self.inner {
            TxInner::Sqlite(tx) => bound!(sqlx::query_as::<_, R>(statement.sqlite), args).fetch_all(&mut **tx).await,
            TxInner::Postgres(tx) => {
                bound!(sqlx::query_as::<_, R>(statement.postgres), args).fetch_all(&mut **tx).await
            }
        }
        .map_err(|error| sorted(error, self.ballast.as_deref()))
    }

    /// Returns the first row of a query, if any.
    pub(crate) async fn maybe<R: Row>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Option<R>, DbError> {
        self.run.fetch_add(1, Ordering::Relaxed);
        match &mut self.inner {
            TxInner::Sqlite(tx) => {
                bound!(sqlx::query_as::<_, R>(statement.sqlite), args).fetch_optional(&mut **tx).await
            }
            TxInner::Postgres(tx) => {
                bound!(sqlx::query_as::<_, R>(statement.postgres), args).fetch_optional(&mut **tx).await
            }
        }
        .map_err(|error| sorted(error, self.ballast.as_deref()))
    }

    /// Returns the first row of a query that must return one.
    ///
    /// # Errors
    /// Returns `DbError::Inconsistent` when there is no row.
    pub(crate) async fn one<R: Row>(&mut self, statement: &'static Statement, args: &[Value]) -> Result<R, DbError> {
        self.maybe(statement, args).await?.ok_or(DbError::Inconsistent { table: statement.name, column: "(no row)" })
    }

    /// Sets the version that the house will have once this transaction is committed.
    pub(crate) fn will_be(&mut self, version: i64) {
        self.version = Some(version);
    }

    /// Commits the transaction durably.
    pub(crate) async fn commit(self) -> Result<(), DbError> {
        let done = match self.inner {
            TxInner::Sqlite(tx) => {
                let done = tx.commit().await;
                match (&done, self.version) {
                    (Ok(()), Some(version)) => _ = self.committed.fetch_max(version, Ordering::SeqCst),
                    (Ok(()), None) => {}
                    // It is unknown whether the commit took effect, so the version is read from the database again.
                    (Err(_), _) => self.committed.store(0, Ordering::SeqCst),
                }
                done
            }
            TxInner::Postgres(tx) => tx.commit().await,
        };
        done.map_err(|error| sorted(error, self.ballast.as_deref()))
    }

    /// Rolls the transaction back.
    pub(crate) async fn rollback(self) -> Result<(), DbError> {
        match self.inner {
            TxInner::Sqlite(tx) => {
                // On a full disk SQLite rolls back by itself, and there is nothing left to undo. A connection whose
                // rollback fails is not used again (`sqlite::pool`).
                if tx.rollback().await.is_err() {
                    tracing::warn!("a transaction had ended by itself");
                }
                Ok(())
            }
            TxInner::Postgres(tx) => tx.rollback().await.map_err(DbError::sort),
        }
    }
}
