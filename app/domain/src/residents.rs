//! Residents: who she is, what an emergency needs, and who may read which part of it.

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

/// The youngest age the house usually admits.
pub const USUAL_AGE_MIN: u8 = 18;
/// The oldest age the house usually admits.
pub const USUAL_AGE_MAX: u8 = 35;

codes! {
    /// A language she is at ease in.
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
        /// Another.
        Other = "mul",
    }
}

codes! {
    /// What changes how the night answers an emergency.
    pub enum CareFlag {
        /// An allergy.
        Allergy = "ALLERGIE",
        /// A medicine she cannot go without.
        VitalMedication = "MEDICAMENT_VITAL",
        /// Help needed to leave the house in an evacuation.
        EvacuationHelp = "AIDE_EVACUATION",
        /// A pregnancy.
        Pregnancy = "GROSSESSE",
        /// Something else.
        Other = "AUTRE",
    }
}

/// What everyone on the floor calls her by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// Usual first name or chosen name.
    pub name: String,
    /// Pronouns, in her words.
    pub pronouns: Option<String>,
    /// Languages she is at ease in.
    pub languages: Vec<Language>,
}

/// What an emergency needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// What it is about.
    pub flags: Vec<CareFlag>,
    /// What, and what to do, in a sentence.
    pub what_to_do: Option<String>,
}

/// When she was born, as exactly as she wants to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Birth {
    /// Her birth date.
    On(NaiveDate),
    /// An age on a day.
    Aged {
        /// Years.
        age: u8,
        /// The day she said it.
        on: NaiveDate,
    },
    /// Not said.
    #[default]
    Unknown,
}

impl Birth {
    /// Her age in years on a date. From an age said on a day it is right to within a year.
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

/// A birth as a form gives it: a date, or an age on the day it is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaidBirth {
    /// A birth date.
    On(NaiveDate),
    /// An age.
    Aged(u8),
    /// Nothing.
    #[default]
    Unsaid,
}

impl SaidBirth {
    /// What it means when said on a day.
    pub const fn on(self, day: NaiveDate) -> Birth {
        match self {
            Self::On(date) => Birth::On(date),
            Self::Aged(age) => Birth::Aged { age, on: day },
            Self::Unsaid => Birth::Unknown,
        }
    }

    /// What a form says of it so far, faults aside.
    pub fn read_from(fields: &Fields) -> Self {
        Self::read(&mut fields.reader())
    }

    /// Reads it from a form; a date says more than an age.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        match (reader.date(Field::BirthDate), reader.value::<u8>(Field::Age)) {
            (Some(date), _) => Self::On(date),
            (None, Some(age)) => Self::Aged(age),
            (None, None) => Self::Unsaid,
        }
    }
}

/// Legal name and birth: the coordinator's alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Legal name, when it is needed.
    pub legal_name: Option<String>,
    /// Birth.
    pub birth: Birth,
}

/// Whom to call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: Option<String>,
    /// Relation to her.
    pub relation: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Whether one may say that she is here. No unless she said yes.
    pub may_say_present: bool,
}

impl Contact {
    /// Reads it from a form.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            name: reader.text(Field::ContactName, SHORT),
            relation: reader.text(Field::ContactRelation, SHORT),
            phone: reader.text(Field::ContactPhone, SHORT),
            may_say_present: reader.flag(Field::MaySayPresent.code()),
        }
    }
}

/// One part of a file, as it is sealed: each part has its own readers and its own seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Usual name, pronouns, languages.
    Usual(Usual),
    /// Emergency health.
    Care(Care),
    /// Legal name and birth.
    Identity(Identity),
    /// Health beyond the emergency.
    Health(String),
    /// What night staff must know to keep her safe.
    Watch(String),
    /// Whom she fears and why.
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

/// A resident's file, as far as its reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentFile {
    /// The file.
    pub id: ResidentId,
    /// Its number in the house: what is said aloud and exported instead of a name.
    pub number: i64,
    /// Its version, to notice that someone else changed it meanwhile.
    pub version: i64,
    /// Age in years today.
    pub age: Option<u8>,
    /// The parts this reader may see.
    pub parts: Vec<Part>,
    /// Her stays, latest first.
    pub stays: Vec<crate::stays::StayLine>,
    /// Who opened this file last, latest first.
    pub openings: Vec<Opening>,
}

impl ResidentFile {
    /// Her usual name.
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

    /// Emergency health, if this reader may see it.
    pub fn care(&self) -> Option<&Care> {
        self.parts.iter().find_map(|part| match part {
            Part::Care(care) => Some(care),
            _ => None,
        })
    }

    /// Legal name and birth, if this reader may see them.
    pub fn identity(&self) -> Option<&Identity> {
        self.parts.iter().find_map(|part| match part {
            Part::Identity(identity) => Some(identity),
            _ => None,
        })
    }

    /// Emergency contact, if this reader may see it.
    pub fn contact(&self) -> Option<&Contact> {
        self.parts.iter().find_map(|part| match part {
            Part::Contact(contact) => Some(contact),
            _ => None,
        })
    }

    /// A part that is one text: health, watch or safety.
    pub fn text(&self, facet: Facet) -> Option<&str> {
        self.parts.iter().find(|part| part.facet() == facet).and_then(|part| match part {
            Part::Health(text) | Part::Watch(text) | Part::Safety(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// Someone opened a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// When.
    pub at: HouseTime,
    /// Who.
    pub by: crate::access::Initials,
}

/// A file found by a search or proposed as a likely duplicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The file.
    pub id: ResidentId,
    /// Its number.
    pub number: i64,
    /// Usual name.
    pub name: String,
    /// Age in years today.
    pub age: Option<u8>,
    /// Her stay, when she is in the house now.
    pub present: Option<StayId>,
    /// When she last arrived.
    pub last_arrival: Option<HouseTime>,
    /// How many stays she has had.
    pub stays: i64,
}

/// The faults of a birth given as a date or an age.
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

/// Whether an age is one the house usually admits. Unknown counts as usual: nothing is asked twice.
pub fn is_usual_age(age: Option<u8>) -> bool {
    age.is_none_or(|age| (USUAL_AGE_MIN..=USUAL_AGE_MAX).contains(&age))
}

#[cfg(test)]
mod tests;
