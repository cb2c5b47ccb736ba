//! The acts on stays. The caller of `Form::read` and `Act::check` need not authorise: they read no data. The store
//! authorises each act by its `NEEDS` before it runs it.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::{Act, checked, not_in_future},
    audit::AuditKind,
    events::Area,
    fields::{Fields, Form, NOTE, SENTENCE, SHORT},
    ids::{BedId, ResidentId, StayId, TrailId},
    refused::{Fault, FaultCode, Field},
    residents::{Care, CareFlag, Contact, Language, SaidBirth, Usual, check_birth, is_usual_age},
    stays::{DepartureReason, Destination},
    time::{HouseTime, When},
};

const STAY: &[Area] = &[Area::Board, Area::Stays, Area::Residents];

/// Admits a resident to a bed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Admit {
    /// The resident to admit.
    pub who: Who,
    /// The bed.
    pub bed: BedId,
    /// When the resident arrived.
    pub arrival: When,
    /// The day on which the resident expects to leave, if she gives one.
    pub expected_departure: Option<NaiveDate>,
    /// The reason for the admission, required when the resident's age is outside the usual ones.
    pub age_reason: Option<String>,
}

/// The resident to admit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(target_pointer_width = "64", expect(clippy::large_enum_variant, reason = "one is made per admission"))]
pub enum Who {
    /// A resident who has a file.
    Known(ResidentId),
    /// A resident for whom a file is to be created.
    New(NewResident),
}

/// The data of a new file. Only the usual name is required.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewResident {
    /// Usual name, pronouns, languages.
    pub usual: Usual,
    /// The birth date or the age, as the resident gives it.
    pub birth: SaidBirth,
    /// Emergency health.
    pub care: Care,
    /// What night staff must know to keep the resident safe.
    pub watch: Option<String>,
    /// Emergency contact.
    pub contact: Contact,
    /// Whether staff were shown the files that look alike and answered that the resident has none of them.
    pub not_the_same: bool,
}

/// The response to an admission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// The stay that began.
    pub stay: StayId,
    /// The resident's file.
    pub resident: ResidentId,
}

impl Act for Admit {
    type Output = Admitted;
    const NAME: &'static str = "stay.admit";
    const NEEDS: Permission = Permission::MoveResidents;
    const CHANGES: &'static [Area] = STAY;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        not_in_future(self.arrival, Field::Arrival, now, &mut faults);
        let arrived = self.arrival.local(now).date();
        if self.expected_departure.is_some_and(|day| day < arrived) {
            faults.push(Fault::new(Field::ExpectedDeparture, FaultCode::BeforeArrival));
        }
        if let Who::New(new) = &self.who {
            let birth = new.birth.on(arrived);
            check_birth(birth, arrived, &mut faults);
            if !is_usual_age(birth.age_on(arrived)) && self.age_reason.is_none() {
                faults.push(Fault::new(Field::AgeReason, FaultCode::AgeNeedsReason));
            }
        }
        checked(faults)
    }
}

impl Form for Admit {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        // The value `none` means that staff were shown the files that look alike and the resident has none of them.
        let not_the_same = fields.get(Field::Resident.code()) == Some("none");
        let known = if not_the_same { None } else { reader.value::<ResidentId>(Field::Resident) };
        let name = if known.is_some() { None } else { reader.required_text(Field::Name, SHORT) };
        let pronouns = reader.text(Field::Pronouns, SHORT);
        let languages = reader.flags(Field::Languages, Language::ALL, Language::code);
        let arrival = reader.when(Field::Arrival);
        let birth = SaidBirth::read(&mut reader);
        let flags = reader.flags(Field::CareFlags, CareFlag::ALL, CareFlag::code);
        let what_to_do = reader.text(Field::WhatToDo, SENTENCE);
        let watch = reader.text(Field::Watch, NOTE);
        let contact = Contact::read(&mut reader);
        let bed = reader.required_value(Field::Bed);
        let expected_departure = reader.date(Field::ExpectedDeparture);
        let age_reason = reader.text(Field::AgeReason, SENTENCE);
        reader.finish(|| {
            let who = match known {
                Some(id) => Who::Known(id),
                None => Who::New(NewResident {
                    usual: Usual { name: name?, pronouns, languages },
                    birth,
                    care: Care { flags, what_to_do },
                    watch,
                    contact,
                    not_the_same,
                }),
            };
            Some(Self { who, bed: bed?, arrival, expected_departure, age_reason })
        })
    }
}

/// Moves a resident to another bed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// The stay.
    pub stay: StayId,
    /// The bed to which the resident moves.
    pub bed: BedId,
    /// When the resident moves.
    pub at: When,
}

impl Act for Transfer {
    type Output = StayVersion;
    const NAME: &'static str = "stay.transfer";
    const NEEDS: Permission = Permission::MoveResidents;
    const CHANGES: &'static [Area] = STAY;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        not_in_future(self.at, Field::At, now, &mut faults);
        checked(faults)
    }
}

impl Form for Transfer {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let stay = reader.required_value(Field::Stay);
        let bed = reader.required_value(Field::Bed);
        let at = reader.when(Field::At);
        reader.finish(|| Some(Self { stay: stay?, bed: bed?, at }))
    }
}

/// Lets two residents change beds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Swap {
    /// One stay.
    pub stay: StayId,
    /// The other stay.
    pub other: StayId,
    /// When the residents change beds.
    pub at: When,
}

impl Act for Swap {
    type Output = StayVersion;
    const NAME: &'static str = "stay.swap";
    const NEEDS: Permission = Permission::MoveResidents;
    const CHANGES: &'static [Area] = STAY;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        not_in_future(self.at, Field::At, now, &mut faults);
        if self.stay == self.other {
            faults.push(Fault::new(Field::OtherStay, FaultCode::NoChange));
        }
        checked(faults)
    }
}

impl Form for Swap {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let stay = reader.required_value(Field::Stay);
        let other = reader.required_value(Field::OtherStay);
        let at = reader.when(Field::At);
        reader.finish(|| Some(Self { stay: stay?, other: other?, at }))
    }
}

/// Discharges a resident.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Depart {
    /// The stay.
    pub stay: StayId,
    /// When the resident leaves.
    pub at: When,
    /// Why the resident leaves.
    pub reason: DepartureReason,
    /// Where the resident goes; `Unknown` is allowed.
    pub destination: Destination,
}

impl Act for Depart {
    type Output = StayVersion;
    const NAME: &'static str = "stay.depart";
    const NEEDS: Permission = Permission::MoveResidents;
    const CHANGES: &'static [Area] = STAY;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        not_in_future(self.at, Field::Departure, now, &mut faults);
        checked(faults)
    }
}

impl Form for Depart {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let stay = reader.required_value(Field::Stay);
        let at = reader.when(Field::Departure);
        let reason = reader.required_code(Field::Reason, DepartureReason::from_code);
        let destination = reader.required_code(Field::Destination, Destination::from_code);
        reader.finish(|| Some(Self { stay: stay?, at, reason: reason?, destination: destination? }))
    }
}

/// Corrects the dates, the reason or the destination of a stay. The trail keeps the earlier values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Correct {
    /// The stay.
    pub stay: StayId,
    /// The correct arrival.
    pub arrival: When,
    /// The correct departure; none while the stay is under way.
    pub departure: Option<CorrectDeparture>,
}

/// The correct values of a departure.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CorrectDeparture {
    /// When the resident left.
    pub at: When,
    /// Why the resident left.
    pub reason: DepartureReason,
    /// Where the resident went.
    pub destination: Destination,
}

impl Act for Correct {
    type Output = StayVersion;
    const NAME: &'static str = "stay.correct";
    const NEEDS: Permission = Permission::CorrectStays;
    const CHANGES: &'static [Area] = STAY;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        not_in_future(self.arrival, Field::Arrival, now, &mut faults);
        if let Some(departure) = self.departure {
            not_in_future(departure.at, Field::Departure, now, &mut faults);
            if departure.at.since(self.arrival, now) < TimeDelta::zero() {
                faults.push(Fault::new(Field::Departure, FaultCode::BeforeArrival));
            }
        }
        checked(faults)
    }
}

impl Form for Correct {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let stay = reader.required_value(Field::Stay);
        if fields.get(Field::Arrival.code()).is_none_or(|text| text.trim().is_empty()) {
            reader.fault(Field::Arrival, FaultCode::Missing);
        }
        let arrival = reader.when(Field::Arrival);
        let left = fields.get(Field::Departure.code()).is_some_and(|text| !text.trim().is_empty());
        let departure = if left {
            let at = reader.when(Field::Departure);
            let reason = reader.required_code(Field::Reason, DepartureReason::from_code);
            let destination = reader.required_code(Field::Destination, Destination::from_code);
            reason.zip(destination).map(|(reason, destination)| CorrectDeparture { at, reason, destination })
        } else {
            None
        };
        reader.finish(|| Some(Self { stay: stay?, arrival, departure }))
    }
}

/// Undoes the last change of a stay, such as an admission to the wrong bed or a departure recorded too early.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undo {
    /// The stay.
    pub stay: StayId,
    /// The entry of the trail to undo. It must be the last one that has not been undone.
    pub entry: TrailId,
}

impl Act for Undo {
    type Output = StayVersion;
    const NAME: &'static str = "stay.undo";
    const NEEDS: Permission = Permission::MoveResidents;
    const CHANGES: &'static [Area] = STAY;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        Ok(())
    }
}

impl Form for Undo {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let stay = reader.required_value(Field::Stay);
        let entry = reader.required_value(Field::Trail);
        reader.finish(|| Some(Self { stay: stay?, entry: entry? }))
    }
}

/// The response to an act on a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayVersion {
    /// The stay.
    pub stay: StayId,
    /// The version of the stay after the act.
    pub version: i64,
}
