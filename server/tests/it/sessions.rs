//! Sessions: S-01 to S-11. What stands behind them is tested in `session_store.rs`.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::{
    access::Role,
    team::{ChangeStaff, DisableStaff},
};
use serde_json::json;
use server::http::Origin;
use store::{
    SessionSecret, new_id,
    testing::{On, PASSWORD, TestHouse, engine_of, everything, literal, raw, raw_texts, session_of},
};
use tower_sessions::session::Id;

use crate::{
    access::question,
    app::{App, Browser, Events, Reply, cookie_of},
    endpoints::FUNCTIONS,
};

/// Opens a session around the door, in place of a password that takes its time; answers what its cookie holds.
pub async fn quick_session(app: &App) -> String {
    let (secret, id) = (SessionSecret(Id::default().0), new_id());
    let digest = store::testing::digest_literal(&app.house.store, secret);
    let sql = format!(
        "INSERT INTO sessions (id, token_digest, house, staff, device, shared, created_at, last_seen_at, expires_at)
         SELECT {}, {digest}, house, staff, device, shared, created_at, last_seen_at, expires_at FROM sessions WHERE ended_at IS NULL LIMIT 1",
        literal(&app.house.store, id),
    );
    assert_eq!(raw(&app.house.store, &sql).await.unwrap(), 1);
    cookie_of(secret)
}

/// The cookies of a reply that have the name of the session's.
fn session_cookies(reply: &Reply) -> Vec<String> {
    let all = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
    all.filter(|cookie| cookie.trim_start_matches("__Host-").starts_with("session=")).collect()
}

/// A stream of someone who may no longer listen says so within five seconds (A16).
async fn until_over(events: &mut Events) {
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    loop {
        let heard = tokio::time::timeout_at(until, events.news(std::time::Duration::from_secs(5))).await.ok().flatten();
        match heard {
            Some(heard) if heard.name == "over" => return,
            Some(_) => {}
            None => panic!("the stream stayed open"),
        }
    }
}

pub async fn asks(browser: &Browser) -> u16 {
    browser.ask("/api/board", json!({ "as_of": null })).await.status
}

store::stories! {
    async fn s_01_the_database_holds_no_secret_that_opens(house: TestHouse) {
        let mut secrets = BTreeSet::new();
        for _ in 0..3 {
            secrets.insert(session_of(&house.store, "nuit").await);
        }
        assert_eq!(secrets.len(), 3);
        let app = App::open(house).await;
        let everything = everything(&app.house.store).await;
        for secret in &secrets {
            let token = cookie_of(*secret);
            // 128 bits in 22 signs.
            assert!(token.len() == 22 && token.is_ascii(), "{token}");
            let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
            let bytes = secret.0.to_le_bytes();
            let reversed = secret.0.to_be_bytes();
            for rows in everything.values() {
                assert!(!rows.iter().any(|row| row.contains(&token) || row.contains(&secret.0.to_string())));
                let lower: Vec<String> = rows.iter().map(|row| row.to_lowercase().replace('-', "")).collect();
                for form in [token.as_bytes(), &bytes, &reversed] {
                    assert!(!lower.iter().any(|row| row.contains(&hex(form))));
                }
            }
        }
        let hex = if engine_of(&app.house.store) == On::Postgres { "encode(token_digest, 'hex')" } else { "hex(token_digest)" };
        let digests = raw_texts(&app.house.store, &format!("SELECT {hex} FROM sessions")).await.unwrap();
        assert!(digests.len() >= 3);
        for digest in digests {
            let thief = app.nobody();
            thief.set_cookie("session", &digest);
            assert_eq!(asks(&thief).await, 401);
            thief.set_cookie("session", &digest.to_lowercase());
            assert_eq!(asks(&thief).await, 401);
        }
    }

    async fn s_02_signing_in_gives_a_new_id_and_a_planted_one_opens_nothing(house: TestHouse) {
        let app = App::open(house).await;
        // An id as the program makes them, and a text that is none.
        for planted in [cookie_of(SessionSecret(42)), "planted-before-she-signed-in-0123456789abcd".to_owned()] {
            let browser = app.nobody();
            browser.set_cookie("session", &planted);
            let reply = browser.sign_in("nuit").await;
            assert_eq!(reply.status, 303);
            assert_eq!(session_cookies(&reply).len(), 1, "the new cookie, and nothing that takes it away: {reply:?}");
            let first = browser.cookie("session").unwrap();
            assert_ne!(first, planted);
            assert_eq!(asks(&browser).await, 200);
            let old = browser.twin();
            assert_eq!(browser.sign_in("coordination").await.status, 303);
            assert_ne!(browser.cookie("session").unwrap(), first);
            assert_eq!(asks(&browser).await, 200);
            assert_eq!(asks(&old).await, 401, "S-08: whoever was signed in on this device is signed out");
            let thief = app.nobody();
            thief.set_cookie("session", &planted);
            assert_eq!(asks(&thief).await, 401);
        }
    }

    /// The cookie of the session may have outlived that of its device.
    async fn s_02_signing_in_with_the_cookie_of_a_live_session_ends_that_one_whatever_the_device(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.night().await;
        assert_eq!(browser.cookie("device"), None);
        let old = browser.twin();
        let reply = browser.form("/api/sign_in", &[("login", "coordination"), ("password", "non, pas celle-ci")]).await;
        assert_eq!((reply.status, asks(&old).await), (401, 200), "a refused sign-in ends nothing");
        assert_eq!(browser.sign_in("coordination").await.status, 303);
        assert_eq!((asks(&browser).await, asks(&old).await), (200, 401));
        // It was replaced in the sign-in's own transaction: nobody signed out.
        let why = raw_texts(&app.house.store, "SELECT ended_why FROM sessions WHERE ended_at IS NOT NULL").await.unwrap();
        assert_eq!(why, ["replaced"]);
        let out = raw_texts(&app.house.store, "SELECT what FROM audit WHERE what = 'access.sign_out'").await.unwrap();
        assert_eq!(out, Vec::<String>::new());
    }

    /// A response that was under way when somebody signed in on this browser must not take her new cookie away.
    async fn s_02_a_request_with_an_ended_session_leaves_the_cookie_alone(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.night().await;
        let late = browser.twin();
        assert_eq!(browser.form("/api/sign_out", &[]).await.status, 303);
        for path in ["/", "/sign_in", "/events", "/nothing-here"] {
            assert_eq!(session_cookies(&late.get(path).await), Vec::<String>::new(), "{path}");
        }
        let reply = late.ask("/api/board", json!({ "as_of": null })).await;
        assert_eq!((reply.status, session_cookies(&reply).len()), (401, 0));
    }

    async fn s_03_an_idle_screen_asks_again_and_what_it_does_by_itself_does_not_count(house: TestHouse) {
        let app = App::open(house).await;
        let (night, own) = (app.night().await, app.coordinator().await);
        // A screen that asks by itself every half minute, with an open stream.
        let mut events = night.listen(None).await.unwrap();
        for _ in 0..3 {
            app.house.clock.advance(TimeDelta::seconds(30));
            assert_eq!(asks(&night).await, 200);
            events.next(std::time::Duration::from_secs(5)).await.unwrap();
        }
        app.house.clock.advance(TimeDelta::seconds(31));
        assert_eq!(asks(&night).await, 401, "121 s without a touch on a shared tablet");
        assert_eq!(asks(&own).await, 200, "one's own post has 15 minutes");
        // A touch goes on; so does a page that is opened.
        app.house.clock.advance(TimeDelta::minutes(12));
        assert_eq!(own.ask("/api/still_here", json!({})).await.status, 200);
        app.house.clock.advance(TimeDelta::minutes(14));
        assert_eq!(own.get("/").await.status, 200);
        app.house.clock.advance(TimeDelta::minutes(14));
        assert_eq!(asks(&own).await, 200);
        app.house.clock.advance(TimeDelta::seconds(61));
        assert_eq!(asks(&own).await, 401);
    }

    async fn s_04_a_session_ends_after_twelve_hours_whatever_is_done(house: TestHouse) {
        let app = App::open(house).await;
        let own = app.coordinator().await;
        for _ in 0..71 {
            app.house.clock.advance(TimeDelta::minutes(10));
            assert_eq!(own.get("/").await.status, 200);
        }
        app.house.clock.advance(TimeDelta::minutes(9));
        assert_eq!(own.get("/").await.status, 200, "11 h 59");
        app.house.clock.advance(TimeDelta::seconds(61));
        assert_eq!(asks(&own).await, 401);
    }

    async fn s_05_after_signing_out_the_cookie_is_worth_nothing_anywhere(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let copy = browser.twin();
        let reply = browser.form("/api/sign_out", &[]).await;
        assert_eq!((reply.status, reply.header("location")), (303, "/sign_in"));
        assert!(reply.header("clear-site-data").contains("\"cache\""));
        assert_eq!(browser.cookie("session"), None);
        for row in FUNCTIONS.iter() {
            let reply = if row.acts { copy.do_act(row.path, &[]).await } else { copy.ask(row.path, question(row.path, new_id())).await };
            assert_eq!(reply.status, 401, "{}", row.path);
        }
        assert_eq!(copy.listen(None).await.err(), Some(401));
    }

    async fn s_06_a_role_taken_away_is_gone_at_the_next_call_and_in_open_streams(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let mut events = browser.listen(None).await.unwrap();
        let staff = app.house.coordinator.staff().unwrap();
        app.house.act(&app.house.management, ChangeStaff { staff, name: "Claire Poulin".into(), role: Role::Night }).await.unwrap();
        assert_eq!(browser.ask("/api/measures", question("/api/measures", new_id())).await.status, 401);
        until_over(&mut events).await;

        let browser = app.as_login("nuit").await;
        let mut events = browser.listen(None).await.unwrap();
        let staff = app.house.night.staff().unwrap();
        app.house.act(&app.house.management, DisableStaff { staff }).await.unwrap();
        assert_eq!(asks(&browser).await, 401);
        until_over(&mut events).await;
        let reply = app.nobody().form("/api/sign_in", &[("login", "nuit"), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, 401);
    }

    /// S-07: a request under way while she signs out finishes, and brings nothing back to life. The
    /// design leaves no room for it, as nothing ever writes a session back; this looks a thousand times.
    async fn s_07_no_request_in_flight_brings_a_session_back(house: TestHouse) {
        let app = App::open(house).await;
        app.night().await;
        let bed = app.house.bed("2A").await.to_string();
        let rounds = if engine_of(&app.house.store) == On::Postgres { 100 } else { 1_000 };
        for round in 0..rounds {
            let browser = app.nobody();
            browser.set_cookie("session", &quick_session(&app).await);
            let (touching, acting, leaving) = (browser.clone(), browser.clone(), browser.clone());
            let bed = bed.clone();
            let path = if round % 2 == 0 { "/api/bed_soil" } else { "/api/bed_prepare" };
            let (_, _, left) = tokio::join!(
                tokio::spawn(async move { touching.get("/").await }),
                tokio::spawn(async move { acting.do_act(path, &[("bed", &bed)]).await }),
                tokio::spawn(async move { leaving.twin().form("/api/sign_out", &[]).await }),
            );
            assert_eq!(left.unwrap().status, 303);
            assert_eq!(asks(&browser).await, 401, "round {round}");
        }
        let alive = raw_texts(&app.house.store, "SELECT CAST(count(*) AS text) FROM sessions WHERE ended_at IS NOT NULL AND ended_why = 'signed_out'").await.unwrap();
        assert_eq!(alive, [rounds.to_string()]);
        // Nor can it be done around the door.
        let undo = raw(&app.house.store, "UPDATE sessions SET ended_at = NULL WHERE ended_at IS NOT NULL").await;
        assert!(undo.unwrap_err().contains("ended_sessions_stay_ended"));
    }

    async fn s_08_one_person_is_signed_in_on_a_device(house: TestHouse) {
        let app = App::open(house).await;
        let tablet = app.nobody();
        assert_eq!(tablet.sign_in("nuit").await.status, 303);
        let elsewhere = app.nobody();
        assert_eq!(elsewhere.sign_in("nuit").await.status, 303);
        let mut former = vec![tablet.twin()];
        for login in ["coordination", "direction", "nuit", "nuit"] {
            // The browser has lost the cookie of its session: the device alone says where it is.
            tablet.set_cookie("session", "");
            assert_eq!(tablet.sign_in(login).await.status, 303);
            assert_eq!(asks(&tablet).await, 200, "{login}");
            for browser in &former {
                assert_eq!(asks(browser).await, 401, "{login}");
            }
            former.push(tablet.twin());
        }
        assert_eq!(asks(&elsewhere).await, 200, "another device is left alone");
        let open = raw_texts(&app.house.store, "SELECT CAST(count(*) AS text) FROM sessions WHERE ended_at IS NULL GROUP BY device").await.unwrap();
        assert!(open.iter().all(|count| count == "1"), "{open:?}");
    }

    async fn s_09_sessions_are_listed_and_can_be_ended(house: TestHouse) {
        let app = App::open(house).await;
        let (here, there) = (app.night().await, app.night().await);
        let (coordinator, management) = (app.coordinator().await, app.management().await);
        let listed = async |browser: &Browser| -> Vec<(String, bool)> {
            let reply = browser.ask("/api/my_sessions", question("/api/my_sessions", new_id())).await;
            let rows = reply.json().as_array().unwrap().clone();
            rows.iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row["mine"].as_bool().unwrap())).collect()
        };
        let own = |sessions: &[(String, bool)]| -> String {
            let [mine]: [&(String, bool); 1] = sessions.iter().filter(|(_, mine)| *mine).collect::<Vec<_>>().try_into().unwrap();
            mine.0.clone()
        };
        let (of_here, of_there) = (listed(&here).await, listed(&there).await);
        // The house itself was opened with a session of each.
        assert_eq!((of_here.len(), of_there.len()), (3, 3));
        let (mine, other) = (own(&of_here), own(&of_there));
        assert_ne!(mine, other);
        assert!(of_here.contains(&(other.clone(), false)) && of_there.contains(&(mine.clone(), false)));
        // Somebody else's is neither listed nor hers to end.
        let of_coordinator = own(&listed(&coordinator).await);
        assert!(!of_here.iter().any(|(id, _)| *id == of_coordinator));
        assert_eq!(here.do_act("/api/session_end", &[("session", &of_coordinator)]).await.status, 404);
        assert_eq!(asks(&coordinator).await, 200);
        // One's own, elsewhere.
        assert_eq!(here.do_act("/api/session_end", &[("session", &other)]).await.status, 200);
        assert_eq!((asks(&here).await, asks(&there).await), (200, 401));
        assert_eq!(listed(&here).await.len(), 2);
        // The coordinator ends one of somebody's, then all but her own.
        assert_eq!(coordinator.do_act("/api/session_end", &[("session", &mine)]).await.status, 200);
        assert_eq!(asks(&here).await, 401);
        assert_eq!(asks(&management).await, 200);
        assert_eq!(coordinator.do_act("/api/sessions_end_all", &[]).await.status, 200);
        assert_eq!((asks(&management).await, asks(&coordinator).await), (401, 200));
        assert_eq!(listed(&coordinator).await, [(of_coordinator, true)]);
    }

    async fn s_10_cookies_are_out_of_reach_of_scripts_and_of_other_sites(house: TestHouse) {
        let plain = App::open(house).await;
        let reply = plain.nobody().sign_in("nuit").await;
        assert_eq!((reply.status, reply.header("location")), (303, "/"));
        assert!(!reply.body.contains("session"));
        let cookies: Vec<&str> = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), 2);
        let [session] = <[String; 1]>::try_from(session_cookies(&reply)).unwrap();
        assert!(!session.contains("Max-Age") && !session.contains("Expires"), "gone with the browser: {session}");
        for cookie in &cookies {
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"), "{cookie}");
            assert!(!cookie.contains("Domain") && cookie.len() < 4_096);
            assert!(!cookie.contains("Secure"), "on loopback without TLS the cookie works without it, and only there");
        }
        assert_eq!(plain.nobody().form("/api/sign_in", &[("login", "nuit"), ("password", "non, pas celle-ci")]).await.status, 401);

        let origin = Origin::parse("https://nuit.example").unwrap();
        let house = TestHouse::new(store::testing::On::Sqlite).await.unwrap();
        let tls = App::open_as(house, origin).await;
        let browser = tls.nobody().with("host", "nuit.example").with("origin", "https://nuit.example");
        let reply = browser.sign_in("nuit").await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        let cookies: Vec<&str> = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        for cookie in &cookies {
            assert!(cookie.starts_with("__Host-") && cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
            assert!(cookie.contains("Path=/") && !cookie.contains("Domain"));
        }
        assert_eq!(browser.get("/").await.status, 200);
        assert_eq!(tls.nobody().get("/sign_in").await.status, 421, "another name than ours is not us");
    }

    async fn s_11_a_stranger_leaves_no_row(house: TestHouse) {
        let app = App::open(house).await;
        let before = everything(&app.house.store).await;
        let stranger = app.nobody();
        for round in 0..26 {
            let cookie = if round % 2 == 0 { cookie_of(SessionSecret(round)) } else { format!("{round:043}") };
            stranger.set_cookie("session", &cookie);
            for path in ["/", "/sign_in", "/stays", "/nothing-here", "/events", "/health/ready", "/residents/9", "/?lang=en"] {
                stranger.get(path).await;
            }
            stranger.ask("/api/board", json!({})).await;
            stranger.do_act("/api/stay_admit", &[("name", "x")]).await;
        }
        assert_eq!(before, everything(&app.house.store).await);
    }
}
