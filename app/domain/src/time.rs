//! Instants, wall-clock times and nights.
//!
//! Instants are UTC with microseconds. The house lives by its own wall clock; only the server
//! converts between the two, so everything here takes the local time as an argument. All intervals
//! are half-open: the first moment belongs to them, the last does not.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// A point in time, UTC, microseconds.
pub type Instant = DateTime<Utc>;

/// The hour of the census, on the house's clock: a stay covers a night when she was there at 04:00
/// of the morning after. 04:00 exists exactly once on both nights when the clocks change.
pub const CENSUS_HOUR: u32 = 4;

/// A point in time together with what the house's clock showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HouseTime {
    /// The instant, UTC.
    pub at: Instant,
    /// The house's wall clock at that instant.
    pub local: NaiveDateTime,
}

impl HouseTime {
    /// Minutes to add to UTC to get the house's clock: tells the two 01:30 of a November night apart.
    pub fn offset_minutes(&self) -> i64 {
        (self.local - self.at.naive_utc()).num_minutes()
    }

    /// The night this moment belongs to.
    pub fn night(&self) -> Night {
        Night::of(self.local)
    }
}

/// When something happened, as a person gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// At the moment the house receives the act.
    Now,
    /// At a wall-clock time of the house.
    At {
        /// What the clock showed.
        local: NaiveDateTime,
        /// Minutes from UTC, needed only for an hour that happens twice.
        offset_minutes: Option<i16>,
    },
}

impl When {
    /// Reads `2026-11-01T01:30`, seconds optional, with an optional `-04:00` after it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (clock, offset) = match text.char_indices().skip(11).find(|(_, c)| matches!(c, '+' | '-')) {
            Some((i, sign)) => {
                let (hours, minutes) = text[i + 1..].split_once(':')?;
                // No clock of the world is a day away from UTC.
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
        // A typed date of the year 20026 is a slip, not a date.
        (1900..=2999).contains(&local.year()).then_some(Self::At { local, offset_minutes: offset })
    }

    /// How long after another moment this one is: by UTC where both offsets are known, as the two
    /// 01:30 of a November night are an hour apart; by the wall clock otherwise.
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

    /// The wall-clock time meant, given the present one.
    pub fn local(&self, now: HouseTime) -> NaiveDateTime {
        match self {
            Self::Now => now.local,
            Self::At { local, .. } => *local,
        }
    }
}

/// The night of a date: from its evening to the next morning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Night(pub NaiveDate);

impl Night {
    /// The night a wall-clock moment opens or belongs to: until 04:00 included it is still the night
    /// of the day before.
    ///
    /// With half-open stays this one function gives both ends: a stay covers the nights from
    /// `Night::of(arrival)` to the one before `Night::of(departure)` (DOMAIN 5, pitfall 5).
    pub fn of(local: NaiveDateTime) -> Self {
        let census = NaiveTime::from_hms_opt(CENSUS_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
        if local.time() <= census {
            Self(local.date().checked_sub_days(Days::new(1)).unwrap_or(local.date()))
        } else {
            Self(local.date())
        }
    }

    /// The wall-clock moment of this night's census: 04:00 on the morning after.
    pub fn census(self) -> NaiveDateTime {
        self.next().0.and_time(NaiveTime::from_hms_opt(CENSUS_HOUR, 0, 0).unwrap_or(NaiveTime::MIN))
    }

    /// The night after.
    pub fn next(self) -> Self {
        Self(self.0.checked_add_days(Days::new(1)).unwrap_or(self.0))
    }

    /// Nights from this one to the other; negative when the other is earlier.
    pub fn until(self, other: Self) -> i64 {
        (other.0 - self.0).num_days()
    }
}

/// A span of nights, both dates included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first night.
    pub from: NaiveDate,
    /// The last night.
    pub to: NaiveDate,
}

impl Period {
    /// A period of at least one night, at most two hundred years.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        (from <= to && (to - from).num_days() < 73_050).then_some(Self { from, to })
    }

    /// How many nights.
    pub fn nights(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// The first night.
    pub fn first(&self) -> Night {
        Night(self.from)
    }

    /// The night after the last: the end of the half-open interval.
    pub fn end(&self) -> Night {
        Night(self.to).next()
    }

    /// Whether a night is in the period.
    pub fn contains(&self, night: Night) -> bool {
        self.from <= night.0 && night.0 <= self.to
    }

    /// The part of `[from, until)` inside the period, as nights; empty when they do not meet.
    pub fn clip(&self, from: Night, until: Option<Night>) -> (Night, Night) {
        let from = from.max(self.first());
        let until = until.map_or(self.end(), |u| u.min(self.end()));
        (from, until.max(from))
    }

    /// Each night, in order.
    pub fn each(&self) -> impl Iterator<Item = Night> + use<> {
        let end = self.end();
        std::iter::successors(Some(self.first()), move |n| Some(n.next())).take_while(move |n| *n < end)
    }
}

/// Years lived on a date by someone born on another.
pub fn age_on(birth: NaiveDate, on: NaiveDate) -> Option<u8> {
    on.years_since(birth).and_then(|years| u8::try_from(years).ok())
}

/// A wall-clock time as a form field shows it: `2026-11-01T01:30`.
pub fn to_field(local: NaiveDateTime) -> String {
    let (date, time) = (local.date(), local.time());
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", date.year(), date.month(), date.day(), time.hour(), time.minute())
}

#[cfg(test)]
mod tests;
