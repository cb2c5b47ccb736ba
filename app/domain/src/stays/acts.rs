//! What staff do with stays.

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
    /// Whom.
    pub who: Who,
    /// The bed.
    pub bed: BedId,
    /// When she arrived.
    pub arrival: When,
    /// The day she expects to leave, if she says.
    pub expected_departure: Option<NaiveDate>,
    /// Why, when her age is outside the usual ones.
    pub age_reason: Option<String>,
}

/// Whom to admit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "one is made per admission")]
pub enum Who {
    /// Someone whose file exists.
    Known(ResidentId),
    /// Someone new.
    New(NewResident),
}

/// What is known of someone new; only a name to call her by is needed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewResident {
    /// Usual name, pronouns, languages.
    pub usual: Usual,
    /// Birth date or age, as she says it.
    pub birth: SaidBirth,
    /// Emergency health.
    pub care: Care,
    /// What night staff must know to keep her safe.
    pub watch: Option<String>,
    /// Emergency contact.
    pub contact: Contact,
    /// Files that look alike were shown, and she is none of them.
    pub not_the_same: bool,
}

/// What an admission answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// The stay that began.
    pub stay: StayId,
    /// Whose it is.
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
        // `none`: files that look alike were shown, and she is none of them.
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
    /// The bed she goes to.
    pub bed: BedId,
    /// When.
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

/// Two residents change beds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Swap {
    /// One stay.
    pub stay: StayId,
    /// The other.
    pub other: StayId,
    /// When.
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

/// A resident leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Depart {
    /// The stay.
    pub stay: StayId,
    /// When.
    pub at: When,
    /// Why.
    pub reason: DepartureReason,
    /// Where to; unknown is an answer.
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

/// Puts the dates, reason or destination of a stay right; what they were stays in the trail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Correct {
    /// The stay.
    pub stay: StayId,
    /// The arrival as it should have been.
    pub arrival: When,
    /// The departure as it should have been; none while she is here.
    pub departure: Option<CorrectDeparture>,
}

/// A departure as it should have been.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CorrectDeparture {
    /// When.
    pub at: When,
    /// Why.
    pub reason: DepartureReason,
    /// Where to.
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

/// Undoes the last change of a stay: a bed given by mistake, a departure tapped too soon.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undo {
    /// The stay.
    pub stay: StayId,
    /// The entry of its trail to undo; it must be the last.
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

/// What an act on a stay answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayVersion {
    /// The stay.
    pub stay: StayId,
    /// Its version now.
    pub version: i64,
}
