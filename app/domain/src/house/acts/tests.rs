//! Tests of the forms with which the coordinator edits the plan of the house.

use super::*;
use crate::testing::{bed, faults, form, house, said};

fn now() -> HouseTime {
    house("2026-06-10T21:00")
}

fn room_with(labels: &str) -> Result<AddRoom, Vec<Fault>> {
    let floor = bed(1).to_string();
    AddRoom::read(&form(&[(Field::Floor, &floor), (Field::Name, "La bleue"), (Field::Label, labels)]))
}

#[test]
fn labels_are_typed_in_one_line_however_they_are_parted() {
    for typed in ["3A, 3B", "3A 3B", "3A;3B", " 3A ,, 3B; ", "3A\n3B", "3A\t3B"] {
        assert_eq!(room_with(typed).unwrap().labels, ["3A", "3B"], "{typed:?}");
    }
    assert!(!room_with("3A").unwrap().accessible);
}

#[test]
fn a_room_has_one_to_twelve_beds() {
    let twelve: Vec<String> = (1..=12).map(|n| n.to_string()).collect();
    assert_eq!(faults(room_with(&twelve.join(" ")).unwrap().check(now())), []);
    assert_eq!(
        faults(room_with(&format!("{} 13", twelve.join(" "))).unwrap().check(now())),
        [(Field::Label, FaultCode::OutOfRange)]
    );
    assert_eq!(faults(room_with(", ;").unwrap().check(now())), [(Field::Label, FaultCode::OutOfRange)]);
    assert_eq!(faults(room_with("")), [(Field::Label, FaultCode::Missing)]);
}

#[test]
fn a_label_fits_on_a_tile() {
    let label = "é".repeat(LABEL);
    assert_eq!(faults(room_with(&label).unwrap().check(now())), []);
    assert_eq!(faults(room_with(&format!("3A {label}e")).unwrap().check(now())), [(Field::Label, FaultCode::TooLong)]);
}

#[test]
fn a_bed_comes_and_goes_now_or_in_the_past() {
    let add = |text: &str| {
        let fields = form(&[(Field::Room, &bed(1).to_string()), (Field::Label, "3A"), (Field::At, text)]);
        faults(AddBed::read(&fields).unwrap().check(now()))
    };
    assert_eq!(add(""), []);
    assert_eq!(add("2019-01-01T00:00"), []);
    assert_eq!(add("2026-06-10T21:01"), []);
    assert_eq!(add("2026-06-10T21:02"), [(Field::At, FaultCode::InFuture)]);
    let retire = RetireBed { bed: bed(1), at: said("2026-06-11T08:00") };
    assert_eq!(faults(retire.check(now())), [(Field::At, FaultCode::InFuture)]);
}

fn closing(since: &str, until: &str) -> Result<CloseBed, Vec<Fault>> {
    let id = bed(1).to_string();
    CloseBed::read(&form(&[(Field::Bed, &id), (Field::Reason, "PUNAISES"), (Field::At, since), (Field::Until, until)]))
}

#[test]
fn a_closing_may_be_planned_and_may_have_no_end() {
    let planned = closing("2026-07-01T08:00", "2026-07-03T18:00").unwrap();
    assert_eq!(planned.until, Some(said("2026-07-03T18:00")));
    assert_eq!(faults(planned.check(now())), []);
    let open = closing("", "").unwrap();
    assert_eq!((open.since, open.until), (When::Now, None));
    assert_eq!(faults(open.check(now())), []);
}

#[test]
fn a_closing_ends_after_it_begins() {
    for (since, until) in [
        ("2026-07-01T08:00", "2026-07-01T08:00"),
        ("2026-07-01T08:00", "2026-06-30T08:00"),
        ("", "2026-06-10T20:00"),
        ("2026-11-01T01:10-05:00", "2026-11-01T01:50-04:00"),
    ] {
        assert_eq!(
            faults(closing(since, until).unwrap().check(now())),
            [(Field::Until, FaultCode::Reversed)],
            "{since}"
        );
    }
    assert_eq!(faults(closing("2026-11-01T01:50-04:00", "2026-11-01T01:10-05:00").unwrap().check(now())), []);
}

#[test]
fn a_closing_says_why() {
    let without = CloseBed::read(&form(&[(Field::Bed, &bed(1).to_string())]));
    assert_eq!(faults(without), [(Field::Reason, FaultCode::Missing)]);
}

#[test]
fn screens_lock_within_bounds() {
    let configure = |shared: u32, own: u32| {
        faults(ConfigureHouse { alias: "La Lampe".into(), idle_shared_s: shared, idle_own_s: own }.check(now()))
    };
    assert_eq!((configure(30, 60), configure(600, 1_800)), (vec![], vec![]));
    let both = [(Field::IdleShared, FaultCode::OutOfRange), (Field::IdleOwn, FaultCode::OutOfRange)];
    assert_eq!((configure(29, 59), configure(601, 1_801)), (both.to_vec(), both.to_vec()));
    let settings = crate::house::Settings::default();
    assert_eq!(configure(settings.idle_shared_s, settings.idle_own_s), []);
}
