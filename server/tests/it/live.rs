//! Live events: ids only, filtered, none missed, none doubled. F16.

use std::{collections::BTreeSet, time::Duration};

use domain::house::acts::{PrepareBed, SoilBed};

use crate::{
    app::App,
    canaries::{all_canaries, plant},
    sessions::quick_session,
};

const SOON: Duration = Duration::from_secs(5);

store::stories! {
    async fn events_carry_versions_and_ids_and_nothing_else(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let mut events = browser.listen(None).await.unwrap();
        plant(&app.house).await;
        let mut versions = Vec::new();
        while let Some(heard) = events.news(Duration::from_millis(700)).await {
            assert_eq!(heard.name, "change");
            let data: serde_json::Value = serde_json::from_str(&heard.data).unwrap();
            let mut keys: Vec<&String> = data.as_object().unwrap().keys().collect();
            keys.sort();
            assert_eq!(keys, ["areas", "subject", "version"]);
            for word in all_canaries() {
                assert!(!heard.data.contains(&word), "{}", heard.data);
            }
            assert_eq!(data["version"], heard.id);
            versions.push(heard.id);
        }
        assert!(versions.len() >= 8, "{versions:?}");
        assert!(versions.windows(2).all(|pair| pair[1] == pair[0] + 1), "in order, each once: {versions:?}");
    }

    async fn what_is_not_hers_to_know_is_not_told(house: TestHouse) {
        let app = App::open(house).await;
        let mut night = app.night().await.listen(None).await.unwrap();
        let mut management = app.management().await.listen(None).await.unwrap();
        let staff = app.house.night.staff().unwrap();
        let change = domain::team::ChangeStaff { staff, name: "Marie Lalande".into(), role: domain::access::Role::Night };
        app.house.act(&app.house.management, change).await.unwrap();
        app.house.act(&app.house.coordinator, SoilBed { bed: app.house.bed("2A").await }).await.unwrap();
        let told = management.news(SOON).await.unwrap();
        assert!(told.data.contains("team"), "{told:?}");
        let first = night.news(SOON).await.unwrap();
        assert!(first.data.contains("board") && !first.data.contains("team"), "the night is told of the bed alone: {first:?}");
        assert_eq!(first.id, told.id + 1);
    }

    async fn coming_back_misses_nothing_and_doubles_nothing(house: TestHouse) {
        let mut app = App::open(house).await;
        let browser = app.coordinator().await;
        let mut events = browser.listen(None).await.unwrap();
        let bed = app.house.bed("2A").await;
        let mut heard = Vec::new();
        for round in 0..12 {
            app.house.act(&app.house.coordinator, SoilBed { bed }).await.unwrap();
            if round % 4 == 1 {
                heard.push(events.news(SOON).await.unwrap().id);
                // The line is cut, things happen meanwhile, she comes back.
                drop(events);
                if round == 5 {
                    app.restart().await;
                }
                app.house.act(&app.house.coordinator, PrepareBed { bed }).await.unwrap();
                events = browser.listen(heard.last().copied()).await.unwrap();
                heard.push(events.news(SOON).await.unwrap().id);
                continue;
            }
            heard.push(events.news(SOON).await.unwrap().id);
            app.house.act(&app.house.coordinator, PrepareBed { bed }).await.unwrap();
            heard.push(events.news(SOON).await.unwrap().id);
        }
        let first = heard[0];
        assert_eq!(heard, (first..first + 24).collect::<Vec<_>>());
        // Very far behind, she is told to read everything again, once.
        let mut late = browser.listen(Some(0)).await.unwrap();
        assert!(late.news(SOON).await.is_some());
    }

    /// F16: two hundred screens, the house restarts while it goes on changing; all are back within
    /// thirty seconds, each having heard every version once.
    async fn f16_two_hundred_screens_come_back_after_a_restart(house: TestHouse) {
        const SCREENS: usize = 200;
        let mut app = App::open(house).await;
        app.coordinator().await;
        let bed = app.house.bed("2A").await;
        let mut browsers = Vec::new();
        for _ in 0..SCREENS {
            let browser = app.nobody();
            browser.set_cookie("session", &quick_session(&app).await);
            browsers.push(browser);
        }
        let from = app.house.store.version().await.unwrap();
        let done = from + 20;
        let mut screens = tokio::task::JoinSet::new();
        for browser in browsers {
            screens.spawn(async move {
                let (mut last, mut heard, mut streams) = (from, Vec::new(), 0);
                let mut wait = Duration::ZERO;
                while last < done {
                    tokio::time::sleep(wait).await;
                    let Ok(mut events) = browser.listen(Some(last)).await else {
                        wait = Duration::from_millis(300);
                        continue;
                    };
                    streams += 1;
                    while last < done {
                        let Some(event) = events.next(Duration::from_secs(6)).await else { break };
                        if event.name == "change" {
                            heard.push(event.id);
                            last = event.id;
                        }
                    }
                    // As a browser does: the pause that the house asks for.
                    wait = Duration::from_millis(events.retry_ms.expect("the house says how long to wait"));
                }
                (heard, streams, tokio::time::Instant::now())
            });
        }
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let change = async |app: &App| {
            app.house.act(&app.house.coordinator, SoilBed { bed }).await.unwrap();
            app.house.act(&app.house.coordinator, PrepareBed { bed }).await.unwrap();
        };
        for _ in 0..5 {
            change(&app).await;
        }
        let restarted = tokio::time::Instant::now();
        app.restart().await;
        for _ in 0..5 {
            change(&app).await;
        }
        let mut slowest = Duration::ZERO;
        let mut streams_opened = BTreeSet::new();
        for (heard, streams, back) in screens.join_all().await {
            assert_eq!(heard, (from + 1..=done).collect::<Vec<_>>(), "each version once, in order");
            streams_opened.insert(streams);
            slowest = slowest.max(back.saturating_duration_since(restarted));
        }
        assert!(streams_opened.iter().all(|streams| *streams >= 2), "the restart cut every stream: {streams_opened:?}");
        println!("F16: {SCREENS} screens, the last was back and complete {slowest:?} after the restart began");
        assert!(slowest < Duration::from_secs(30), "{slowest:?}");
    }
}
