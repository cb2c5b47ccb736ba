//! The house's wall clock on ordinary days and on the two nights when the clocks change.

use chrono::{NaiveDateTime, TimeDelta};

use super::*;

fn toronto() -> WallClock {
    WallClock::of("America/Toronto").unwrap()
}

fn utc(text: &str) -> Instant {
    text.parse().unwrap()
}

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// Returns the instant of a typed local time. The present instant is irrelevant here, so it is fixed.
fn meant(text: &str) -> Result<Instant, FaultCode> {
    toronto().instant(When::parse(text).unwrap(), utc("2030-01-01T00:00:00Z"))
}

#[test]
fn a_zone_that_does_not_exist_has_no_clock() {
    assert!(WallClock::of("America/Vaudreuil").is_none());
    assert!(WallClock::of("").is_none());
}

#[test]
fn the_wall_shows_summer_and_winter_time() {
    assert_eq!(toronto().at(utc("2026-07-01T16:00:00Z")).local, wall("2026-07-01T12:00"));
    assert_eq!(toronto().at(utc("2026-01-15T17:00:00Z")).local, wall("2026-01-15T12:00"));
    assert_eq!(meant("2026-07-01T12:00"), Ok(utc("2026-07-01T16:00:00Z")));
    assert_eq!(meant("2026-01-15T12:00"), Ok(utc("2026-01-15T17:00:00Z")));
}

#[test]
fn now_is_the_present_whatever_the_wall_shows() {
    let now = utc("2026-11-01T06:30:00.123456Z");
    assert_eq!(toronto().instant(When::Now, now), Ok(now));
}

#[test]
fn a_time_the_clocks_jumped_over_did_not_exist() {
    for text in ["2026-03-08T02:00", "2026-03-08T02:30", "2026-03-08T02:59", "2026-03-08T02:30-05:00"] {
        assert_eq!(meant(text), Err(FaultCode::TimeDidNotExist), "{text}");
    }
    assert_eq!(meant("2026-03-08T01:59"), Ok(utc("2026-03-08T06:59:00Z")));
    assert_eq!(meant("2026-03-08T03:00"), Ok(utc("2026-03-08T07:00:00Z")));
}

#[test]
fn a_time_that_happened_twice_needs_its_offset() {
    for text in ["2026-11-01T01:00", "2026-11-01T01:30", "2026-11-01T01:59", "2026-11-01T01:30-06:00"] {
        assert_eq!(meant(text), Err(FaultCode::TimeHappenedTwice), "{text}");
    }
    assert_eq!(meant("2026-11-01T01:30-04:00"), Ok(utc("2026-11-01T05:30:00Z")));
    assert_eq!(meant("2026-11-01T01:30-05:00"), Ok(utc("2026-11-01T06:30:00Z")));
    assert_eq!(meant("2026-11-01T00:59"), Ok(utc("2026-11-01T04:59:00Z")));
    assert_eq!(meant("2026-11-01T02:00"), Ok(utc("2026-11-01T07:00:00Z")));
}

#[test]
fn an_offset_the_house_did_not_have_then_is_not_understood() {
    assert_eq!(meant("2026-07-01T12:00-04:00"), Ok(utc("2026-07-01T16:00:00Z")));
    for text in ["2026-07-01T12:00-05:00", "2026-01-15T12:00-04:00", "2026-07-01T12:00+14:00"] {
        assert_eq!(meant(text), Err(FaultCode::NotUnderstood), "{text}");
    }
}

#[test]
fn every_hour_of_both_nights_goes_to_the_wall_and_back() {
    for begin in ["2026-03-07T23:00:00Z", "2026-10-31T23:00:00Z"] {
        for quarter in 0..64 {
            let at = utc(begin) + TimeDelta::minutes(15 * quarter);
            let shown = toronto().at(at);
            let offset_minutes = i16::try_from(shown.offset_minutes()).ok();
            let when = When::At { local: shown.local, offset_minutes };
            assert_eq!(toronto().instant(when, utc("2030-01-01T00:00:00Z")), Ok(at));
        }
    }
}

#[test]
fn the_first_instant_of_a_time_is_that_of_the_jump_or_the_first_of_two() {
    assert_eq!(toronto().first_instant(wall("2026-07-01T12:00")), utc("2026-07-01T16:00:00Z"));
    for jumped in
        [wall("2026-03-08T02:00"), wall("2026-03-08T02:51"), wall("2026-03-08T02:59") + TimeDelta::milliseconds(59_999)]
    {
        assert_eq!(toronto().first_instant(jumped), utc("2026-03-08T07:00:00Z"), "{jumped}");
    }
    assert_eq!(toronto().first_instant(wall("2026-11-01T01:30")), utc("2026-11-01T05:30:00Z"));
}

#[test]
fn a_set_clock_stands_until_it_is_moved() {
    let clock = SetClock::at(utc("2026-11-01T05:30:00Z"));
    let other_hand = clock.clone();
    other_hand.advance(TimeDelta::hours(1));
    assert_eq!(clock.now(), utc("2026-11-01T06:30:00Z"));
    other_hand.set(utc("2026-06-10T00:00:00Z"));
    assert_eq!(clock.now(), utc("2026-06-10T00:00:00Z"));
}

#[test]
fn the_machines_clock_keeps_whole_microseconds() {
    assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000, 0);
}

#[test]
fn ids_are_in_order_of_time_and_never_the_same() {
    let ids: Vec<Uuid> = (0..1_000).map(|_| new_id()).collect();
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 1_000);
}
