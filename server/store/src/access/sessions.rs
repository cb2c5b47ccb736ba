//! Sessions: their rows, and whether a session is live.
//!
//! Only `Store::sign_in` opens a session. Session data is never written back after it was read, so a concurrent request
//! cannot reopen a session that has ended; the schema refuses that as well.

use chrono::TimeDelta;
use uuid::Uuid;

use domain::{
    access::{Initials, Role},
    ids::{DeviceId, SessionId, StaffId},
    refused::Refused,
    time::Instant,
};

use crate::{
    access::{
        actor::{Actor, StaffActor},
        session_secret::SessionSecret,
    },
    audit::{write as audit, write::Line},
    db::{DbError, Tx, args, statement},
    house::record::House,
    seal::FieldRef,
    store::Store,
};

/// Minimum interval between two updates of `last_seen_at`.
const TOUCH_EVERY: TimeDelta = TimeDelta::seconds(10);

statement!(FIND = "SELECT s.id, s.staff, s.device, s.shared, s.last_seen_at, s.expires_at, s.ended_at, p.role, p.name_sealed, p.disabled_at
    FROM sessions s JOIN staff p ON p.id = s.staff WHERE s.token_digest = $1");

statement!(
    STILL = "SELECT s.last_seen_at, s.expires_at, s.ended_at, s.shared, p.role, p.disabled_at
    FROM sessions s JOIN staff p ON p.id = s.staff WHERE s.id = $1"
);

statement!(TOUCH = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL");

// Changes no value: the number of updated rows tells whether the session is open when the statement runs.
statement!(
    SAVE = "UPDATE sessions SET last_seen_at = last_seen_at WHERE token_digest = $1 AND ended_at IS NULL AND expires_at > $2"
);

statement!(END = "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE id = $1 AND ended_at IS NULL");

statement!(
    END_OF_STAFF =
        "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE staff = $1 AND ended_at IS NULL AND id <> $4"
);

statement!(
    END_OTHERS = "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE house = $1 AND ended_at IS NULL AND id <> $4"
);

statement!(
    END_FORMER = "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE token_digest = $1 AND ended_at IS NULL"
);

statement!(END_ON_DEVICE = "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE device = $1 AND ended_at IS NULL");

statement!(
    END_STALE = "UPDATE sessions SET ended_at = $2, ended_why = 'expired' WHERE house = $1 AND ended_at IS NULL AND expires_at <= $2"
);

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The member of staff signed out.
    SignedOut,
    /// Another member of staff with the permission ended it.
    Ended,
    /// There was a new sign-in on the same device or with the cookie of this session.
    Replaced,
    /// The account was disabled, or its password or role changed.
    AccountChanged,
}

impl SessionEnd {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Ended => "ended",
            Self::Replaced => "replaced",
            Self::AccountChanged => "account_changed",
        }
    }
}

/// A live session and its actor.
#[derive(Clone, Debug)]
pub struct Session {
    /// The member of staff to whom the session belongs.
    pub actor: Actor,
    /// Idle limit in seconds: without activity for longer, the session is no longer valid.
    pub idle_s: u32,
    /// Whether the session is on a shared tablet.
    pub shared: bool,
    /// Absolute end of the session, regardless of activity.
    pub expires_at: Instant,
    last_seen: Instant,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    staff: Uuid,
    device: Uuid,
    shared: bool,
    last_seen_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
    role: String,
    name_sealed: Vec<u8>,
    disabled_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct StillRow {
    last_seen_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
    shared: bool,
    role: String,
    disabled_at: Option<Instant>,
}

impl Store {
    /// Returns the live session that has this secret, if there is one. Does not count as activity.
    ///
    /// # Errors
    /// Returns an error when the database cannot be read.
    pub async fn session(&self, secret: SessionSecret) -> Result<Option<Session>, Refused> {
        let Some(house) = self.house() else { return Ok(None) };
        let Some(row) = self.session_row(secret).await? else { return Ok(None) };
        let now = self.0.clock.now();
        let idle_s = idle(&house, row.shared);
        if !holds(row.ended_at, row.disabled_at, row.expires_at, row.last_seen_at, idle_s, now) {
            return Ok(None);
        }
        let actor = self.actor_of(&row)?;
        let (shared, expires_at) = (row.shared, row.expires_at);
        Ok(Some(Session { actor, idle_s, shared, expires_at, last_seen: row.last_seen_at }))
    }

    /// Returns whether the session that has this secret is open. A session has no data that could be saved: an ended
    /// session stays ended and an unknown one is not created. The idle limit is not checked, because this call does not
    /// count as activity.
    ///
    /// # Errors
    /// Returns an error when the database cannot be read or written.
    pub async fn save_session(&self, secret: SessionSecret) -> Result<bool, Refused> {
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        let saved = tx.run(&SAVE, args![secret.digest(), now]).await?;
        tx.commit().await?;
        Ok(saved == 1)
    }

    async fn session_row(&self, secret: SessionSecret) -> Result<Option<SessionRow>, DbError> {
        self.0.db.maybe::<SessionRow>(&FIND, args![secret.digest()]).await
    }

    fn actor_of(&self, row: &SessionRow) -> Result<Actor, DbError> {
        let role = Role::from_code(&row.role).ok_or(DbError::Inconsistent { table: "staff", column: "role" })?;
        let name = self.0.keys.open_text(&row.name_sealed, &FieldRef::new("staff", "name", row.staff))?;
        Ok(Actor::signed_in(StaffActor {
            staff: StaffId(row.staff),
            role,
            initials: Initials::of(&name),
            session: SessionId(row.id),
            device: DeviceId(row.device),
        }))
    }

    /// Records activity in a session: a page opened, an act sent, or a touch of the screen. Callers must not call it
    /// for requests that a page sends automatically, otherwise an unattended screen would never lock.
    ///
    /// # Errors
    /// Returns an error when the database cannot be read or written.
    pub async fn touch(&self, presented: &Session) -> Result<(), Refused> {
        let now = self.0.clock.now();
        let Some(session) = presented.actor.session() else { return Ok(()) };
        if (now - presented.last_seen).abs() < TOUCH_EVERY {
            return Ok(());
        }
        let mut tx = self.0.db.write().await?;
        tx.run(&TOUCH, args![session, now]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends the session that has this secret and writes an audit record. Does nothing when there is no such session or
    /// it has ended already. Requires no permission other than the secret.
    ///
    /// # Errors
    /// Returns an error when the database cannot be read or written.
    pub async fn sign_out(&self, secret: SessionSecret) -> Result<(), Refused> {
        let Some(row) = self.session_row(secret).await?.filter(|row| row.ended_at.is_none()) else { return Ok(()) };
        let (house, actor) = (self.the_house()?, self.actor_of(&row)?);
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        // Another request may have ended the session since it was read; only one audit record is written.
        if end(&mut tx, SessionId(row.id), SessionEnd::SignedOut, now).await? == 1 {
            let line = Line::new("access.sign_out", domain::audit::AuditKind::Access, "done");
            audit::write(&mut tx, Some(&house), &actor, now, &line).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Checks the session again inside an act's transaction, so that an act of a session that has just ended is refused.
pub(crate) async fn still_valid(tx: &mut Tx, actor: &Actor, now: Instant) -> Result<(), Refused> {
    let Some(staff) = actor.as_staff() else { return Ok(()) };
    let Some(row) = tx.maybe::<StillRow>(&STILL, args![staff.session]).await? else {
        return Err(Refused::SignIn);
    };
    // The idle limit was checked when the request arrived, and an act counts as activity.
    let _ = (row.shared, row.last_seen_at);
    if row.ended_at.is_some() || row.disabled_at.is_some() || row.expires_at <= now {
        return Err(Refused::SignIn);
    }
    if row.role != staff.role.code() {
        return Err(Refused::NotAllowed);
    }
    Ok(())
}

/// Ends one session and returns the number of rows changed. Does not authorise; the caller must.
pub(crate) async fn end(tx: &mut Tx, session: SessionId, why: SessionEnd, now: Instant) -> Result<u64, DbError> {
    tx.run(&END, args![session, now, why.code()]).await
}

/// Ends every session of an account, optionally except one. Does not authorise; the caller must.
pub(crate) async fn end_of_staff(
    tx: &mut Tx,
    staff: StaffId,
    but: Option<SessionId>,
    now: Instant,
) -> Result<u64, DbError> {
    let but = but.map_or(Uuid::nil(), |session| session.0);
    tx.run(&END_OF_STAFF, args![staff, now, SessionEnd::AccountChanged.code(), but]).await
}

/// Ends every session of the house, optionally except one. Does not authorise; the caller must.
pub(crate) async fn end_others(
    tx: &mut Tx,
    house: &House,
    but: Option<SessionId>,
    now: Instant,
) -> Result<u64, DbError> {
    let but = but.map_or(Uuid::nil(), |session| session.0);
    tx.run(&END_OTHERS, args![house.id, now, SessionEnd::Ended.code(), but]).await
}

/// Ends the session whose cookie came with a sign-in request, on whichever device it was opened. A sign-in always gets
/// a new secret, which prevents session fixation.
pub(crate) async fn end_former(tx: &mut Tx, former: SessionSecret, now: Instant) -> Result<u64, DbError> {
    tx.run(&END_FORMER, args![former.digest(), now, SessionEnd::Replaced.code()]).await
}

/// Ends the session on a device: each device has at most one open session.
pub(crate) async fn end_on_device(tx: &mut Tx, device: DeviceId, now: Instant) -> Result<u64, DbError> {
    tx.run(&END_ON_DEVICE, args![device, now, SessionEnd::Replaced.code()]).await
}

/// Marks the sessions past their absolute end as ended.
pub(crate) async fn end_stale(tx: &mut Tx, house: &House, now: Instant) -> Result<u64, DbError> {
    tx.run(&END_STALE, args![house.id, now]).await
}

/// Returns the idle limit in seconds for a shared or a personal device.
pub(crate) fn idle(house: &House, shared: bool) -> u32 {
    if shared { house.settings.idle_shared_s } else { house.settings.idle_own_s }
}

fn holds(
    ended: Option<Instant>,
    disabled: Option<Instant>,
    expires: Instant,
    last_seen: Instant,
    idle_s: u32,
    now: Instant,
) -> bool {
    ended.is_none() && disabled.is_none() && now < expires && now - last_seen <= TimeDelta::seconds(i64::from(idle_s))
}
