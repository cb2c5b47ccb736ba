//! The clock of the machine and the clock on the house's wall.

use std::sync::Arc;

use chrono::{LocalResult, NaiveDateTime, Offset as _, SubsecRound as _, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Tz;
use domain::{
    refused::FaultCode,
    time::{HouseTime, Instant, When},
};
use uuid::Uuid;

/// Where instants come from. Everything that needs the time asks here, so tests can set it.
pub trait Clock: Send + Sync + 'static {
    /// The present instant, in whole microseconds: what both engines keep.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> Instant {
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock that is set by hand.
#[derive(Clone, Debug)]
pub struct SetClock(Arc<std::sync::Mutex<Instant>>);

impl SetClock {
    /// A clock that stands at an instant.
    pub fn at(instant: Instant) -> Self {
        Self(Arc::new(std::sync::Mutex::new(instant)))
    }

    /// Puts it at an instant.
    pub fn set(&self, instant: Instant) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = instant;
    }

    /// Moves it on.
    pub fn advance(&self, by: chrono::TimeDelta) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += by;
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A new id, in order of time.
#[expect(clippy::disallowed_methods, reason = "this is the one place where ids are made")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// The clock on the wall of a house.
#[derive(Clone, Copy, Debug)]
pub struct WallClock(Tz);

impl WallClock {
    /// The wall clock of a zone such as `America/Toronto`.
    pub fn of(zone: &str) -> Option<Self> {
        zone.parse().ok().map(Self)
    }

    /// What the wall clock showed at an instant.
    pub fn at(&self, at: Instant) -> HouseTime {
        HouseTime { at, local: at.with_timezone(&self.0).naive_local() }
    }

    /// The instant meant by a person.
    ///
    /// # Errors
    /// A time the clocks jumped over did not exist; one they went through twice needs its offset; an
    /// offset that the house's clock did not have then is not understood.
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

    /// The first instant at which the wall shows a time or later: where the clocks jump over it, the
    /// instant of the jump; where it happens twice, the first.
    pub fn first_instant(&self, local: NaiveDateTime) -> Instant {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.with_timezone(&Utc),
            // Clocks change on a whole minute.
            LocalResult::None => {
                let minute = local.with_second(0).and_then(|local| local.with_nanosecond(0)).unwrap_or(local);
                self.first_instant(minute + chrono::TimeDelta::minutes(1))
            }
        }
    }
}

/// Minutes from UTC.
fn offset_of(time: &chrono::DateTime<Tz>) -> i16 {
    (time.offset().fix().local_minus_utc() / 60) as i16
}

#[cfg(test)]
mod tests;
