//! Acts that reset or change a password.

use domain::{
    ids::StaffId,
    refused::{FaultCode, Field, Refused},
    team::{ChangePassword, ResetPassword},
};

use crate::{
    access::{actor::Actor, sessions},
    db::{args, statement},
    dispatch::{ActContext, ActHandler},
    store::Store,
    team::accounts::{self, account},
};

statement!(PASSWORD = "UPDATE staff SET password_hash = $2 WHERE id = $1");

impl ActHandler for ResetPassword {
    const PREPARES: bool = true;

    async fn prepare(&mut self, store: &Store, _actor: &Actor) -> Result<(), Refused> {
        self.password = store.hash(&self.password).await?;
        Ok(())
    }

    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        account(ctx, self.staff).await?;
        ctx.tx.run_one(&PASSWORD, args![self.staff, self.password]).await?;
        sessions::end_of_staff(ctx.tx, self.staff, None, ctx.now.at).await?;
        Ok(self.staff)
    }
}

impl ActHandler for ChangePassword {
    const PREPARES: bool = true;

    async fn prepare(&mut self, store: &Store, actor: &Actor) -> Result<(), Refused> {
        let (staff, house) = (actor.staff().ok_or(Refused::SignIn)?, store.the_house()?);
        let account = accounts::read(&store.0.db, staff, &house).await?;
        let account = account.ok_or(Refused::SignIn)?;
        if !store.verify(&self.current, Some(&account.password_hash), true).await? {
            return Err(Refused::fault(Field::CurrentPassword, FaultCode::Wrong));
        }
        self.password = store.hash(&self.password).await?;
        Ok(())
    }

    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let (staff, session) = (ctx.actor.staff().ok_or(Refused::SignIn)?, ctx.actor.session());
        account(ctx, staff).await?;
        ctx.tx.run_one(&PASSWORD, args![staff, self.password]).await?;
        sessions::end_of_staff(ctx.tx, staff, session, ctx.now.at).await?;
        Ok(())
    }
}
