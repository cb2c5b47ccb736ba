//! Acts that add, rename and retire floors.

use domain::{
    audit::SubjectKind,
    house::acts::{AddFloor, ChangeFloor, RetireFloor},
    ids::FloorId,
    refused::{Conflict, Refused},
};

use crate::{
    clock::new_id,
    dispatch::{ActContext, ActHandler},
    house::details::{self, Floor},
};

impl ActHandler for AddFloor {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FloorId, Refused> {
        let floor = FloorId(new_id());
        ctx.about(SubjectKind::Floor, floor.0);
        details::add_floor(ctx.tx, ctx.house, floor, &self.name, ctx.now.at).await?;
        Ok(floor)
    }
}

impl ActHandler for ChangeFloor {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FloorId, Refused> {
        ctx.about(SubjectKind::Floor, self.floor.0);
        let floor = Floor::now(ctx, self.floor).await?;
        details::put_floor(ctx, &floor, &Floor { name: self.name, ..floor.clone() }).await?;
        Ok(self.floor)
    }
}

impl ActHandler for RetireFloor {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FloorId, Refused> {
        ctx.about(SubjectKind::Floor, self.floor.0);
        let floor = Floor::now(ctx, self.floor).await?;
        let rooms = details::rooms(ctx.tx, ctx.house, ctx.now.at).await?;
        if rooms.iter().any(|room| room.floor == self.floor) {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_floor(ctx, &floor).await?;
        Ok(self.floor)
    }
}
