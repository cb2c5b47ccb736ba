//! What staff ask about stays.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    beds::BedChoice,
    codes::codes,
    fields::Fields,
    ids::{BedId, ResidentId, StayId},
    refused::Fault,
    residents::Found,
    stays::{DepartureReason, Destination, StayLine, Timeline},
    time::HouseTime,
};

/// All stays that answer to a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListStays {
    /// The filter.
    pub filter: StayFilter,
    /// Where the page begins: how many to pass over.
    pub skip: u32,
    /// How many at most; zero means the usual page.
    pub take: u32,
}

/// Which stays. Every field is in the address of the page, so a list can be sent as a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayFilter {
    /// Stays that touch the nights from this date.
    pub from: Option<NaiveDate>,
    /// Stays that touch the nights up to this date, included.
    pub to: Option<NaiveDate>,
    /// Stays that used this bed.
    pub bed: Option<BedId>,
    /// Present, ended.
    pub state: Option<StayState>,
    /// At least so many nights.
    pub nights_min: Option<i64>,
    /// At most so many nights.
    pub nights_max: Option<i64>,
    /// That left for this destination.
    pub destination: Option<Destination>,
    /// That left for this reason.
    pub reason: Option<DepartureReason>,
    /// That began, ended or had a night in the period.
    pub during: Option<During>,
    /// Of one resident.
    pub resident: Option<ResidentId>,
}

codes! {
    /// Whether the resident is still here.
    pub enum StayState {
        /// She is here.
        Present = "present",
        /// She has left.
        Ended = "ended",
    }
}

codes! {
    /// How a stay meets the period.
    pub enum During {
        /// At least one bed-night in it.
        Nights = "nights",
        /// It began in it.
        Admitted = "admitted",
        /// It ended in it.
        Departed = "departed",
        /// She had been here before, and it began in it.
        Returned = "returned",
        /// It was going on when the period ended.
        Ongoing = "ongoing",
    }
}

/// A page of stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayList {
    /// The stays, latest arrival first.
    pub lines: Vec<StayLine>,
    /// How many answer to the filter in all.
    pub total: i64,
    /// How many bed-nights they hold inside the period asked for, or in all.
    pub bed_nights: i64,
    /// Beds one can filter by.
    pub beds: Vec<crate::beds::BedName>,
}

impl Query for ListStays {
    type Output = StayList;
    const NAME: &'static str = "stays.list";
    const NEEDS: Permission = Permission::SeeStays;
}

/// One stay, whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenStay {
    /// The stay.
    pub stay: StayId,
}

impl Query for OpenStay {
    type Output = Timeline;
    const NAME: &'static str = "stays.open";
    const NEEDS: Permission = Permission::SeeStays;
}

/// What the house thinks of an admission as it is being filled in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CheckAdmission {
    /// The form so far.
    pub fields: Fields,
}

/// The check that explains itself, beside the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionCheck {
    /// The house's clock, for the form's own rules.
    pub now: HouseTime,
    /// Beds free at the arrival, the likeliest first, then those that are not.
    pub beds: Vec<BedChoice>,
    /// Files that look like the same person.
    pub alike: Vec<Found>,
    /// The file chosen, when she has been here before.
    pub known: Option<Found>,
    /// What was looked at, each with its verdict.
    pub checks: Vec<Check>,
    /// What is missing or wrong in the form so far.
    pub faults: Vec<Fault>,
}

/// One thing looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The verdict.
    pub verdict: Verdict,
    /// What was looked at.
    pub about: CheckAbout,
}

codes! {
    /// How a check came out.
    pub enum Verdict {
        /// Nothing to do.
        Fine = "fine",
        /// Possible, with something to add.
        Mind = "mind",
        /// Not possible as it stands.
        Stop = "stop",
    }
}

/// What a check looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckAbout {
    /// No bed is chosen yet.
    NoBed,
    /// The bed is free at the arrival.
    BedFree {
        /// Its label.
        label: String,
    },
    /// The bed was to prepare at the arrival; a late entry records that it was given all the same.
    BedReadyByLateEntry {
        /// Its label.
        label: String,
    },
    /// The bed cannot be given.
    BedNotFree {
        /// Its label.
        label: String,
        /// What it is instead.
        state: crate::beds::BedStateCode,
    },
    /// The house has no free bed at the arrival.
    HouseFull,
    /// The age is unknown: not asked for.
    AgeUnknown,
    /// The age is one the house usually admits.
    AgeUsual {
        /// Years.
        age: u8,
    },
    /// The age is outside: a reason is asked for.
    AgeOutside {
        /// Years.
        age: u8,
        /// Whether the reason is given.
        reason_given: bool,
    },
    /// No file looks like hers.
    FirstVisit,
    /// Files look like hers.
    LooksLike {
        /// How many.
        files: u32,
        /// Whether she is said to be none of them.
        answered: bool,
    },
    /// She has been here before.
    Returning {
        /// How many stays.
        stays: i64,
    },
    /// She is already in the house.
    AlreadyHere,
    /// The arrival is in the past: a late entry, kept as such.
    LateEntry,
    /// The arrival cannot be.
    ArrivalWrong,
}

impl Query for CheckAdmission {
    type Output = AdmissionCheck;
    const NAME: &'static str = "stays.check_admission";
    const NEEDS: Permission = Permission::MoveResidents;
}
