//! Acts that end sessions.

use uuid::Uuid;

use domain::{
    access::Permission,
    audit::SubjectKind,
    ids::StaffId,
    refused::Refused,
    team::{EndAllSessions, EndSession},
    time::Instant,
};

use crate::{
    access::sessions::{self, SessionEnd},
    db::{args, statement},
    dispatch::{ActContext, ActHandler},
};

statement!(SESSION_OF = "SELECT staff, ended_at FROM sessions WHERE id = $1 AND house = $2");

impl ActHandler for EndSession {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let row = ctx.tx.maybe::<(Uuid, Option<Instant>)>(&SESSION_OF, args![self.session, ctx.house.id]).await?;
        // The session of another member of staff is reported as not found unless the actor may manage the team.
        let (staff, _) = row
            .filter(|(staff, _)| ctx.actor.staff() == Some(StaffId(*staff)) || ctx.actor.may(Permission::ManageTeam))
            .ok_or(Refused::NotFound)?;
        ctx.about(SubjectKind::Staff, staff);
        sessions::end(ctx.tx, self.session, SessionEnd::Ended, ctx.now.at).await?;
        Ok(())
    }
}

impl ActHandler for EndAllSessions {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let (house, but, now) = (ctx.house, ctx.actor.session(), ctx.now.at);
        sessions::end_others(ctx.tx, house, but, now).await?;
        Ok(())
    }
}
