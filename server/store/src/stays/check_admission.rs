//! The check that explains itself beside an admission being filled in.

use domain::{
    act::Act as _,
    board::{BedChoice, BedStateCode},
    fields::Form as _,
    ids::{BedId, ResidentId},
    refused::{Fault, Field, Refused},
    residents::{Found, SaidBirth, is_usual_age},
    stays::{
        acts::Admit,
        queries::{AdmissionCheck, Check, CheckAbout, CheckAdmission, Verdict},
    },
    time::When,
};

use crate::{
    dispatch::{Answer, QueryContext},
    residents::{alike, everyone},
};

impl Answer for CheckAdmission {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<AdmissionCheck, Refused> {
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
                if at < now.at - chrono::TimeDelta::hours(1) {
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
        let at = house.wall.at(arrived);
        let live = arrival == When::Now;
        let board = ctx.board(if live { None } else { Some(arrival) }).await?;
        let beds: Vec<BedChoice> = {
            let mut beds = board.nearest_free(bed, 200);
            beds.sort_by_key(|choice| (Some(choice.bed) != bed, !choice.accessible && needs_access(fields)));
            let others = board
                .tiles()
                .filter(|(_, _, tile)| {
                    matches!(tile.state.code(), BedStateCode::ToPrepare | BedStateCode::OutOfService)
                })
                .map(|(floor, room, tile)| BedChoice::new(floor, room, tile));
            beds.extend(others);
            beds
        };
        checks.insert(0, about_bed(bed, &board));

        let everyone = everyone(ctx.tx().await?, store, house, now).await?;
        let found: Option<Found> = known.and_then(|id| everyone.iter().find(|found| found.id == id).cloned());
        let day = at.local.date();
        let age = match &found {
            Some(found) => found.age,
            None => SaidBirth::read_from(fields).on(day).age_on(day),
        };
        let alike = match (&found, &name) {
            (None, Some(name)) => alike(&everyone, name, age),
            _ => Vec::new(),
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

fn about_bed(bed: Option<BedId>, board: &domain::board::Board) -> Check {
    let about = match bed.and_then(|bed| board.tile(bed)) {
        Some((_, _, tile)) => match tile.state.code() {
            BedStateCode::Free => CheckAbout::BedFree { label: tile.label.clone() },
            state => CheckAbout::BedNotFree { label: tile.label.clone(), state },
        },
        None if board.counts().free == 0 => CheckAbout::HouseFull,
        None => CheckAbout::NoBed,
    };
    let verdict = match about {
        CheckAbout::BedFree { .. } => Verdict::Fine,
        CheckAbout::NoBed => Verdict::Mind,
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
