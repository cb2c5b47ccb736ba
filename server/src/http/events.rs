//! PageState events: versions and ids, filtered by what the listener may know. A listener that comes back
//! says the last version she heard and is told what she missed, once and in order.

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

/// A word at least this often, so that the lamp knows.
const HEARTBEAT: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
pub struct After {
    after: Option<i64>,
}

/// Opens a stream of events.
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
    // Listening begins before what was missed is read, so that nothing falls between the two.
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
        // Those who come back after a restart do not all come back in the same instant.
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
                    // Too slow to be told one by one: what was missed is in the data.
                    Err(RecvError::Lagged(_)) => self.catch_up(&store).await,
                    Err(RecvError::Closed) => false,
                },
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Tells everything after the last version told; from too far back, that everything is to be read.
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

    /// Tells one change, once, as far as it is hers to know.
    async fn tell(&mut self, change: &Arc<Change>) -> bool {
        if change.version <= self.last {
            return true;
        }
        self.last = change.version;
        let Some(hers) = for_role(change, self.session.actor.role()) else { return true };
        self.send("change", change.version, &hers).await
    }

    /// The house's clock; and whether she may still listen.
    async fn heartbeat(&mut self, store: &Store) -> bool {
        match store.session(self.secret).await {
            Ok(Some(session)) if session.actor.role() == self.session.actor.role() => {}
            Ok(_) => {
                self.sender.send(Event::default().event("over").data("{}")).await.ok();
                return false;
            }
            // The data does not answer just now: no word is itself a word.
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

/// A change as a role may know it; none when no part of it is hers to know.
fn for_role(change: &Change, role: Option<Role>) -> Option<Change> {
    let areas: Vec<_> =
        change.areas.iter().copied().filter(|area| role.is_some_and(|role| area.told_to(role))).collect();
    (!areas.is_empty()).then_some(Change { version: change.version, areas, subject: change.subject })
}

/// Nought to 255, different for each listener.
fn uuid_jitter() -> u8 {
    store::new_id().as_bytes()[15]
}
