//! Acts that add, change and retire beds.

use domain::{
    audit::SubjectKind,
    house::acts::{AddBed, ChangeBed, RetireBed},
    ids::BedId,
    refused::{Conflict, FaultCode, Field, Refused},
};

use crate::{
    clock::new_id,
    dispatch::{ActContext, ActHandler},
    house::{
        conditions::{self, open_conditions, somebody},
        details::{self, Bed, Room},
    },
    seal::FieldRef,
};

impl ActHandler for AddBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        let room = Room::now(ctx, self.room).await?;
        let since = ctx.happened(self.since, Field::At)?;
        let bed = BedId(new_id());
        let note = self.note.map(|note| seal_note(ctx, bed, &note));
        details::reach_back(ctx, &room, since).await?;
        details::add_bed(ctx.tx, ctx.house, bed, self.room, &self.label, false, note, since).await?;
        ctx.about(SubjectKind::Bed, bed.0);
        Ok(bed)
    }
}

impl ActHandler for ChangeBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        ctx.about(SubjectKind::Bed, self.bed.0);
        Room::now(ctx, self.room).await?;
        let bed = Bed::now(ctx, self.bed).await?;
        let note_sealed = self.note.map(|note| seal_note(ctx, self.bed, &note));
        let after = Bed { room: self.room, label: self.label, note_sealed, ..bed.clone() };
        details::put_bed(ctx, &bed, &after).await?;
        Ok(self.bed)
    }
}

impl ActHandler for RetireBed {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<BedId, Refused> {
        ctx.about(SubjectKind::Bed, self.bed.0);
        let bed = Bed::now(ctx, self.bed).await?;
        let at = ctx.happened(self.at, Field::At)?;
        if at < bed.since {
            return Err(Refused::fault(Field::At, FaultCode::OutOfRange));
        }
        if somebody(ctx, self.bed, at).await? {
            return Err(Refused::conflict(Conflict::NotEmpty));
        }
        details::end_bed(ctx, &bed, at).await?;
        for row in open_conditions(ctx, self.bed).await? {
            if row.since < at {
                conditions::end(ctx, &row, at).await?;
            } else {
                conditions::call_off(ctx, &row).await?;
            }
        }
        Ok(self.bed)
    }
}

/// Encrypts the note of a bed.
fn seal_note(ctx: &ActContext<'_>, bed: BedId, note: &str) -> Vec<u8> {
    ctx.store.0.keys.seal_text(note, &FieldRef::new("bed_details", "note", bed.0))
}
