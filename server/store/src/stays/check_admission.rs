//! The query that checks an admission form while it is being filled in.

use domain::{
    act::Act as _,
    beds::{BedChoice, BedStateCode, is_late_entry},
    board::{BedState, Board},
    fields::Form as _,
    ids::{BedId, ResidentId},
    refused::{Conflict, Fault, Field, Refused},
    residents::{Found, SaidBirth, is_usual_age},
    stays::{
        acts::Admit,
        queries::{AdmissionCheck, Check, CheckAbout, CheckAdmission, Verdict},
    },
};

use crate::{
    dispatch::{QueryContext, QueryHandler},
    residents::search,
    stays::availability::Availability,
};

impl QueryHandler for CheckAdmission {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<AdmissionCheck, Refused> {
        let (store, house, now) = (ctx.store, ctx.house, ctx.now);
        let fields = &self.fields;
        let read = Admit::read(fields);
        let mut faults: Vec<Fault> = match &read {
            Ok(act) => act.check(now).err().unwrap_or_default(),
            Err(faults) => faults.clone(),
        };
        let mut reader = fields.reader();
        let arrival = reader.when(Field::Arrival);
        let bed: Option<BedId> = reader.value(Field::Bed);
        let answered = fields.get(Field::Resident.code()) == Some("none");
        let known: Option<ResidentId> = if answered { None } else { reader.value(Field::Resident) };
        let name = reader.text(Field::Name, domain::fields::SHORT);

        let mut checks = Vec::new();
        let arrived = match house.wall.instant(arrival, now.at) {
            Ok(at) if at <= now.at + chrono::TimeDelta::minutes(1) => {
                if is_late_entry(at, now.at) {
                    checks.push(Check { verdict: Verdict::Mind, about: CheckAbout::LateEntry });
                }
                at
            }
            Ok(_) => {
                checks.push(Check { verdict: Verdict::Stop, about: CheckAbout::ArrivalWrong });
                now.at
            }
            Err(code) => {
                faults.push(Fault::new(Field::Arrival, code));
                checks.push(Check { verdict: Verdict::Stop, about: CheckAbout::ArrivalWrong });
                now.at
            }
        };
        // An arrival in the future is refused above; the rest of the check then uses the present instant.
        let availability = Availability::read(ctx.tx().await?, store, house, arrived.min(now.at), now.at).await?;
        let mut beds = availability.choices(bed);
        beds.sort_by_key(|choice| {
            let chosen = Some(choice.bed) == bed;
            (!choice.offered, !chosen, !choice.accessible && needs_access(fields))
        });
        let conflict = match bed {
            Some(bed) => availability.conflict(ctx.tx().await?, bed).await?,
            None => None,
        };
        checks.insert(0, about_bed(bed, availability.board(), conflict, &beds));

        let day = house.wall.at(arrived).local.date();
        let found: Option<Found> = match known {
            Some(id) => search::one(ctx.tx().await?, store, house, id, now).await?,
            None => None,
        };
        let said_age = SaidBirth::read_from(fields).on(day).age_on(day);
        let age = found.as_ref().map_or(said_age, |found| found.age);
        // All residents' names are decrypted only when a name was typed, to compare them with it. Similar files are
        // returned as long as a name is typed, even after one of them has been chosen.
        let alike = match &name {
            Some(name) => search::alike(&search::everyone(ctx.tx().await?, store, house, now).await?, name, said_age),
            None => Vec::new(),
        };
        checks.push(about_age(age, fields));
        if let Some(found) = &found {
            if found.present.is_some() {
                checks.push(Check { verdict: Verdict::Stop, about: CheckAbout::AlreadyHere });
            } else {
                checks.push(Check { verdict: Verdict::Fine, about: CheckAbout::Returning { stays: found.stays } });
            }
        } else if name.is_some() {
            checks.push(match alike.len() {
                0 => Check { verdict: Verdict::Fine, about: CheckAbout::FirstVisit },
                files => Check {
                    verdict: if answered { Verdict::Fine } else { Verdict::Mind },
                    about: CheckAbout::LooksLike { files: u32::try_from(files).unwrap_or(u32::MAX), answered },
                },
            });
        }
        Ok(AdmissionCheck { now, beds, alike, known: found, checks, faults })
    }
}

/// Returns the check of the bed. `conflict` is what the admission itself would be refused with.
fn about_bed(bed: Option<BedId>, board: &Board, conflict: Option<Conflict>, beds: &[BedChoice]) -> Check {
    let tile = bed.and_then(|bed| board.tile(bed)).map(|(_, _, tile)| tile);
    let about = match (tile, conflict) {
        (Some(tile), None) if matches!(tile.state, BedState::ToPrepare { .. }) => {
            CheckAbout::BedReadyByLateEntry { label: tile.label.clone() }
        }
        (Some(tile), None) => CheckAbout::BedFree { label: tile.label.clone() },
        (Some(tile), Some(conflict)) => {
            let state = match conflict {
                Conflict::BedToPrepare { .. } => BedStateCode::ToPrepare,
                Conflict::BedOutOfService { .. } => BedStateCode::OutOfService,
                _ => BedStateCode::Occupied,
            };
            CheckAbout::BedNotFree { label: tile.label.clone(), state }
        }
        (None, _) if !beds.iter().any(|choice| choice.offered) => CheckAbout::HouseFull,
        (None, _) => CheckAbout::NoBed,
    };
    let verdict = match about {
        CheckAbout::BedFree { .. } => Verdict::Fine,
        CheckAbout::NoBed | CheckAbout::BedReadyByLateEntry { .. } => Verdict::Mind,
        _ => Verdict::Stop,
    };
    Check { verdict, about }
}

fn about_age(age: Option<u8>, fields: &domain::fields::Fields) -> Check {
    let reason_given = fields.get(Field::AgeReason.code()).is_some_and(|text| !text.trim().is_empty());
    match age {
        None => Check { verdict: Verdict::Fine, about: CheckAbout::AgeUnknown },
        Some(age) if is_usual_age(Some(age)) => Check { verdict: Verdict::Fine, about: CheckAbout::AgeUsual { age } },
        Some(age) => Check {
            verdict: if reason_given { Verdict::Fine } else { Verdict::Mind },
            about: CheckAbout::AgeOutside { age, reason_given },
        },
    }
}

fn needs_access(fields: &domain::fields::Fields) -> bool {
    fields.reader().flag("care_flags.AIDE_EVACUATION")
}
