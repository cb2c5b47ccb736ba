//! Tests of the main rules of the permission matrix. The integration tests of the server check every cell over HTTP.

use super::*;

#[test]
fn no_role_holds_what_belongs_to_the_command_line() {
    assert!(Role::ALL.iter().all(|role| !Permission::Operate.held_by(*role)));
}

#[test]
fn everything_else_is_held_by_someone() {
    let unheld: Vec<&Permission> = Permission::ALL.iter().filter(|permission| permission.roles().is_empty()).collect();
    assert_eq!(unheld, [&Permission::Operate]);
}

#[test]
fn management_reads_no_part_of_a_file_but_the_usual_name() {
    let read: Vec<&Facet> = Facet::ALL.iter().filter(|facet| facet.read_by(Role::Management)).collect();
    assert_eq!(read, [&Facet::Usual]);
}

#[test]
fn the_night_reads_what_an_emergency_needs_and_neither_identity_nor_whom_she_fears() {
    let read: Vec<&Facet> = Facet::ALL.iter().filter(|facet| facet.read_by(Role::Night)).collect();
    assert_eq!(read, [&Facet::Usual, &Facet::Care, &Facet::Watch, &Facet::Contact]);
}

#[test]
fn initials_are_the_first_letters_of_three_words_at_most() {
    for (name, initials) in [
        ("Mireille Lavoie", "M. L."),
        ("Marie-Ève Côté", "M. È. C."),
        ("élodie", "É."),
        ("  Jo   Ann  ", "J. A."),
        ("Ana Maria de la Cruz", "A. M. D."),
        ("(Lou) 2 Roy", "L. R."),
        ("李 小龍", "李. 小."),
        ("", ""),
        ("- 42 -", ""),
    ] {
        assert_eq!(Initials::of(name).0, initials, "{name:?}");
    }
}
