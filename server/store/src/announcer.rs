//! The channel on which changes are broadcast to event streams.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    sync::{Notify, broadcast},
    task::AbortHandle,
};

use domain::events::Change;

use crate::db::{Db, DbError, Tx, args, statement};

/// How many changes an event stream may lag behind before its client must read everything again.
const KEPT: usize = 1_024;

statement!(NOTIFY = sqlite "SELECT 1", postgres "SELECT pg_notify('veilleuse', '')::text");

pub(crate) struct Announcer {
    pub(crate) changes: broadcast::Sender<Arc<Change>>,
    pub(crate) woken: Arc<Notify>,
    pub(crate) tasks: Mutex<Vec<AbortHandle>>,
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self { changes: broadcast::channel(KEPT).0, woken: Arc::default(), tasks: Mutex::default() }
    }

    /// Wakes the task that announces changes, after a commit.
    pub(crate) fn wake(&self) {
        self.woken.notify_one();
    }

    /// Notifies the other servers of the same PostgreSQL database when the transaction commits. Does nothing on SQLite.
    pub(crate) async fn notify_others(&self, tx: &mut Tx, db: &Db) -> Result<(), DbError> {
        if matches!(db.engine(), crate::db::Engine::Postgres(_)) {
            tx.run(&NOTIFY, args![]).await?;
        }
        Ok(())
    }

    /// Aborts the background tasks.
    pub(crate) fn stop(&self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

/// The receiving end of the channel of changes.
pub type Events = broadcast::Receiver<Arc<Change>>;
