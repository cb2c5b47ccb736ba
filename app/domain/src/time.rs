//! Instants, wall-clock times and nights.
//!
//! Instants are in UTC, in whole microseconds. People in the house read the wall clock of its time zone. Only the
//! server converts between the two, so everything here takes the local time as an argument. All intervals are
//! half-open: the first moment belongs to them, the last does not.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// A point in time, in UTC, in whole microseconds.
pub type Instant = DateTime<Utc>;

/// The hour of the census, on the wall clock of the house: a stay covers a night if the resident was in the house at
/// 04:00 of the following morning. 04:00 exists exactly once on both nights on which the clocks change.
pub const CENSUS_HOUR: u32 = 4;

/// A point in time together with the wall-clock time of the house at that point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HouseTime {
    /// The instant, in UTC.
    pub at: Instant,
    /// The wall-clock time of the house at that instant.
    pub local: NaiveDateTime,
}

impl HouseTime {
    /// The minutes to add to UTC to get the wall-clock time, such as −240. They distinguish the two times 01:30 of the
    /// November night on which the clocks go back.
    pub fn offset_minutes(&self) -> i64 {
        (self.local - self.at.naive_utc()).num_minutes()
    }

    /// The night that this moment belongs to.
    pub fn night(&self) -> Night {
        Night::of(self.local)
    }
}

/// When something happened, as a person enters it in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// At the moment at which the server receives the act.
    Now,
    /// At a wall-clock time of the house.
    At {
        /// The wall-clock time.
        local: NaiveDateTime,
        /// The minutes to add to UTC to get `local`, required only for an hour that happens twice.
        offset_minutes: Option<i16>,
    },
}

impl When {
    /// Parses `2026-11-01T01:30`, with optional seconds and an optional offset such as `-04:00`; none when the text is
    /// not such a time or its year is not in 1900..=2999.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (clock, offset) = match text.char_indices().skip(11).find(|(_, c)| matches!(c, '+' | '-')) {
            Some((i, sign)) => {
                let (hours, minutes) = text[i + 1..].split_once(':')?;
                // No time zone is a day or more away from UTC.
                let hours = hours.parse::<u8>().ok().filter(|hours| *hours < 24)?;
                let minutes = minutes.parse::<u8>().ok().filter(|minutes| *minutes < 60)?;
                let minutes = i16::from(hours) * 60 + i16::from(minutes);
                (&text[..i], Some(if sign == '-' { -minutes } else { minutes }))
            }
            None => (text, None),
        };
        let local = NaiveDateTime::parse_from_str(clock, "%Y-%m-%dT%H:%M")
            .or_else(|_| NaiveDateTime::parse_from_str(clock, "%Y-%m-%dT%H:%M:%S"))
            .or_else(|_| NaiveDateTime::parse_from_str(clock, "%Y-%m-%d %H:%M"))
            .ok()?;
        // A year such as 20026 is a typing error.
        (1900..=2999).contains(&local.year()).then_some(Self::At { local, offset_minutes: offset })
    }

    /// How long after `other` this moment is; negative when it is before. The offsets count where both are known,
    /// because the two times 01:30 of a November night are an hour apart; otherwise the difference is that of the wall
    /// clock.
    pub fn since(&self, other: Self, now: HouseTime) -> TimeDelta {
        let known = |when: &Self| match when {
            Self::Now => Some(now.offset_minutes()),
            Self::At { offset_minutes, .. } => offset_minutes.map(i64::from),
        };
        let by_the_wall = self.local(now) - other.local(now);
        match (known(self), known(&other)) {
            (Some(own), Some(others)) => by_the_wall - TimeDelta::minutes(own - others),
            _ => by_the_wall,
        }
    }

    /// The wall-clock time; that of `now` for [`When::Now`].
    pub fn local(&self, now: HouseTime) -> NaiveDateTime {
        match self {
            Self::Now => now.local,
            Self::At { local, .. } => *local,
        }
    }
}

/// The night of a date, from the evening of that date to the next morning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Night(pub NaiveDate);

impl Night {
    /// The night that a wall-clock time belongs to: up to 04:00, included, the night of the previous date, and after
    /// that the night of the date itself.
    ///
    /// This function gives both ends of a stay: it covers the half-open range of nights from `Night::of(arrival)` to
    /// `Night::of(departure)`.
    pub fn of(local: NaiveDateTime) -> Self {
        let census = NaiveTime::from_hms_opt(CENSUS_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
        if local.time() <= census {
            Self(local.date().checked_sub_days(Days::new(1)).unwrap_or(local.date()))
        } else {
            Self(local.date())
        }
    }

    /// The wall-clock time of the census of this night: 04:00 on the following morning.
    pub fn census(self) -> NaiveDateTime {
        self.next().0.and_time(NaiveTime::from_hms_opt(CENSUS_HOUR, 0, 0).unwrap_or(NaiveTime::MIN))
    }

    /// The following night.
    pub fn next(self) -> Self {
        Self(self.0.checked_add_days(Days::new(1)).unwrap_or(self.0))
    }

    /// The number of nights from this one to `other`; negative when `other` is earlier.
    pub fn until(self, other: Self) -> i64 {
        (other.0 - self.0).num_days()
    }
}

/// A range of nights, both dates included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first night.
    pub from: NaiveDate,
    /// The last night.
    pub to: NaiveDate,
}

impl Period {
    /// Makes a period; none when `to` is before `from` or the period is longer than two hundred years.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        (from <= to && (to - from).num_days() < 73_050).then_some(Self { from, to })
    }

    /// The number of nights in the period.
    pub fn nights(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// The first night.
    pub fn first(&self) -> Night {
        Night(self.from)
    }

    /// The night after the last one: the end of the half-open interval of nights.
    pub fn end(&self) -> Night {
        Night(self.to).next()
    }

    /// Whether a night is in the period.
    pub fn contains(&self, night: Night) -> bool {
        self.from <= night.0 && night.0 <= self.to
    }

    /// The part of the half-open interval `[from, until)` that lies inside the period; an empty interval when they do
    /// not overlap. No `until` means that the interval is open.
    pub fn clip(&self, from: Night, until: Option<Night>) -> (Night, Night) {
        let from = from.max(self.first());
        let until = until.map_or(self.end(), |u| u.min(self.end()));
        (from, until.max(from))
    }

    /// Every night of the period, in order.
    pub fn each(&self) -> impl Iterator<Item = Night> + use<> {
        let end = self.end();
        std::iter::successors(Some(self.first()), move |n| Some(n.next())).take_while(move |n| *n < end)
    }
}

/// The age in completed years, on the date `on`, of a person born on `birth`; none before the birth.
pub fn age_on(birth: NaiveDate, on: NaiveDate) -> Option<u8> {
    on.years_since(birth).and_then(|years| u8::try_from(years).ok())
}

/// A wall-clock time in the format of a form field: `2026-11-01T01:30`.
pub fn to_field(local: NaiveDateTime) -> String {
    let (date, time) = (local.date(), local.time());
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", date.year(), date.month(), date.day(), time.hour(), time.minute())
}

#[cfg(test)]
mod tests;
