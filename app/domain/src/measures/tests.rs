//! Tests of the formulas, against published results and in boundary cases.

use super::*;
use crate::testing::{bed, day, house, night, resident, stay};

mod random_houses;

/// A stay with the given dates, in a bed of its own.
fn by_dates(n: u128, who: u128, arrival: &str, departure: &str) -> StayNights {
    in_beds(n, who, arrival, departure, &[(n, arrival, departure)])
}

/// A stay with the given dates, in several beds. An empty date means that the stay or the time in the bed is open.
fn in_beds(n: u128, who: u128, arrival: &str, departure: &str, beds: &[(u128, &str, &str)]) -> StayNights {
    let ended = |text: &str| (!text.is_empty()).then(|| night(text));
    StayNights {
        stay: stay(n),
        resident: resident(who),
        arrival: night(arrival),
        departure: ended(departure),
        beds: beds
            .iter()
            .map(|(n, from, until)| BedNights { bed: bed(*n), from: night(from), until: ended(until) })
            .collect(),
    }
}

/// A stay with the given wall-clock times of arrival and departure.
fn by_clock(n: u128, arrival: &str, departure: &str) -> StayNights {
    let (from, until) = (house(arrival).night(), house(departure).night());
    let beds = vec![BedNights { bed: bed(n), from, until: Some(until) }];
    StayNights { stay: stay(n), resident: resident(n), arrival: from, departure: Some(until), beds }
}

/// A bed that has always been in the house.
fn always(n: u128) -> BedService {
    served(n, "1990-01-01", "")
}

/// A bed that is in the house from one date to another; an empty end means that it still is.
fn served(n: u128, from: &str, until: &str) -> BedService {
    BedService { bed: bed(n), overflow: false, in_house: vec![span(from, until)], closed: Vec::new() }
}

fn span(from: &str, until: &str) -> (Night, Option<Night>) {
    (night(from), (!until.is_empty()).then(|| night(until)))
}

fn house_of(beds: u128) -> Vec<BedService> {
    (1..=beds).map(always).collect()
}

fn period(from: &str, to: &str) -> Period {
    Period::new(day(from), day(to)).unwrap()
}

fn figures(stays: &[StayNights], beds: &[BedService], period: Period) -> Measures {
    measure(stays, beds, period, &[])
}

fn census_on(stays: &[StayNights], dates: [&str; 4]) -> [i64; 4] {
    dates.map(|date| census(stays, night(date)))
}

/// A figure formatted with the given number of decimals, or `none`.
fn printed(figure: Option<f64>, digits: usize) -> String {
    figure.map_or_else(|| "none".to_owned(), |figure| format!("{figure:.digits$}"))
}

mod published {
    use super::*;

    const HUD_YEAR: (&str, &str) = ("2021-10-01", "2022-09-30");
    const HUD_CENSUS: [&str; 4] = ["2021-10-31", "2022-01-31", "2022-04-30", "2022-07-31"];

    /// HUD's LSA sample of FY2022, project 1561: entry, exit and nights in the year of each stay.
    const TH_ONE: [(&str, &str, i64); 13] = [
        ("2017-05-23", "", 365),
        ("2018-05-26", "", 365),
        ("2018-12-11", "", 365),
        ("2019-09-24", "2022-06-08", 250),
        ("2020-06-05", "2021-10-15", 14),
        ("2021-02-07", "", 365),
        ("2021-02-07", "2021-10-27", 26),
        ("2021-03-08", "", 365),
        ("2021-03-13", "", 365),
        ("2021-07-22", "", 365),
        ("2022-02-01", "2022-09-19", 230),
        ("2022-04-05", "", 179),
        ("2022-07-29", "", 64),
    ];

    /// The same sample, project 1557: person, entry, exit and nights in the year of each stay. Person 91500 has two
    /// stays.
    const SH_ONE: [(u128, &str, &str, i64); 16] = [
        (93843, "2020-02-16", "2021-10-15", 14),
        (91019, "2020-10-17", "2022-02-12", 134),
        (91033, "2020-10-17", "2022-05-03", 214),
        (91216, "2021-03-16", "2022-01-31", 122),
        (91149, "2021-04-09", "2022-08-01", 304),
        (91073, "2021-08-31", "2021-11-02", 32),
        (91140, "2021-09-08", "2021-12-01", 61),
        (91500, "2021-11-02", "2021-12-01", 29),
        (90788, "2021-11-25", "2021-12-28", 33),
        (91432, "2021-12-25", "2022-07-29", 216),
        (91456, "2022-01-14", "2022-02-01", 18),
        (91448, "2022-01-27", "2022-03-28", 60),
        (92053, "2022-03-02", "", 213),
        (93451, "2022-07-16", "2022-07-29", 13),
        (93453, "2022-07-16", "2022-08-14", 29),
        (91500, "2022-07-28", "", 65),
    ];

    #[test]
    fn a_house_of_ten_beds_has_the_figures_hud_published() {
        let stays: Vec<StayNights> =
            (1..).zip(TH_ONE).map(|(n, (entry, exit, _))| by_dates(n, n, entry, exit)).collect();
        let year = period(HUD_YEAR.0, HUD_YEAR.1);
        for (stay, (entry, exit, nights)) in stays.iter().zip(TH_ONE) {
            assert_eq!(stay.bed_nights(year), nights, "from {entry} to {exit}");
        }
        let figures = figures(&stays, &house_of(10), year);
        assert_eq!((figures.nights, figures.bed_nights, figures.people_served), (365, 3_318, 13));
        assert_eq!(figures.bed_nights_available, 3_650);
        assert_eq!(printed(figures.occupancy_rate, 1), "90.9");
        assert_eq!(census_on(&stays, HUD_CENSUS), [8, 8, 10, 10]);
        // These values are computed from the same dates; they are not published.
        assert_eq!((figures.admissions, figures.departures), (3, 4));
        assert_eq!(printed(figures.length_of_stay.completed_mean, 2), "494.25");
    }

    #[test]
    fn a_house_of_nine_beds_with_someone_who_comes_back_has_the_figures_hud_published() {
        let stays: Vec<StayNights> =
            (1..).zip(SH_ONE).map(|(n, (who, entry, exit, _))| by_dates(n, who, entry, exit)).collect();
        let year = period(HUD_YEAR.0, HUD_YEAR.1);
        for (stay, (who, entry, _, nights)) in stays.iter().zip(SH_ONE) {
            assert_eq!(stay.bed_nights(year), nights, "{who} from {entry}");
        }
        let figures = figures(&stays, &house_of(9), year);
        assert_eq!((figures.bed_nights, figures.people_served), (1_557, 15));
        assert_eq!(printed(figures.occupancy_rate, 1), "47.4");
        assert_eq!(census_on(&stays, HUD_CENSUS), [6, 6, 4, 4]);
        // These values are computed from the same dates; they are not published. Nine stays began for eight persons,
        // one of whom had stayed before.
        assert_eq!(figures.admissions, 9);
        assert_eq!(printed(figures.repeat_stay_rate, 1), "12.5");
        assert_eq!(returns(&stays, year).iter().map(|stay| stay.stay).collect::<Vec<_>>(), [stay(16)]);
    }

    /// HUD's DataLab kit, project 242: number of enrolments, entry and exit.
    const TH_242: [(u128, &str, &str); 6] = [
        (29, "2020-05-01", "2021-08-01"),
        (3, "2020-05-01", "2021-08-24"),
        (1, "2020-07-05", "2021-08-01"),
        (1, "2021-02-21", "2021-03-15"),
        (1, "2021-05-01", "2021-08-01"),
        (2, "2020-05-01", ""),
    ];

    #[test]
    fn transitional_housing_has_the_lengths_of_stay_hud_published() {
        let mut stays = Vec::new();
        for (how_many, entry, exit) in TH_242 {
            for _ in 0..how_many {
                let n = stays.len() as u128 + 1;
                stays.push(by_dates(n, n, entry, exit));
            }
        }
        let year = period("2020-10-01", "2021-09-30");
        let figures = figures(&stays, &[], year);
        assert_eq!((figures.people_served, figures.departures), (37, 35));
        let length = figures.length_of_stay;
        assert_eq!(printed(length.completed_mean, 0), "434");
        assert_eq!(printed(length.completed_mean, 3), "434.257");
        assert_eq!(printed(length.completed_median, 1), "457.0");
        assert_eq!(printed(length.ongoing_mean, 1), "518.0");
        assert_eq!(stays.iter().filter_map(|stay| stay.ongoing(year)).collect::<Vec<_>>(), [518, 518]);
        assert_eq!(census_on(&stays, ["2021-01-27", "2021-04-28", "2021-07-28", "2020-10-28"]), [35, 35, 36, 35]);
        // HUD counts the two ongoing stays among the 35 of 366 to 730 days; here only completed stays count.
        let filled: Vec<(i64, i64)> =
            bands(&stays, year).iter().filter(|band| band.stays > 0).map(|band| (band.min, band.stays)).collect();
        assert_eq!(filled, [(8, 1), (91, 1), (366, 33)]);
    }

    /// Beds, bed-nights and occupancy rate of HUD's eleven projects over 365 nights.
    const OCCUPANCY: [(u128, i64, &str); 11] = [
        (4, 242, "16.6"),
        (16, 4_769, "81.7"),
        (25, 333, "3.6"),
        (10, 3_356, "91.9"),
        (9, 1_557, "47.4"),
        (19, 5_558, "80.1"),
        (9, 6_896, "209.9"),
        (7, 2_333, "91.3"),
        (10, 3_318, "90.9"),
        (4, 1_865, "127.7"),
        (25, 3_516, "38.5"),
    ];

    #[test]
    fn eleven_projects_are_as_full_as_hud_found_them_even_beyond_their_beds() {
        let year = period(HUD_YEAR.0, HUD_YEAR.1);
        for (beds, bed_nights, occupancy) in OCCUPANCY {
            // First come stays of the whole year, then one stay for the remaining nights.
            let whole = u128::try_from(bed_nights / 365).unwrap();
            let mut stays: Vec<StayNights> = (1..=whole).map(|n| by_dates(n, n, "2021-01-01", "")).collect();
            let left_over = day(HUD_YEAR.0) + chrono::TimeDelta::days(bed_nights % 365);
            stays.push(by_dates(whole + 1, whole + 1, HUD_YEAR.0, &left_over.to_string()));
            let figures = figures(&stays, &house_of(beds), year);
            assert_eq!(figures.bed_nights, bed_nights);
            assert_eq!(printed(figures.occupancy_rate, 1), occupancy, "{bed_nights} in {beds} beds");
        }
    }

    /// The ward of a textbook: 30 days, 50 beds, 1 208 patient-days, 90 discharges with 575 days in total.
    fn ward() -> (Vec<StayNights>, Vec<BedService>, Period) {
        let month = period("2026-06-01", "2026-06-30");
        let mut stays = Vec::new();
        let mut add = |arrival: &str, departure: &str| {
            let n = stays.len() as u128 + 1;
            stays.push(by_dates(n, n, arrival, departure));
        };
        // 10 stays of 7 days began three nights before the month; 25 of 7 days and 55 of 6 days lie inside it.
        (0..10).for_each(|_| add("2026-05-29", "2026-06-05"));
        (0..25).for_each(|_| add("2026-06-10", "2026-06-17"));
        (0..55).for_each(|_| add("2026-06-20", "2026-06-26"));
        // 22 patients stay throughout, and one for the last three nights.
        (0..22).for_each(|_| add("2026-01-10", ""));
        add("2026-06-28", "");
        (stays, house_of(50), month)
    }

    #[test]
    fn the_textbook_ward_has_the_figures_of_the_textbook() {
        let (stays, beds, month) = ward();
        let figures = figures(&stays, &beds, month);
        assert_eq!((figures.bed_nights, figures.bed_nights_available, figures.departures), (1_208, 1_500, 90));
        assert_eq!(printed(figures.occupancy_rate, 2), "80.53");
        assert_eq!(printed(figures.turnover_rate, 1), "1.8");
        // The source prints 6.35 for 575 ÷ 90, which is an error of the source.
        assert_eq!(printed(figures.length_of_stay.completed_mean, 2), "6.39");
        assert_eq!(printed(mean(&census_by_night(&stays, month)), 2), "40.27");
        let empty = (figures.bed_nights_available - figures.bed_nights) as f64 / figures.departures as f64;
        assert_eq!(format!("{empty:.2}"), "3.24");
    }

    #[test]
    fn turnover_counts_departures_and_is_not_derived_from_lengths_of_stay() {
        let (stays, beds, month) = ward();
        let figures = figures(&stays, &beds, month);
        let indirect = figures.occupancy_rate.unwrap() / 100.0 * 30.0 / figures.length_of_stay.completed_mean.unwrap();
        assert_eq!(format!("{indirect:.2}"), "3.78");
        assert_eq!(figures.turnover_rate, Some(1.8));
    }

    #[test]
    fn nine_thousand_three_hundred_bed_nights_in_thirty_days_are_310_a_night() {
        let stays: Vec<StayNights> = (1..=310).map(|n| by_dates(n, n, "2026-06-01", "2026-07-01")).collect();
        let month = period("2026-06-01", "2026-06-30");
        assert_eq!(figures(&stays, &[], month).bed_nights, 9_300);
        assert_eq!(mean(&census_by_night(&stays, month)), Some(310.0));
    }
}

mod nights {
    use super::*;

    #[test]
    fn the_night_of_arrival_counts_and_the_day_of_departure_does_not() {
        // This is the example of the HMIS manuals: entry on 30 October, exit on the morning of the 31st.
        let stays = [by_dates(1, 1, "2026-10-30", "2026-10-31")];
        assert_eq!(census_by_night(&stays, period("2026-10-29", "2026-11-01")), [0, 1, 0, 0]);
        assert_eq!(stays[0].length(), Some(1));
    }

    #[test]
    fn a_stay_of_one_day_has_no_night_but_is_an_admission_and_a_departure() {
        let stays = [by_clock(1, "2026-06-10T09:00", "2026-06-10T21:30")];
        let figures = figures(&stays, &house_of(1), period("2026-06-01", "2026-06-30"));
        assert_eq!((figures.bed_nights, figures.people_served), (0, 0));
        assert_eq!((figures.admissions, figures.departures), (1, 1));
        assert_eq!(figures.length_of_stay.completed_mean, Some(0.0));
    }

    #[test]
    fn an_arrival_after_midnight_counts_for_the_night_under_way() {
        // Counting by dates would give no night, because the arrival and the departure are both on the 11th.
        let stays = [by_clock(1, "2026-06-11T01:15", "2026-06-11T12:00")];
        assert_eq!(census_by_night(&stays, period("2026-06-09", "2026-06-12")), [0, 1, 0, 0]);
    }

    #[test]
    fn who_is_there_at_four_is_counted_and_who_leaves_at_four_is_not() {
        let arriving_at_four = by_clock(1, "2026-06-11T04:00", "2026-06-11T08:00");
        let arriving_after = by_clock(2, "2026-06-11T04:01", "2026-06-11T08:00");
        let leaving_at_four = by_clock(3, "2026-06-10T22:00", "2026-06-11T04:00");
        let leaving_after = by_clock(4, "2026-06-10T22:00", "2026-06-11T04:01");
        let there = |stay: &StayNights| census(std::slice::from_ref(stay), night("2026-06-10"));
        let stays = [arriving_at_four, arriving_after, leaving_at_four, leaving_after];
        assert_eq!(stays.each_ref().map(there), [1, 0, 0, 1]);
    }

    #[test]
    fn a_night_of_seven_or_of_nine_hours_is_one_night() {
        for (evening, morning, hours) in
            [("2026-03-07T23:00", "2026-03-08T07:00", 7), ("2026-10-31T23:00", "2026-11-01T07:00", 9)]
        {
            let (arrived, left) = (house(evening), house(morning));
            assert_eq!((left.at - arrived.at).num_hours(), hours);
            assert_eq!(by_clock(1, evening, morning).length(), Some(1));
        }
    }

    #[test]
    fn the_census_of_the_nights_when_the_clocks_change_is_taken_at_four() {
        for (evening, four, date) in [
            ("2026-03-07T22:00", "2026-03-08T04:00", "2026-03-07"),
            ("2026-10-31T22:00", "2026-11-01T04:00", "2026-10-31"),
        ] {
            let until_three = by_clock(1, evening, &four.replace("T04:00", "T03:30"));
            let until_four = by_clock(2, evening, four);
            let until_five = by_clock(3, evening, &four.replace("T04:00", "T05:00"));
            let at_four = by_clock(4, four, &four.replace("T04:00", "T09:00"));
            let counts = [until_three, until_four, until_five, at_four]
                .map(|stay| (census(std::slice::from_ref(&stay), night(date)), stay.length()));
            assert_eq!(counts, [(0, Some(0)), (0, Some(0)), (1, Some(1)), (1, Some(1))], "{date}");
        }
    }

    #[test]
    fn a_week_with_a_change_of_clocks_has_seven_nights() {
        for (from, to, hours) in
            [("2026-03-05T12:00", "2026-03-12T12:00", 167), ("2026-10-29T12:00", "2026-11-05T12:00", 169)]
        {
            assert_eq!((house(to).at - house(from).at).num_hours(), hours);
            assert_eq!(by_clock(1, from, to).length(), Some(7));
        }
    }

    #[test]
    fn a_leap_year_has_366_nights() {
        let year = period("2028-01-01", "2028-12-31");
        let figures = figures(&[by_dates(1, 1, "2027-06-01", "")], &house_of(1), year);
        assert_eq!((figures.nights, figures.bed_nights, figures.bed_nights_available), (366, 366, 366));
        let february = period("2028-02-28", "2028-03-01");
        assert_eq!(census_by_night(&[by_dates(1, 1, "2028-02-29", "2028-03-01")], february), [0, 1, 0]);
    }
}

mod edges {
    use super::*;

    const JUNE: (&str, &str) = ("2026-06-01", "2026-06-30");

    fn june() -> Period {
        period(JUNE.0, JUNE.1)
    }

    #[test]
    fn an_empty_house_has_counts_of_nothing_and_no_rates() {
        let figures = measure(&[], &[], june(), &[day("2026-06-15")]);
        assert_eq!((figures.nights, figures.bed_nights, figures.bed_nights_available), (30, 0, 0));
        assert_eq!((figures.people_served, figures.admissions, figures.departures), (0, 0, 0));
        assert_eq!((figures.occupancy_rate, figures.turnover_rate, figures.repeat_stay_rate), (None, None, None));
        assert_eq!(figures.length_of_stay, LengthOfStay::default());
        assert_eq!(figures.census, BTreeMap::from([(day("2026-06-15"), 0)]));
        assert_eq!(census_by_night(&[], june()), vec![0; 30]);
    }

    #[test]
    fn a_departure_on_the_first_day_belongs_to_the_period_but_none_of_its_nights_do() {
        let figures = figures(&[by_dates(1, 1, "2026-05-20", "2026-06-01")], &house_of(1), june());
        assert_eq!((figures.bed_nights, figures.people_served, figures.admissions, figures.departures), (0, 0, 0, 1));
        assert_eq!(figures.length_of_stay.completed_mean, Some(12.0));
    }

    #[test]
    fn an_arrival_on_the_last_day_gives_one_night_and_a_departure_on_the_next_is_not_of_the_period() {
        let figures = figures(&[by_dates(1, 1, "2026-06-30", "2026-07-01")], &house_of(1), june());
        assert_eq!((figures.bed_nights, figures.people_served, figures.admissions, figures.departures), (1, 1, 1, 0));
        assert_eq!(figures.length_of_stay.completed_mean, None);
        assert_eq!(figures.length_of_stay.ongoing_mean, Some(1.0));
    }

    #[test]
    fn stays_before_and_after_the_period_count_for_nothing() {
        let stays = [by_dates(1, 1, "2026-05-01", "2026-05-31"), by_dates(2, 2, "2026-07-01", "")];
        let figures = figures(&stays, &house_of(2), june());
        assert_eq!((figures.bed_nights, figures.people_served, figures.admissions, figures.departures), (0, 0, 0, 0));
        assert_eq!(figures.length_of_stay, LengthOfStay::default());
    }

    #[test]
    fn a_period_of_one_night_is_its_census() {
        let stays = [
            by_dates(1, 1, "2026-06-14", "2026-06-15"),
            by_dates(2, 2, "2026-06-15", ""),
            by_dates(3, 3, "2026-06-16", ""),
        ];
        let figures = figures(&stays, &house_of(3), period("2026-06-15", "2026-06-15"));
        assert_eq!((figures.nights, figures.bed_nights), (1, 1));
        assert_eq!(figures.bed_nights, census(&stays, night("2026-06-15")));
    }

    #[test]
    fn completed_stays_count_whole_and_never_mix_with_those_going_on() {
        let stays = [
            by_dates(1, 1, "2026-01-01", "2026-06-10"),
            by_dates(2, 2, "2026-06-05", "2026-06-10"),
            by_dates(3, 3, "2026-05-01", ""),
            by_dates(4, 4, "2026-06-30", "2026-09-01"),
        ];
        let length = figures(&stays, &house_of(4), june()).length_of_stay;
        assert_eq!(length.completed_mean, Some((160.0 + 5.0) / 2.0));
        // Two stays are under way at the end of June: one since 1 May, 61 days with the last one included, and one
        // since 30 June, 1 day.
        assert_eq!(length.ongoing_mean, Some((61.0 + 1.0) / 2.0));
    }

    #[test]
    fn the_median_is_the_middle_one_or_between_the_two_middle_ones() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[9]), Some(9.0));
        assert_eq!(median(&[100, 1, 7]), Some(7.0));
        assert_eq!(median(&[100, 1, 8, 7]), Some(7.5));
        assert_eq!(median(&[4, 4, 1, 900]), Some(4.0));
    }

    #[test]
    fn the_mean_is_not_rounded_and_nothing_has_none() {
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[0, 0]), Some(0.0));
        assert_eq!(mean(&[1, 2]), Some(1.5));
        assert_eq!(printed(mean(&[1, 1, 2]), 4), "1.3333");
    }

    #[test]
    fn the_figures_have_the_keys_that_scripts_read() {
        let figures = measure(&[by_dates(1, 1, "2026-06-01", "")], &house_of(1), june(), &[day("2026-06-30")]);
        let json = serde_json::to_value(&figures).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            keys(&json),
            [
                "admissions",
                "bed_nights",
                "bed_nights_available",
                "census",
                "departures",
                "from",
                "length_of_stay",
                "nights",
                "occupancy_rate",
                "people_served",
                "repeat_stay_rate",
                "to",
                "turnover_rate",
            ]
        );
        assert_eq!(keys(&json["length_of_stay"]), ["completed_mean", "completed_median", "ongoing_mean"]);
        assert_eq!(json["census"], serde_json::json!({ "2026-06-30": 1 }));
        assert_eq!((&json["from"], &json["to"]), (&"2026-06-01".into(), &"2026-06-30".into()));
        assert_eq!(serde_json::from_value::<Measures>(json).unwrap(), figures);
    }
}

mod beds {
    use super::*;

    fn ten_nights() -> Period {
        period("2026-06-01", "2026-06-10")
    }

    #[test]
    fn a_bed_is_offered_from_the_night_it_comes_until_the_night_it_goes() {
        let beds = [served(1, "2026-06-04", ""), served(2, "2026-01-01", "2026-06-03")];
        assert_eq!(nights_offered(&beds, ten_nights()), [1, 1, 0, 1, 1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_bed_out_of_service_is_not_offered_and_comes_back() {
        let mut closed = always(1);
        closed.closed =
            vec![span("2026-05-20", "2026-06-02"), span("2026-06-05", "2026-06-07"), span("2026-06-10", "")];
        assert_eq!(nights_offered(&[closed, always(2)], ten_nights()), [1, 2, 2, 2, 1, 1, 2, 2, 2, 1]);
    }

    #[test]
    fn a_bed_taken_out_and_put_back_is_offered_in_both_times() {
        let mut twice = served(1, "2026-01-01", "2026-06-02");
        twice.in_house.push(span("2026-06-09", ""));
        assert_eq!(nights_offered(&[twice], ten_nights()), [1, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    }

    #[test]
    fn a_bed_closed_and_opened_on_one_day_stays_offered() {
        let mut closed = always(1);
        closed.closed = vec![span("2026-06-05", "2026-06-05")];
        assert_eq!(nights_offered(&[closed], ten_nights()), [1; 10]);
    }

    #[test]
    fn beds_added_beyond_are_used_but_never_offered() {
        let mut beds = house_of(2);
        beds[1].overflow = true;
        let stays = [by_dates(1, 1, "2026-06-01", ""), by_dates(2, 2, "2026-06-01", "")];
        let figures = figures(&stays, &beds, ten_nights());
        assert_eq!((figures.bed_nights, figures.bed_nights_available), (20, 10));
        assert_eq!(figures.occupancy_rate, Some(200.0));
    }

    #[test]
    fn nights_in_a_closed_bed_are_used_though_not_offered() {
        let mut beds = house_of(2);
        beds[0].closed = vec![span("2026-06-01", "")];
        let figures = figures(&[by_dates(1, 1, "2026-06-01", "2026-06-06")], &beds, ten_nights());
        assert_eq!((figures.bed_nights, figures.bed_nights_available), (5, 10));
        assert_eq!(figures.occupancy_rate, Some(50.0));
    }

    #[test]
    fn occupancy_is_the_ratio_of_sums_and_not_the_mean_of_nightly_rates() {
        // One bed is occupied for five nights; then there are four beds, of which one is used.
        let beds = [always(1), served(2, "2026-06-06", ""), served(3, "2026-06-06", ""), served(4, "2026-06-06", "")];
        let stays = [by_dates(1, 1, "2026-06-01", "")];
        let (used, offered) = (census_by_night(&stays, ten_nights()), nights_offered(&beds, ten_nights()));
        let daily: Vec<f64> =
            used.iter().zip(&offered).map(|(used, offered)| 100.0 * *used as f64 / *offered as f64).collect();
        assert_eq!(daily.iter().sum::<f64>() / 10.0, 62.5);
        assert_eq!(figures(&stays, &beds, ten_nights()).occupancy_rate, Some(100.0 * 10.0 / 25.0));
    }

    #[test]
    fn turnover_divides_by_the_mean_number_of_beds() {
        let beds = [always(1), served(2, "2026-06-06", "")];
        let stays = [
            by_dates(1, 1, "2026-05-30", "2026-06-03"),
            by_dates(2, 2, "2026-06-03", "2026-06-03"),
            by_dates(3, 3, "2026-06-07", "2026-06-09"),
            by_dates(4, 4, "2026-06-09", ""),
        ];
        // There are three departures from 1.5 beds on average.
        assert_eq!(figures(&stays, &beds, ten_nights()).turnover_rate, Some(2.0));
    }

    #[test]
    fn bed_nights_by_bed_follow_her_from_bed_to_bed() {
        let moved = in_beds(
            1,
            1,
            "2026-05-30",
            "2026-06-09",
            &[(1, "2026-05-30", "2026-06-03"), (2, "2026-06-03", "2026-06-03"), (3, "2026-06-03", "2026-06-09")],
        );
        let neighbour = by_dates(1, 2, "2026-06-03", "");
        let stays = [moved, neighbour];
        let by_bed = bed_nights_by_bed(&stays, ten_nights());
        assert_eq!([1, 2, 3].map(|n| by_bed.get(&bed(n)).copied()), [Some(2 + 8), Some(0), Some(6)]);
        assert_eq!(stays.each_ref().map(|stay| stay.bed_nights(ten_nights())), [8, 8]);
        assert_eq!(census_by_night(&stays, ten_nights()), [1, 1, 2, 2, 2, 2, 2, 2, 1, 1]);
        assert_eq!(figures(&stays, &house_of(3), ten_nights()).bed_nights, 16);
    }

    #[test]
    fn two_persons_in_one_bed_are_two_bed_nights_a_night() {
        let stays = [by_dates(1, 1, "2026-06-01", ""), in_beds(2, 2, "2026-06-01", "", &[(1, "2026-06-01", "")])];
        assert_eq!(figures(&stays, &house_of(1), ten_nights()).bed_nights, 20);
        assert_eq!(bed_nights_by_bed(&stays, ten_nights())[&bed(1)], 20);
    }

    #[test]
    fn nights_without_a_bed_are_part_of_the_stay_but_not_bed_nights() {
        // These are night-by-night data: the stay lasts ten nights, and the resident had a bed on three of them.
        let stays = [in_beds(
            1,
            1,
            "2026-06-01",
            "2026-06-10",
            &[(1, "2026-06-02", "2026-06-04"), (2, "2026-06-08", "2026-06-09")],
        )];
        let figures = figures(&stays, &house_of(2), ten_nights());
        assert_eq!((figures.bed_nights, figures.people_served), (3, 1));
        assert_eq!(figures.length_of_stay.completed_mean, Some(9.0));
        assert_eq!(census_by_night(&stays, ten_nights()), [0, 1, 1, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(present_on(&stays, night("2026-06-05")).count(), 0);
    }

    #[test]
    fn someone_recorded_twice_on_a_night_is_counted_once() {
        let stays = [
            by_dates(1, 7, "2026-06-01", "2026-06-09"),
            by_dates(2, 7, "2026-06-03", "2026-06-05"),
            by_dates(3, 7, "2026-06-08", ""),
        ];
        let figures = figures(&stays, &house_of(3), ten_nights());
        assert_eq!((figures.bed_nights, figures.people_served), (10, 1));
        assert_eq!(census_by_night(&stays, ten_nights()), [1; 10]);
        assert_eq!(census(&stays, night("2026-06-04")), 1);
    }
}

mod coming_back {
    use super::*;

    fn rate(stays: &[StayNights]) -> Option<f64> {
        figures(stays, &[], period("2026-06-01", "2026-06-30")).repeat_stay_rate
    }

    #[test]
    fn a_first_stay_is_no_return() {
        assert_eq!(rate(&[by_dates(1, 1, "2026-06-05", "2026-06-08")]), Some(0.0));
    }

    #[test]
    fn leaving_and_coming_back_the_same_day_is_no_return() {
        assert_eq!(rate(&[by_dates(1, 1, "2026-05-01", "2026-06-05"), by_dates(2, 1, "2026-06-05", "")]), Some(0.0));
    }

    #[test]
    fn one_night_elsewhere_makes_a_return() {
        assert_eq!(rate(&[by_dates(1, 1, "2026-05-01", "2026-06-05"), by_dates(2, 1, "2026-06-06", "")]), Some(100.0));
    }

    #[test]
    fn a_stay_of_years_ago_makes_a_return() {
        assert_eq!(rate(&[by_dates(1, 1, "2019-05-01", "2019-05-02"), by_dates(2, 1, "2026-06-06", "")]), Some(100.0));
    }

    #[test]
    fn a_later_stay_makes_no_return_of_an_earlier_one() {
        assert_eq!(rate(&[by_dates(1, 1, "2026-06-10", "2026-06-12"), by_dates(2, 1, "2026-07-10", "")]), Some(0.0));
    }

    #[test]
    fn persons_are_counted_and_not_their_stays() {
        let stays = [
            by_dates(1, 1, "2026-01-01", "2026-02-01"),
            by_dates(2, 1, "2026-06-02", "2026-06-04"),
            by_dates(3, 1, "2026-06-10", "2026-06-12"),
            by_dates(4, 2, "2026-06-01", ""),
            by_dates(5, 3, "2026-06-01", "2026-06-01"),
            by_dates(6, 4, "2026-05-01", ""),
        ];
        assert_eq!(returns(&stays, period("2026-06-01", "2026-06-30")).len(), 2);
        assert_eq!(printed(rate(&stays), 3), "33.333");
    }

    #[test]
    fn nobody_admitted_gives_no_rate() {
        assert_eq!(rate(&[by_dates(1, 1, "2026-05-01", "2026-06-05")]), None);
    }
}

mod length_bands {
    use super::*;

    #[test]
    fn bands_touch_without_overlapping() {
        assert_eq!(BANDS.first().map(|(min, _)| *min), Some(0));
        for pair in BANDS.windows(2) {
            assert_eq!(pair[0].1.map(|max| max + 1), Some(pair[1].0));
        }
        assert_eq!(BANDS.last().map(|(_, max)| *max), Some(None));
    }

    #[test]
    fn a_length_on_a_bound_falls_into_one_band() {
        let left = day("2026-06-15");
        let lengths = [0, 7, 8, 30, 31, 90, 91, 180, 181, 365, 366, 730, 731, 4_000];
        let stays: Vec<StayNights> = (1..)
            .zip(lengths)
            .map(|(n, nights)| by_dates(n, n, &(left - chrono::TimeDelta::days(nights)).to_string(), &left.to_string()))
            .collect();
        let june = period("2026-06-01", "2026-06-30");
        assert_eq!(bands(&stays, june).iter().map(|band| band.stays).collect::<Vec<_>>(), [2; 7]);
    }

    #[test]
    fn only_stays_that_ended_in_the_period_are_in_a_band() {
        let stays = [
            by_dates(1, 1, "2026-06-01", ""),
            by_dates(2, 2, "2026-05-01", "2026-05-31"),
            by_dates(3, 3, "2026-06-29", "2026-07-01"),
        ];
        assert!(bands(&stays, period("2026-06-01", "2026-06-30")).iter().all(|band| band.stays == 0));
    }
}
