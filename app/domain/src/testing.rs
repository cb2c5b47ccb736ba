//! What the tests of this crate share: dates and moments written as text, things by number, and the
//! zone of the house.

use chrono::{NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::America::Toronto;
use uuid::Uuid;

use crate::{
    fields::Fields,
    ids::{BedId, ResidentId, StayId},
    refused::{Fault, FaultCode, Field},
    time::{HouseTime, Instant, Night, When},
};

/// A date such as `2026-03-08`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The night of a date.
pub(crate) fn night(text: &str) -> Night {
    Night(day(text))
}

/// A wall-clock time such as `2026-03-08T04:00`.
pub(crate) fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// An instant such as `2026-03-08T08:00:00Z`.
pub(crate) fn utc(text: &str) -> Instant {
    text.parse().unwrap()
}

/// What the house's clock showed at an instant.
pub(crate) fn seen_at(at: Instant) -> HouseTime {
    HouseTime { at, local: at.with_timezone(&Toronto).naive_local() }
}

/// The moment of a wall-clock time that exists exactly once.
pub(crate) fn house(text: &str) -> HouseTime {
    let at = Toronto.from_local_datetime(&wall(text)).single().unwrap();
    seen_at(at.to_utc())
}

/// A wall-clock time as a person gives it.
pub(crate) fn said(text: &str) -> When {
    When::parse(text).unwrap()
}

pub(crate) fn bed(n: u128) -> BedId {
    BedId(Uuid::from_u128(n))
}

pub(crate) fn resident(n: u128) -> ResidentId {
    ResidentId(Uuid::from_u128(n))
}

pub(crate) fn stay(n: u128) -> StayId {
    StayId(Uuid::from_u128(n))
}

/// A form from fields and texts.
pub(crate) fn form(pairs: &[(Field, &str)]) -> Fields {
    pairs.iter().fold(Fields::default(), |fields, (field, text)| fields.with(*field, *text))
}

/// Fields and codes of faults, in the order they were found.
pub(crate) fn faults<T>(outcome: Result<T, Vec<Fault>>) -> Vec<(Field, FaultCode)> {
    outcome.err().unwrap_or_default().iter().map(|fault| (fault.field, fault.code)).collect()
}
