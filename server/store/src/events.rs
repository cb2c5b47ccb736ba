//! The feed of changes for event streams: versions, areas and ids, never content.
//!
//! Every act writes its version into `changes` in its own transaction. One task per process reads that table in order
//! and broadcasts the rows, so every event stream receives every version once and in order, whichever of several
//! servers executed the act.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};
use uuid::Uuid;

use domain::{
    events::{Area, Change},
    refused::Refused,
};

use crate::{
    announcer::Events,
    db::{args, statement},
    store::Store,
};

const CHANNEL: &str = "veilleuse";

statement!(
    SINCE = "SELECT version, areas, subject FROM changes WHERE house = $1 AND version > $2 ORDER BY version LIMIT 500"
);

#[derive(sqlx::FromRow)]
struct ChangeRow {
    version: i64,
    areas: String,
    subject: Option<Uuid>,
}

impl Store {
    /// Subscribes to the changes that are announced from now on.
    pub fn listen(&self) -> Events {
        self.0.announcer.changes.subscribe()
    }

    /// Returns the changes after a version, in order, at most five hundred. Does not authorise; the caller must.
    ///
    /// # Errors
    /// Returns `Conflict::NoHouse` when no house has been created, and `Refused::Unavailable` when the database cannot
    /// be read.
    pub async fn changes_since(&self, version: i64) -> Result<Vec<Change>, Refused> {
        let house = self.the_house()?;
        let mut tx = self.0.db.read().await?;
        let rows = tx.all::<ChangeRow>(&SINCE, args![house.id, version]).await?;
        tx.rollback().await?;
        Ok(rows.into_iter().map(Change::from).collect())
    }

    /// Starts the task that announces changes and, on PostgreSQL, the task that listens for notifications of other
    /// servers.
    pub(crate) async fn start_announcing(&self) {
        let store = Arc::downgrade(&self.0);
        let woken = self.0.announcer.woken.clone();
        // The version is read before anyone can subscribe, so that no change falls between the two.
        let mut last = self.version().await.unwrap_or(0);
        let shared = matches!(self.0.db.engine(), crate::db::Engine::Postgres(_));
        let reader = tokio::spawn(async move {
            loop {
                if shared {
                    // The timeout covers a notification that another server could not deliver.
                    tokio::time::timeout(Duration::from_secs(2), woken.notified()).await.ok();
                } else {
                    woken.notified().await;
                }
                let Some(inner) = store.upgrade() else { return };
                if !Store(inner).announce_from(&mut last).await {
                    // The database could not be read: the remaining changes are announced after a pause, not at the
                    // next act.
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    woken.notify_one();
                }
            }
        });
        let mut tasks = self.0.announcer.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.push(reader.abort_handle());
        if let crate::db::Engine::Postgres(pool) = self.0.db.engine() {
            let (pool, woken) = (pool.clone(), self.0.announcer.woken.clone());
            let listener = tokio::spawn(async move {
                loop {
                    if let Ok(mut listener) = sqlx::postgres::PgListener::connect_with(&pool).await
                        && listener.listen(CHANNEL).await.is_ok()
                    {
                        while listener.recv().await.is_ok() {
                            woken.notify_one();
                        }
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
            tasks.push(listener.abort_handle());
        }
    }

    /// Announces every change after a version and advances `last`. Returns `false` when the database could not be read.
    async fn announce_from(&self, last: &mut i64) -> bool {
        loop {
            let changes = match self.changes_since(*last).await {
                Ok(changes) => changes,
                // No house has been created yet, so there is nothing to announce.
                Err(Refused::Conflict(_)) => return true,
                Err(_) => return false,
            };
            let Some(newest) = changes.last().map(|change| change.version) else { return true };
            // Another server may have changed the house's settings.
            if changes.iter().any(|change| change.areas.contains(&Area::House)) {
                self.reload_house().await.ok();
            }
            for change in changes {
                // Sending fails only when there is no subscriber, which is not an error.
                self.0.announcer.changes.send(Arc::new(change)).ok();
            }
            *last = newest;
        }
    }
}

impl From<ChangeRow> for Change {
    fn from(row: ChangeRow) -> Self {
        let areas = row.areas.split(' ').filter_map(Area::from_code).collect();
        Self { version: row.version, areas, subject: row.subject }
    }
}
