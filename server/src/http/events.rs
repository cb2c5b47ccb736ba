//! Event streams (server-sent events) of changes: versions, areas and ids, filtered by the role of the session. A
//! client that reconnects sends the last version it received and gets the changes it missed, once and in order.

use std::{sync::Arc, time::Duration};

use app::request::RequestContext;
use axum::{
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use domain::{access::Role, events::Change};
use serde::Deserialize;
use store::{Events, Session, SessionSecret, Store};
use tokio::sync::{broadcast::error::RecvError, mpsc};
use tokio_stream::{StreamExt as _, wrappers::ReceiverStream};

use crate::http::{
    session_store::secret_of,
    shared::{Shared, plain},
};

/// Interval between heartbeats, from which the page knows that the connection works.
const HEARTBEAT: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
pub struct After {
    after: Option<i64>,
}

/// Opens an event stream for the session of the request; responds with 401 without one.
pub async fn listen(
    State(shared): State<Shared>,
    cookie_session: tower_sessions::Session,
    Query(after): Query<After>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let session = request.extensions().get::<RequestContext>().and_then(|context| context.session.clone());
    let (Some(session), Some(secret)) = (session, secret_of(&cookie_session)) else {
        return plain(StatusCode::UNAUTHORIZED, "sign_in");
    };
    let last =
        headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok()).or(after.after);
    // The subscription starts before missed changes are read, so that no change falls in between.
    let events = shared.store.listen();
    let (sender, receiver) = mpsc::channel(64);
    let listener = Listener { shared, session, secret, sender, last: last.unwrap_or(0) };
    tokio::spawn(listener.run(events, last.is_none()));
    Sse::new(ReceiverStream::new(receiver).map(Ok::<_, std::convert::Infallible>)).into_response()
}

struct Listener {
    shared: Shared,
    session: Session,
    secret: SessionSecret,
    sender: mpsc::Sender<Event>,
    last: i64,
}

impl Listener {
    async fn run(mut self, mut events: Events, from_now: bool) {
        let store = self.shared.store.clone();
        if from_now {
            self.last = store.version().await.unwrap_or(0);
        }
        // The retry delay is randomised, so that clients do not all reconnect at the same time after a restart.
        let retry = Duration::from_millis(500 + u64::from(uuid_jitter()) * 10);
        if self.sender.send(Event::default().retry(retry)).await.is_err() || !self.catch_up(&store).await {
            return;
        }
        let mut heartbeats = tokio::time::interval(HEARTBEAT);
        loop {
            let goes_on = tokio::select! {
                () = self.shared.stopping.cancelled() => false,
                () = self.sender.closed() => false,
                _ = heartbeats.tick() => self.heartbeat(&store).await,
                event = events.recv() => match event {
                    Ok(change) => self.tell(&change).await,
                    // The client was too slow and events were dropped; the missed changes are read from the database.
                    Err(RecvError::Lagged(_)) => self.catch_up(&store).await,
                    Err(RecvError::Closed) => false,
                },
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Sends all changes after the last version sent. When too many were missed, sends one event that tells the page to
    /// refetch everything. Returns false when the stream must end.
    async fn catch_up(&mut self, store: &Store) -> bool {
        loop {
            let Ok(missed) = store.changes_since(self.last).await else { return false };
            let Some(newest) = missed.last() else { return true };
            if missed.len() >= 500 {
                let Ok(version) = store.version().await else { return false };
                self.last = version;
                let all = Change { version, areas: Vec::new(), subject: None };
                return self.send("all", version, &all).await;
            }
            let newest = newest.version;
            for change in missed {
                if !self.tell(&Arc::new(change)).await {
                    return false;
                }
            }
            if self.last >= newest {
                return true;
            }
        }
    }

    /// Sends a change once, limited to the areas that the role may know. Returns false when the stream must end.
    async fn tell(&mut self, change: &Arc<Change>) -> bool {
        if change.version <= self.last {
            return true;
        }
        self.last = change.version;
        let Some(hers) = for_role(change, self.session.actor.role()) else { return true };
        self.send("change", change.version, &hers).await
    }

    /// Checks that the session is still live and sends the house's current time. Returns false when the stream must
    /// end.
    async fn heartbeat(&mut self, store: &Store) -> bool {
        match store.session(self.secret).await {
            Ok(Some(session)) if session.actor.role() == self.session.actor.role() => {}
            Ok(_) => {
                self.sender.send(Event::default().event("over").data("{}")).await.ok();
                return false;
            }
            // The database cannot be read at the moment. Without heartbeats, the page shows that it is not up to date.
            Err(_) => return true,
        }
        match store.now() {
            Ok(now) => self.send("heartbeat", self.last, &now).await,
            Err(_) => true,
        }
    }

    async fn send<T: serde::Serialize>(&self, name: &str, version: i64, what: &T) -> bool {
        let Ok(event) = Event::default().event(name).id(version.to_string()).json_data(what) else { return true };
        self.sender.send(event).await.is_ok()
    }
}

/// Limits a change to the areas that a role may know; returns `None` when there are none.
fn for_role(change: &Change, role: Option<Role>) -> Option<Change> {
    let areas: Vec<_> =
        change.areas.iter().copied().filter(|area| role.is_some_and(|role| area.told_to(role))).collect();
    (!areas.is_empty()).then_some(Change { version: change.version, areas, subject: change.subject })
}

/// Returns a random number from 0 to 255.
fn uuid_jitter() -> u8 {
    store::new_id().as_bytes()[15]
}
