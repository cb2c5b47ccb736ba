//! Who is signed in, for the page.

use domain::{refused::Refused, team::CurrentUser};

use crate::{access::sessions::Session, store::Store};

impl Store {
    /// Who is signed in, for the page.
    ///
    /// # Errors
    /// When the data does not answer.
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
