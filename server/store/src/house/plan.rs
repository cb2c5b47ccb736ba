//! The query for the plan of the house. It decrypts notes on beds but no resident's name.

use uuid::Uuid;

use domain::{
    board::BedState,
    house::{Plan, PlanBed, PlanCondition, PlanFloor, PlanRoom, SeePlan},
    ids::ConditionId,
    refused::Refused,
    time::Instant,
};

use crate::{
    board::draw::{ConditionRow, condition},
    db::{args, statement},
    dispatch::{QueryContext, QueryHandler},
    house::details,
    seal::FieldRef,
};

statement!(CLOSINGS = "SELECT id, bed, kind, reason, since, until FROM bed_conditions
    WHERE house = $1 AND kind = 'out_of_service' AND superseded_at IS NULL AND (until IS NULL OR until > $2) ORDER BY since");

statement!(
    NOTES = "SELECT bed, note_sealed FROM bed_details
    WHERE house = $1 AND since <= $2 AND (until IS NULL OR until > $2) AND note_sealed IS NOT NULL"
);

statement!(
    SINCES = "SELECT bed, since FROM bed_details WHERE house = $1 AND since <= $2 AND (until IS NULL OR until > $2)"
);

impl QueryHandler for SeePlan {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<Plan, Refused> {
        let (store, house, now) = (ctx.store, ctx.house, ctx.now);
        let tx = ctx.tx().await?;
        let board = store.draw_without_names(tx, house, now).await?;
        let notes = tx.all::<(Uuid, Vec<u8>)>(&NOTES, args![house.id, now.at]).await?;
        let sinces = tx.all::<(Uuid, Instant)>(&SINCES, args![house.id, now.at]).await?;
        let closings = tx.all::<ConditionRow>(&CLOSINGS, args![house.id, now.at]).await?;
        // The board contains only floors and rooms with beds; the plan editor also shows the empty ones.
        let mut floors: Vec<PlanFloor> = details::floors(tx, house, now.at)
            .await?
            .into_iter()
            .map(|floor| PlanFloor { id: floor.floor, name: floor.name, rooms: Vec::new() })
            .collect();
        for room in details::rooms(tx, house, now.at).await? {
            if let Some(floor) = floors.iter_mut().find(|floor| floor.id == room.floor) {
                floor.rooms.push(PlanRoom {
                    id: room.room,
                    name: room.name,
                    accessible: room.accessible,
                    beds: Vec::new(),
                });
            }
        }
        for (_, room, tile) in board.tiles() {
            let Some(room) = floors.iter_mut().flat_map(|floor| &mut floor.rooms).find(|plan| plan.id == room.id)
            else {
                continue;
            };
            let note = notes.iter().find(|(bed, _)| *bed == tile.bed.0);
            let note = match note {
                Some((bed, sealed)) => {
                    Some(store.0.keys.open_text(sealed, &FieldRef::new("bed_details", "note", *bed))?)
                }
                None => None,
            };
            let since = sinces.iter().find(|(bed, _)| *bed == tile.bed.0).map_or(now.at, |(_, since)| *since);
            room.beds.push(PlanBed {
                id: tile.bed,
                label: tile.label.clone(),
                overflow: tile.overflow,
                note,
                since: house.wall.at(since),
                occupied: matches!(tile.state, BedState::Occupied(_)),
            });
        }
        let conditions = closings
            .iter()
            .map(|row| {
                let fact = condition(house, row)?;
                let domain::board::ConditionKind::OutOfService(reason) = fact.kind else { return Ok(None) };
                let label = board.tile(fact.bed).map_or_else(String::new, |(_, _, tile)| tile.label.clone());
                let id = ConditionId(row.id);
                Ok(Some(PlanCondition { id, label, bed: fact.bed, reason, since: fact.since, until: fact.until }))
            })
            .filter_map(Result::transpose)
            .collect::<Result<Vec<_>, crate::db::DbError>>()?;
        Ok(Plan {
            now,
            alias: house.alias.clone(),
            zone: house.zone.clone(),
            settings: house.settings,
            floors,
            conditions,
        })
    }
}
