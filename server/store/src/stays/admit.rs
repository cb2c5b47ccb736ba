//! The act that admits a resident. At the instant of arrival the bed must be in the plan and available, and the
//! resident must have no other stay that is open or ends later.

use uuid::Uuid;

use domain::{
    audit::SubjectKind,
    beds::BedName,
    ids::{BedId, ResidentId, StayId},
    refused::{Conflict, FaultCode, Field, Refused},
    residents::{Identity, Part, is_usual_age},
    stays::{
        StayFacts, TrailKind,
        acts::{Admit, Admitted, NewResident, Who},
    },
    time::Instant,
};

use crate::{
    clock::new_id,
    db::{args, statement},
    dispatch::{ActContext, ActHandler},
    house::conditions::make_ready,
    residents::{file, search},
    seal::FieldRef,
    stays::{
        availability::Availability,
        record::{self, NewStay},
        trail,
    },
    team::names::initials,
};

statement!(
    ELSEWHERE = "SELECT s.arrived_at, p.id, p.name_sealed, (SELECT a.bed FROM bed_assignments a
        WHERE a.stay = s.id AND a.superseded_at IS NULL ORDER BY a.since DESC LIMIT 1) AS bed
    FROM stays s LEFT JOIN staff p ON p.id = s.recorded_by
    WHERE s.resident = $1 AND s.voided_at IS NULL AND (s.departed_at IS NULL OR s.departed_at > $2)
    ORDER BY s.arrived_at DESC LIMIT 1"
);

statement!(KNOWN = "SELECT house FROM residents WHERE id = $1");

#[derive(sqlx::FromRow)]
struct ElsewhereRow {
    arrived_at: Instant,
    id: Option<Uuid>,
    name_sealed: Option<Vec<u8>>,
    bed: Option<Uuid>,
}

impl ActHandler for Admit {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<Admitted, Refused> {
        let arrived = ctx.happened(self.arrival, Field::Arrival)?;
        let by = ctx.actor.staff();
        ctx.about(SubjectKind::Bed, self.bed.0);
        // The bed is checked first, because it is what two concurrent admissions most often compete for.
        bed_can_be_given(ctx, self.bed, arrived).await?;
        let day = ctx.house.wall.at(arrived).local.date();
        let (resident, key, birth) = match &self.who {
            Who::Known(id) => {
                let of_house = ctx.tx.maybe::<(Uuid,)>(&KNOWN, args![*id]).await?;
                if of_house.is_none_or(|(house,)| house != ctx.house.id.0) {
                    return Err(Refused::NotFound);
                }
                let parts = file::parts(ctx.tx, ctx.store, *id).await?;
                let birth = parts.iter().find_map(|part| match part {
                    Part::Identity(identity) => Some(identity.birth),
                    _ => None,
                });
                let key = file::key(ctx.tx, ctx.store, *id).await?.ok_or(Refused::NotFound)?;
                (*id, key, birth.unwrap_or_default())
            }
            Who::New(new) => {
                let birth = new.birth.on(day);
                if !new.not_the_same {
                    no_file_looks_alike(ctx, new, birth.age_on(day)).await?;
                }
                let parts = parts_of(new, birth);
                let (id, key) = file::insert(ctx.tx, ctx.store, ctx.house, &parts, ctx.now.at, by).await?;
                (id, key, birth)
            }
        };
        ctx.concerning(resident);
        let age = birth.age_on(day);
        if !is_usual_age(age) && self.age_reason.is_none() {
            return Err(Refused::fault(Field::AgeReason, FaultCode::AgeNeedsReason));
        }
        if let Who::Known(id) = self.who {
            not_elsewhere(ctx, id, arrived).await?;
        }
        let stay = StayId(new_id());
        let age_reason_sealed = match &self.age_reason {
            Some(reason) => Some(key.seal(reason, &FieldRef::new("stays", "age_reason", stay.0))?),
            None => None,
        };
        let facts = StayFacts::begin(self.bed, arrived);
        let new = NewStay {
            resident,
            facts: &facts,
            expected_departure: self.expected_departure,
            age,
            age_reason_sealed,
            date_only: false,
        };
        record::insert(ctx.tx, ctx.house.id, stay, new, ctx.now.at, by).await?;
        make_ready(ctx, self.bed, arrived).await?;
        let entry = trail::NewEntry {
            stay,
            kind: TrailKind::Admitted,
            act: Some(ctx.act),
            undoes: None,
            before: None,
            after: Some(&facts),
        };
        trail::add(ctx.tx, entry, ctx.now.at, by).await?;
        ctx.about(SubjectKind::Stay, stay.0);
        Ok(Admitted { stay, resident })
    }
}

/// Refuses a bed that cannot be given from an instant on, without an end.
///
/// # Errors
/// Returns the conflict found by [`Availability::conflict`].
pub(crate) async fn bed_can_be_given(ctx: &mut ActContext<'_>, bed: BedId, from: Instant) -> Result<(), Refused> {
    let availability = Availability::read(ctx.tx, ctx.store, ctx.house, from, ctx.now.at).await?;
    match availability.conflict(ctx.tx, bed).await? {
        Some(conflict) => Err(Refused::conflict(conflict)),
        None => Ok(()),
    }
}

/// Refuses a resident who has a stay that is open or ends after `from`.
///
/// # Errors
/// Returns `Conflict::AlreadyHere`.
async fn not_elsewhere(ctx: &mut ActContext<'_>, resident: ResidentId, from: Instant) -> Result<(), Refused> {
    let (house, store) = (ctx.house, ctx.store);
    let Some(row) = ctx.tx.maybe::<ElsewhereRow>(&ELSEWHERE, args![resident, from]).await? else { return Ok(()) };
    let by = match row.id.zip(row.name_sealed) {
        Some((staff, sealed)) => Some(initials(store, staff, &sealed)?),
        None => None,
    };
    let since = house.wall.at(row.arrived_at);
    let bed = match row.bed {
        Some(bed) => bed_name(ctx, BedId(bed)).await?,
        None => None,
    };
    Err(Refused::conflict(Conflict::AlreadyHere { bed, since, by }))
}

/// Returns a bed with its most recent label.
pub(crate) async fn bed_name(ctx: &mut ActContext<'_>, bed: BedId) -> Result<Option<BedName>, Refused> {
    statement!(LABEL = "SELECT label FROM bed_details WHERE bed = $1 ORDER BY since DESC LIMIT 1");
    let label = ctx.tx.maybe::<(String,)>(&LABEL, args![bed]).await?;
    Ok(label.map(|(label,)| BedName { id: bed, label }))
}

/// Refuses a new file whose name and age resemble those of an existing file. Decrypts every resident's name and reveals
/// only the number of similar files. Does not authorise; the act that calls it does.
///
/// # Errors
/// Returns `Conflict::LooksLike`.
async fn no_file_looks_alike(ctx: &mut ActContext<'_>, new: &NewResident, age: Option<u8>) -> Result<(), Refused> {
    let everyone = search::everyone(ctx.tx, ctx.store, ctx.house, ctx.now).await?;
    match search::alike(&everyone, &new.usual.name, age).len() {
        0 => Ok(()),
        files => Err(Refused::conflict(Conflict::LooksLike { files: u32::try_from(files).unwrap_or(u32::MAX) })),
    }
}

fn parts_of(new: &NewResident, birth: domain::residents::Birth) -> Vec<Part> {
    let mut parts = vec![
        Part::Usual(new.usual.clone()),
        Part::Identity(Identity { legal_name: None, birth }),
        Part::Care(new.care.clone()),
    ];
    if let Some(watch) = &new.watch {
        parts.push(Part::Watch(watch.clone()));
    }
    let contact = &new.contact;
    if contact.name.is_some() || contact.phone.is_some() || contact.relation.is_some() {
        parts.push(Part::Contact(contact.clone()));
    }
    parts
}
