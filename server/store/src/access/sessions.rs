//! Sessions: their rows, and whether a session is live.
//!
//! A session is opened by `Store::sign_in` alone. Nothing that is read of it is ever written back, so a session that
//! has ended stays ended whatever a request under way still does; the schema refuses to open it again (TRUST T6, S-07).

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

/// A use of a session is written down at most this often.
const TOUCH_EVERY: TimeDelta = TimeDelta::seconds(10);

statement!(FIND = "SELECT s.id, s.staff, s.device, s.shared, s.last_seen_at, s.expires_at, s.ended_at, p.role, p.name_sealed, p.disabled_at
    FROM sessions s JOIN staff p ON p.id = s.staff WHERE s.token_digest = $1");

statement!(
    STILL = "SELECT s.last_seen_at, s.expires_at, s.ended_at, s.shared, p.role, p.disabled_at
    FROM sessions s JOIN staff p ON p.id = s.staff WHERE s.id = $1"
);

statement!(TOUCH = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL");

// It changes no value: it says whether the session is open, at the moment of the write.
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
    /// She signed out.
    SignedOut,
    /// Someone who may ended it.
    Ended,
    /// Somebody signed in on the same device, or with its cookie.
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

/// A live session, and who it belongs to.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who she is.
    pub actor: Actor,
    /// Seconds without a touch before this session asks again.
    pub idle_s: u32,
    /// Whether on a shared tablet.
    pub shared: bool,
    /// When it ends whatever is done.
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
    /// The live session that has this secret, if there is one. Reading it does not prolong it.
    ///
    /// # Errors
    /// When the data does not answer.
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

    /// Whether the session that has this secret is open. A session has nothing that can be changed and saved, so
    /// nothing is: an ended one stays ended, an unknown one is not made (TRUST T6). The idle limit is not looked at,
    /// since this does not prolong it.
    ///
    /// # Errors
    /// When the data does not answer or cannot be written.
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

    /// She is there: a page she opened, something she did, a touch of the screen. What a screen asks
    /// by itself does not count (TRUST S-03).
    ///
    /// # Errors
    /// When the data does not answer.
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

    /// She signs out: the session that has this secret ends, with its line in the audit. Where it has ended already, or
    /// there is none, nothing is done. Whoever has the secret may end its session: no other permission is asked.
    ///
    /// # Errors
    /// When the data does not answer or cannot be written.
    pub async fn sign_out(&self, secret: SessionSecret) -> Result<(), Refused> {
        let Some(row) = self.session_row(secret).await?.filter(|row| row.ended_at.is_none()) else { return Ok(()) };
        let (house, actor) = (self.the_house()?, self.actor_of(&row)?);
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        // Another request may have ended it since it was read: the audit has one line.
        if end(&mut tx, SessionId(row.id), SessionEnd::SignedOut, now).await? == 1 {
            let line = Line::new("access.sign_out", domain::audit::AuditKind::Access, "done");
            audit::write(&mut tx, Some(&house), &actor, now, &line).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// QueryResource again inside every act's transaction: a session that ended meanwhile does nothing more.
pub(crate) async fn still_valid(tx: &mut Tx, actor: &Actor, now: Instant) -> Result<(), Refused> {
    let Some(staff) = actor.as_staff() else { return Ok(()) };
    let Some(row) = tx.maybe::<StillRow>(&STILL, args![staff.session]).await? else {
        return Err(Refused::SignIn);
    };
    // The idle limit was looked at when the act came in; an act under way is a use.
    let _ = (row.shared, row.last_seen_at);
    if row.ended_at.is_some() || row.disabled_at.is_some() || row.expires_at <= now {
        return Err(Refused::SignIn);
    }
    if row.role != staff.role.code() {
        return Err(Refused::NotAllowed);
    }
    Ok(())
}

/// Ends one session.
pub(crate) async fn end(tx: &mut Tx, session: SessionId, why: SessionEnd, now: Instant) -> Result<u64, DbError> {
    tx.run(&END, args![session, now, why.code()]).await
}

/// Ends every session of an account, but one if told so.
pub(crate) async fn end_of_staff(
    tx: &mut Tx,
    staff: StaffId,
    but: Option<SessionId>,
    now: Instant,
) -> Result<u64, DbError> {
    let but = but.map_or(Uuid::nil(), |session| session.0);
    tx.run(&END_OF_STAFF, args![staff, now, SessionEnd::AccountChanged.code(), but]).await
}

/// Ends every session of the house but one.
pub(crate) async fn end_others(
    tx: &mut Tx,
    house: &House,
    but: Option<SessionId>,
    now: Instant,
) -> Result<u64, DbError> {
    let but = but.map_or(Uuid::nil(), |session| session.0);
    tx.run(&END_OTHERS, args![house.id, now, SessionEnd::Ended.code(), but]).await
}

/// The session that a browser had before somebody signed in with it ends, on whichever device it was opened: its
/// secret changes with the person (TRUST S-02).
pub(crate) async fn end_former(tx: &mut Tx, former: SessionSecret, now: Instant) -> Result<u64, DbError> {
    tx.run(&END_FORMER, args![former.digest(), now, SessionEnd::Replaced.code()]).await
}

/// One active person per device: whoever was signed in there is signed out (TRUST S-08).
pub(crate) async fn end_on_device(tx: &mut Tx, device: DeviceId, now: Instant) -> Result<u64, DbError> {
    tx.run(&END_ON_DEVICE, args![device, now, SessionEnd::Replaced.code()]).await
}

/// Marks sessions past their absolute end.
pub(crate) async fn end_stale(tx: &mut Tx, house: &House, now: Instant) -> Result<u64, DbError> {
    tx.run(&END_STALE, args![house.id, now]).await
}

/// Seconds without a touch, by kind of device.
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
