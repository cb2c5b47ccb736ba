//! Acts that add, change, disable and enable accounts.

use domain::{
    audit::SubjectKind,
    ids::StaffId,
    refused::{Conflict, Refused},
    team::{AddStaff, ChangeStaff, DisableStaff, EnableStaff},
    time::Instant,
};

use crate::{
    access::{actor::Actor, sessions},
    db::{args, statement},
    dispatch::{ActContext, ActHandler},
    seal::FieldRef,
    store::Store,
    team::accounts::{account, manages, role, someone_else_manages},
};

statement!(CHANGE = "UPDATE staff SET name_sealed = $2, role = $3 WHERE id = $1");

statement!(DISABLE = "UPDATE staff SET disabled_at = $2 WHERE id = $1");

impl ActHandler for AddStaff {
    const PREPARES: bool = true;

    async fn prepare(&mut self, store: &Store, _actor: &Actor) -> Result<(), Refused> {
        self.password = store.hash(&self.password).await?;
        Ok(())
    }

    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let (store, house, now) = (ctx.store, ctx.house.id, ctx.now.at);
        let staff = store.insert_staff(ctx.tx, house, &self, &self.password, now).await?;
        ctx.about(SubjectKind::Staff, staff.0);
        Ok(staff)
    }
}

impl ActHandler for ChangeStaff {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let account = account(ctx, self.staff).await?;
        if manages(role(&account.role)?) && !manages(self.role) {
            someone_else_manages(ctx, self.staff).await?;
        }
        let name = ctx.store.0.keys.seal_text(&self.name, &FieldRef::new("staff", "name", self.staff.0));
        ctx.tx.run_one(&CHANGE, args![self.staff, name, self.role.code()]).await?;
        if account.role != self.role.code() {
            sessions::end_of_staff(ctx.tx, self.staff, None, ctx.now.at).await?;
        }
        Ok(self.staff)
    }
}

impl ActHandler for DisableStaff {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let account = account(ctx, self.staff).await?;
        if account.disabled_at.is_some() {
            return Err(Refused::conflict(Conflict::AlreadySo));
        }
        if manages(role(&account.role)?) {
            someone_else_manages(ctx, self.staff).await?;
        }
        ctx.tx.run_one(&DISABLE, args![self.staff, Some(ctx.now.at)]).await?;
        sessions::end_of_staff(ctx.tx, self.staff, None, ctx.now.at).await?;
        Ok(self.staff)
    }
}

impl ActHandler for EnableStaff {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let account = account(ctx, self.staff).await?;
        if account.disabled_at.is_none() {
            return Err(Refused::conflict(Conflict::AlreadySo));
        }
        ctx.tx.run_one(&DISABLE, args![self.staff, None::<Instant>]).await?;
        Ok(self.staff)
    }
}
