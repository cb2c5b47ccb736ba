//! Many people, one bed: AC-08 and F12.

use std::time::Duration;

use domain::{
    board::BedState,
    refused::{Conflict, Refused},
    stays::acts::Admitted,
};
use store::new_id;
use store::testing::{departure, engine_of, literal, raw};

use crate::{
    app::{App, Browser},
    errors::whole,
    sessions::quick_session,
};

const CLIENTS: usize = 64;
const ROUNDS: usize = 200;

/// Browsers on connections of their own, each with its own session.
async fn many(app: &App, count: usize) -> Vec<Browser> {
    app.coordinator().await;
    let mut browsers = Vec::new();
    for _ in 0..count {
        let browser = app.nobody();
        browser.set_cookie("session", &quick_session(app).await);
        browsers.push(browser);
    }
    browsers
}

store::stories! {
    /// F12: one winner each round; all others are told who was first and which beds are free.
    async fn f12_sixty_four_want_one_bed_two_hundred_times(house: TestHouse) {
        let app = App::open(house).await;
        let browsers = many(&app, CLIENTS).await;
        let bed = app.house.bed("2A").await.to_string();
        let mut slowest = Duration::ZERO;
        for round in 0..ROUNDS {
            let begun = std::time::Instant::now();
            let mut under_way = tokio::task::JoinSet::new();
            for (i, browser) in browsers.iter().cloned().enumerate() {
                let bed = bed.clone();
                under_way.spawn(async move {
                    let name = format!("Qz{round}x{i}");
                    browser.do_act("/api/stay_admit", &[("bed", &bed), ("name", &name), ("age", "24"), ("resident", "none")]).await
                });
            }
            let (mut winners, mut conflicts) = (Vec::new(), 0);
            while let Some(reply) = under_way.join_next().await {
                let reply = reply.unwrap();
                match reply.status {
                    200 => winners.push(serde_json::from_str::<Admitted>(&reply.body).unwrap()),
                    409 => {
                        let Refused::Conflict(conflict) = reply.refused() else { panic!("{}", reply.body) };
                        let Conflict::BedTaken { bed, by, nearest, .. } = *conflict else { panic!("{}", reply.body) };
                        assert_eq!(bed.label, "2A");
                        assert!(by.is_some(), "told by whom");
                        assert_eq!(nearest.first().map(|bed| bed.label.as_str()), Some("2B"), "the nearest is in the same room");
                        assert!(nearest.len() >= 3);
                        conflicts += 1;
                    }
                    other => panic!("round {round}: {other} {}", reply.body),
                }
            }
            assert_eq!((winners.len(), conflicts), (1, CLIENTS - 1), "round {round}");
            slowest = slowest.max(begun.elapsed());
            app.house.act(&app.house.coordinator, <domain::stays::acts::Depart as domain::fields::Form>::read(&departure(winners[0].stay)).unwrap()).await.unwrap();
            app.house.act(&app.house.coordinator, domain::house::acts::PrepareBed { bed: app.house.bed("2A").await }).await.unwrap();
            app.house.clock.advance(chrono::TimeDelta::seconds(20));
        }
        println!("F12 on {:?}: {ROUNDS} rounds of {CLIENTS}, slowest round {slowest:?}", engine_of(&app.house.store));
        whole(&app.house.store).await;
    }

    /// F12: moves and swaps between few beds at once: no deadlock, no 5xx, nobody lost, nobody twice.
    async fn f12_moves_and_swaps_at_once_lose_nobody(house: TestHouse) {
        let mut stays = Vec::new();
        for (name, label) in [("Inès", "2A"), ("Lou", "2B"), ("Maya", "3A"), ("Rose", "3B")] {
            stays.push(house.admit(name, label).await.unwrap().stay.to_string());
        }
        let mut beds = Vec::new();
        for label in ["2A", "2B", "3A", "3B", "3C"] {
            beds.push(house.bed(label).await.to_string());
        }
        let app = App::open(house).await;
        let browsers = many(&app, 16).await;
        let mut under_way = tokio::task::JoinSet::new();
        for (i, browser) in browsers.into_iter().enumerate() {
            let (stays, beds) = (stays.clone(), beds.clone());
            under_way.spawn(async move {
                let mut random = fastrand::Rng::with_seed(i as u64);
                let mut statuses = Vec::new();
                for _ in 0..25 {
                    let stay = random.choice(&stays).unwrap().as_str();
                    let reply = if random.bool() {
                        browser.do_act("/api/stay_swap", &[("stay", stay), ("other_stay", random.choice(&stays).unwrap())]).await
                    } else {
                        browser.do_act("/api/stay_transfer", &[("stay", stay), ("bed", random.choice(&beds).unwrap())]).await
                    };
                    assert!([200, 409, 422].contains(&reply.status), "{} {}", reply.status, reply.body);
                    statuses.push(reply.status);
                }
                statuses
            });
        }
        let statuses: Vec<u16> = under_way.join_all().await.concat();
        assert_eq!(statuses.len(), 400);
        assert!(statuses.iter().filter(|status| **status == 200).count() > 50, "{statuses:?}");
        let board = app.house.board().await;
        let mut present: Vec<String> = board.tiles().filter_map(|(_, _, tile)| match &tile.state {
            BedState::Occupied(occupant) => Some(occupant.name.clone()),
            _ => None,
        }).collect();
        present.sort();
        assert_eq!(present, ["Inès", "Lou", "Maya", "Rose"]);
        whole(&app.house.store).await;
    }

    /// AC-08: the schema itself refuses two people in one bed and one person in two places, whoever writes.
    async fn ac_08_raw_statements_cannot_double_book(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let lou = house.admit("Lou", "2B").await.unwrap();
        let s = &house.store;
        let l = |id: uuid::Uuid| literal(s, id);
        let (ines_stay, lou_stay, bed, free) = (l(ines.stay.0), l(lou.stay.0), l(house.bed("2A").await.0), l(house.bed("3A").await.0));
        let assignment = |stay: &str, bed: &str| format!(
            "INSERT INTO bed_assignments SELECT {}, house, stay, resident, {bed}, since, until, recorded_at, recorded_by, superseded_at FROM bed_assignments WHERE stay = {stay}",
            l(new_id()),
        );
        let attempts = [
            ("another in her bed", assignment(&lou_stay, &bed), "one_p"),
            ("her in another bed too", assignment(&ines_stay, &free), "one_place_per_person"),
            ("moving someone onto her", format!("UPDATE bed_assignments SET bed = {bed} WHERE stay = {lou_stay}"), "one_person_per_bed"),
            (
                "a second stay at the same time",
                format!("INSERT INTO stays SELECT {}, house, resident, version, arrived_at, departed_at, departure_reason, destination, expected_departure, age_at_admission, age_reason_sealed, date_only, recorded_at, recorded_by, voided_at FROM stays WHERE id = {ines_stay}", l(new_id())),
                "one_stay_at_a_time",
            ),
        ];
        for (what, sql, constraint) in attempts {
            let error = raw(s, &sql).await.expect_err(what);
            assert!(error.contains(constraint), "{what}: {error}");
        }
        whole(s).await;
    }
}
