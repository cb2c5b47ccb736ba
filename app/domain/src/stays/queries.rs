//! The queries about stays.

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

/// The query for a page of the stays that match a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListStays {
    /// The filter.
    pub filter: StayFilter,
    /// How many stays to skip before the page begins.
    pub skip: u32,
    /// The maximum number of stays; zero means the default page size.
    pub take: u32,
}

/// A filter of stays. Fields that are none match every stay. The address of the page contains every field, so that a
/// list can be sent as a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayFilter {
    /// Only stays that cover a night from this date on.
    pub from: Option<NaiveDate>,
    /// Only stays that cover a night up to this date, included.
    pub to: Option<NaiveDate>,
    /// Only stays during which the resident had this bed.
    pub bed: Option<BedId>,
    /// Only stays that are under way, or only those that have ended.
    pub state: Option<StayState>,
    /// Only stays of at least this many nights.
    pub nights_min: Option<i64>,
    /// Only stays of at most this many nights.
    pub nights_max: Option<i64>,
    /// Only stays that ended with this destination.
    pub destination: Option<Destination>,
    /// Only stays that ended for this reason.
    pub reason: Option<DepartureReason>,
    /// Which relation to the period from `from` to `to` a stay must have.
    pub during: Option<During>,
    /// Only stays of this resident.
    pub resident: Option<ResidentId>,
}

codes! {
    /// Whether a stay is under way.
    pub enum StayState {
        /// The stay is under way.
        Present = "present",
        /// The stay has ended.
        Ended = "ended",
    }
}

codes! {
    /// The relation of a stay to a period.
    pub enum During {
        /// The stay has at least one bed-night in the period.
        Nights = "nights",
        /// The stay began in the period.
        Admitted = "admitted",
        /// The stay ended in the period.
        Departed = "departed",
        /// The stay began in the period, and the resident had stayed in the house before.
        Returned = "returned",
        /// The stay was under way when the period ended.
        Ongoing = "ongoing",
    }
}

/// A page of stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayList {
    /// The stays, latest arrival first.
    pub lines: Vec<StayLine>,
    /// The number of stays that match the filter, on all pages.
    pub total: i64,
    /// The number of bed-nights of those stays inside the period of the filter; without a period, up to the last night
    /// that is over.
    pub bed_nights: i64,
    /// The beds that the list can be filtered by.
    pub beds: Vec<crate::beds::BedName>,
}

impl Query for ListStays {
    type Output = StayList;
    const NAME: &'static str = "stays.list";
    const NEEDS: Permission = Permission::SeeStays;
}

/// The query for one stay, with its beds and its trail.
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

/// The query that checks an admission form while it is being filled in. It changes nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CheckAdmission {
    /// The fields of the form, complete or not.
    pub fields: Fields,
}

/// The result of checking an admission form, shown beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionCheck {
    /// The present time, for the rules that the form checks itself.
    pub now: HouseTime,
    /// The beds that can be given at the arrival, most suitable first, then those that cannot.
    pub beds: Vec<BedChoice>,
    /// The files that are probably of the same person.
    pub alike: Vec<Found>,
    /// The file that was chosen in the form, if any.
    pub known: Option<Found>,
    /// The individual checks, each with its verdict.
    pub checks: Vec<Check>,
    /// The faults of the form as it stands.
    pub faults: Vec<Fault>,
}

/// One check and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The verdict.
    pub verdict: Verdict,
    /// What was checked, and what was found.
    pub about: CheckAbout,
}

codes! {
    /// The verdict of a check.
    pub enum Verdict {
        /// The admission is possible.
        Fine = "fine",
        /// The admission is possible, but staff should read or complete something.
        Mind = "mind",
        /// The admission is not possible as the form stands.
        Stop = "stop",
    }
}

/// What a check examined, and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckAbout {
    /// No bed has been chosen yet.
    NoBed,
    /// The bed is free at the arrival.
    BedFree {
        /// The label of the bed.
        label: String,
    },
    /// The bed was to prepare at the arrival; a late entry records that it was given all the same.
    BedReadyByLateEntry {
        /// The label of the bed.
        label: String,
    },
    /// The bed cannot be given.
    BedNotFree {
        /// The label of the bed.
        label: String,
        /// The state of the bed at the arrival.
        state: crate::beds::BedStateCode,
    },
    /// The house has no free bed at the arrival.
    HouseFull,
    /// The age is not known. The form does not require it.
    AgeUnknown,
    /// The age is one the house usually admits.
    AgeUsual {
        /// The age in years.
        age: u8,
    },
    /// The age is outside the ones that the house usually admits, so a reason is required.
    AgeOutside {
        /// The age in years.
        age: u8,
        /// Whether the form contains the reason.
        reason_given: bool,
    },
    /// No file looks like the resident's.
    FirstVisit,
    /// Some files are probably the resident's.
    LooksLike {
        /// The number of such files.
        files: u32,
        /// Whether staff answered that the resident has none of them.
        answered: bool,
    },
    /// The resident has stayed in the house before.
    Returning {
        /// The number of earlier stays.
        stays: i64,
    },
    /// The resident is already in the house.
    AlreadyHere,
    /// The arrival is a late entry and will be recorded as one.
    LateEntry,
    /// The arrival is not a possible time.
    ArrivalWrong,
}

impl Query for CheckAdmission {
    type Output = AdmissionCheck;
    const NAME: &'static str = "stays.check_admission";
    const NEEDS: Permission = Permission::MoveResidents;
}
