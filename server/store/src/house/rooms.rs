//! Acts that add, change and retire rooms.

use domain::{
    audit::SubjectKind,
    house::acts::{AddRoom, ChangeRoom, RetireRoom},
    ids::{BedId, RoomId},
    refused::{Conflict, Refused},
};

use crate::{
    clock::new_id,
    dispatch::{ActContext, ActHandler},
    house::details::{self, Floor, Room},
};

impl ActHandler for AddRoom {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<RoomId, Refused> {
        Floor::now(ctx, self.floor).await?;
        let room = RoomId(new_id());
        let now = ctx.now.at;
        details::add_room(ctx.tx, ctx.house, room, self.floor, &self.name, self.accessible, now).await?;
        for label in &self.labels {
            details::add_bed(ctx.tx, ctx.house, BedId(new_id()), room, label, false, None, now).await?;
        }
        ctx.about(SubjectKind::Room, room.0);
        Ok(room)
    }
}

impl ActHandler for ChangeRoom {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<RoomId, Refused> {
        ctx.about(SubjectKind::Room, self.room.0);
        Floor::now(ctx, self.floor).await?;
        let room = Room::now(ctx, self.room).await?;
        let after = Room { name: self.name, floor: self.floor, accessible: self.accessible, ..room.clone() };
        details::put_room(ctx, &room, &after).await?;
        Ok(self.room)
    }
}

impl ActHandler for RetireRoom {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<RoomId, Refused> {
        ctx.about(SubjectKind::Room, self.room.0);
        let room = Room::now(ctx, self.room).await?;
        let board = ctx.store.draw_without_names(ctx.tx, ctx.house, ctx.now).await?;
        if board.tiles().any(|(_, room, _)| room.id == self.room) {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_room(ctx, &room).await?;
        Ok(self.room)
    }
}
