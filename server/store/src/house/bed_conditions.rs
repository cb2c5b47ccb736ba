//! Acts on the conditions of a bed: to prepare, out of service.

use domain::{
    house::acts,
    ids::BedId,
    refused::{Conflict, FaultCode, Field, Refused},
};

use crate::{
    dispatch::{ActContext, ActHandler},
    house::conditions::{self, OUT_OF_SERVICE, TO_PREPARE, insert_condition, of_house, open_conditions, somebody},
};

impl ActHandler for acts::PrepareBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        let rows = open_conditions(ctx, self.bed).await?;
        let row =
            rows.iter().find(|row| row.kind == TO_PREPARE).ok_or_else(|| Refused::conflict(Conflict::AlreadySo))?;
        conditions::end(ctx, row, ctx.now.at.max(row.since)).await?;
        Ok(self.bed)
    }
}

impl ActHandler for acts::SoilBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        if somebody(ctx, self.bed, ctx.now.at).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        insert_condition(ctx, self.bed, TO_PREPARE, None, ctx.now.at, None).await?;
        Ok(self.bed)
    }
}

impl ActHandler for acts::CloseBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        let since = ctx.planned(self.since, Field::At)?;
        let until = match self.until {
            Some(until) => Some(ctx.planned(until, Field::Until)?),
            None => None,
        };
        if until.is_some_and(|until| until <= since) {
            return Err(Refused::fault(Field::Until, FaultCode::Reversed));
        }
        // An occupant must be moved before a closing begins; a closing planned for later leaves time for that.
        if since <= ctx.now.at && somebody(ctx, self.bed, since).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        insert_condition(ctx, self.bed, OUT_OF_SERVICE, Some(self.reason.code()), since, until).await?;
        Ok(self.bed)
    }
}

impl ActHandler for acts::ReopenBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        of_house(ctx, self.bed).await?;
        let rows = open_conditions(ctx, self.bed).await?;
        let row =
            rows.iter().find(|row| row.kind == OUT_OF_SERVICE).ok_or_else(|| Refused::conflict(Conflict::AlreadySo))?;
        if row.since >= ctx.now.at {
            conditions::call_off(ctx, row).await?;
        } else {
            conditions::end(ctx, row, ctx.now.at).await?;
        }
        Ok(self.bed)
    }
}
