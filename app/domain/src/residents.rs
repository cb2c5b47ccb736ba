//! Residents' files: identity, emergency health, contact and notes, in parts that different roles may read.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    access::Facet,
    codes::codes,
    fields::{Fields, Reader, SHORT},
    ids::{ResidentId, StayId},
    refused::{Fault, FaultCode, Field},
    time::{HouseTime, age_on},
};

pub mod acts;
pub mod queries;
pub mod search;

/// The lowest age that the house usually admits, in years.
pub const USUAL_AGE_MIN: u8 = 18;
/// The highest age that the house usually admits, in years.
pub const USUAL_AGE_MAX: u8 = 35;

codes! {
    /// A language that a resident speaks comfortably.
    pub enum Language {
        /// French.
        French = "fr",
        /// English.
        English = "en",
        /// Spanish.
        Spanish = "es",
        /// Arabic.
        Arabic = "ar",
        /// Haitian Creole.
        Creole = "ht",
        /// Mandarin.
        Mandarin = "zh",
        /// Romanian.
        Romanian = "ro",
        /// Russian.
        Russian = "ru",
        /// Inuktitut.
        Inuktitut = "iu",
        /// Innu.
        Innu = "moe",
        /// A sign language.
        Sign = "sgn",
        /// Another language.
        Other = "mul",
    }
}

codes! {
    /// A condition that changes how staff respond to an emergency.
    pub enum CareFlag {
        /// An allergy.
        Allergy = "ALLERGIE",
        /// A medicine that the resident cannot do without.
        VitalMedication = "MEDICAMENT_VITAL",
        /// Help needed to leave the house in an evacuation.
        EvacuationHelp = "AIDE_EVACUATION",
        /// A pregnancy.
        Pregnancy = "GROSSESSE",
        /// Another condition.
        Other = "AUTRE",
    }
}

/// The usual name of a resident, her pronouns and her languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// The usual first name or the chosen name.
    pub name: String,
    /// The pronouns, in the resident's own words.
    pub pronouns: Option<String>,
    /// The languages that the resident speaks comfortably.
    pub languages: Vec<Language>,
}

/// Emergency health: what staff need to know in an emergency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// The kinds of condition.
    pub flags: Vec<CareFlag>,
    /// What the condition is and what to do, in one sentence.
    pub what_to_do: Option<String>,
}

/// The birth of a resident, as exactly as she chooses to give it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Birth {
    /// A birth date.
    On(NaiveDate),
    /// An age, given on a certain day.
    Aged {
        /// The age in years.
        age: u8,
        /// The day on which that age was given.
        on: NaiveDate,
    },
    /// Nothing is known.
    #[default]
    Unknown,
}

impl Birth {
    /// The resident's age in completed years on a date. It is exact for a birth date and correct to within one year for
    /// an age given on a day.
    pub fn age_on(self, date: NaiveDate) -> Option<u8> {
        match self {
            Self::On(birth) => age_on(birth, date),
            Self::Aged { age, on } => {
                let since = date.years_since(on).unwrap_or(0);
                u8::try_from(u32::from(age) + since).ok()
            }
            Self::Unknown => None,
        }
    }
}

/// A birth as a form gives it: a date, or an age on the day of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaidBirth {
    /// A birth date.
    On(NaiveDate),
    /// An age in years.
    Aged(u8),
    /// The form gives neither.
    #[default]
    Unsaid,
}

impl SaidBirth {
    /// The birth that this means when it is given on `day`.
    pub const fn on(self, day: NaiveDate) -> Birth {
        match self {
            Self::On(date) => Birth::On(date),
            Self::Aged(age) => Birth::Aged { age, on: day },
            Self::Unsaid => Birth::Unknown,
        }
    }

    /// The birth in a form, complete or not. Faults are ignored.
    pub fn read_from(fields: &Fields) -> Self {
        Self::read(&mut fields.reader())
    }

    /// Reads the birth from a form. A birth date takes precedence over an age.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        match (reader.date(Field::BirthDate), reader.value::<u8>(Field::Age)) {
            (Some(date), _) => Self::On(date),
            (None, Some(age)) => Self::Aged(age),
            (None, None) => Self::Unsaid,
        }
    }
}

/// Legal name and birth. Only the coordinator may read them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The legal name, if it is needed.
    pub legal_name: Option<String>,
    /// The birth.
    pub birth: Birth,
}

/// The emergency contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The name of the contact.
    pub name: Option<String>,
    /// The relation of the contact to the resident.
    pub relation: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Whether staff may tell the contact that the resident is in the house. No, unless the resident agreed.
    pub may_say_present: bool,
}

impl Contact {
    /// Reads the contact from a form.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            name: reader.text(Field::ContactName, SHORT),
            relation: reader.text(Field::ContactRelation, SHORT),
            phone: reader.text(Field::ContactPhone, SHORT),
            may_say_present: reader.flag(Field::MaySayPresent.code()),
        }
    }
}

/// One part of a file. Each part has its own list of roles that may read it and is encrypted separately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Usual name, pronouns, languages.
    Usual(Usual),
    /// Emergency health.
    Care(Care),
    /// Legal name and birth.
    Identity(Identity),
    /// Health information that an emergency does not require.
    Health(String),
    /// What night staff must know to keep the resident safe.
    Watch(String),
    /// Whom the resident fears and why.
    Safety(String),
    /// Emergency contact.
    Contact(Contact),
}

impl Part {
    /// Which part this is.
    pub const fn facet(&self) -> Facet {
        match self {
            Self::Usual(_) => Facet::Usual,
            Self::Care(_) => Facet::Care,
            Self::Identity(_) => Facet::Identity,
            Self::Health(_) => Facet::Health,
            Self::Watch(_) => Facet::Watch,
            Self::Safety(_) => Facet::Safety,
            Self::Contact(_) => Facet::Contact,
        }
    }
}

/// A resident's file, with only the parts that the reader's role may see. The store selects the parts; whoever builds
/// this value for a reader must have authorised that reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentFile {
    /// The file.
    pub id: ResidentId,
    /// The number of the file in the house, which staff say aloud and exports contain instead of a name.
    pub number: i64,
    /// The version of the file, with which an act detects that somebody else has changed the file meanwhile.
    pub version: i64,
    /// Age in years today.
    pub age: Option<u8>,
    /// The parts that the reader's role may see.
    pub parts: Vec<Part>,
    /// The resident's stays, latest first.
    pub stays: Vec<crate::stays::StayLine>,
    /// The last times that somebody opened this file, latest first.
    pub openings: Vec<Opening>,
}

impl ResidentFile {
    /// The resident's usual name; empty if it is not among the parts.
    pub fn name(&self) -> &str {
        self.usual().map_or("", |usual| usual.name.as_str())
    }

    /// Usual name, pronouns, languages.
    pub fn usual(&self) -> Option<&Usual> {
        self.parts.iter().find_map(|part| match part {
            Part::Usual(usual) => Some(usual),
            _ => None,
        })
    }

    /// Emergency health, if the reader's role may see it.
    pub fn care(&self) -> Option<&Care> {
        self.parts.iter().find_map(|part| match part {
            Part::Care(care) => Some(care),
            _ => None,
        })
    }

    /// Legal name and birth, if the reader's role may see them.
    pub fn identity(&self) -> Option<&Identity> {
        self.parts.iter().find_map(|part| match part {
            Part::Identity(identity) => Some(identity),
            _ => None,
        })
    }

    /// The emergency contact, if the reader's role may see it.
    pub fn contact(&self) -> Option<&Contact> {
        self.parts.iter().find_map(|part| match part {
            Part::Contact(contact) => Some(contact),
            _ => None,
        })
    }

    /// The text of a part that consists of one text (health, watch or safety), if the reader's role may see it.
    pub fn text(&self, facet: Facet) -> Option<&str> {
        self.parts.iter().find(|part| part.facet() == facet).and_then(|part| match part {
            Part::Health(text) | Part::Watch(text) | Part::Safety(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// One time that somebody opened a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// When the file was opened.
    pub at: HouseTime,
    /// The initials of the member of staff who opened it.
    pub by: crate::access::Initials,
}

/// A file found by a search or proposed as a likely duplicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The file.
    pub id: ResidentId,
    /// Its number.
    pub number: i64,
    /// The usual name.
    pub name: String,
    /// Age in years today.
    pub age: Option<u8>,
    /// The stay under way, if the resident is in the house now.
    pub present: Option<StayId>,
    /// The arrival of the resident's latest stay.
    pub last_arrival: Option<HouseTime>,
    /// The number of the resident's stays.
    pub stays: i64,
}

/// Adds the faults of a birth: a date after `today`, or an age above 120 years.
pub(crate) fn check_birth(birth: Birth, today: NaiveDate, faults: &mut Vec<Fault>) {
    match birth {
        Birth::On(date) if date > today => faults.push(Fault::new(Field::BirthDate, FaultCode::InFuture)),
        Birth::On(date) if age_on(date, today).is_none_or(|age| age > 120) => {
            faults.push(Fault::new(Field::BirthDate, FaultCode::OutOfRange));
        }
        Birth::Aged { age, .. } if age > 120 => {
            faults.push(Fault::limit(Field::Age, FaultCode::OutOfRange, 120));
        }
        _ => {}
    }
}

/// Whether an age is one that the house usually admits. An unknown age counts as usual, so that no reason is required.
pub fn is_usual_age(age: Option<u8>) -> bool {
    age.is_none_or(|age| (USUAL_AGE_MIN..=USUAL_AGE_MAX).contains(&age))
}

#[cfg(test)]
mod tests;
