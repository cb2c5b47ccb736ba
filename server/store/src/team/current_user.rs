//! The signed-in member of staff, for the header of a page.

use domain::{refused::Refused, team::CurrentUser};

use crate::{access::sessions::Session, store::Store};

impl Store {
    /// Returns the member of staff to whom a session belongs, together with the house's current time and version.
    ///
    /// # Errors
    /// Returns `Refused::SignIn` when the session belongs to no member of staff, `Conflict::NoHouse` when no house has
    /// been created, and `Refused::Unavailable` when the database cannot be read.
    pub async fn current_user(&self, session: &Session) -> Result<CurrentUser, Refused> {
        let house = self.the_house()?;
        let actor = session.actor.as_staff().ok_or(Refused::SignIn)?;
        Ok(CurrentUser {
            staff: actor.staff,
            initials: actor.initials.clone(),
            role: actor.role,
            idle_s: session.idle_s,
            now: self.now()?,
            version: self.version().await?,
            demo: house.demo,
        })
    }
}
