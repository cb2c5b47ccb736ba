//! Tests that every code parses to the value it was written from, and that no code has changed: they are stored and
//! exported.

use std::{collections::HashSet, fmt};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    access::{Facet, Permission, Role},
    audit::{AuditKind, SubjectKind},
    beds::{BedStateCode, OutOfServiceReason},
    events::Area,
    refused::{FaultCode, Field},
    residents::{CareFlag, Language},
    stays::{
        DepartureReason, Destination, TrailKind,
        queries::{During, StayState, Verdict},
    },
};

fn holds<T>(list: &str, all: &[T], code: fn(T) -> &'static str, from_code: fn(&str) -> Option<T>)
where
    T: Copy + fmt::Debug + fmt::Display + PartialEq + Serialize + DeserializeOwned,
{
    assert!(!all.is_empty(), "{list}");
    let codes: HashSet<&str> = all.iter().map(|value| code(*value)).collect();
    assert_eq!(codes.len(), all.len(), "two values of {list} share a code");
    for value in all {
        let own = code(*value);
        assert_eq!(from_code(own), Some(*value), "{list} {own}");
        assert_eq!(value.to_string(), own);
        assert_eq!(serde_json::to_value(value).unwrap(), serde_json::Value::from(own));
        assert_eq!(serde_json::from_value::<T>(own.into()).unwrap(), *value);
        for other in [format!(" {own}"), format!("{own}_"), swapped_case(own)] {
            assert_eq!(from_code(&other), None, "{list} {other:?}");
        }
    }
    for unknown in ["", "no such code", "é"] {
        assert_eq!(from_code(unknown), None, "{list} {unknown:?}");
        let refused = serde_json::from_value::<T>(unknown.into()).unwrap_err().to_string();
        assert_eq!(refused, "unknown code", "{list}");
    }
    assert!(serde_json::from_str::<T>("0").is_err(), "{list}: a number is no code");
}

fn swapped_case(text: &str) -> String {
    text.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect()
}

macro_rules! each_list_holds {
    ($($list:ident),* $(,)?) => { $(holds(stringify!($list), $list::ALL, $list::code, $list::from_code);)* };
}

#[test]
fn every_code_of_every_list_comes_back_as_what_it_was() {
    each_list_holds!(
        Area,
        AuditKind,
        BedStateCode,
        CareFlag,
        DepartureReason,
        Destination,
        During,
        Facet,
        FaultCode,
        Field,
        Language,
        OutOfServiceReason,
        Permission,
        Role,
        StayState,
        SubjectKind,
        TrailKind,
        Verdict,
    );
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(code).collect()
}

#[test]
fn codes_that_are_stored_stay_what_they_are() {
    assert_eq!(codes(Role::ALL, Role::code), ["night", "coordinator", "management"]);
    assert_eq!(codes(BedStateCode::ALL, BedStateCode::code), ["LIBRE", "OCCUPE", "A_PREPARER", "HORS_SERVICE"]);
    assert_eq!(
        codes(OutOfServiceReason::ALL, OutOfServiceReason::code),
        ["REPARATION", "PUNAISES", "ISOLEMENT", "TRAVAUX", "EFFECTIF", "AUTRE"]
    );
    assert_eq!(
        codes(DepartureReason::ALL, DepartureReason::code),
        [
            "OBJECTIFS",
            "VOLONTAIRE",
            "DUREE_MAX",
            "NON_RESPECT",
            "VIOLENCE",
            "DISPARUE",
            "TRANSFERT",
            "HOSPITALISATION",
            "DETENTION",
            "DECES",
            "FERMETURE",
            "AUTRE",
            "INCONNU",
        ]
    );
    assert_eq!(
        codes(Destination::ALL, Destination::code),
        [
            "LOG_AUTONOME",
            "LOG_SUBV",
            "LOG_2E",
            "MAISON",
            "REFUGE",
            "FAMILLE_T",
            "FAMILLE_P",
            "AMIS_T",
            "AMIS_P",
            "DOMICILE_SANS",
            "DOMICILE_AVEC",
            "HOTEL",
            "HOPITAL",
            "PSY",
            "DESINTOX",
            "DETENTION",
            "MAISON_TRANSITION",
            "RUE",
            "AUTRE_PAYS_PROV",
            "DECES",
            "INCONNUE",
            "AUTRE",
        ]
    );
    assert_eq!(
        codes(TrailKind::ALL, TrailKind::code),
        ["admitted", "transferred", "swapped", "departed", "corrected", "undone", "imported"]
    );
    assert_eq!(codes(Facet::ALL, Facet::code), ["usual", "care", "identity", "health", "watch", "safety", "contact"]);
}

#[test]
fn every_destination_of_hmis_has_one_here() {
    // Each pair is a code of HMIS 3.12 (FY2024) and the code of the program that it maps to.
    for (hmis, code) in [
        (101, "REFUGE"),
        (116, "RUE"),
        (204, "PSY"),
        (205, "DESINTOX"),
        (206, "HOPITAL"),
        (207, "DETENTION"),
        (302, "LOG_2E"),
        (312, "FAMILLE_T"),
        (313, "AMIS_T"),
        (314, "HOTEL"),
        (329, "MAISON_TRANSITION"),
        (410, "LOG_AUTONOME"),
        (435, "LOG_SUBV"),
        (422, "FAMILLE_P"),
        (423, "AMIS_P"),
        (24, "DECES"),
    ] {
        assert_eq!(Destination::from_hmis(hmis).code(), code, "{hmis}");
    }
    for not_known in [8, 9, 30, 37, 99] {
        assert_eq!(Destination::from_hmis(not_known), Destination::Unknown, "{not_known}");
    }
    for without_a_nearer_code in [17, 215, 225, 332, 0, 1, 9_999] {
        assert_eq!(Destination::from_hmis(without_a_nearer_code), Destination::Other, "{without_a_nearer_code}");
    }
}
