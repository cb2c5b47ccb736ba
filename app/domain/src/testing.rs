//! Helpers of the tests of this crate: dates and times written as text, ids made from numbers, and the time zone of
//! the house, which is America/Toronto.

use chrono::{NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::America::Toronto;
use uuid::Uuid;

use crate::{
    fields::Fields,
    ids::{BedId, ResidentId, StayId},
    refused::{Fault, FaultCode, Field},
    time::{HouseTime, Instant, Night, When},
};

/// Parses a date such as `2026-03-08`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The night of a date.
pub(crate) fn night(text: &str) -> Night {
    Night(day(text))
}

/// Parses a wall-clock time such as `2026-03-08T04:00`.
pub(crate) fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// Parses an instant such as `2026-03-08T08:00:00Z`.
pub(crate) fn utc(text: &str) -> Instant {
    text.parse().unwrap()
}

/// An instant together with the wall-clock time of the house.
pub(crate) fn seen_at(at: Instant) -> HouseTime {
    HouseTime { at, local: at.with_timezone(&Toronto).naive_local() }
}

/// The instant of a wall-clock time of the house. The wall-clock time must exist exactly once.
pub(crate) fn house(text: &str) -> HouseTime {
    let at = Toronto.from_local_datetime(&wall(text)).single().unwrap();
    seen_at(at.to_utc())
}

/// A wall-clock time as a person enters it in a form.
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

/// Makes form data from fields and texts.
pub(crate) fn form(pairs: &[(Field, &str)]) -> Fields {
    pairs.iter().fold(Fields::default(), |fields, (field, text)| fields.with(*field, *text))
}

/// The fields and the codes of the faults, in the order in which they were found; empty for a success.
pub(crate) fn faults<T>(outcome: Result<T, Vec<Fault>>) -> Vec<(Field, FaultCode)> {
    outcome.err().unwrap_or_default().iter().map(|fault| (fault.field, fault.code)).collect()
}
