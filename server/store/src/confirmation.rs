//! The query for the confirmation shown to a member of staff after an act of theirs.

use chrono::TimeDelta;
use domain::{
    access::Permission,
    audit::SubjectKind,
    confirmation::{Confirmation, SeeConfirmation},
    house::acts::BedChange,
    ids::{BedId, ResidentId, StayId},
    refused::Refused,
    residents::Part,
    time::Instant,
    undo::{UndoOffer, Undoable},
};
use uuid::Uuid;

use crate::{
    db::{args, statement},
    dispatch::{QueryContext, QueryHandler},
    residents::file,
    seal::FieldRef,
    stays::{record, trail},
};

/// How long after an act its confirmation can be shown.
const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(10);

statement!(
    ACT = "SELECT c.name, c.at, a.subject_kind, a.subject, a.resident FROM acts c
    JOIN audit a ON a.act = c.id AND a.outcome = 'done' WHERE c.id = $1 AND c.house = $2 AND c.staff = $3"
);

statement!(
    PLANNED = "SELECT 1 FROM bed_conditions WHERE bed = $1 AND kind = 'out_of_service' AND superseded_at IS NULL
        AND recorded_at = $2 AND since > $2"
);

statement!(FLOOR = "SELECT name FROM floor_details WHERE floor = $1 ORDER BY since DESC LIMIT 1");

statement!(ROOM = "SELECT name FROM room_details WHERE room = $1 ORDER BY since DESC LIMIT 1");

statement!(STAFF = "SELECT name_sealed FROM staff WHERE id = $1");

statement!(LABEL = "SELECT label FROM bed_details WHERE bed = $1 ORDER BY since DESC LIMIT 1");

#[derive(sqlx::FromRow)]
struct ActRow {
    name: String,
    at: Instant,
    subject_kind: Option<String>,
    subject: Option<Uuid>,
    resident: Option<Uuid>,
}

impl QueryHandler for SeeConfirmation {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<Option<Confirmation>, Refused> {
        let (store, house, actor, now) = (ctx.store, ctx.house, ctx.actor, ctx.now);
        let Some(staff) = actor.staff() else { return Ok(None) };
        let tx = ctx.tx().await?;
        let row = tx.maybe::<ActRow>(&ACT, args![self.act, house.id, staff]).await?;
        let Some(row) = row.filter(|row| now.at - row.at <= CONFIRMED_FOR) else { return Ok(None) };
        let kind = row.subject_kind.as_deref().and_then(SubjectKind::from_code);
        let (mut bed, mut undo, mut planned) = (None, None, false);
        match (kind, row.subject) {
            (Some(SubjectKind::Bed), Some(id)) => {
                bed = Some(BedId(id));
                planned = tx.maybe::<(i32,)>(&PLANNED, args![id, row.at]).await?.is_some();
                undo = BedChange::from_code(&row.name).map(|change| UndoOffer {
                    done: Undoable::Bed { bed: BedId(id), change },
                    at: house.wall.at(row.at),
                });
            }
            (Some(SubjectKind::Stay), Some(id)) => {
                let stay = StayId(id);
                let facts = record::load(tx, stay).await?.map(|stored| stored.facts);
                bed = facts.and_then(|facts| facts.beds.last().map(|span| span.bed));
                // The undo is offered only for this act, not for a later one on the same stay.
                undo = match trail::undo_offer(tx, house, actor, stay, now.at).await? {
                    Some((entry, offer)) if entry.act == Some(self.act) => Some(offer),
                    _ => None,
                };
            }
            _ => {}
        }
        let label = match bed {
            Some(bed) => tx.maybe::<(String,)>(&LABEL, args![bed]).await?.map(|(label,)| label),
            None => None,
        };
        let name = match (row.resident.filter(|_| actor.may(Permission::OpenResidents)), kind, row.subject) {
            (Some(resident), ..) => {
                file::parts(tx, store, ResidentId(resident)).await?.into_iter().find_map(|part| match part {
                    Part::Usual(usual) => Some(usual.name),
                    _ => None,
                })
            }
            (None, Some(SubjectKind::Floor), Some(id)) => {
                tx.maybe::<(String,)>(&FLOOR, args![id]).await?.map(|(name,)| name)
            }
            (None, Some(SubjectKind::Room), Some(id)) => {
                tx.maybe::<(String,)>(&ROOM, args![id]).await?.map(|(name,)| name)
            }
            (None, Some(SubjectKind::Staff), Some(id)) if actor.may(Permission::ManageTeam) => {
                match tx.maybe::<(Vec<u8>,)>(&STAFF, args![id]).await? {
                    Some((sealed,)) => Some(store.0.keys.open_text(&sealed, &FieldRef::new("staff", "name", id))?),
                    None => None,
                }
            }
            (None, Some(SubjectKind::House), _) => Some(house.alias.clone()),
            (None, Some(SubjectKind::Bed), _) => label.clone(),
            _ => None,
        };
        Ok(Some(Confirmation {
            id: self.act,
            act: row.name,
            name,
            bed: label,
            bed_id: bed,
            subject: row.subject,
            planned,
            undo,
        }))
    }
}
