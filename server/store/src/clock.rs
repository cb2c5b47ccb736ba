//! The clock of the machine, and conversion between instants (UTC) and wall-clock time in the house's time zone.

use std::sync::Arc;

use chrono::{LocalResult, NaiveDateTime, Offset as _, SubsecRound as _, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Tz;
use domain::{
    refused::FaultCode,
    time::{HouseTime, Instant, When},
};
use uuid::Uuid;

/// The source of the present instant. The whole store reads the time through it, so that tests can set it.
pub trait Clock: Send + Sync + 'static {
    /// Returns the present instant in UTC, in whole microseconds, the precision that both database engines store.
    fn now(&self) -> Instant;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> Instant {
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock for tests that changes only when it is set. Clones share one instant.
#[derive(Clone, Debug)]
pub struct SetClock(Arc<std::sync::Mutex<Instant>>);

impl SetClock {
    /// Creates a clock that stands at an instant.
    pub fn at(instant: Instant) -> Self {
        Self(Arc::new(std::sync::Mutex::new(instant)))
    }

    /// Sets the clock to an instant.
    pub fn set(&self, instant: Instant) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = instant;
    }

    /// Moves the clock forward by a duration.
    pub fn advance(&self, by: chrono::TimeDelta) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += by;
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Returns a new UUIDv7: ids sort in the order in which they were created.
#[expect(clippy::disallowed_methods, reason = "this is the one place where ids are made")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Converts between instants and the wall-clock time of one time zone, the house's.
#[derive(Clone, Copy, Debug)]
pub struct WallClock(Tz);

impl WallClock {
    /// Returns the wall clock of an IANA time zone such as `America/Toronto`, or `None` if the name is unknown.
    pub fn of(zone: &str) -> Option<Self> {
        zone.parse().ok().map(Self)
    }

    /// Returns an instant together with its wall-clock time.
    pub fn at(&self, at: Instant) -> HouseTime {
        HouseTime { at, local: at.with_timezone(&self.0).naive_local() }
    }

    /// Converts a time given by a person to an instant. `When::Now` gives `now`.
    ///
    /// # Errors
    /// Returns `FaultCode::TimeDidNotExist` for a local time skipped by a clock change, `FaultCode::TimeHappenedTwice`
    /// for an ambiguous local time without an offset that resolves it, and `FaultCode::NotUnderstood` for an offset
    /// that the zone did not have at that time.
    pub fn instant(&self, when: When, now: Instant) -> Result<Instant, FaultCode> {
        let When::At { local, offset_minutes } = when else { return Ok(now) };
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(time) if offset_minutes.is_none_or(|offset| offset == offset_of(&time)) => {
                Ok(time.with_timezone(&Utc))
            }
            LocalResult::Single(_) => Err(FaultCode::NotUnderstood),
            LocalResult::None => Err(FaultCode::TimeDidNotExist),
            LocalResult::Ambiguous(first, second) => [first, second]
                .into_iter()
                .find(|time| offset_minutes == Some(offset_of(time)))
                .map(|time| time.with_timezone(&Utc))
                .ok_or(FaultCode::TimeHappenedTwice),
        }
    }

    /// Returns the first instant at which the wall clock shows `local` or later: the instant of the clock change if
    /// `local` was skipped, the earlier of the two instants if it is ambiguous.
    pub fn first_instant(&self, local: NaiveDateTime) -> Instant {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.with_timezone(&Utc),
            // Clock changes happen on a whole minute, so the search advances minute by minute.
            LocalResult::None => {
                let minute = local.with_second(0).and_then(|local| local.with_nanosecond(0)).unwrap_or(local);
                self.first_instant(minute + chrono::TimeDelta::minutes(1))
            }
        }
    }
}

/// Returns the offset from UTC in minutes, positive east of Greenwich.
fn offset_of(time: &chrono::DateTime<Tz>) -> i16 {
    (time.offset().fix().local_minus_utc() / 60) as i16
}

#[cfg(test)]
mod tests;
