//! The session store for tower-sessions, whose layer reads and writes the session cookie.
//!
//! The crate's session records are always empty here. The `sessions` table holds each session, and [`Store::session`]
//! decides for each request whether it is live. Only the sign-in transaction inserts a row, so an anonymous request
//! leaves none.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use cookie::{SameSite, time::OffsetDateTime};
use domain::refused::Refused;
use store::{SessionSecret, Store};
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore,
    session::{self, Id, Record},
    session_store::{Error, Result},
};

use crate::http::{cookies::session_cookie, shared::Shared};

/// The record key that passes the new session's id from sign-in to [`DatabaseSessions::create`]. It is never stored.
const OPENED: &str = "opened";

/// The sessions of the database, as a tower-sessions store.
#[derive(Clone)]
pub struct DatabaseSessions(pub Store);

impl fmt::Debug for DatabaseSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseSessions")
    }
}

/// Returns the layer that reads the session cookie of each request and writes it after a sign-in. The cookie lasts
/// until the browser closes; the session's own lifetime is in its row.
pub fn session_layer(shared: &Shared) -> SessionManagerLayer<DatabaseSessions> {
    SessionManagerLayer::new(DatabaseSessions(shared.store.clone()))
        .with_name(session_cookie(&shared.origin))
        .with_path("/")
        .with_secure(shared.origin.is_tls())
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_expiry(Expiry::OnSessionEnd)
}

/// Returns the secret in the session cookie, if it is well-formed. Does not authenticate; the caller must call
/// [`Store::session`].
pub fn secret_of(session: &tower_sessions::Session) -> Option<SessionSecret> {
    session.id().map(secret)
}

/// Hands a session opened by sign-in to the session layer, which writes its cookie. Does not open the session.
///
/// # Errors
/// Returns an error when the database cannot be read. The session is then open, but no cookie is sent for it.
pub async fn hand_over(
    session: &tower_sessions::Session,
    opened: SessionSecret,
) -> std::result::Result<(), session::Error> {
    // The id that came with the request must not be reused. The sign-in transaction has ended its session already, so
    // the deletion in `flush` changes nothing.
    if session.id().is_some() {
        session.flush().await?;
    }
    session.insert(OPENED, Id(opened.0).to_string()).await
}

/// Converts an error of the session layer to a refusal.
pub fn refusal(error: &session::Error) -> Refused {
    match error {
        session::Error::Store(Error::Backend(code)) if code == Refused::DiskFull.code() => Refused::DiskFull,
        _ => Refused::Unavailable,
    }
}

#[async_trait]
impl SessionStore for DatabaseSessions {
    /// Accepts the session that sign-in has opened. Never inserts a row.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let opened = record.data.remove(OPENED).and_then(|id| id.as_str()?.parse::<Id>().ok());
        let Some(id) = opened else { return Err(failed("only a sign-in opens a session")) };
        nothing_to_keep(record)?;
        if self.load(&id).await?.is_none() {
            return Err(failed("no live session has this id"));
        }
        record.id = id;
        Ok(())
    }

    /// Writes nothing, because records hold no data. Returns an error for a session that has ended or does not exist,
    /// so that a concurrent request cannot reopen it.
    async fn save(&self, record: &Record) -> Result<()> {
        nothing_to_keep(record)?;
        match self.0.save_session(secret(record.id)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(failed("no open session has this id")),
            Err(refused) => Err(failed(refused.code())),
        }
    }

    /// Returns an empty record for a live session.
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let session = self.0.session(secret(*id)).await.map_err(|refused| failed(refused.code()))?;
        let Some(session) = session else { return Ok(None) };
        let expiry_date = OffsetDateTime::from_unix_timestamp(session.expires_at.timestamp())
            .map_err(|_| Error::Decode("the end of a session is out of range".to_owned()))?;
        Ok(Some(Record { id: *id, data: HashMap::new(), expiry_date }))
    }

    /// Ends a session. Does nothing if it has ended already or does not exist.
    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.sign_out(secret(*id)).await.map_err(|refused| failed(refused.code()))
    }
}

fn secret(id: Id) -> SessionSecret {
    SessionSecret(id.0)
}

/// Returns an error for a record with data: there is no column for it, and it must not be lost silently.
fn nothing_to_keep(record: &Record) -> Result<()> {
    if record.data.is_empty() { Ok(()) } else { Err(failed("a session keeps no data")) }
}

fn failed(why: &str) -> Error {
    Error::Backend(why.to_owned())
}
