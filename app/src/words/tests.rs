use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::*;

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

#[test]
fn times_and_dates_are_written_as_each_language_does() {
    let date = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
    assert_eq!(Lang::Fr.time(NaiveTime::from_hms_opt(2, 5, 0).unwrap()), "2\u{a0}h\u{a0}05");
    assert_eq!(Lang::En.time(NaiveTime::from_hms_opt(2, 5, 0).unwrap()), "02:05");
    assert_eq!(Lang::Fr.day(date), "dimanche 1er\u{a0}novembre");
    assert_eq!(Lang::En.day(date), "Sunday 1\u{a0}November");
    assert_eq!(
        Lang::Fr.night(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()),
        "Nuit du lundi 23 au mardi 24\u{a0}novembre"
    );
    assert_eq!(
        Lang::Fr.night(NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()),
        "Nuit du lundi 30\u{a0}novembre au mardi 1er\u{a0}décembre"
    );
    assert_eq!(Lang::Fr.moment(at("2026-11-22 23:50"), at("2026-11-23 00:10")), "hier, 23\u{a0}h\u{a0}50");
}

#[test]
fn numbers_are_grouped_and_decimals_have_their_sign() {
    assert_eq!(Lang::Fr.number(1_234_567), "1\u{202f}234\u{202f}567");
    assert_eq!(Lang::En.number(-1_234), "\u{2212}1,234");
    assert_eq!(Lang::Fr.percent(81.52), "81,5\u{a0}%");
    assert_eq!(Lang::En.percent(99.96), "100.0%");
}

#[test]
fn french_counts_nought_like_one_and_english_does_not() {
    assert_eq!(Lang::Fr.nights(0), "0 nuit");
    assert_eq!(Lang::En.nights(0), "0 nights");
    assert_eq!(Lang::Fr.nights(2), "2 nuits");
}

/// Every code of every list has a label in both languages, and so has the name of every endpoint.
#[test]
fn every_code_has_a_label() {
    use domain::{
        access::*,
        audit::*,
        beds::*,
        house::acts::BedChange,
        refused::*,
        residents::*,
        stays::{queries::*, *},
    };
    macro_rules! labelled {
        ($($list:ident => $label:ident),* $(,)?) => { $(
            for code in $list::ALL {
                for lang in [Lang::Fr, Lang::En] {
                    assert!(!lang.$label(code.code()).is_empty(), "{} {code} in {lang:?}", stringify!($label));
                }
            }
        )* };
    }
    labelled! {
        Role => role, Role => role_plural, Facet => facet, BedStateCode => bed_state, BedChange => bed_change, OutOfServiceReason => out_of_service,
        CareFlag => care, CareFlag => care_tag, Language => language, DepartureReason => departure_reason,
        Destination => destination, TrailKind => trail_kind, StayState => stay_state, During => during,
        AuditKind => audit_kind, SubjectKind => subject, FaultCode => fault, Verdict => verdict,
    }
    for endpoint in crate::api::endpoints().filter(|endpoint| endpoint.name != "access.still_here") {
        for lang in [Lang::Fr, Lang::En] {
            assert!(!lang.audit_what(endpoint.name).is_empty(), "{} in {lang:?}", endpoint.name);
        }
    }
}
