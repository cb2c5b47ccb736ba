//! Tests of ages, of the usual ages, and of the parts of a file that a reader receives.

use super::*;
use crate::{
    act::Act as _,
    fields::Form as _,
    residents::acts::{FileVersion, ReviseContact, ReviseIdentity, ReviseUsual},
    testing::{day, faults, form, house, resident},
};

fn usual_on(birth: &str, arrival: &str) -> bool {
    is_usual_age(Birth::On(day(birth)).age_on(day(arrival)))
}

#[test]
fn the_usual_ages_are_eighteen_to_thirty_five_both_included() {
    let usual = [17, 18, 35, 36].map(|age| is_usual_age(Some(age)));
    assert_eq!(usual, [false, true, true, false]);
    assert!(is_usual_age(None), "nothing is asked of someone who does not say her age");
}

#[test]
fn the_usual_ages_begin_on_the_eighteenth_birthday_and_end_before_the_thirty_sixth() {
    assert!(!usual_on("2008-06-11", "2026-06-10"));
    assert!(usual_on("2008-06-10", "2026-06-10"));
    assert!(usual_on("1990-06-11", "2026-06-10"));
    assert!(!usual_on("1990-06-10", "2026-06-10"));
}

#[test]
fn a_birthday_on_a_leap_day_falls_on_the_first_of_march_of_other_years() {
    assert!(!usual_on("2008-02-29", "2026-02-28"));
    assert!(usual_on("2008-02-29", "2026-03-01"));
    assert!(usual_on("1992-02-29", "2028-02-28"));
    assert!(!usual_on("1992-02-29", "2028-02-29"));
}

#[test]
fn an_age_said_once_grows_with_the_years() {
    let said = SaidBirth::Aged(24).on(day("2024-02-29"));
    let ages = ["2020-01-01", "2024-02-29", "2025-02-28", "2025-03-01", "2034-03-01"].map(|on| said.age_on(day(on)));
    assert_eq!(ages, [Some(24), Some(24), Some(24), Some(25), Some(34)]);
}

#[test]
fn an_age_beyond_what_can_be_counted_is_not_one() {
    assert_eq!(SaidBirth::Aged(250).on(day("2000-01-01")).age_on(day("2026-01-01")), None);
    assert_eq!(SaidBirth::Unsaid.on(day("2026-01-01")).age_on(day("2026-01-01")), None);
}

#[test]
fn a_date_says_more_than_an_age() {
    let read = |birth: &str, age: &str| SaidBirth::read_from(&form(&[(Field::BirthDate, birth), (Field::Age, age)]));
    assert_eq!(read("2001-05-06", "40"), SaidBirth::On(day("2001-05-06")));
    assert_eq!(read("", "40"), SaidBirth::Aged(40));
    assert_eq!(read("", ""), SaidBirth::Unsaid);
}

#[test]
fn a_birth_that_cannot_be_is_a_fault_of_its_field() {
    let found = |birth: SaidBirth| {
        let mut faults = Vec::new();
        check_birth(birth.on(day("2026-06-10")), day("2026-06-10"), &mut faults);
        faults.iter().map(|fault| (fault.field, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(found(SaidBirth::On(day("2026-06-11"))), [(Field::BirthDate, FaultCode::InFuture)]);
    assert_eq!(found(SaidBirth::On(day("1905-06-10"))), [(Field::BirthDate, FaultCode::OutOfRange)]);
    assert_eq!(found(SaidBirth::Aged(121)), [(Field::Age, FaultCode::OutOfRange)]);
    for possible in
        [SaidBirth::On(day("2026-06-10")), SaidBirth::On(day("1905-06-11")), SaidBirth::Aged(120), SaidBirth::Unsaid]
    {
        assert_eq!(found(possible), [], "{possible:?}");
    }
}

#[test]
fn a_contact_who_cannot_be_reached_is_not_one() {
    let revise = |contact: Contact| ReviseContact { file: FileVersion { resident: resident(1), version: 1 }, contact };
    let now = house("2026-06-10T12:00");
    let named = Contact { name: Some("Sa sœur".into()), ..Contact::default() };
    assert_eq!(faults(revise(named.clone()).check(now)), [(Field::ContactPhone, FaultCode::Missing)]);
    assert_eq!(faults(revise(Contact { phone: Some("514 555-0199".into()), ..named }).check(now)), []);
    assert_eq!(faults(revise(Contact::default()).check(now)), []);
}

#[test]
fn nobody_may_say_that_she_is_here_unless_she_said_yes() {
    let read = |pairs: &[(Field, &str)]| Contact::read(&mut form(pairs).reader()).may_say_present;
    assert!(!Contact::default().may_say_present);
    assert!(!read(&[(Field::ContactPhone, "514 555-0199")]));
    assert!(read(&[(Field::MaySayPresent, "on")]));
}

#[test]
fn a_change_of_a_file_names_the_version_that_was_seen() {
    let id = resident(7).to_string();
    let read =
        ReviseUsual::read(&form(&[(Field::Resident, &id), (Field::Version, "3"), (Field::Name, " Lou ")])).unwrap();
    assert_eq!((read.file, read.usual.name.as_str()), (FileVersion { resident: resident(7), version: 3 }, "Lou"));
    let without = ReviseUsual::read(&form(&[(Field::Resident, &id), (Field::Name, "Lou")]));
    assert_eq!(faults(without), [(Field::Version, FaultCode::Missing)]);
}

#[test]
fn an_identity_with_a_birth_to_come_is_refused() {
    let revise = ReviseIdentity {
        file: FileVersion { resident: resident(1), version: 1 },
        legal_name: None,
        birth: SaidBirth::On(day("2026-06-11")),
    };
    assert_eq!(faults(revise.check(house("2026-06-10T12:00"))), [(Field::BirthDate, FaultCode::InFuture)]);
    assert_eq!(faults(revise.check(house("2026-06-11T12:00"))), []);
}

#[test]
fn each_part_of_a_file_is_found_by_its_facet() {
    let file = ResidentFile {
        id: resident(1),
        number: 1,
        version: 1,
        age: None,
        parts: vec![
            Part::Usual(Usual { name: "Lou".into(), ..Usual::default() }),
            Part::Watch("Ne pas ouvrir à un homme en gris.".into()),
            Part::Safety("Son frère.".into()),
        ],
        stays: Vec::new(),
        openings: Vec::new(),
    };
    assert_eq!(file.name(), "Lou");
    assert_eq!(file.text(Facet::Watch), Some("Ne pas ouvrir à un homme en gris."));
    assert_eq!(file.text(Facet::Safety), Some("Son frère."));
    assert_eq!((file.text(Facet::Health), file.text(Facet::Usual)), (None, None));
    assert!(file.care().is_none() && file.identity().is_none() && file.contact().is_none());
    assert_eq!(ResidentFile { parts: Vec::new(), ..file }.name(), "");
}
