//! Tests of the rules of stays that need no stored data: the facts of one stay, and the forms.

use super::*;
use crate::{
    act::Act as _,
    fields::{Fields, Form as _},
    residents::{Care, CareFlag, Contact, Language, SaidBirth, Usual},
    stays::acts::{Admit, Correct, CorrectDeparture, Depart, NewResident, Swap, Transfer, Undo, Who},
    testing::{bed, day, faults, form, house, resident, said, seen_at, stay, utc},
    time::When,
};

fn at(text: &str) -> Instant {
    house(text).at
}

fn span(n: u128, since: &str, until: &str) -> BedSpan {
    BedSpan { bed: bed(n), since: at(since), until: (!until.is_empty()).then(|| at(until)) }
}

fn left(text: &str) -> Departure {
    Departure { at: at(text), reason: DepartureReason::Voluntary, destination: Destination::FriendsForATime }
}

fn fault(field: Field, code: FaultCode) -> Result<StayFacts, Fault> {
    Err(Fault::new(field, code))
}

/// A stay under way: in bed 1 from the 1st and in bed 2 from the 5th.
fn moved_once() -> StayFacts {
    StayFacts::begin(bed(1), at("2026-06-01T20:00")).transfer(bed(2), at("2026-06-05T10:00")).unwrap()
}

/// A stay that has ended: in bed 1 from the 1st, in bed 2 from the 5th, with a departure on the 9th.
fn ended() -> StayFacts {
    moved_once().depart(left("2026-06-09T09:00")).unwrap()
}

mod one_stay {
    use super::*;

    #[test]
    fn it_begins_in_a_bed_and_stays_open() {
        let begun = StayFacts::begin(bed(1), at("2026-06-01T20:00"));
        assert_eq!(begun.beds, [span(1, "2026-06-01T20:00", "")]);
        assert_eq!((begun.bed(), begun.departed()), (Some(bed(1)), None));
    }

    #[test]
    fn a_move_ends_one_bed_at_the_instant_the_next_begins() {
        let moved = moved_once();
        assert_eq!(moved.beds, [span(1, "2026-06-01T20:00", "2026-06-05T10:00"), span(2, "2026-06-05T10:00", "")]);
        assert_eq!(moved.bed(), Some(bed(2)));
    }

    #[test]
    fn the_bed_of_a_moment_is_the_one_that_begins_with_it() {
        let beds = [
            "2026-06-01T19:59",
            "2026-06-01T20:00",
            "2026-06-05T09:59",
            "2026-06-05T10:00",
            "2026-06-09T08:59",
            "2026-06-09T09:00",
        ]
        .map(|text| ended().bed_at(at(text)));
        assert_eq!(beds, [None, Some(bed(1)), Some(bed(1)), Some(bed(2)), Some(bed(2)), None]);
    }

    #[test]
    fn a_move_at_the_instant_of_arrival_replaces_the_bed() {
        let moved = StayFacts::begin(bed(1), at("2026-06-01T20:00")).transfer(bed(2), at("2026-06-01T20:00")).unwrap();
        assert_eq!(moved.beds, [span(2, "2026-06-01T20:00", "")]);
    }

    #[test]
    fn a_move_at_the_instant_of_the_last_one_replaces_it() {
        let moved = moved_once().transfer(bed(3), at("2026-06-05T10:00")).unwrap();
        assert_eq!(moved.beds, [span(1, "2026-06-01T20:00", "2026-06-05T10:00"), span(3, "2026-06-05T10:00", "")]);
    }

    #[test]
    fn she_may_come_back_to_a_bed_she_had() {
        let back = moved_once().transfer(bed(1), at("2026-06-07T10:00")).unwrap();
        assert_eq!(back.beds.iter().map(|span| span.bed).collect::<Vec<_>>(), [bed(1), bed(2), bed(1)]);
    }

    #[test]
    fn a_move_to_the_bed_she_has_changes_nothing() {
        assert_eq!(moved_once().transfer(bed(2), at("2026-06-07T10:00")), fault(Field::Bed, FaultCode::NoChange));
    }

    #[test]
    fn a_move_before_the_last_one_or_before_arrival_is_refused() {
        assert_eq!(moved_once().transfer(bed(3), at("2026-06-05T09:59")), fault(Field::At, FaultCode::Reversed));
        assert_eq!(moved_once().transfer(bed(3), at("2026-06-01T19:59")), fault(Field::At, FaultCode::BeforeArrival));
    }

    #[test]
    fn who_has_left_does_not_move() {
        assert_eq!(ended().transfer(bed(3), at("2026-06-10T10:00")), fault(Field::At, FaultCode::AfterDeparture));
    }

    #[test]
    fn a_departure_ends_the_bed_and_keeps_why_and_where() {
        let gone = ended();
        assert_eq!(gone.beds[1], span(2, "2026-06-05T10:00", "2026-06-09T09:00"));
        assert_eq!(gone.departure, Some(left("2026-06-09T09:00")));
        assert_eq!((gone.bed(), gone.departed()), (None, Some(at("2026-06-09T09:00"))));
    }

    #[test]
    fn a_departure_before_arrival_or_before_the_last_move_is_refused() {
        assert_eq!(moved_once().depart(left("2026-06-01T19:59")), fault(Field::Departure, FaultCode::BeforeArrival));
        assert_eq!(moved_once().depart(left("2026-06-05T09:59")), fault(Field::Departure, FaultCode::Reversed));
    }

    #[test]
    fn she_may_leave_at_the_instant_she_arrived() {
        let gone = StayFacts::begin(bed(1), at("2026-06-01T20:00")).depart(left("2026-06-01T20:00")).unwrap();
        assert_eq!(gone.bed_at(at("2026-06-01T20:00")), None);
        assert_eq!(gone.departed(), Some(gone.arrived));
    }

    #[test]
    fn nobody_leaves_twice() {
        assert_eq!(ended().depart(left("2026-06-10T09:00")), fault(Field::Departure, FaultCode::AfterDeparture));
    }

    #[test]
    fn a_refused_change_leaves_the_facts_as_they_were() {
        let facts = moved_once();
        let before = facts.clone();
        assert!(
            facts.depart(left("2026-06-01T19:59")).is_err() && facts.transfer(bed(2), at("2026-06-07T10:00")).is_err()
        );
        assert_eq!(facts, before);
    }

    #[test]
    fn leaving_in_the_second_of_two_equal_hours_is_after_arriving_in_the_first() {
        let (first, second) = (utc("2026-11-01T05:50:00Z"), utc("2026-11-01T06:10:00Z"));
        assert!(seen_at(first).local > seen_at(second).local);
        let departure = Departure { at: second, ..left("2026-06-01T20:00") };
        assert!(StayFacts::begin(bed(1), first).depart(departure).is_ok());
    }
}

mod corrections {
    use super::*;

    fn corrected(arrived: &str, departure: Option<Departure>) -> Result<Vec<BedSpan>, Fault> {
        ended().correct(at(arrived), departure).map(|stay| stay.beds)
    }

    #[test]
    fn the_first_bed_follows_the_arrival_both_ways() {
        let same = Some(left("2026-06-09T09:00"));
        for arrived in ["2026-05-20T10:00", "2026-06-03T10:00"] {
            let expected = vec![span(1, arrived, "2026-06-05T10:00"), span(2, "2026-06-05T10:00", "2026-06-09T09:00")];
            assert_eq!(corrected(arrived, same), Ok(expected));
        }
    }

    #[test]
    fn the_last_bed_follows_the_departure_both_ways() {
        for gone in ["2026-06-06T10:00", "2026-06-20T10:00"] {
            let expected = vec![span(1, "2026-06-01T20:00", "2026-06-05T10:00"), span(2, "2026-06-05T10:00", gone)];
            assert_eq!(corrected("2026-06-01T20:00", Some(left(gone))), Ok(expected));
        }
    }

    #[test]
    fn a_bed_wholly_outside_the_new_dates_falls_away() {
        let later = corrected("2026-06-07T10:00", Some(left("2026-06-09T09:00")));
        assert_eq!(later, Ok(vec![span(2, "2026-06-07T10:00", "2026-06-09T09:00")]));
        let sooner = corrected("2026-06-01T20:00", Some(left("2026-06-04T10:00")));
        assert_eq!(sooner, Ok(vec![span(1, "2026-06-01T20:00", "2026-06-04T10:00")]));
    }

    #[test]
    fn dates_on_the_very_instant_of_the_move_leave_one_bed() {
        let later = corrected("2026-06-05T10:00", Some(left("2026-06-09T09:00")));
        assert_eq!(later, Ok(vec![span(2, "2026-06-05T10:00", "2026-06-09T09:00")]));
        let sooner = corrected("2026-06-01T20:00", Some(left("2026-06-05T10:00")));
        assert_eq!(sooner, Ok(vec![span(1, "2026-06-01T20:00", "2026-06-05T10:00")]));
    }

    #[test]
    fn dates_wholly_elsewhere_keep_the_last_bed() {
        let moved = corrected("2026-07-01T10:00", Some(left("2026-07-03T10:00")));
        assert_eq!(moved, Ok(vec![span(2, "2026-07-01T10:00", "2026-07-03T10:00")]));
    }

    #[test]
    fn a_departure_taken_back_opens_the_last_bed_again() {
        let here = ended().correct(at("2026-06-01T20:00"), None).unwrap();
        assert_eq!(here, moved_once());
        assert_eq!(here.bed(), Some(bed(2)));
    }

    #[test]
    fn a_stay_made_one_of_no_time_keeps_the_bed_she_had_then() {
        let none = corrected("2026-06-03T10:00", Some(left("2026-06-03T10:00")));
        assert_eq!(none, Ok(vec![span(1, "2026-06-03T10:00", "2026-06-03T10:00")]));
        let elsewhere = corrected("2026-07-03T10:00", Some(left("2026-07-03T10:00")));
        assert_eq!(elsewhere, Ok(vec![span(2, "2026-07-03T10:00", "2026-07-03T10:00")]));
    }

    #[test]
    fn why_and_where_alone_may_be_put_right() {
        let why = Departure { reason: DepartureReason::Objectives, ..left("2026-06-09T09:00") };
        let after = ended().correct(at("2026-06-01T20:00"), Some(why)).unwrap();
        assert_eq!((after.departure, after.beds), (Some(why), ended().beds));
    }

    #[test]
    fn a_departure_before_the_arrival_is_refused() {
        let refused = corrected("2026-06-05T10:00", Some(left("2026-06-05T09:59")));
        assert_eq!(refused, Err(Fault::new(Field::Departure, FaultCode::BeforeArrival)));
    }

    #[test]
    fn what_is_already_so_is_no_correction() {
        let refused = corrected("2026-06-01T20:00", Some(left("2026-06-09T09:00")));
        assert_eq!(refused, Err(Fault::new(Field::Form, FaultCode::NoChange)));
    }

    #[test]
    fn a_stay_without_any_bed_cannot_be_given_dates() {
        let bare = StayFacts { arrived: at("2026-06-01T20:00"), departure: None, beds: Vec::new() };
        assert_eq!(bare.correct(at("2026-06-02T20:00"), None), fault(Field::Arrival, FaultCode::OutOfRange));
    }
}

mod admissions {
    use super::*;

    /// The present of these tests: the evening of 10 June 2026.
    fn now() -> HouseTime {
        house("2026-06-10T21:00")
    }

    fn admission(birth: SaidBirth, arrival: When) -> Admit {
        let new = NewResident {
            usual: Usual { name: "Lou".into(), ..Usual::default() },
            birth,
            care: Care::default(),
            watch: None,
            contact: Contact::default(),
            not_the_same: true,
        };
        Admit { who: Who::New(new), bed: bed(1), arrival, expected_departure: None, age_reason: None }
    }

    fn found(birth: SaidBirth) -> Vec<(Field, FaultCode)> {
        faults(admission(birth, When::Now).check(now()))
    }

    const NEEDS_REASON: (Field, FaultCode) = (Field::AgeReason, FaultCode::AgeNeedsReason);

    #[test]
    fn ages_from_eighteen_to_thirty_five_need_no_reason() {
        for birth in [
            SaidBirth::Aged(18),
            SaidBirth::Aged(35),
            SaidBirth::Unsaid,
            SaidBirth::On(day("2008-06-10")),
            SaidBirth::On(day("1990-06-11")),
        ] {
            assert_eq!(found(birth), [], "{birth:?}");
        }
    }

    #[test]
    fn other_ages_need_a_reason_and_are_never_refused_with_one() {
        for birth in [
            SaidBirth::Aged(17),
            SaidBirth::Aged(36),
            SaidBirth::Aged(0),
            SaidBirth::On(day("2008-06-11")),
            SaidBirth::On(day("1990-06-10")),
        ] {
            assert_eq!(found(birth), [NEEDS_REASON], "{birth:?}");
            let explained = Admit { age_reason: Some("Sœur d'une résidente.".into()), ..admission(birth, When::Now) };
            assert_eq!(faults(explained.check(now())), [], "{birth:?}");
        }
    }

    #[test]
    fn age_is_that_of_the_day_of_arrival() {
        // The resident turns eighteen today, but arrived yesterday.
        let birth = SaidBirth::On(day("2008-06-10"));
        assert_eq!(faults(admission(birth, said("2026-06-09T23:50")).check(now())), [NEEDS_REASON]);
        assert_eq!(faults(admission(birth, said("2026-06-10T00:10")).check(now())), []);
    }

    #[test]
    fn a_leap_day_birthday_comes_on_the_first_of_march() {
        let on = |morning: &str| faults(admission(SaidBirth::On(day("2008-02-29")), When::Now).check(house(morning)));
        assert_eq!(on("2026-02-28T12:00"), [NEEDS_REASON]);
        assert_eq!(on("2026-03-01T12:00"), []);
    }

    #[test]
    fn a_birth_that_cannot_be_is_told_beside_the_reason() {
        let birth = found(SaidBirth::Aged(130));
        assert_eq!(birth, [(Field::Age, FaultCode::OutOfRange), NEEDS_REASON]);
        assert!(found(SaidBirth::On(day("2026-06-11"))).contains(&(Field::BirthDate, FaultCode::InFuture)));
    }

    #[test]
    fn an_arrival_is_now_or_past_with_a_minute_for_two_clocks_that_differ() {
        let arriving = |text: &str| faults(admission(SaidBirth::Unsaid, said(text)).check(now()));
        assert_eq!(arriving("2026-06-10T21:01"), []);
        assert_eq!(arriving("2026-06-10T21:02"), [(Field::Arrival, FaultCode::InFuture)]);
        assert_eq!(arriving("2026-06-11T01:00"), [(Field::Arrival, FaultCode::InFuture)]);
        assert_eq!(arriving("2019-01-01T00:00"), []);
    }

    #[test]
    fn last_evening_s_arrival_can_be_entered_after_midnight() {
        let after_midnight = house("2026-06-11T00:20");
        assert_eq!(faults(admission(SaidBirth::Unsaid, said("2026-06-10T23:50")).check(after_midnight)), []);
    }

    #[test]
    fn in_the_hour_that_happens_twice_the_offset_says_what_is_past() {
        // The wall clock shows 01:15 for the second time.
        let second = seen_at(utc("2026-11-01T06:15:00Z"));
        let arriving = |text: &str| faults(admission(SaidBirth::Unsaid, said(text)).check(second));
        assert_eq!(arriving("2026-11-01T01:45-04:00"), []);
        assert_eq!(arriving("2026-11-01T01:45-05:00"), [(Field::Arrival, FaultCode::InFuture)]);
        // The wall clock shows 01:15 for the first time: the second 01:00 is still to come.
        let first = seen_at(utc("2026-11-01T05:15:00Z"));
        let arriving = |text: &str| faults(admission(SaidBirth::Unsaid, said(text)).check(first));
        assert_eq!(arriving("2026-11-01T01:00-05:00"), [(Field::Arrival, FaultCode::InFuture)]);
        assert_eq!(arriving("2026-11-01T01:00-04:00"), []);
    }

    #[test]
    fn she_does_not_expect_to_leave_before_she_came() {
        let expecting = |date: &str| {
            let admit =
                Admit { expected_departure: Some(day(date)), ..admission(SaidBirth::Unsaid, said("2026-06-09T20:00")) };
            faults(admit.check(now()))
        };
        assert_eq!(expecting("2026-06-08"), [(Field::ExpectedDeparture, FaultCode::BeforeArrival)]);
        assert_eq!(expecting("2026-06-09"), []);
    }

    #[test]
    fn the_age_of_someone_known_is_the_files_to_judge() {
        let known = Admit { who: Who::Known(resident(1)), ..admission(SaidBirth::Unsaid, When::Now) };
        assert_eq!(faults(known.check(now())), []);
    }

    #[test]
    fn a_name_and_a_bed_are_all_that_a_form_must_say() {
        assert_eq!(
            faults(Admit::read(&Fields::default())),
            [(Field::Name, FaultCode::Missing), (Field::Bed, FaultCode::Missing)]
        );
        let admit = Admit::read(&form(&[(Field::Name, " Lou "), (Field::Bed, &bed(3).to_string())])).unwrap();
        assert_eq!(
            (admit.bed, admit.arrival, admit.expected_departure, admit.age_reason),
            (bed(3), When::Now, None, None)
        );
        let Who::New(new) = admit.who else { panic!("nobody known was named") };
        assert_eq!((new.usual.name.as_str(), new.birth, new.not_the_same), ("Lou", SaidBirth::Unsaid, false));
    }

    #[test]
    fn a_full_form_is_read_whole() {
        let fields = form(&[
            (Field::Resident, "none"),
            (Field::Name, "Lou"),
            (Field::Pronouns, "elle"),
            (Field::BirthDate, "2001-05-06"),
            (Field::Bed, &bed(3).to_string()),
            (Field::Arrival, "2026-06-09T23:50"),
            (Field::ExpectedDeparture, "2026-07-01"),
            (Field::WhatToDo, "EpiPen dans la cuisine."),
            (Field::Watch, "Ne pas ouvrir."),
            (Field::ContactPhone, "514 555-0199"),
            (Field::AgeReason, "Connue."),
        ]);
        let boxes =
            ["languages.fr", "languages.ar", "care_flags.ALLERGIE"].map(|name| (name.to_owned(), "on".to_owned()));
        let fields = Fields::new(fields.pairs().map(|(name, text)| (name.to_owned(), text.to_owned())).chain(boxes));
        let admit = Admit::read(&fields).unwrap();
        assert_eq!((admit.arrival, admit.expected_departure), (said("2026-06-09T23:50"), Some(day("2026-07-01"))));
        assert_eq!(admit.age_reason.as_deref(), Some("Connue."));
        let Who::New(new) = admit.who else { panic!("she is none of those shown") };
        assert!(new.not_the_same);
        assert_eq!(new.usual.languages, [Language::French, Language::Arabic]);
        assert_eq!(
            new.care,
            Care { flags: vec![CareFlag::Allergy], what_to_do: Some("EpiPen dans la cuisine.".into()) }
        );
        assert_eq!((new.birth, new.watch.as_deref()), (SaidBirth::On(day("2001-05-06")), Some("Ne pas ouvrir.")));
        assert_eq!(new.contact.phone.as_deref(), Some("514 555-0199"));
    }

    #[test]
    fn someone_known_needs_no_name() {
        let admit =
            Admit::read(&form(&[(Field::Resident, &resident(8).to_string()), (Field::Bed, &bed(3).to_string())]))
                .unwrap();
        assert!(matches!(admit.who, Who::Known(id) if id == resident(8)));
    }

    #[test]
    fn every_fault_of_the_form_is_told_at_once() {
        let fields = form(&[
            (Field::Bed, "3B"),
            (Field::Arrival, "hier"),
            (Field::Age, "vingt"),
            (Field::Name, &"a".repeat(81)),
        ]);
        let mut found = faults(Admit::read(&fields));
        found.sort();
        let mut expected = [
            (Field::Bed, FaultCode::NotUnderstood),
            (Field::Arrival, FaultCode::NotUnderstood),
            (Field::Age, FaultCode::NotUnderstood),
            (Field::Name, FaultCode::TooLong),
        ];
        expected.sort();
        assert_eq!(found, expected);
    }
}

mod other_acts {
    use super::*;

    fn now() -> HouseTime {
        house("2026-06-10T21:00")
    }

    #[test]
    fn moves_exchanges_and_departures_do_not_lie_in_the_future() {
        let to_come = said("2026-06-10T21:30");
        let in_future = |field| vec![(field, FaultCode::InFuture)];
        assert_eq!(faults(Transfer { stay: stay(1), bed: bed(1), at: to_come }.check(now())), in_future(Field::At));
        assert_eq!(faults(Swap { stay: stay(1), other: stay(2), at: to_come }.check(now())), in_future(Field::At));
        let depart =
            Depart { stay: stay(1), at: to_come, reason: DepartureReason::Other, destination: Destination::Unknown };
        assert_eq!(faults(depart.check(now())), in_future(Field::Departure));
        assert_eq!(faults(Depart { at: When::Now, ..depart }.check(now())), []);
        assert_eq!(faults(Transfer { stay: stay(1), bed: bed(1), at: When::Now }.check(now())), []);
    }

    #[test]
    fn nobody_changes_beds_with_herself() {
        let swap = |other: u128| faults(Swap { stay: stay(1), other: stay(other), at: When::Now }.check(now()));
        assert_eq!(swap(1), [(Field::OtherStay, FaultCode::NoChange)]);
        assert_eq!(swap(2), []);
    }

    fn correction(arrival: &str, departure: &str) -> Vec<(Field, FaultCode)> {
        let departure = (!departure.is_empty()).then(|| CorrectDeparture {
            at: said(departure),
            reason: DepartureReason::Voluntary,
            destination: Destination::Unknown,
        });
        faults(Correct { stay: stay(1), arrival: said(arrival), departure }.check(now()))
    }

    #[test]
    fn corrected_dates_are_in_order_and_not_to_come() {
        assert_eq!(correction("2026-06-01T20:00", "2026-06-09T09:00"), []);
        assert_eq!(correction("2026-06-01T20:00", "2026-06-01T20:00"), []);
        assert_eq!(correction("2026-06-01T20:00", ""), []);
        assert_eq!(correction("2026-06-01T20:00", "2026-06-01T19:59"), [(Field::Departure, FaultCode::BeforeArrival)]);
        assert_eq!(correction("2026-06-10T21:30", ""), [(Field::Arrival, FaultCode::InFuture)]);
        assert_eq!(
            correction("2026-06-11T08:00", "2026-06-11T07:00"),
            [
                (Field::Arrival, FaultCode::InFuture),
                (Field::Departure, FaultCode::InFuture),
                (Field::Departure, FaultCode::BeforeArrival),
            ]
        );
    }

    #[test]
    fn a_stay_within_the_hour_that_happens_twice_can_be_put_right() {
        assert_eq!(correction("2025-11-02T01:50-04:00", "2025-11-02T01:10-05:00"), []);
        let reversed = correction("2025-11-02T01:10-05:00", "2025-11-02T01:50-04:00");
        assert_eq!(reversed, [(Field::Departure, FaultCode::BeforeArrival)]);
    }

    #[test]
    fn a_correction_says_the_arrival_and_the_departure_only_with_why_and_where() {
        let id = stay(1).to_string();
        let with = |more: &[(Field, &str)]| {
            let fields =
                more.iter().fold(form(&[(Field::Stay, &id)]), |fields, (field, text)| fields.with(*field, *text));
            Correct::read(&fields)
        };
        assert_eq!(faults(with(&[])), [(Field::Arrival, FaultCode::Missing)]);
        assert!(with(&[(Field::Arrival, "2026-06-01T20:00"), (Field::Departure, " ")]).unwrap().departure.is_none());
        let without_why = with(&[(Field::Arrival, "2026-06-01T20:00"), (Field::Departure, "2026-06-09T09:00")]);
        assert_eq!(
            faults(without_why),
            [(Field::Reason, FaultCode::Missing), (Field::Destination, FaultCode::Missing)]
        );
        let whole = with(&[
            (Field::Arrival, "2026-06-01T20:00"),
            (Field::Departure, "2026-06-09T09:00"),
            (Field::Reason, "OBJECTIFS"),
            (Field::Destination, "LOG_AUTONOME"),
        ]);
        let departure = whole.unwrap().departure.unwrap();
        assert_eq!((departure.reason, departure.destination), (DepartureReason::Objectives, Destination::OwnHome));
    }

    #[test]
    fn a_departure_says_why_and_where_and_unknown_is_an_answer() {
        let id = stay(1).to_string();
        let missing = faults(Depart::read(&form(&[(Field::Stay, &id)])));
        assert_eq!(missing, [(Field::Reason, FaultCode::Missing), (Field::Destination, FaultCode::Missing)]);
        let unknown = form(&[(Field::Stay, &id), (Field::Reason, "INCONNU"), (Field::Destination, "INCONNUE")]);
        let depart = Depart::read(&unknown).unwrap();
        assert_eq!(
            (depart.at, depart.reason, depart.destination),
            (When::Now, DepartureReason::Unknown, Destination::Unknown)
        );
        let made_up = form(&[(Field::Stay, &id), (Field::Reason, "PARTIE"), (Field::Destination, "LUNE")]);
        let not_understood = [Field::Reason, Field::Destination].map(|field| (field, FaultCode::NotUnderstood));
        assert_eq!(faults(Depart::read(&made_up)), not_understood);
    }

    #[test]
    fn what_an_act_is_about_must_be_named() {
        assert_eq!(
            faults(Transfer::read(&Fields::default())),
            [(Field::Stay, FaultCode::Missing), (Field::Bed, FaultCode::Missing)]
        );
        assert_eq!(
            faults(Swap::read(&Fields::default())),
            [(Field::Stay, FaultCode::Missing), (Field::OtherStay, FaultCode::Missing)]
        );
        assert_eq!(
            faults(Undo::read(&Fields::default())),
            [(Field::Stay, FaultCode::Missing), (Field::Trail, FaultCode::Missing)]
        );
    }

    #[test]
    fn a_stay_crosses_the_border_unchanged() {
        let sent = serde_json::to_string(&ended()).unwrap();
        assert_eq!(serde_json::from_str::<StayFacts>(&sent).unwrap(), ended());
    }
}
