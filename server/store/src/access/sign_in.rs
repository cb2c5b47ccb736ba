//! Signing in with a login and a password.

use chrono::TimeDelta;
use std::net::IpAddr;
use uuid::Uuid;

use domain::{
    access::Role,
    audit::{AuditKind, SubjectKind},
    ids::{DeviceId, SessionId, StaffId},
    refused::Refused,
    team::PASSWORD_MAX,
    time::Instant,
};

use crate::{
    access::{
        actor::{Actor, StaffActor},
        session_secret::SessionSecret,
        sessions, throttle,
    },
    audit::{write as audit, write::Line},
    clock::new_id,
    db::{DbError, args, statement},
    seal::{new_token, token_digest},
    store::Store,
    team::accounts::login_key,
};

/// A sign-in attempt.
#[derive(Clone)]
pub struct SignIn {
    /// The login as typed.
    pub login: String,
    /// The password as typed.
    pub password: String,
    /// The secret in the device cookie, if the device is known.
    pub device: Option<String>,
    /// The session whose cookie came with the request. A successful sign-in ends it and never reuses its secret.
    pub former: Option<SessionSecret>,
    /// The network address of the client.
    pub from: Option<IpAddr>,
}

/// The result of a successful sign-in.
pub struct SignedIn {
    /// The secret for the session cookie. The database holds only its digest.
    pub session: SessionSecret,
    /// The secret for the device cookie, if the device is new.
    pub device: Option<String>,
}

statement!(ACCOUNT = "SELECT id, role, password_hash, disabled_at FROM staff WHERE house = $1 AND login_digest = $2");

statement!(
    ACCOUNT_NOW = sqlite "SELECT id, role, password_hash, disabled_at FROM staff WHERE id = $1",
    postgres "SELECT id, role, password_hash, disabled_at FROM staff WHERE id = $1 FOR UPDATE"
);

statement!(DEVICE = "SELECT id FROM devices WHERE house = $1 AND token_digest = $2");

statement!(SEEN_DEVICE = "UPDATE devices SET last_seen_at = $2 WHERE id = $1");

statement!(
    NEW_DEVICE =
        "INSERT INTO devices (id, house, token_digest, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $4, $4)"
);

statement!(
    NEW_SESSION =
        "INSERT INTO sessions (id, token_digest, house, staff, device, shared, created_at, last_seen_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)"
);

statement!(SIGNED_IN = "UPDATE staff SET last_sign_in_at = $2 WHERE id = $1");

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: Uuid,
    role: String,
    password_hash: String,
    disabled_at: Option<Instant>,
}

impl Store {
    /// Signs a member of staff in: verifies the password, opens a session and writes an audit record. An unknown login
    /// and a wrong password return the same error after the same time.
    ///
    /// # Errors
    /// Returns `SignIn` for wrong credentials or a disabled account, `TooMany` when this pair of login and device must
    /// wait or too many attempts are pending, and an error when the database cannot be read or written.
    pub async fn sign_in(&self, attempt: SignIn) -> Result<SignedIn, Refused> {
        let outcome = match self.try_to_sign_in(&attempt).await {
            // The failed write has released the ballast file, whose space is reserved for sign-ins and audit records.
            Err(Refused::DiskFull) => {
                self.0.db.make_room().await;
                self.try_to_sign_in(&attempt).await
            }
            other => other,
        };
        self.observe_sign_in(&outcome);
        outcome
    }

    async fn try_to_sign_in(&self, attempt: &SignIn) -> Result<SignedIn, Refused> {
        let house = self.the_house()?;
        let login = login_key(&attempt.login);
        let login_digest = self.0.keys.digest("login", &[login.as_bytes()]);
        let device = match &attempt.device {
            Some(secret) => self.0.db.maybe::<(Uuid,)>(&DEVICE, args![house.id, token_digest(secret)]).await?,
            None => None,
        };
        let origin = match (&device, attempt.from) {
            (Some((id,)), _) => id.as_bytes().to_vec(),
            (None, from) => from.map_or_else(Vec::new, |ip| ip.to_string().into_bytes()),
        };
        let pair = self.0.keys.digest("sign-in pair", &[login.as_bytes(), &origin]);

        let mut tx = self.0.db.read().await?;
        let wait = throttle::wait(&mut tx, &pair, self.0.clock.now()).await?;
        let account = tx.maybe::<AccountRow>(&ACCOUNT, args![house.id, login_digest]).await?;
        tx.rollback().await?;
        if wait > 0 {
            return Err(Refused::TooMany { seconds: wait });
        }
        let too_long = attempt.password.chars().count() > PASSWORD_MAX;
        let password = if too_long { "" } else { attempt.password.as_str() };
        let hashed = account.as_ref().map(|account| account.password_hash.as_str());
        let right = self.verify(password, hashed, device.is_some()).await?;
        let account = account.filter(|account| right && account.disabled_at.is_none());

        let mut tx = self.0.db.write().await?;
        let now = self.0.clock.now();
        let Some(account) = account else {
            throttle::failed(&mut tx, &pair, now).await?;
            let line = Line::new("access.sign_in", AuditKind::Access, "sign_in");
            audit::write(&mut tx, Some(&house), &Actor::nobody(), now, &line).await?;
            tx.commit().await?;
            return Err(Refused::SignIn);
        };
        // The account may have been disabled, or its role or password changed, while the password was being verified.
        // The account is therefore read again inside the transaction.
        let found = account.password_hash;
        let account = tx.one::<AccountRow>(&ACCOUNT_NOW, args![account.id]).await?;
        if account.disabled_at.is_some() || account.password_hash != found {
            tx.rollback().await?;
            return Err(Refused::SignIn);
        }
        let role = Role::from_code(&account.role).ok_or(DbError::Inconsistent { table: "staff", column: "role" })?;
        throttle::forget(&mut tx, &pair, now).await?;
        let (device, new_device) = match device {
            Some((id,)) => {
                tx.run(&SEEN_DEVICE, args![id, now]).await?;
                (DeviceId(id), None)
            }
            None => {
                let (id, secret) = (DeviceId(new_id()), new_token());
                tx.run_one(&NEW_DEVICE, args![id, house.id, token_digest(&secret), now]).await?;
                (id, Some(secret))
            }
        };
        if let Some(former) = attempt.former {
            sessions::end_former(&mut tx, former, now).await?;
        }
        sessions::end_on_device(&mut tx, device, now).await?;
        sessions::end_stale(&mut tx, &house, now).await?;
        let (session, secret) = (SessionId(new_id()), SessionSecret::new());
        let shared = role == Role::Night;
        let expires = now + TimeDelta::seconds(i64::from(house.settings.session_s));
        let staff = StaffId(account.id);
        tx.run_one(&NEW_SESSION, args![session, secret.digest(), house.id, staff, device, shared, now, expires])
            .await?;
        tx.run_one(&SIGNED_IN, args![staff, now]).await?;
        let actor = Actor::signed_in(StaffActor {
            staff,
            role,
            initials: domain::access::Initials(String::new()),
            session,
            device,
        });
        let line = Line {
            subject: Some((SubjectKind::Session, session.0)),
            ..Line::new("access.sign_in", AuditKind::Access, "done")
        };
        audit::write(&mut tx, Some(&house), &actor, now, &line).await?;
        tx.commit().await?;
        Ok(SignedIn { session: secret, device: new_device })
    }
}
