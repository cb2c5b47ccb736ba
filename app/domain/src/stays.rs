//! Stays: from arrival to departure, through one bed or several.
//!
//! `StayFacts` holds the facts of one stay. Every act on a stay is a pure function from facts to facts; the store
//! writes the difference, and the constraints of the database refuse two residents in one bed or one in two places.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    access::Initials,
    codes::codes,
    ids::{BedId, ResidentId, StayId, TrailId},
    refused::{Fault, FaultCode, Field},
    time::{HouseTime, Instant},
};

pub mod acts;
pub mod queries;

codes! {
    /// The reason for which a stay ended (the code of HMIS R17 in brackets).
    pub enum DepartureReason {
        /// The resident reached her objectives (1).
        Objectives = "OBJECTIFS",
        /// The resident chose to leave (2).
        Voluntary = "VOLONTAIRE",
        /// The maximum length of a stay was reached (3/4).
        MaximumStay = "DUREE_MAX",
        /// The resident did not keep to the agreements (3/2).
        Agreements = "NON_RESPECT",
        /// Violence (3/1).
        Violence = "VIOLENCE",
        /// The resident left without notice (3/6).
        Disappeared = "DISPARUE",
        /// The resident was transferred to another service.
        Transfer = "TRANSFERT",
        /// The resident was admitted to hospital.
        Hospital = "HOSPITALISATION",
        /// The resident was detained.
        Detention = "DETENTION",
        /// The resident died.
        Death = "DECES",
        /// The house closed (3/5).
        Closing = "FERMETURE",
        /// Another reason.
        Other = "AUTRE",
        /// The reason is not known, as is frequent in imported data.
        Unknown = "INCONNU",
    }
}

codes! {
    /// Where the resident goes (the code of HMIS 3.12 in brackets).
    pub enum Destination {
        /// Her own home, without a subsidy (410).
        OwnHome = "LOG_AUTONOME",
        /// Subsidised home (435).
        SubsidisedHome = "LOG_SUBV",
        /// Second-stage or transitional housing (302).
        SecondStage = "LOG_2E",
        /// Another women's shelter (101).
        OtherHouse = "MAISON",
        /// Emergency shelter (101).
        EmergencyShelter = "REFUGE",
        /// Family, for a time (312).
        FamilyForATime = "FAMILLE_T",
        /// Family, for good (422).
        FamilyForGood = "FAMILLE_P",
        /// Friends, for a time (313).
        FriendsForATime = "AMIS_T",
        /// Friends, for good (423).
        FriendsForGood = "AMIS_P",
        /// Back home, where the abuser no longer lives (410, 411, 421).
        HomeWithoutAbuser = "DOMICILE_SANS",
        /// Back to where the abuser or the pimp lives (17).
        HomeWithAbuser = "DOMICILE_AVEC",
        /// A hotel that the resident pays for (314).
        Hotel = "HOTEL",
        /// Hospital (206).
        Hospital = "HOPITAL",
        /// Psychiatry (204).
        Psychiatry = "PSY",
        /// Therapy or detoxification (205).
        Detox = "DESINTOX",
        /// Detention (207).
        Detention = "DETENTION",
        /// Halfway house (329).
        HalfwayHouse = "MAISON_TRANSITION",
        /// Street, vehicle, a place not for living (116).
        Street = "RUE",
        /// Another province or country (17).
        Elsewhere = "AUTRE_PAYS_PROV",
        /// The resident died (24).
        Death = "DECES",
        /// The destination is not known (30, 99). It is always allowed.
        Unknown = "INCONNUE",
        /// Another place: a code of imported data that has no closer equivalent here.
        Other = "AUTRE",
    }
}

impl Destination {
    /// The destination for a code of HMIS 3.12, in the list of FY2024 and later. The caller must first map codes of
    /// earlier years to that list. A code without an equivalent gives `Other`.
    pub const fn from_hmis(code: u16) -> Self {
        match code {
            101 => Self::EmergencyShelter,
            116 => Self::Street,
            118 => Self::EmergencyShelter,
            204 => Self::Psychiatry,
            205 => Self::Detox,
            206 => Self::Hospital,
            207 => Self::Detention,
            302 | 327 => Self::SecondStage,
            312 => Self::FamilyForATime,
            313 => Self::FriendsForATime,
            314 => Self::Hotel,
            329 => Self::HalfwayHouse,
            410 | 411 => Self::OwnHome,
            421 | 426 | 435 => Self::SubsidisedHome,
            422 => Self::FamilyForGood,
            423 => Self::FriendsForGood,
            24 => Self::Death,
            8 | 9 | 30 | 37 | 99 => Self::Unknown,
            _ => Self::Other,
        }
    }
}

/// How a stay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// When the resident left.
    pub at: Instant,
    /// Why the resident left.
    pub reason: DepartureReason,
    /// Where the resident went.
    pub destination: Destination,
}

/// Time in one bed, half-open: `since` belongs to it, `until` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedSpan {
    /// The bed.
    pub bed: BedId,
    /// The first moment in the bed.
    pub since: Instant,
    /// The end of the span; none while the resident is in the bed.
    pub until: Option<Instant>,
}

impl BedSpan {
    /// Whether the span covers an instant.
    pub fn covers(&self, at: Instant) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }
}

/// The facts of one stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayFacts {
    /// When the resident arrived.
    pub arrived: Instant,
    /// How the stay ended; none while it is under way.
    pub departure: Option<Departure>,
    /// The time in each bed, in chronological order and without overlap. Imported data may leave gaps: nights for
    /// which the resident had no bed.
    pub beds: Vec<BedSpan>,
}

impl StayFacts {
    /// The facts of a stay that begins at an instant in a bed.
    pub fn begin(bed: BedId, at: Instant) -> Self {
        Self { arrived: at, departure: None, beds: vec![BedSpan { bed, since: at, until: None }] }
    }

    /// When the resident left; none while the stay is under way.
    pub fn departed(&self) -> Option<Instant> {
        self.departure.map(|departure| departure.at)
    }

    /// The resident's present bed; none once the stay has ended.
    pub fn bed(&self) -> Option<BedId> {
        self.beds.last().filter(|span| span.until.is_none()).map(|span| span.bed)
    }

    /// The resident's bed at an instant; none if the stay had no bed then.
    pub fn bed_at(&self, at: Instant) -> Option<BedId> {
        self.beds.iter().find(|span| span.covers(at)).map(|span| span.bed)
    }

    /// The facts after the resident moves to another bed. Her time in the first bed ends at the instant at which her
    /// time in the second begins. Whether the new bed is free is for the caller to check.
    ///
    /// # Errors
    /// A fault when the stay has ended, when the move is before the arrival or before the last move, or when the
    /// resident is already in that bed.
    pub fn transfer(&self, bed: BedId, at: Instant) -> Result<Self, Fault> {
        let mut after = self.clone();
        let Some(last) = after.beds.last_mut().filter(|span| span.until.is_none()) else {
            return Err(Fault::new(Field::At, FaultCode::AfterDeparture));
        };
        if last.bed == bed {
            return Err(Fault::new(Field::Bed, FaultCode::NoChange));
        }
        if at < last.since {
            let code = if at < self.arrived { FaultCode::BeforeArrival } else { FaultCode::Reversed };
            return Err(Fault::new(Field::At, code));
        }
        last.until = Some(at);
        // A move at the same instant as the last one replaces it, so that no span is empty.
        if last.since == at {
            after.beds.pop();
        }
        after.beds.push(BedSpan { bed, since: at, until: None });
        Ok(after)
    }

    /// The facts after the resident leaves.
    ///
    /// # Errors
    /// A fault when the stay has already ended, or when the departure is before the arrival or before the last move.
    pub fn depart(&self, departure: Departure) -> Result<Self, Fault> {
        if self.departure.is_some() {
            return Err(Fault::new(Field::Departure, FaultCode::AfterDeparture));
        }
        if departure.at < self.arrived {
            return Err(Fault::new(Field::Departure, FaultCode::BeforeArrival));
        }
        if self.beds.last().is_some_and(|span| departure.at < span.since) {
            return Err(Fault::new(Field::Departure, FaultCode::Reversed));
        }
        let mut after = self.clone();
        if let Some(last) = after.beds.last_mut().filter(|span| span.until.is_none()) {
            last.until = Some(departure.at);
        }
        after.departure = Some(departure);
        Ok(after)
    }

    /// The facts after the arrival and the departure are corrected. Time in beds is adjusted: the first span begins at
    /// the new arrival, the last one ends at the new departure, and spans that lie wholly outside are dropped.
    ///
    /// # Errors
    /// A fault when the departure would be before the arrival, when no bed would be left or when nothing would change.
    pub fn correct(&self, arrived: Instant, departure: Option<Departure>) -> Result<Self, Fault> {
        if departure.is_some_and(|departure| departure.at < arrived) {
            return Err(Fault::new(Field::Departure, FaultCode::BeforeArrival));
        }
        let end = departure.map(|departure| departure.at);
        let mut beds: Vec<BedSpan> = self
            .beds
            .iter()
            .filter(|span| span.until.is_none_or(|until| arrived < until) && end.is_none_or(|end| span.since < end))
            .copied()
            .collect();
        if beds.is_empty() {
            // A stay that has become empty keeps its last bed.
            let bed = self.beds.last().map(|span| span.bed);
            beds.extend(bed.map(|bed| BedSpan { bed, since: arrived, until: end }));
        }
        let Some(first) = beds.first_mut() else {
            return Err(Fault::new(Field::Arrival, FaultCode::OutOfRange));
        };
        first.since = arrived;
        if let Some(last) = beds.last_mut() {
            last.until = end;
        }
        let after = Self { arrived, departure, beds };
        if after == *self {
            return Err(Fault::new(Field::Form, FaultCode::NoChange));
        }
        Ok(after)
    }
}

codes! {
    /// What an entry of a stay's trail records.
    pub enum TrailKind {
        /// The resident arrived.
        Admitted = "admitted",
        /// The resident moved to another bed.
        Transferred = "transferred",
        /// Two residents changed beds.
        Swapped = "swapped",
        /// The resident left.
        Departed = "departed",
        /// The dates, the reason or the destination was corrected.
        Corrected = "corrected",
        /// The last change was undone.
        Undone = "undone",
        /// The stay was imported.
        Imported = "imported",
    }
}

/// One line of a list of stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayLine {
    /// The stay.
    pub id: StayId,
    /// The resident whose stay it is.
    pub resident: ResidentId,
    /// The number of the resident's file.
    pub number: i64,
    /// The resident's usual name while the stay is under way; only its initial after it has ended.
    pub name: String,
    /// The labels of the beds of the stay, in chronological order.
    pub beds: Vec<String>,
    /// When the resident arrived.
    pub arrived: HouseTime,
    /// How the stay ended; none while it is under way.
    pub departure: Option<DepartureLine>,
    /// The number of nights, so far while the stay is under way.
    pub nights: i64,
    /// Whether only the dates of arrival and departure are known, not the hours.
    pub date_only: bool,
}

/// How a stay ended, with the wall-clock time that pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartureLine {
    /// When the resident left.
    pub at: HouseTime,
    /// Why the resident left.
    pub reason: DepartureReason,
    /// Where the resident went.
    pub destination: Destination,
}

/// One stay with its facts, its beds and its trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// The stay as a line of a list.
    pub line: StayLine,
    /// The day on which the resident expects to leave, if she gave one.
    pub expected_departure: Option<NaiveDate>,
    /// The resident's age in years at the arrival.
    pub age_at_admission: Option<u8>,
    /// Why a resident outside the usual ages was admitted; none if the reader's role may not see it.
    pub age_reason: Option<String>,
    /// The time in each bed, in chronological order.
    pub beds: Vec<TimelineBed>,
    /// Every change of the stay, in the order in which it was recorded.
    pub trail: Vec<TrailEntry>,
}

/// Time in one bed, as a half-open interval, with the wall-clock times that pages show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineBed {
    /// The bed.
    pub bed: BedId,
    /// The label of the bed at that time.
    pub label: String,
    /// The first moment in the bed.
    pub since: HouseTime,
    /// The end of the interval; none while the resident is in the bed.
    pub until: Option<HouseTime>,
}

/// One recorded change of a stay. Entries are never changed or deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEntry {
    /// The entry.
    pub id: TrailId,
    /// The kind of change.
    pub kind: TrailKind,
    /// When it was recorded.
    pub recorded: HouseTime,
    /// The initials of the member of staff who recorded it; none for the command line.
    pub by: Option<Initials>,
    /// The differences that the change made.
    pub changes: Vec<TrailChange>,
    /// Whether the change was undone later.
    pub undone: bool,
    /// Whether the reader may undo the change now.
    pub can_undo: bool,
}

/// One difference made by an entry of a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrailChange {
    /// The arrival.
    Arrival {
        /// The value before the change.
        from: Option<HouseTime>,
        /// The value after the change.
        to: Option<HouseTime>,
    },
    /// The departure.
    Departure {
        /// The value before the change.
        from: Option<HouseTime>,
        /// The value after the change.
        to: Option<HouseTime>,
    },
    /// The reason for the departure.
    Reason {
        /// The value before the change.
        from: Option<DepartureReason>,
        /// The value after the change.
        to: Option<DepartureReason>,
    },
    /// The destination.
    Destination {
        /// The value before the change.
        from: Option<Destination>,
        /// The value after the change.
        to: Option<Destination>,
    },
    /// The beds, by label.
    Beds {
        /// The beds before the change.
        from: Vec<String>,
        /// The beds after the change.
        to: Vec<String>,
    },
}

#[cfg(test)]
mod tests;
