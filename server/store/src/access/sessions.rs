//! Sessions: the secret is in the cookie, only its digest is kept; the house decides how long.
//!
//! There is no loading and saving back: a session that has ended can only be read as ended, and the
//! schema refuses to open it again (TRUST T6, S-07).

use chrono::TimeDelta;
use uuid::Uuid;

use domain::{
    access::{Initials, Role},
    ids::{DeviceId, SessionId, StaffId},
    refused::Refused,
    time::Instant,
};

use crate::{
    access::actor::{Actor, StaffActor},
    audit::{write as audit, write::Line},
    db::{DbError, Tx, args, statement},
    house::record::House,
    seal::{FieldRef, token_digest},
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

statement!(END = "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE id = $1 AND ended_at IS NULL");

statement!(
    END_OF_STAFF =
        "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE staff = $1 AND ended_at IS NULL AND id <> $4"
);

statement!(
    END_OTHERS = "UPDATE sessions SET ended_at = $2, ended_why = $3 WHERE house = $1 AND ended_at IS NULL AND id <> $4"
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
    /// Somebody else signed in on the same device.
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

/// Someone presenting a cookie.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who she is.
    pub actor: Actor,
    /// Seconds without a touch before this session asks again.
    pub idle_s: u32,
    /// Whether on a shared tablet.
    pub shared: bool,
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
    /// Who presents this secret, if she may still come in. Reading does not prolong anything.
    ///
    /// # Errors
    /// When the data does not answer.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, Refused> {
        let Some(house) = self.house() else { return Ok(None) };
        let Some(row) = self.0.db.maybe::<SessionRow>(&FIND, args![token_digest(token)]).await? else {
            return Ok(None);
        };
        let now = self.0.clock.now();
        let idle_s = idle(&house, row.shared);
        if !holds(row.ended_at, row.disabled_at, row.expires_at, row.last_seen_at, idle_s, now) {
            return Ok(None);
        }
        let role = Role::from_code(&row.role).ok_or(DbError::Inconsistent { table: "staff", column: "role" })?;
        let name = self.0.keys.open_text(&row.name_sealed, &FieldRef::new("staff", "name", row.staff))?;
        let actor = Actor::signed_in(StaffActor {
            staff: StaffId(row.staff),
            role,
            initials: Initials::of(&name),
            session: SessionId(row.id),
            device: DeviceId(row.device),
        });
        Ok(Some(Session { actor, idle_s, shared: row.shared, last_seen: row.last_seen_at }))
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

    /// She signs out: the cookie is worth nothing from here on.
    ///
    /// # Errors
    /// When the data does not answer.
    pub async fn sign_out(&self, actor: &Actor) -> Result<(), Refused> {
        let Some(session) = actor.session() else { return Ok(()) };
        let house = self.the_house()?;
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        end(&mut tx, session, SessionEnd::SignedOut, now).await?;
        let line = Line::new("access.sign_out", domain::audit::AuditKind::Access, "done");
        audit::write(&mut tx, Some(&house), actor, now, &line).await?;
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
