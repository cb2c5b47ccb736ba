//! Beds: planned closings, late entries into beds to prepare, and what the sheet of a bed offers to undo.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chrono::TimeDelta;
use domain::{
    beds::{BedStateCode, OutOfServiceReason},
    board::{BedState, OpenBed},
    fields::Fields,
    house::acts::{CloseBed, PrepareBed, ReopenBed},
    ids::{BedId, StayId},
    refused::{Conflict, Field, Refused},
    stays::{
        DepartureReason, Destination,
        acts::{Admit, Depart, Swap},
        queries::{CheckAbout, CheckAdmission, Verdict},
    },
    time::When,
};
use store::testing::{TestHouse, admission};

async fn state(house: &TestHouse, label: &str) -> BedStateCode {
    let board = house.board().await;
    let (_, _, tile) = board.tiles().find(|(_, _, tile)| tile.label == label).unwrap();
    tile.state.code()
}

fn closing(bed: BedId, since: When, until: Option<When>) -> CloseBed {
    CloseBed { bed, reason: OutOfServiceReason::Works, since, until }
}

fn depart(stay: StayId) -> Depart {
    Depart { stay, at: When::Now, reason: DepartureReason::Voluntary, destination: Destination::Unknown }
}

store::stories! {
    async fn a_closing_planned_for_next_week_begins_and_ends_by_itself(house: TestHouse) {
        let bed = house.bed("2A").await;
        let (since, until) = (house.when(TimeDelta::days(7)), house.when(TimeDelta::days(8)));
        house.act(&house.night, closing(bed, since, Some(until))).await.unwrap();
        assert_eq!(state(&house, "2A").await, BedStateCode::Free, "the closing has not begun");
        let mut house = house;
        house.pass(TimeDelta::days(7) - TimeDelta::minutes(1)).await;
        assert_eq!(state(&house, "2A").await, BedStateCode::Free);
        // No act happens at the instant at which the closing begins, nor at the one at which it ends.
        house.clock.advance(TimeDelta::minutes(1));
        assert_eq!(state(&house, "2A").await, BedStateCode::OutOfService);
        house.pass(TimeDelta::days(1)).await;
        assert_eq!(state(&house, "2A").await, BedStateCode::Free);
    }

    async fn a_closing_can_be_planned_for_an_occupied_bed(house: TestHouse) {
        house.admit("Inès", "2A").await.unwrap();
        let bed = house.bed("2A").await;
        let now = house.act(&house.night, closing(bed, When::Now, None)).await;
        assert_eq!(now, Err(Refused::conflict(Conflict::NotEmpty)), "somebody sleeps there now");
        let planned = closing(bed, house.when(TimeDelta::days(7)), None);
        house.act(&house.night, planned).await.unwrap();
        assert_eq!(state(&house, "2A").await, BedStateCode::Occupied);
        // Called off before it began, it leaves nothing behind.
        house.act(&house.night, ReopenBed { bed }).await.unwrap();
        let mut house = house;
        house.pass(TimeDelta::days(8)).await;
        house.admit("Lou", "2B").await.unwrap();
        assert_eq!(state(&house, "2A").await, BedStateCode::Occupied);
    }

    /// What happened is never ahead of the board, even when the tablet's clock is a few seconds fast.
    async fn an_arrival_entered_some_seconds_ahead_is_on_the_board_at_once(house: TestHouse) {
        let bed = house.bed("2A").await;
        let arrival = house.when(TimeDelta::seconds(40));
        house.act(&house.night, Admit { arrival, ..admission("Inès", bed) }).await.unwrap();
        assert_eq!(house.who("2A").await.as_deref(), Some("Inès"));
    }

    /// The check beside the admission form and the admission itself give the same verdict for a bed to prepare,
    /// whenever the arrival is said to have been.
    async fn the_check_and_the_admission_agree_on_a_bed_to_prepare(house: TestHouse) {
        // 1:08 at night; the bed was left at 21:00 and nobody has prepared it since.
        let ines = house.admit("Inès", "2A").await.unwrap();
        house.act(&house.night, depart(ines.stay)).await.unwrap();
        let mut house = house;
        house.pass(TimeDelta::minutes(248)).await;
        let bed = house.bed("2A").await;
        let mut verdicts = Vec::new();
        for arrival in ["", "2026-11-23T22:00", "2026-11-24T01:00", "2026-11-24T00:05"] {
            let fields = Fields::default().with(Field::Bed, bed.to_string()).with(Field::Name, "Zoé").with(Field::Arrival, arrival);
            let check = house.query(&house.night, CheckAdmission { fields }).await.unwrap();
            let line = check
                .checks
                .iter()
                .find(|check| matches!(check.about, CheckAbout::BedFree { .. } | CheckAbout::BedNotFree { .. } | CheckAbout::BedReadyByLateEntry { .. }))
                .unwrap_or_else(|| panic!("{arrival}: {:?}", check.checks));
            let accepts = line.verdict != Verdict::Stop;
            let arrival_at = if arrival.is_empty() { When::Now } else { When::parse(arrival).unwrap() };
            let outcome = house.act(&house.night, Admit { arrival: arrival_at, ..admission("Zoé", bed) }).await;
            assert_eq!(outcome.is_ok(), accepts, "{arrival}: the check said {line:?}, the act {outcome:?}");
            verdicts.push(accepts);
            if let Ok(admitted) = outcome {
                let entry = house.query(&house.coordinator, domain::stays::queries::OpenStay { stay: admitted.stay }).await.unwrap();
                let entry = entry.trail.iter().rev().find(|entry| entry.can_undo).unwrap().id;
                house.act(&house.night, domain::stays::acts::Undo { stay: admitted.stay, entry }).await.unwrap();
                // Undoing an admission leaves the bed to prepare, as it was before.
                assert_eq!(state(&house, "2A").await, BedStateCode::ToPrepare, "{arrival}");
            }
        }
        // An entry more than an hour late says what was: the bed was given. A later one asks for a ready bed.
        assert_eq!(verdicts, [false, true, false, true]);
    }

    async fn the_sheet_of_an_empty_bed_does_not_offer_to_undo_a_swap_of_two_other_rooms(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let lou = house.admit("Lou", "5A").await.unwrap();
        house.clock.advance(TimeDelta::minutes(10));
        // Inès leaves 2A for 3A; then she and Lou change beds, far from 2A.
        let to = house.bed("3A").await;
        house.act(&house.night, domain::stays::acts::Transfer { stay: ines.stay, bed: to, at: When::Now }).await.unwrap();
        house.clock.advance(TimeDelta::minutes(10));
        house.act(&house.night, Swap { stay: ines.stay, other: lou.stay, at: When::Now }).await.unwrap();
        let sheet = |label: &'static str| { let house = &house; async move {
            let bed = house.bed(label).await;
            house.query(&house.night, OpenBed { bed, as_of: None }).await.unwrap()
        } };
        assert_eq!(sheet("2A").await.undo, None, "the swap did not touch 2A");
        assert!(sheet("3A").await.undo.is_some());
        assert!(sheet("5A").await.undo.is_some());
    }

    async fn after_a_bed_was_prepared_its_sheet_does_not_offer_to_undo_the_departure(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        house.clock.advance(TimeDelta::minutes(10));
        house.act(&house.night, depart(ines.stay)).await.unwrap();
        let bed = house.bed("2A").await;
        let undo = house.query(&house.night, OpenBed { bed, as_of: None }).await.unwrap().undo;
        assert!(undo.is_some(), "a departure noted by mistake can be taken back");
        house.clock.advance(TimeDelta::minutes(10));
        house.act(&house.night, PrepareBed { bed }).await.unwrap();
        let sheet = house.query(&house.night, OpenBed { bed, as_of: None }).await.unwrap();
        assert!(matches!(sheet.state, BedState::Free));
        let offered = format!("{:?}", sheet.undo);
        assert!(!offered.contains("Departed") && offered.contains("Prepare"), "{offered}");
    }
}
