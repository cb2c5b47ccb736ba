//! First start of a real house: the one-time setup code, the house and its first account.

use chrono::TimeDelta;

use domain::{
    audit::{AuditKind, SubjectKind},
    house::Settings as HouseSettings,
    ids::HouseId,
    refused::{Conflict, FaultCode, Field, Refused},
    team::OpenHouse,
    time::Instant,
};

use crate::{
    access::actor::Actor,
    audit::{write as audit, write::Line},
    clock::{WallClock, new_id},
    db::{Tx, args, statement},
    seal::{FieldRef, new_code},
    store::Store,
};

/// How long an unused setup code is valid.
const SETUP_LASTS: TimeDelta = TimeDelta::minutes(30);

statement!(
    NEW_HOUSE =
        "INSERT INTO houses (id, zone, demo, alias_sealed, settings, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
);

statement!(OLD_CODES = "DELETE FROM setup_codes");

statement!(NEW_CODE = "INSERT INTO setup_codes (code_digest, created_at) VALUES ($1, $2)");

statement!(
    USE_CODE = "UPDATE setup_codes SET used_at = $2 WHERE code_digest = $1 AND used_at IS NULL AND created_at > $3"
);

statement!(ANY_STAFF = "SELECT count(*) FROM staff WHERE house = $1");

impl Store {
    /// Creates a setup code, with which the first account can be created once. It replaces any earlier code and is
    /// valid for half an hour. Returns `None` when the house has an account already.
    ///
    /// # Errors
    /// Returns `Refused::Unavailable` when the database cannot be read or written.
    pub async fn new_setup_code(&self) -> Result<Option<String>, Refused> {
        if self.has_staff().await? {
            return Ok(None);
        }
        let code = new_code();
        let mut tx = self.0.db.write().await?;
        tx.run(&OLD_CODES, args![]).await?;
        tx.run_one(&NEW_CODE, args![self.0.keys.digest("setup", &[code.as_bytes()]), self.0.clock.now()]).await?;
        tx.commit().await?;
        Ok(Some(code))
    }

    /// Whether the house has an account, enabled or not.
    ///
    /// # Errors
    /// Returns `Refused::Unavailable` when the database cannot be read.
    pub async fn has_staff(&self) -> Result<bool, Refused> {
        let Some(house) = self.house() else { return Ok(false) };
        let count = self.0.db.maybe::<(i64,)>(&ANY_STAFF, args![house.id]).await?;
        Ok(count.is_some_and(|(count,)| count > 0))
    }

    /// Creates a real house with its first account and consumes the setup code, in one transaction. The setup code is
    /// the only authorisation required.
    ///
    /// # Errors
    /// Returns faults of the form, the fault `Wrong` for a wrong, used or expired code, and `Conflict::HouseExists`
    /// when the house has an account already.
    pub async fn open_house(&self, form: OpenHouse, zone: &str) -> Result<(), Refused> {
        let before = self.0.clock.now();
        let clock = WallClock::of(zone).ok_or_else(|| Refused::fault(Field::Zone, FaultCode::NotUnderstood))?;
        form.check(clock.at(before)).map_err(Refused::Faults)?;
        if self.has_staff().await? {
            return Err(Refused::conflict(Conflict::HouseExists));
        }
        let hashed = self.hash(&form.first.password).await?;
        let mut tx = self.0.db.write().await?;
        let now = self.0.clock.now();
        let code = form.code.trim().to_uppercase();
        let digest = self.0.keys.digest("setup", &[code.as_bytes()]);
        if tx.run(&USE_CODE, args![digest, now, now - SETUP_LASTS]).await? != 1 {
            tx.rollback().await?;
            return Err(Refused::fault(Field::Code, FaultCode::Wrong));
        }
        let house = match self.house() {
            Some(house) => house.id,
            None => self.insert_house(&mut tx, &form.alias, zone, false, now).await?,
        };
        let staff = self.insert_staff(&mut tx, house, &form.first, &hashed, now).await?;
        let line = Line {
            subject: Some((SubjectKind::Staff, staff.0)),
            ..Line::new("house.open", AuditKind::Changed, "done")
        };
        audit::write_in(&mut tx, Some(house), Some(zone), &Actor::operator(), now, &line).await?;
        tx.commit().await?;
        self.reload_house().await.map_err(|_| Refused::Unavailable)
    }

    /// Inserts the house with default settings. Does not authorise; the caller must.
    pub(crate) async fn insert_house(
        &self,
        tx: &mut Tx,
        alias: &str,
        zone: &str,
        demo: bool,
        now: Instant,
    ) -> Result<HouseId, Refused> {
        let house = HouseId(new_id());
        let sealed = self.0.keys.seal_text(alias, &FieldRef::new("houses", "alias", house.0));
        let settings = serde_json::to_string(&HouseSettings::default()).map_err(|_| Refused::Unavailable)?;
        tx.run_one(&NEW_HOUSE, args![house, zone, demo, sealed, settings, now]).await?;
        Ok(house)
    }
}
