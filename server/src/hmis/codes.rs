//! Converts codes of the HMIS lists: first to the FY2024 list, then to the values of `domain`.

use domain::stays::{DepartureReason, Destination};

/// Converts a destination code of any year's list. A missing or unknown code becomes `Destination::Unknown`.
pub fn destination(code: Option<i64>) -> Destination {
    let code = code.and_then(|code| u16::try_from(code).ok()).unwrap_or(99);
    Destination::from_hmis(to_fy2024(code))
}

/// Converts a FY2022 code to the FY2024 list. Codes of later years are unchanged.
const fn to_fy2024(code: u16) -> u16 {
    match code {
        1 => 101,
        2 => 302,
        3 | 19 | 20 | 28 | 31 | 33 | 34 => 435,
        4..=7 => 200 + code,
        10 | 11 | 21 | 22 | 23 | 26 => 400 + code,
        12..=14 | 27 | 29 | 32 | 35 | 36 => 300 + code,
        15 | 25 => 200 + code,
        16 | 18 => 100 + code,
        other => other,
    }
}

/// Returns the reason for a departure, from the HMIS fields R17.1 (project completion status) and R17.A (early exit
/// reason) where they were recorded, otherwise from the destination.
pub fn reason(status: Option<i64>, early: Option<i64>, destination: Destination) -> DepartureReason {
    match (status, early, destination) {
        (_, _, Destination::Death) => DepartureReason::Death,
        (Some(1), _, _) => DepartureReason::Objectives,
        (Some(2), _, _) => DepartureReason::Voluntary,
        (Some(3), Some(1), _) => DepartureReason::Violence,
        (Some(3), Some(2), _) => DepartureReason::Agreements,
        (Some(3), Some(4), _) => DepartureReason::MaximumStay,
        (Some(3), Some(5), _) => DepartureReason::Closing,
        (Some(3), Some(6), _) => DepartureReason::Disappeared,
        (Some(3), _, _) => DepartureReason::Other,
        (_, _, Destination::Hospital | Destination::Psychiatry) => DepartureReason::Hospital,
        (_, _, Destination::Detention) => DepartureReason::Detention,
        _ => DepartureReason::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_2022_and_2024_say_the_same() {
        for (old, new) in
            [(1, 101), (16, 116), (10, 410), (20, 435), (22, 422), (6, 206), (17, 17), (24, 24), (30, 30), (99, 99)]
        {
            assert_eq!(destination(Some(old)), destination(Some(new)), "{old} and {new}");
        }
        assert_eq!(destination(Some(410)), Destination::OwnHome);
        assert_eq!(destination(None), Destination::Unknown);
    }
}
