//! What goes wrong inside: ER-01 and F20.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::time::Instant;
use serde_json::json;
use store::{
    Clock, SetClock, Store,
    testing::{On, TestHouse, engine_of, everything, raw, session_of},
};

use crate::app::{App, Reply, cookie_of};

/// Words of the inside that no answer may hold.
const INSIDE: [&str; 14] = [
    "SELECT",
    "INSERT",
    "sqlx",
    "SQLITE",
    "sqlite",
    "postgres",
    "panicked",
    ".rs:",
    "/tmp/",
    "src/",
    "no such",
    "constraint",
    "relation \"",
    "secret-of-the-trigger",
];

/// One stable word, an id to quote, nothing of the inside.
fn is_discreet(reply: &Reply, what: &str) {
    assert_eq!(reply.header("x-request-id").len(), 32, "{what}: {:?}", reply.headers);
    for word in INSIDE {
        assert!(!reply.body.contains(word), "{what} says {word}: {}", reply.body);
    }
}

store::stories! {
    /// ER-01: whatever breaks, the answer is a stable code with an id, in words for a person and as a
    /// code for a script.
    async fn er_01_a_broken_house_answers_with_a_code_and_nothing_of_its_inside(house: TestHouse) {
        house.admit("Inès", "2A").await.unwrap();
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let bed = app.house.bed("3A").await.to_string();
        raw(&app.house.store, "ALTER TABLE bed_conditions RENAME TO elsewhere").await.unwrap();
        raw(&app.house.store, "ALTER TABLE stays RENAME TO elsewhere_too").await.unwrap();
        let question = browser.ask("/api/stay_list", json!({ "filter": domain::stays::queries::StayFilter::default(), "skip": 0, "take": 0 })).await;
        assert_eq!((question.status, question.body.as_str()), (503, "\"Unavailable\""));
        is_discreet(&question, "a question");
        let act = browser.do_act("/api/stay_admit", &[("bed", &bed), ("name", "Lou"), ("age", "22")]).await;
        assert_eq!((act.status, act.body.as_str()), (503, "\"Unavailable\""));
        is_discreet(&act, "an act");
        for path in ["/stays", "/stays/018f0000-0000-7000-8000-000000000000"] {
            let page = browser.get(path).await;
            is_discreet(&page, path);
            assert!(page.status >= 400, "{path}: {}", page.status);
        }
        let export = browser.form("/api/stays_export", &[]).await;
        assert_eq!(export.status, 503);
        is_discreet(&export, "an export");
        for (method, path) in [(http::Method::GET, "/nowhere"), (http::Method::PUT, "/"), (http::Method::POST, "/api/nothing")] {
            let reply = browser.send(method.clone(), path, &[("accept", "text/html")], "").await;
            assert!((400..500).contains(&reply.status), "{method} {path}: {}", reply.status);
            is_discreet(&reply, path);
            assert!(reply.body.contains("<html"), "a person is told in words: {}", reply.body);
        }
        let bytes = browser.send(http::Method::POST, "/api/board", &[("content-type", "application/json"), ("accept", "application/json")], vec![0xff, 0, 0xfe]).await;
        assert!((400..500).contains(&bytes.status), "{}", bytes.status);
        is_discreet(&bytes, "bytes that are not JSON");
    }

    /// ER-01 (16.5.3): an act whose line in the audit cannot be written has not happened.
    async fn er_01_an_act_that_cannot_be_audited_is_not_done(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let bed = app.house.bed("2A").await.to_string();
        let store = &app.house.store;
        let trigger: &[&str] = match engine_of(store) {
            On::Sqlite => &["CREATE TRIGGER closed BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'secret-of-the-trigger'); END"],
            On::Postgres => &[
                "CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'secret-of-the-trigger'; END $$",
                "CREATE TRIGGER closed BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION closed()",
            ],
        };
        for sql in trigger {
            raw(store, sql).await.unwrap();
        }
        let before = everything(store).await;
        let reply = browser.do_act("/api/stay_admit", &[("bed", &bed), ("name", "Inès"), ("age", "24")]).await;
        assert_eq!((reply.status, reply.body.as_str()), (503, "\"Unavailable\""));
        is_discreet(&reply, "an act without its audit");
        // Nor is a file opened of which nobody would know.
        let sheet = browser.ask("/api/bed_sheet", json!({ "bed": bed, "as_of": null })).await;
        assert!(sheet.status == 200 || sheet.status == 503);
        let mut after = everything(store).await;
        after.insert("sessions".into(), before["sessions"].clone());
        assert_eq!(before, after);
        raw(store, match engine_of(store) { On::Sqlite => "DROP TRIGGER closed", On::Postgres => "DROP TRIGGER closed ON audit" }).await.unwrap();
        let reply = browser.do_act("/api/stay_admit", &[("bed", &bed), ("name", "Inès"), ("age", "24")]).await;
        assert_eq!(reply.status, 200, "the same works once it can be audited: {}", reply.body);
    }
}

/// A clock that breaks when told to: the nearest thing to a defect that can be ordered.
#[derive(Clone)]
struct BreakingClock {
    clock: SetClock,
    broken: Arc<AtomicBool>,
}

impl Clock for BreakingClock {
    fn now(&self) -> Instant {
        assert!(!self.broken.load(Ordering::SeqCst), "the clock is broken: secret-of-the-trigger");
        self.clock.now()
    }
}

/// F20: a panic costs one request. The house stays, and the next call is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn er_01_a_panic_ends_one_request_and_not_the_house() {
    let mut house = TestHouse::new(On::Sqlite).await.unwrap();
    let clock = BreakingClock { clock: house.clock.clone(), broken: Arc::default() };
    let broken = clock.broken.clone();
    house.reopen_with(clock).await.unwrap();
    let app = App::open(house).await;
    let browser = app.nobody();
    browser.set_cookie("session", &cookie_of(session_of(&app.house.store, "coordination").await));
    let bed = app.house.bed("2A").await.to_string();
    for _ in 0..20 {
        broken.store(true, Ordering::SeqCst);
        let page = browser.get("/").await;
        assert_eq!(page.status, 500);
        is_discreet(&page, "a page");
        let act = browser.do_act("/api/bed_soil", &[("bed", &bed)]).await;
        assert!([500, 503].contains(&act.status), "{}", act.status);
        is_discreet(&act, "an act");
        broken.store(false, Ordering::SeqCst);
        assert_eq!(browser.get("/").await.status, 200);
    }
    let act = browser.do_act("/api/bed_soil", &[("bed", &bed)]).await;
    assert_eq!(act.status, 200, "{}", act.body);
    whole(&app.house.store).await;
}

/// The data is whole.
pub async fn whole(store: &Store) {
    let found = store.check_integrity().await.unwrap();
    assert_eq!(found.wrong, Vec::<String>::new());
}
