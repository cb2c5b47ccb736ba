//! Tests of parsing form data: what is accepted, what is a fault, and that all faults are reported together.

use proptest::prelude::*;

use super::*;
use crate::{
    ids::BedId,
    residents::CareFlag,
    stays::DepartureReason,
    testing::{bed, day, form, said},
};

fn found(reader: Reader<'_>) -> Vec<Fault> {
    reader.finish(|| Some(())).err().unwrap_or_default()
}

mod texts {
    use super::*;

    #[test]
    fn a_text_is_kept_without_outer_spaces_and_signs_that_do_harm() {
        for (typed, kept) in [
            ("  Noémie \n", "Noémie"),
            ("un\r\ndeux\rtrois\nquatre", "un\ndeux\ntrois\nquatre"),
            ("514 555-0199\tle soir", "514 555-0199 le soir"),
            ("a\u{0}b\u{7}c\u{1b}[31m\u{9f}", "abc[31m"),
            ("\u{202e}neila\u{202c} \u{2066}x\u{2069}\u{feff}", "neila x"),
            ("\u{a0}Inès\u{3000}", "Inès"),
            ("", ""),
        ] {
            assert_eq!(clean(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn names_of_any_script_and_emoji_stay_whole() {
        for name in ["مريم", "אסתר", "李小龍", "ᐃᓄᒃ", "👩🏽‍🚀 Zoé", "e\u{301}ve", "O’Brien", "<b>Lou</b> & \"co\""]
        {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        let longest = "é".repeat(SHORT);
        let fields = form(&[(Field::Name, &longest)]);
        let mut reader = fields.reader();
        assert_eq!(reader.text(Field::Name, SHORT).as_deref(), Some(longest.as_str()));
        assert_eq!(found(reader), []);

        let fields = form(&[(Field::Name, &format!("{longest}e"))]);
        let mut reader = fields.reader();
        assert_eq!(reader.text(Field::Name, SHORT), None);
        assert_eq!(found(reader), [Fault::limit(Field::Name, FaultCode::TooLong, 80)]);
    }

    #[test]
    fn spaces_around_do_not_count_against_the_limit() {
        let fields = form(&[(Field::Name, &format!("   {}   ", "a".repeat(SHORT)))]);
        let mut reader = fields.reader();
        assert_eq!(reader.required_text(Field::Name, SHORT).map(|text| text.len()), Some(SHORT));
    }

    #[test]
    fn a_text_that_must_be_there_is_missing_when_it_is_blank() {
        for text in ["", "   ", "\n\t", "\u{202e}", "\u{0}"] {
            let fields = form(&[(Field::Name, text)]);
            let mut reader = fields.reader();
            assert_eq!(reader.required_text(Field::Name, SHORT), None);
            assert_eq!(found(reader), [Fault::new(Field::Name, FaultCode::Missing)], "{text:?}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_not_also_missing() {
        let fields = form(&[(Field::Name, &"a".repeat(1_000_000))]);
        let mut reader = fields.reader();
        assert_eq!(reader.required_text(Field::Name, SHORT), None);
        assert_eq!(found(reader), [Fault::limit(Field::Name, FaultCode::TooLong, 80)]);
    }

    #[test]
    fn a_secret_is_kept_to_the_letter() {
        let fields = form(&[(Field::Password, "  une lampe\t ")]);
        let mut reader = fields.reader();
        assert_eq!(reader.secret(Field::Password, 20).as_deref(), Some("  une lampe\t "));
        assert_eq!(reader.secret(Field::Password, 5), None);
        assert_eq!(reader.secret(Field::CurrentPassword, 20), None);
        let expected = [
            Fault::limit(Field::Password, FaultCode::TooLong, 5),
            Fault::new(Field::CurrentPassword, FaultCode::Missing),
        ];
        assert_eq!(found(reader), expected);
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more_and_leaves_no_control_sign(text in any::<String>()) {
            let once = clean(&text);
            prop_assert_eq!(&clean(&once), &once);
            prop_assert!(once.chars().all(|c| c == '\n' || !c.is_control()));
            prop_assert_eq!(once.trim(), once.as_str());
        }
    }
}

mod values {
    use super::*;

    #[test]
    fn an_absent_or_empty_value_is_none_without_a_fault() {
        let fields = form(&[(Field::Bed, "  "), (Field::From, "")]);
        let mut reader = fields.reader();
        assert_eq!(reader.value::<BedId>(Field::Bed), None);
        assert_eq!(reader.value::<i64>(Field::Version), None);
        assert_eq!(reader.date(Field::From), None);
        assert_eq!(reader.code(Field::Reason, DepartureReason::from_code), None);
        assert_eq!(reader.when(Field::Arrival), When::Now);
        assert_eq!(found(reader), []);
    }

    #[test]
    fn values_are_read_with_spaces_around_them() {
        let id = bed(42).to_string();
        let fields = form(&[
            (Field::Bed, &format!(" {id} ")),
            (Field::Version, "17"),
            (Field::From, " 2028-02-29"),
            (Field::Reason, "VOLONTAIRE "),
        ]);
        let mut reader = fields.reader();
        assert_eq!(reader.required_value(Field::Bed), Some(bed(42)));
        assert_eq!(reader.value::<i64>(Field::Version), Some(17));
        assert_eq!(reader.date(Field::From), Some(day("2028-02-29")));
        assert_eq!(reader.required_code(Field::Reason, DepartureReason::from_code), Some(DepartureReason::Voluntary));
        assert_eq!(found(reader), []);
    }

    #[test]
    fn what_cannot_be_read_is_one_fault_of_its_field() {
        let fields = form(&[
            (Field::Bed, "3B"),
            (Field::Age, "300"),
            (Field::From, "2026-02-29"),
            (Field::Reason, "volontaire"),
            (Field::Arrival, "hier soir"),
        ]);
        let mut reader = fields.reader();
        assert_eq!(reader.required_value::<BedId>(Field::Bed), None);
        assert_eq!(reader.value::<u8>(Field::Age), None);
        assert_eq!(reader.date(Field::From), None);
        assert_eq!(reader.required_code(Field::Reason, DepartureReason::from_code), None);
        reader.when(Field::Arrival);
        let expected = [Field::Bed, Field::Age, Field::From, Field::Reason, Field::Arrival];
        assert_eq!(found(reader), expected.map(|field| Fault::new(field, FaultCode::NotUnderstood)));
    }

    #[test]
    fn a_date_has_four_digits_of_a_year_someone_can_mean() {
        assert_eq!(parse_date("1900-01-01"), Some(day("1900-01-01")));
        assert_eq!(parse_date(" 2999-12-31 "), Some(day("2999-12-31")));
        for text in
            ["1899-12-31", "3000-01-01", "20026-11-23", "2026-11-31", "23-11-2026", "2026/11/23", "", "26-11-23"]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn the_offset_beside_a_moment_says_which_of_two_hours_is_meant() {
        let with = |arrival: &str, offset: &str| {
            let fields = form(&[(Field::Arrival, arrival), (Field::Offset, offset)]);
            fields.reader().when(Field::Arrival)
        };
        assert_eq!(with("2026-11-01T01:30", "-300"), said("2026-11-01T01:30-05:00"));
        assert_eq!(with("2026-11-01T01:30", ""), said("2026-11-01T01:30"));
        // An offset in the text itself takes precedence over the field `offset`.
        assert_eq!(with("2026-11-01T01:30-04:00", "-300"), said("2026-11-01T01:30-04:00"));
        assert_eq!(with("", "-300"), When::Now);
    }

    #[test]
    fn boxes_are_ticked_unless_they_say_otherwise() {
        let ticked =
            ["on", "true", "1", "yes"].map(|text| form(&[(Field::Accessible, text)]).reader().flag("accessible"));
        assert_eq!(ticked, [true; 4]);
        let unticked = ["", "false", "0"].map(|text| form(&[(Field::Accessible, text)]).reader().flag("accessible"));
        assert_eq!(unticked, [false; 3]);
        assert!(!Fields::default().reader().flag("accessible"));
    }

    #[test]
    fn a_list_of_boxes_keeps_its_order_and_ignores_what_it_does_not_know() {
        let pairs = ["care_flags.GROSSESSE", "care_flags.ALLERGIE", "care_flags.NO_SUCH", "languages.AUTRE"];
        let fields = Fields::new(pairs.map(|name| (name.to_owned(), "on".to_owned())));
        let flags = fields.reader().flags(Field::CareFlags, CareFlag::ALL, CareFlag::code);
        assert_eq!(flags, [CareFlag::Allergy, CareFlag::Pregnancy]);
    }
}

#[test]
fn every_fault_is_told_at_once_and_holds_nothing_of_what_was_typed() {
    let fields = form(&[(Field::Name, ""), (Field::Bed, "Mireille"), (Field::From, "Mireille")]);
    let mut reader = fields.reader();
    reader.required_text(Field::Name, SHORT);
    reader.required_value::<BedId>(Field::Bed);
    reader.date(Field::From);
    let faults = found(reader);
    assert_eq!(faults.len(), 3);
    assert!(!serde_json::to_string(&faults).unwrap().contains("Mireille"));
}

#[test]
fn an_act_that_cannot_be_built_is_a_fault_of_the_form() {
    let outcome = Fields::default().reader().finish(|| None::<()>);
    assert_eq!(outcome, Err(vec![Fault::new(Field::Form, FaultCode::Missing)]));
}

#[test]
fn a_name_sent_twice_counts_as_it_was_sent_last() {
    let pair = |text: &str| ("name".to_owned(), text.to_owned());
    assert_eq!(Fields::new([pair("Lou"), pair("Inès")]).get("name"), Some("Inès"));
}
