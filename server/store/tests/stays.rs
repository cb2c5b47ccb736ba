//! Admitting, moving, changing beds, leaving, putting right, undoing: told on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chrono::TimeDelta;
use domain::{
    act::Envelope,
    board::{BedState, OpenBed},
    fields::Form as _,
    house::acts::{CloseBed, PrepareBed},
    ids::{ActId, BedId, StayId, TrailId},
    refused::{Conflict, FaultCode, Field, Refused},
    residents::SaidBirth,
    stays::{
        DepartureReason, Destination, TrailKind,
        acts::{Admit, Correct, CorrectDeparture, Depart, Swap, Transfer, Undo, Who},
        queries::{ListStays, OpenStay},
    },
    time::When,
};
use store::{
    Actor, new_id,
    testing::{TestHouse, admission, readmission},
};

fn depart(stay: StayId, at: When) -> Depart {
    Depart { stay, at, reason: DepartureReason::Voluntary, destination: Destination::Unknown }
}

async fn last_entry(house: &TestHouse, stay: StayId) -> TrailId {
    let timeline = house.query(&house.coordinator, OpenStay { stay }).await.unwrap();
    timeline.trail.iter().rev().find(|entry| entry.can_undo).map(|entry| entry.id).unwrap()
}

fn conflict<T: std::fmt::Debug>(outcome: Result<T, Refused>) -> Conflict {
    match outcome {
        Err(Refused::Conflict(conflict)) => *conflict,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

store::stories! {
    async fn a_resident_arrives_moves_and_leaves(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        assert_eq!(house.who("2A").await.as_deref(), Some("Inès"));
        assert_eq!(house.board().await.counts().free, 8);

        house.clock.advance(TimeDelta::hours(3));
        let (to, at) = (house.bed("3B").await, When::Now);
        house.act(&house.night, Transfer { stay: ines.stay, bed: to, at }).await.unwrap();
        assert_eq!(house.who("3B").await.as_deref(), Some("Inès"));
        assert_eq!(house.board().await.counts().to_prepare, 1, "the bed she left is to make");

        house.pass(TimeDelta::hours(9)).await;
        house.act(&house.night, depart(ines.stay, When::Now)).await.unwrap();
        let counts = house.board().await.counts();
        assert_eq!((counts.occupied, counts.to_prepare, counts.free), (0, 2, 7));
        let list = house.query(&house.coordinator, ListStays::default()).await.unwrap();
        assert_eq!(list.lines[0].beds, ["2A", "3B"]);
        assert_eq!(list.lines[0].nights, 1);
        assert_eq!(list.lines[0].name, "I.", "whoever has left goes by an initial");
        assert_eq!(house.store.check_integrity().await.unwrap().wrong, Vec::<String>::new());
    }

    async fn a_taken_bed_names_who_gave_it_and_where_else_there_is_room(house: TestHouse) {
        house.admit("Inès", "2A").await.unwrap();
        match conflict(house.admit("Camille", "2A").await) {
            Conflict::BedTaken { bed, by, nearest, .. } => {
                assert_eq!(bed.label, "2A");
                assert_eq!(by.unwrap().0, "C. P.");
                let labels: Vec<&str> = nearest.iter().map(|choice| choice.label.as_str()).collect();
                assert_eq!(labels, ["2B", "1A", "4A", "4B"], "same room, same floor, then the next");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(house.who("2A").await.as_deref(), Some("Inès"));
    }

    async fn nobody_is_in_two_places(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let again = readmission(ines.resident, house.bed("3A").await);
        match conflict(house.act(&house.coordinator, again).await) {
            Conflict::AlreadyHere { bed, .. } => assert_eq!(bed.unwrap().label, "2A"),
            other => panic!("{other:?}"),
        }
    }

    async fn a_full_house_is_never_a_success(house: TestHouse) {
        for label in ["1A", "2A", "2B", "3A", "3B", "3C", "4A", "4B", "5A"] {
            house.admit(&format!("Résidente {label}"), label).await.unwrap();
        }
        assert_eq!(house.board().await.counts().free, 0);
        let refused = house.admit("Lou", "1A").await.unwrap_err();
        assert_eq!(refused.status(), 409);
        assert!(conflict::<()>(Err(refused)).nearest().is_empty());
    }

    async fn yesterday_s_late_arrival_is_entered_after_midnight(house: TestHouse) {
        // 23:50 by the clock on the wall, entered at ten past midnight.
        house.clock.advance(TimeDelta::minutes(190));
        let bed = house.bed("2A").await;
        let arrival = house.when(TimeDelta::minutes(-20));
        let admitted = house.act(&house.night, Admit { arrival, ..admission("Maude", bed) }).await.unwrap();
        let timeline = house.query(&house.coordinator, OpenStay { stay: admitted.stay }).await.unwrap();
        assert_eq!(timeline.line.arrived.local.to_string(), "2026-11-23 23:50:00");
        house.act(&house.night, depart(admitted.stay, When::Now)).await.unwrap();
    }

    async fn two_residents_change_beds_and_back(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let lou = house.admit("Lou", "5A").await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        house.act(&house.coordinator, Swap { stay: ines.stay, other: lou.stay, at: When::Now }).await.unwrap();
        assert_eq!(house.who("5A").await.as_deref(), Some("Inès"));
        assert_eq!(house.who("2A").await.as_deref(), Some("Lou"));
        assert_eq!(house.board().await.counts().to_prepare, 0);

        let entry = last_entry(&house, lou.stay).await;
        house.act(&house.coordinator, Undo { stay: lou.stay, entry }).await.unwrap();
        assert_eq!(house.who("2A").await.as_deref(), Some("Inès"));
        assert_eq!(house.who("5A").await.as_deref(), Some("Lou"));
        assert_eq!(house.store.check_integrity().await.unwrap().wrong, Vec::<String>::new());
    }

    async fn a_departure_tapped_by_mistake_is_undone(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        house.act(&house.night, depart(ines.stay, When::Now)).await.unwrap();
        let entry = last_entry(&house, ines.stay).await;
        house.act(&house.night, Undo { stay: ines.stay, entry }).await.unwrap();
        assert_eq!(house.who("2A").await.as_deref(), Some("Inès"));
        assert_eq!(house.board().await.counts().to_prepare, 0);
        let trail = house.query(&house.coordinator, OpenStay { stay: ines.stay }).await.unwrap().trail;
        let kinds: Vec<TrailKind> = trail.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [TrailKind::Admitted, TrailKind::Departed, TrailKind::Undone], "the trail keeps the mistake");
        assert!(trail[1].undone);
    }

    async fn an_undone_departure_gives_way_to_whoever_has_the_bed_since(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        house.act(&house.night, depart(ines.stay, When::Now)).await.unwrap();
        let bed = house.bed("2A").await;
        house.act(&house.night, PrepareBed { bed }).await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        house.admit("Lou", "2A").await.unwrap();
        let entry = last_entry(&house, ines.stay).await;
        let outcome = house.act(&house.night, Undo { stay: ines.stay, entry }).await;
        assert_eq!(conflict(outcome), Conflict::BedOverlap);
        assert_eq!(house.who("2A").await.as_deref(), Some("Lou"));
    }

    async fn an_admission_by_mistake_is_taken_back(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let entry = last_entry(&house, ines.stay).await;
        house.act(&house.night, Undo { stay: ines.stay, entry }).await.unwrap();
        assert_eq!(house.who("2A").await, None);
        assert_eq!(house.query(&house.coordinator, ListStays::default()).await.unwrap().total, 0);
        house.admit("Lou", "2A").await.unwrap();
    }

    async fn only_the_last_change_is_undone(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let first = last_entry(&house, ines.stay).await;
        house.clock.advance(TimeDelta::hours(1));
        let bed = house.bed("3B").await;
        house.act(&house.night, Transfer { stay: ines.stay, bed, at: When::Now }).await.unwrap();
        let outcome = house.act(&house.night, Undo { stay: ines.stay, entry: first }).await;
        assert_eq!(conflict(outcome), Conflict::NotTheLastChange);
    }

    async fn late_dates_are_corrected_with_their_trail(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        house.pass(TimeDelta::days(3)).await;
        house.act(&house.night, depart(ines.stay, When::Now)).await.unwrap();
        let departure = CorrectDeparture {
            at: house.when(TimeDelta::days(-1)),
            reason: DepartureReason::Hospital,
            destination: Destination::Hospital,
        };
        let arrival = house.when(TimeDelta::days(-4));
        let correct = Correct { stay: ines.stay, arrival, departure: Some(departure) };
        assert_eq!(house.act(&house.night, correct.clone()).await, Err(Refused::NotAllowed));
        house.act(&house.coordinator, correct).await.unwrap();
        let timeline = house.query(&house.coordinator, OpenStay { stay: ines.stay }).await.unwrap();
        assert_eq!(timeline.line.nights, 3);
        assert_eq!(timeline.trail.last().unwrap().changes.len(), 4, "arrival, departure, reason, destination");
        let reversed = Correct { stay: ines.stay, arrival: When::Now, departure: Some(departure) };
        match house.act(&house.coordinator, reversed).await {
            Err(Refused::Faults(faults)) => assert_eq!(faults[0].code, FaultCode::BeforeArrival),
            other => panic!("{other:?}"),
        }
    }

    async fn the_same_act_sent_twice_changes_the_house_once(house: TestHouse) {
        let bed = house.bed("2A").await;
        let envelope = Envelope { id: ActId(new_id()), act: admission("Inès", bed) };
        let again = Envelope { id: envelope.id, act: envelope.act.clone() };
        let other = Envelope { id: envelope.id, act: admission("Lou", house.bed("3A").await) };
        let first = house.store.act(&house.coordinator, envelope).await.unwrap();
        house.clock.advance(TimeDelta::minutes(5));
        assert_eq!(house.store.act(&house.coordinator, again).await.unwrap(), first);
        assert_eq!(conflict(house.store.act(&house.coordinator, other).await), Conflict::ActIdUsed);
        assert_eq!(house.board().await.counts().occupied, 1);
    }

    async fn fifty_identical_taps_at_once_get_one_answer(house: TestHouse) {
        let bed = house.bed("2A").await;
        let (id, act) = (ActId(new_id()), admission("Inès", bed));
        let mut tasks = Vec::new();
        for _ in 0..50 {
            let (store, actor, act) = (house.store.clone(), house.coordinator.clone(), act.clone());
            tasks.push(tokio::spawn(async move { store.act(&actor, Envelope { id, act }).await.unwrap() }));
        }
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
        assert_eq!(house.board().await.counts().occupied, 1);
    }

    async fn an_unusual_age_needs_a_reason_and_is_never_impossible(house: TestHouse) {
        let bed = house.bed("2A").await;
        let mut act = admission("Odette", bed);
        let Who::New(new) = &mut act.who else { panic!() };
        new.birth = SaidBirth::Aged(37);
        let refused = house.act(&house.coordinator, act.clone()).await.unwrap_err();
        assert_eq!(refused, Refused::fault(Field::AgeReason, FaultCode::AgeNeedsReason));
        act.age_reason = Some("Référée par la maison voisine".into());
        let admitted = house.act(&house.coordinator, act).await.unwrap();
        let timeline = house.query(&house.coordinator, OpenStay { stay: admitted.stay }).await.unwrap();
        assert_eq!(timeline.age_at_admission, Some(37));
        assert_eq!(timeline.age_reason.as_deref(), Some("Référée par la maison voisine"));
        let seen = house.query(&house.management, OpenStay { stay: admitted.stay }).await.unwrap();
        assert_eq!(seen.age_reason, None, "the reason is the coordinator's to read");
    }

    async fn a_file_that_looks_alike_is_shown_before_another_is_opened(house: TestHouse) {
        house.admit("Noémie", "2A").await.unwrap();
        let mut act = admission("Noemi", house.bed("2B").await);
        let Who::New(new) = &mut act.who else { panic!() };
        new.not_the_same = false;
        let outcome = house.act(&house.coordinator, act.clone()).await;
        assert_eq!(conflict(outcome), Conflict::LooksLike { files: 1 });
        let Who::New(new) = &mut act.who else { panic!() };
        new.not_the_same = true;
        house.act(&house.coordinator, act).await.unwrap();
    }

    async fn beds_to_make_or_closed_are_not_given(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        house.act(&house.night, depart(ines.stay, When::Now)).await.unwrap();
        house.clock.advance(TimeDelta::minutes(1));
        assert!(matches!(conflict(house.admit("Lou", "2A").await), Conflict::BedToPrepare { .. }));
        let bed = house.bed("2B").await;
        let close = CloseBed { bed, reason: domain::beds::OutOfServiceReason::Bedbugs, since: When::Now, until: None };
        house.act(&house.night, close).await.unwrap();
        assert!(matches!(conflict(house.admit("Lou", "2B").await), Conflict::BedOutOfService { .. }));
        let unknown = admission("Lou", BedId(new_id()));
        assert!(matches!(conflict(house.act(&house.night, unknown).await), Conflict::BedNotInHouse { .. }));
    }

    async fn a_bed_s_sheet_shows_an_emergency_what_it_needs(house: TestHouse) {
        let bed = house.bed("2A").await;
        let mut act = admission("Inès", bed);
        let Who::New(new) = &mut act.who else { panic!() };
        new.care.flags = vec![domain::residents::CareFlag::Allergy];
        new.care.what_to_do = Some("Arachides. EpiPen dans son sac.".into());
        new.watch = Some("Ne jamais confirmer sa présence au téléphone.".into());
        house.act(&house.coordinator, act).await.unwrap();
        let sheet = house.query(&house.night, OpenBed { bed, as_of: None }).await.unwrap();
        let person = sheet.person.unwrap();
        assert_eq!(person.age, Some(24));
        assert_eq!(person.care.unwrap().what_to_do.as_deref(), Some("Arachides. EpiPen dans son sac."));
        assert!(person.watch.is_some());
        assert!(matches!(sheet.state, BedState::Occupied(_)));
        assert_eq!(house.query(&house.management, OpenBed { bed, as_of: None }).await, Err(Refused::NotAllowed));
    }

    async fn bad_dates_get_a_fault_of_their_own(house: TestHouse) {
        let bed = house.bed("2A").await;
        let faults = |outcome: Result<_, Refused>| match outcome {
            Err(Refused::Faults(faults)) => faults.into_iter().map(|fault| fault.code).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let at = |text: &str| When::parse(text).unwrap();
        let arrive = |text: &str| Admit { arrival: at(text), ..admission("Lou", bed) };
        assert_eq!(faults(house.act(&house.night, arrive("2027-01-01T10:00")).await), [FaultCode::InFuture]);
        assert_eq!(faults(house.act(&house.night, arrive("2026-03-08T02:30")).await), [FaultCode::TimeDidNotExist]);
        assert_eq!(faults(house.act(&house.night, arrive("2026-11-01T01:30")).await), [FaultCode::TimeHappenedTwice]);
        let first = house.act(&house.night, arrive("2026-11-01T01:30-04:00")).await.unwrap();
        let second = Admit { arrival: at("2026-11-01T01:30-05:00"), ..admission("Jade", house.bed("2B").await) };
        let second = house.act(&house.night, second).await.unwrap();
        let house = &house;
        let arrived = |stay| async move { house.query(&house.coordinator, OpenStay { stay }).await.unwrap().line.arrived };
        let (first, second) = (arrived(first.stay).await, arrived(second.stay).await);
        assert_eq!(first.local, second.local);
        assert_eq!(second.at - first.at, TimeDelta::hours(1), "01:30 happened twice that night");
    }

    async fn a_departure_before_the_arrival_is_refused(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let outcome = house.act(&house.night, depart(ines.stay, house.when(TimeDelta::hours(-2)))).await;
        assert_eq!(outcome, Err(Refused::fault(Field::Departure, FaultCode::BeforeArrival)));
        let form = store::testing::departure(ines.stay).with(Field::Departure, "2026-13-45T99:00");
        assert!(Depart::read(&form).is_err());
        assert_eq!(house.who("2A").await.as_deref(), Some("Inès"), "nothing was lost");
    }

    async fn emoji_and_right_to_left_names_stay_whole(house: TestHouse) {
        for (name, label) in [("👩🏽‍🚀 Zoé", "2A"), ("مريم", "2B"), ("李小龍", "3A"), ("O’Brien <b>&\"", "3B")] {
            house.admit(name, label).await.unwrap();
            assert_eq!(house.who(label).await.as_deref(), Some(name));
        }
    }

    async fn an_actor_whose_account_is_disabled_does_nothing_more(house: TestHouse) {
        let staff = house.night.staff().unwrap();
        house.act(&house.management, domain::team::DisableStaff { staff }).await.unwrap();
        let bed = house.bed_as(&house.coordinator, "2A").await;
        assert_eq!(house.act(&house.night, admission("Lou", bed)).await, Err(Refused::SignIn));
        let _: &Actor = &house.night;
    }
}
