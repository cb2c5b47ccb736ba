//! Stays: from arrival to departure, through one bed or several.
//!
//! `StayFacts` holds what is true of one stay. Every act on a stay is a pure function from facts to
//! facts; the store writes the difference and the schema refuses what cannot be.

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
    /// Why a stay ended (DOMAIN 1.6; HMIS R17 in brackets).
    pub enum DepartureReason {
        /// Her objectives are reached (1).
        Objectives = "OBJECTIFS",
        /// She chose to leave (2).
        Voluntary = "VOLONTAIRE",
        /// The longest stay was reached (3/4).
        MaximumStay = "DUREE_MAX",
        /// Agreements not kept (3/2).
        Agreements = "NON_RESPECT",
        /// Violence (3/1).
        Violence = "VIOLENCE",
        /// Gone without a word (3/6).
        Disappeared = "DISPARUE",
        /// To another resource.
        Transfer = "TRANSFERT",
        /// To hospital.
        Hospital = "HOSPITALISATION",
        /// Detained.
        Detention = "DETENTION",
        /// Died.
        Death = "DECES",
        /// The house closed (3/5).
        Closing = "FERMETURE",
        /// Another reason.
        Other = "AUTRE",
        /// Not known: data from elsewhere often does not say.
        Unknown = "INCONNU",
    }
}

codes! {
    /// Where she goes (DOMAIN 1.6; HMIS 3.12 in brackets).
    pub enum Destination {
        /// Her own home, no subsidy (410).
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
        /// Back home, the abuser gone (410, 411, 421).
        HomeWithoutAbuser = "DOMICILE_SANS",
        /// Back where the abuser or the pimp is (17).
        HomeWithAbuser = "DOMICILE_AVEC",
        /// Hotel paid by herself (314).
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
        /// Died (24).
        Death = "DECES",
        /// Unknown: left without saying (30, 99). Always allowed.
        Unknown = "INCONNUE",
        /// Another place, from data that has no nearer code here.
        Other = "AUTRE",
    }
}

impl Destination {
    /// The destination of an HMIS 3.12 code of the FY2024 list and later. Codes of another year are
    /// brought to it first.
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
    /// When she left.
    pub at: Instant,
    /// Why.
    pub reason: DepartureReason,
    /// Where to.
    pub destination: Destination,
}

/// Time in one bed, half-open: `since` belongs to it, `until` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedSpan {
    /// The bed.
    pub bed: BedId,
    /// From.
    pub since: Instant,
    /// To; open while she is in it.
    pub until: Option<Instant>,
}

impl BedSpan {
    /// Whether the span covers an instant.
    pub fn covers(&self, at: Instant) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }
}

/// What is true of one stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayFacts {
    /// When she arrived.
    pub arrived: Instant,
    /// How it ended, once it has.
    pub departure: Option<Departure>,
    /// Bed after bed, in order of time; they do not overlap. Data from elsewhere may leave gaps:
    /// nights for which no bed was given to her.
    pub beds: Vec<BedSpan>,
}

impl StayFacts {
    /// A stay that begins.
    pub fn begin(bed: BedId, at: Instant) -> Self {
        Self { arrived: at, departure: None, beds: vec![BedSpan { bed, since: at, until: None }] }
    }

    /// When she left, if she has.
    pub fn departed(&self) -> Option<Instant> {
        self.departure.map(|departure| departure.at)
    }

    /// The bed she has now, if the stay has not ended.
    pub fn bed(&self) -> Option<BedId> {
        self.beds.last().filter(|span| span.until.is_none()).map(|span| span.bed)
    }

    /// The bed at an instant.
    pub fn bed_at(&self, at: Instant) -> Option<BedId> {
        self.beds.iter().find(|span| span.covers(at)).map(|span| span.bed)
    }

    /// She moves to another bed. The first bed ends at the instant the second begins.
    ///
    /// # Errors
    /// A fault when the stay has ended, when the move is not after the last one, or when nothing
    /// would change.
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
        // A move at the very instant of the last one replaces it: no empty time in a bed.
        if last.since == at {
            after.beds.pop();
        }
        after.beds.push(BedSpan { bed, since: at, until: None });
        Ok(after)
    }

    /// She leaves.
    ///
    /// # Errors
    /// A fault when she leaves before she arrived or before her last move.
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

    /// Dates entered late or wrongly are put right. Time in beds follows: the first bed begins at
    /// the new arrival, the last one ends at the new departure, and beds wholly outside fall away.
    ///
    /// # Errors
    /// A fault when the departure would be before the arrival or no bed would be left.
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
            // A stay of no time keeps the bed it had.
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
        /// She arrived.
        Admitted = "admitted",
        /// She moved to another bed.
        Transferred = "transferred",
        /// Two residents changed beds.
        Swapped = "swapped",
        /// She left.
        Departed = "departed",
        /// Dates or reasons were put right.
        Corrected = "corrected",
        /// The last change was undone.
        Undone = "undone",
        /// It came from elsewhere.
        Imported = "imported",
    }
}

/// One line of a list of stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayLine {
    /// The stay.
    pub id: StayId,
    /// Whose it is.
    pub resident: ResidentId,
    /// Her file's number.
    pub number: i64,
    /// Her usual name while she is here, its initial once she has left.
    pub name: String,
    /// Labels of the beds she had, in order.
    pub beds: Vec<String>,
    /// When she arrived.
    pub arrived: HouseTime,
    /// How it ended, once it has.
    pub departure: Option<DepartureLine>,
    /// Nights so far or in all.
    pub nights: i64,
    /// Only the dates are known, not the hours.
    pub date_only: bool,
}

/// How a stay ended, for the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartureLine {
    /// When.
    pub at: HouseTime,
    /// Why.
    pub reason: DepartureReason,
    /// Where to.
    pub destination: Destination,
}

/// One stay, whole: its facts, its beds and its trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// The stay in one line.
    pub line: StayLine,
    /// The day she expects to leave, if she said.
    pub expected_departure: Option<NaiveDate>,
    /// Age in years when she arrived.
    pub age_at_admission: Option<u8>,
    /// Why someone outside the usual ages was admitted, for those who may read it.
    pub age_reason: Option<String>,
    /// Bed after bed.
    pub beds: Vec<TimelineBed>,
    /// Everything that was recorded about it, in the order it was recorded.
    pub trail: Vec<TrailEntry>,
}

/// Time in one bed, for the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineBed {
    /// The bed.
    pub bed: BedId,
    /// Its label then.
    pub label: String,
    /// From.
    pub since: HouseTime,
    /// To.
    pub until: Option<HouseTime>,
}

/// One change of a stay, kept for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEntry {
    /// The entry.
    pub id: TrailId,
    /// What was done.
    pub kind: TrailKind,
    /// When it was recorded.
    pub recorded: HouseTime,
    /// Who recorded it; none for the command line.
    pub by: Option<Initials>,
    /// What it changed, from and to.
    pub changes: Vec<TrailChange>,
    /// Whether it was undone later.
    pub undone: bool,
    /// Whether it can be undone now.
    pub can_undo: bool,
}

/// One difference made by an entry of a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrailChange {
    /// The arrival.
    Arrival {
        /// What it was.
        from: Option<HouseTime>,
        /// What it became.
        to: Option<HouseTime>,
    },
    /// The departure.
    Departure {
        /// What it was.
        from: Option<HouseTime>,
        /// What it became.
        to: Option<HouseTime>,
    },
    /// Why she left.
    Reason {
        /// What it was.
        from: Option<DepartureReason>,
        /// What it became.
        to: Option<DepartureReason>,
    },
    /// Where she went.
    Destination {
        /// What it was.
        from: Option<Destination>,
        /// What it became.
        to: Option<Destination>,
    },
    /// The beds, by label.
    Beds {
        /// What they were.
        from: Vec<String>,
        /// What they became.
        to: Vec<String>,
    },
}

#[cfg(test)]
mod tests;
