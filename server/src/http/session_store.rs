//! Sessions through tower-sessions: its layer reads and writes the cookie, this store stands behind it.
//!
//! A record of the crate is empty here. What a session is, and whether it is live, is in its row, and the program's
//! own store decides it for each request ([`Store::session`]). A row is made by the transaction that signs a person in
//! and by nothing else, so an anonymous request leaves none.

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

/// Under this key a record says which session was opened at sign-in, from there to [`DatabaseSessions::create`]. It is
/// never stored.
const OPENED: &str = "opened";

/// The sessions of the database, as tower-sessions uses them.
#[derive(Clone)]
pub struct DatabaseSessions(pub Store);

impl fmt::Debug for DatabaseSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseSessions")
    }
}

/// The layer that reads the session's cookie of each request, and writes it after a sign-in. The cookie lasts as long
/// as the browser is open: how long the session lasts is decided by its row and the program's own clock.
pub fn session_layer(shared: &Shared) -> SessionManagerLayer<DatabaseSessions> {
    SessionManagerLayer::new(DatabaseSessions(shared.store.clone()))
        .with_name(session_cookie(&shared.origin))
        .with_path("/")
        .with_secure(shared.origin.is_tls())
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_expiry(Expiry::OnSessionEnd)
}

/// The secret in the cookie of a request, if it has the form of one. It proves nothing: [`Store::session`] does.
pub fn secret_of(session: &tower_sessions::Session) -> Option<SessionSecret> {
    session.id().map(secret)
}

/// Gives the response of a sign-in the session that it opened: the layer will write its cookie. Does not open it.
///
/// # Errors
/// When the data does not answer. The session is open then, and no cookie leads to it.
pub async fn hand_over(
    session: &tower_sessions::Session,
    opened: SessionSecret,
) -> std::result::Result<(), session::Error> {
    // The id of the request must not be used again. Its session has ended in the transaction of the sign-in, so the
    // deletion that comes with this changes nothing.
    if session.id().is_some() {
        session.flush().await?;
    }
    session.insert(OPENED, Id(opened.0).to_string()).await
}

/// The refusal behind an error of the layer.
pub fn refusal(error: &session::Error) -> Refused {
    match error {
        session::Error::Store(Error::Backend(code)) if code == Refused::DiskFull.code() => Refused::DiskFull,
        _ => Refused::Unavailable,
    }
}

#[async_trait]
impl SessionStore for DatabaseSessions {
    /// Takes over the session that was opened at sign-in, and only that: it never makes a row.
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

    /// Writes nothing, as a record has nothing to keep; an error for a session that has ended or never was, which
    /// stays so (TRUST T6).
    async fn save(&self, record: &Record) -> Result<()> {
        nothing_to_keep(record)?;
        match self.0.save_session(secret(record.id)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(failed("no open session has this id")),
            Err(refused) => Err(failed(refused.code())),
        }
    }

    /// An empty record for a live session.
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let session = self.0.session(secret(*id)).await.map_err(|refused| failed(refused.code()))?;
        let Some(session) = session else { return Ok(None) };
        let expiry_date = OffsetDateTime::from_unix_timestamp(session.expires_at.timestamp())
            .map_err(|_| Error::Decode("the end of a session is out of range".to_owned()))?;
        Ok(Some(Record { id: *id, data: HashMap::new(), expiry_date }))
    }

    /// Ends a session; one that has ended, or never was, is left as it is.
    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.sign_out(secret(*id)).await.map_err(|refused| failed(refused.code()))
    }
}

fn secret(id: Id) -> SessionSecret {
    SessionSecret(id.0)
}

/// Refuses a record with data: there is no place for it, and losing it silently would be worse.
fn nothing_to_keep(record: &Record) -> Result<()> {
    if record.data.is_empty() { Ok(()) } else { Err(failed("a session keeps no data")) }
}

fn failed(why: &str) -> Error {
    Error::Backend(why.to_owned())
}
