//! Tests of nights, periods and entered times, against the calendar of the time zone of the house.

use chrono::TimeZone as _;
use chrono_tz::America::Toronto;
use proptest::prelude::*;

use super::*;
use crate::testing::{day, house, night, said, seen_at, utc, wall};

fn at(text: &str, offset_minutes: Option<i16>) -> When {
    When::At { local: wall(text), offset_minutes }
}

mod moments {
    use super::*;

    #[test]
    fn a_moment_is_read_as_forms_addresses_and_people_write_it() {
        assert_eq!(When::parse("2026-11-23T21:05"), Some(at("2026-11-23T21:05", None)));
        assert_eq!(When::parse("2026-11-23T21:05:00"), Some(at("2026-11-23T21:05", None)));
        assert_eq!(When::parse("2026-11-23 21:05"), Some(at("2026-11-23T21:05", None)));
        assert_eq!(When::parse("  2026-11-23T21:05\n"), Some(at("2026-11-23T21:05", None)));
        assert_eq!(When::parse("2026-11-01T01:30-04:00"), Some(at("2026-11-01T01:30", Some(-240))));
        assert_eq!(When::parse("2026-11-01T01:30:00-05:00"), Some(at("2026-11-01T01:30", Some(-300))));
        assert_eq!(When::parse("2026-11-01T01:30+05:45"), Some(at("2026-11-01T01:30", Some(345))));
    }

    #[test]
    fn what_is_no_moment_is_not_read() {
        for text in [
            "",
            "now",
            "2026-11-23",
            "21:05",
            "2026-02-29T10:00",
            "2026-13-01T10:00",
            "2026-11-23T24:00",
            "2026-11-23T21:60",
            "23/11/2026 21:05",
            "2026-11-23T21:05Z",
            "2026-11-23T21:05-0400",
            "2026-11-23T21:05-04",
            "2026-11-23T21:05-24:00",
            "2026-11-23T21:05-04:60",
            "2026-11-23T21:05+99999:00",
            "2026-11-23T21:05--4:00",
            "2026-11-23T21:05--546:-8",
            "20026-11-23T21:05",
            "1899-12-31T23:59",
            "3000-01-01T00:00",
            "٢٠٢٦-١١-٢٣T٢١:٠٥",
            "é2026-11-23T21:05",
            "2026-11-23T21:05\u{202e}",
        ] {
            assert_eq!(When::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_moment_goes_into_a_field_and_comes_back() {
        for text in ["2026-03-08T00:00", "2026-11-01T01:30", "1900-01-01T23:59", "2999-12-31T04:00"] {
            assert_eq!(to_field(wall(text)), text);
            assert_eq!(When::parse(text), Some(at(text, None)));
        }
    }

    #[test]
    fn now_is_what_the_clock_of_the_house_shows() {
        let now = house("2026-06-10T22:15");
        assert_eq!(When::Now.local(now), wall("2026-06-10T22:15"));
        assert_eq!(said("2026-06-09T08:00").local(now), wall("2026-06-09T08:00"));
    }

    #[test]
    fn the_hour_that_happens_twice_is_told_apart_by_its_offset() {
        let (first, second) = (seen_at(utc("2026-11-01T05:30:00Z")), seen_at(utc("2026-11-01T06:30:00Z")));
        assert_eq!((first.local, second.local), (wall("2026-11-01T01:30"), wall("2026-11-01T01:30")));
        assert_eq!((first.offset_minutes(), second.offset_minutes()), (-240, -300));
        assert!(first < second);
        assert_eq!((first.night(), second.night()), (night("2026-10-31"), night("2026-10-31")));
    }

    #[test]
    fn the_two_half_past_one_of_november_are_an_hour_apart() {
        let now = house("2026-11-01T09:00");
        let (first, second) = (at("2026-11-01T01:30", Some(-240)), at("2026-11-01T01:30", Some(-300)));
        assert_eq!(second.since(first, now), TimeDelta::hours(1));
        assert_eq!(first.since(second, now), -TimeDelta::hours(1));
        // Without an offset only the wall clock can be compared.
        assert_eq!(at("2026-11-01T01:40", None).since(first, now), TimeDelta::minutes(10));
    }

    #[test]
    fn the_present_knows_its_own_offset() {
        // The wall clock shows 01:15 for the second time, so the first 01:45 was half an hour ago.
        let now = seen_at(utc("2026-11-01T06:15:00Z"));
        assert_eq!(at("2026-11-01T01:45", Some(-240)).since(When::Now, now), -TimeDelta::minutes(30));
        assert_eq!(at("2026-11-01T01:45", Some(-300)).since(When::Now, now), TimeDelta::minutes(30));
        assert_eq!(When::Now.since(When::Now, now), TimeDelta::zero());
    }

    #[test]
    fn moments_cross_the_border_unchanged() {
        for when in [When::Now, at("2026-11-01T01:30", None), at("2026-11-01T01:30", Some(-240))] {
            let sent = serde_json::to_string(&when).unwrap();
            assert_eq!(serde_json::from_str::<When>(&sent).unwrap(), when);
        }
        let time = seen_at(utc("2026-11-01T05:30:00.123456Z"));
        assert_eq!(serde_json::from_str::<HouseTime>(&serde_json::to_string(&time).unwrap()).unwrap(), time);
    }
}

mod nights {
    use super::*;

    #[test]
    fn a_night_lasts_until_four_o_clock_included() {
        for (moment, date) in [
            ("2026-06-10T12:00", "2026-06-10"),
            ("2026-06-10T23:59", "2026-06-10"),
            ("2026-06-11T00:00", "2026-06-10"),
            ("2026-06-11T03:59", "2026-06-10"),
            ("2026-06-11T04:00", "2026-06-10"),
            ("2026-06-11T04:01", "2026-06-11"),
            ("2026-06-11T08:00", "2026-06-11"),
            ("2027-01-01T02:00", "2026-12-31"),
            ("2028-03-01T02:00", "2028-02-29"),
        ] {
            assert_eq!(Night::of(wall(moment)), night(date), "{moment}");
        }
        let just_after = wall("2026-06-11T04:00") + TimeDelta::microseconds(1);
        assert_eq!(Night::of(just_after), night("2026-06-11"));
    }

    #[test]
    fn the_census_of_a_night_is_its_last_moment() {
        let census = night("2026-06-10").census();
        assert_eq!(census, wall("2026-06-11T04:00"));
        assert_eq!(Night::of(census), night("2026-06-10"));
        assert_eq!(Night::of(census + TimeDelta::microseconds(1)), night("2026-06-10").next());
    }

    #[test]
    fn nights_are_counted_by_dates_and_backwards_below_zero() {
        assert_eq!(night("2026-03-07").until(night("2026-03-09")), 2);
        assert_eq!(night("2026-03-09").until(night("2026-03-07")), -2);
        assert_eq!(night("2028-02-28").until(night("2028-03-01")), 2);
        assert_eq!(night("2026-02-28").next(), night("2026-03-01"));
    }

    #[test]
    fn four_o_clock_exists_once_on_every_morning_of_fifteen_years() {
        for morning in day("2025-01-01").iter_days().take_while(|morning| *morning < day("2040-01-01")) {
            let census = Night(morning - Days::new(1)).census();
            assert!(Toronto.from_local_datetime(&census).single().is_some(), "{morning}");
        }
    }

    #[test]
    fn the_clocks_change_on_the_nights_that_are_known() {
        let hours = |date: NaiveDate| {
            let midnight =
                |date: NaiveDate| Toronto.from_local_datetime(&date.and_time(NaiveTime::MIN)).single().unwrap();
            (midnight(date + Days::new(1)) - midnight(date)).num_hours()
        };
        let short = ["2026-03-08", "2027-03-14", "2028-03-12", "2029-03-11", "2030-03-10"].map(day);
        let long = ["2026-11-01", "2027-11-07", "2028-11-05", "2029-11-04", "2030-11-03"].map(day);
        for date in day("2026-01-01").iter_days().take_while(|date| *date < day("2031-01-01")) {
            let expected = if short.contains(&date) {
                23
            } else if long.contains(&date) {
                25
            } else {
                24
            };
            assert_eq!(hours(date), expected, "{date}");
        }
    }

    #[test]
    fn a_shift_from_eleven_to_seven_lasts_seven_eight_or_nine_hours_and_belongs_to_one_night() {
        for (date, morning, hours) in
            [("2026-03-07", "2026-03-08", 7), ("2026-06-10", "2026-06-11", 8), ("2026-10-31", "2026-11-01", 9)]
        {
            let (from, to) = (house(&format!("{date}T23:00")), house(&format!("{morning}T07:00")));
            assert_eq!((to.at - from.at).num_hours(), hours);
            let nights: Vec<Night> =
                (0..=4).map(|quarter| seen_at(from.at + TimeDelta::hours(quarter)).night()).collect();
            assert_eq!(nights, [night(date); 5]);
            assert_eq!(to.night(), night(morning));
        }
    }

    proptest! {
        #[test]
        fn every_instant_is_in_the_night_whose_census_comes_next(seconds in 1_767_225_600_i64..1_956_528_000) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let night = seen_at(at).night();
            let census = |night: Night| Toronto.from_local_datetime(&night.census()).single().unwrap().to_utc();
            prop_assert!(census(Night(night.0 - Days::new(1))) < at && at <= census(night));
        }

        #[test]
        fn no_text_makes_reading_a_moment_stumble(text in "\\PC*", sign in "[+-]", tail in "[-+0-9:]{0,9}") {
            When::parse(&text);
            if let Some(When::At { offset_minutes, .. }) = When::parse(&format!("2026-11-01T01:30{sign}{tail}")) {
                prop_assert!(offset_minutes.is_some_and(|offset| offset.abs() < 24 * 60));
            }
        }
    }
}

mod periods {
    use super::*;

    fn june() -> Period {
        Period::new(day("2026-06-01"), day("2026-06-30")).unwrap()
    }

    #[test]
    fn a_period_has_both_its_dates_and_never_ends_before_it_begins() {
        assert_eq!(june().nights(), 30);
        assert_eq!((june().first(), june().end()), (night("2026-06-01"), night("2026-07-01")));
        let one = Period::new(day("2026-06-01"), day("2026-06-01"));
        assert_eq!(one.map(|period| period.nights()), Some(1));
        assert_eq!(Period::new(day("2026-06-02"), day("2026-06-01")), None);
    }

    #[test]
    fn a_period_of_more_than_two_hundred_years_is_a_slip() {
        assert_eq!(Period::new(day("1900-01-01"), day("2099-12-31")).map(|period| period.nights()), Some(73_049));
        assert_eq!(Period::new(day("1900-01-01"), day("2100-01-02")), None);
    }

    #[test]
    fn a_period_contains_its_first_and_last_night_only() {
        let inside = ["2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01"].map(|date| june().contains(night(date)));
        assert_eq!(inside, [false, true, true, false]);
    }

    #[test]
    fn each_night_of_a_period_comes_once_and_in_order() {
        let nights: Vec<Night> = Period::new(day("2028-02-27"), day("2028-03-01")).unwrap().each().collect();
        assert_eq!(nights, ["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"].map(night));
        assert_eq!(june().each().count() as i64, june().nights());
    }

    #[test]
    fn a_span_is_cut_to_the_period_and_empty_where_they_do_not_meet() {
        let nights = |from: &str, until: Option<&str>| {
            let (from, until) = june().clip(night(from), until.map(night));
            from.until(until)
        };
        assert_eq!(nights("2026-05-01", None), 30);
        assert_eq!(nights("2026-05-01", Some("2026-06-02")), 1);
        assert_eq!(nights("2026-06-30", None), 1);
        assert_eq!(nights("2026-06-10", Some("2026-06-12")), 2);
        for (from, until) in [
            ("2026-05-01", Some("2026-06-01")),
            ("2026-07-01", None),
            ("2026-07-01", Some("2026-07-09")),
            ("2026-06-10", Some("2026-06-10")),
            ("2026-06-12", Some("2026-06-10")),
        ] {
            assert_eq!(nights(from, until), 0, "{from} {until:?}");
        }
    }
}

mod ages {
    use super::*;

    #[test]
    fn she_is_a_year_older_on_her_birthday() {
        let ages = ["2026-06-09", "2026-06-10", "2027-06-09"].map(|on| age_on(day("2008-06-10"), day(on)));
        assert_eq!(ages, [Some(17), Some(18), Some(18)]);
    }

    #[test]
    fn who_was_born_on_a_leap_day_grows_older_on_the_first_of_march_of_other_years() {
        let born = day("2008-02-29");
        assert_eq!(age_on(born, day("2026-02-28")), Some(17));
        assert_eq!(age_on(born, day("2026-03-01")), Some(18));
        assert_eq!(age_on(born, day("2028-02-28")), Some(19));
        assert_eq!(age_on(born, day("2028-02-29")), Some(20));
    }

    #[test]
    fn nobody_has_an_age_before_birth_nor_beyond_what_can_be_counted() {
        assert_eq!(age_on(day("2026-06-11"), day("2026-06-10")), None);
        assert_eq!(age_on(day("2026-06-10"), day("2026-06-10")), Some(0));
        assert_eq!(age_on(day("1700-01-01"), day("2026-06-10")), None);
    }
}
