//! Tests of the rules for passwords and logins.

use super::*;
use crate::testing::{faults, form, house};

fn password_faults(password: &str, context: &[&str]) -> Vec<FaultCode> {
    let mut faults = Vec::new();
    check_password(password, Field::Password, context, &mut faults);
    faults.iter().map(|fault| fault.code).collect()
}

#[test]
fn a_long_sentence_is_a_good_password() {
    for password in
        ["une lampe à la fenêtre", "correct horse battery staple", "四月は君の嘘 et la mer du nord", "x7#Qm!vR2pL9@zTw"]
    {
        assert_eq!(password_faults(password, &["Mireille", "mlavoie"]), [], "{password}");
    }
}

#[test]
fn length_is_counted_in_characters_on_both_sides() {
    assert_eq!(password_faults("lampe à l'huile".get(..14).unwrap(), &[]), [FaultCode::TooShort]);
    assert_eq!(password_faults("lampe à l'huile", &[]), []);
    let longest: String = "une lampe à la fenêtre ".chars().cycle().take(PASSWORD_MAX).collect();
    assert_eq!(password_faults(&longest, &[]), []);
    assert_eq!(password_faults(&format!("{longest}x"), &[]), [FaultCode::TooLong]);
}

#[test]
fn what_anyone_would_try_first_is_too_easy() {
    for password in [
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345",
        "abcdefghijklmnopq",
        "abababababababab",
        "Veilleuse-2026!",
        "MotDePasse123456",
        "qwertyuiop12345",
    ] {
        assert_eq!(password_faults(password, &[]), [FaultCode::TooEasy], "{password}");
    }
}

#[test]
fn a_password_is_not_made_of_ones_own_name_or_login() {
    assert_eq!(password_faults("Mireille-1987-x", &["mireille"]), [FaultCode::TooEasy]);
    assert_eq!(password_faults("Mireille-1987-x", &["Lou"]), []);
    // A long sentence may contain the name.
    assert_eq!(password_faults("Mireille aime la mer du nord", &["mireille"]), []);
}

#[test]
fn a_login_has_no_spaces_or_signs() {
    let add = |login: &str| AddStaff {
        login: login.into(),
        name: "Mireille Lavoie".into(),
        role: Role::Night,
        password: "une lampe à la fenêtre".into(),
    };
    let now = house("2026-06-10T12:00");
    for login in ["nuit", "m.lavoie", "marie-ève_2", "m@exemple"] {
        assert_eq!(faults(add(login).check(now)), [], "{login}");
    }
    for login in ["m lavoie", "<nuit>", "nuit;", "n'uit"] {
        assert_eq!(faults(add(login).check(now)), [(Field::Login, FaultCode::NotUnderstood)], "{login}");
    }
}

#[test]
fn the_new_password_is_another_one() {
    let password = "une lampe à la fenêtre";
    let change = |current: &str| ChangePassword { current: current.into(), password: password.into() };
    let now = house("2026-06-10T12:00");
    assert_eq!(faults(change(password).check(now)), [(Field::Password, FaultCode::NoChange)]);
    assert_eq!(faults(change("une autre lampe au loin").check(now)), []);
}

#[test]
fn opening_a_house_tells_the_faults_of_the_house_and_of_the_first_account_together() {
    let outcome = OpenHouse::read(&form(&[(Field::Alias, "La Lampe"), (Field::Login, "direction")]));
    let missing = [Field::Code, Field::Name, Field::Role, Field::Password].map(|field| (field, FaultCode::Missing));
    assert_eq!(faults(outcome), missing);
}
