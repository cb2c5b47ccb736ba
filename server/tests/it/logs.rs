//! What is written down of what happens: LG-01 and LG-02.

use serde_json::json;
use store::testing::{PASSWORD, TestHouse, raw_texts};

use crate::{
    access::question,
    app::{App, Browser},
    canaries::{admission_fields, all_canaries},
    command::Program,
    endpoints::FUNCTIONS,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_01_at_trace_level_nothing_of_anyone_is_in_the_log_the_metrics_or_the_folder() {
    lg_01("text", "route=\"/api/stay_admit\"").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_01_nor_is_it_in_a_log_of_json() {
    lg_01("json", "\"route\":\"/api/stay_admit\"").await;
}

/// LG-01: the program at its most talkative, every function called with canaries, rightly and wrongly:
/// neither its log, nor its metrics, nor its folder holds one.
async fn lg_01(format: &str, admission: &str) {
    let program = Program::new();
    program.done(&["demo", "--beds", "8", "--years", "0"]);
    let secret = "une lanterne à Tarin sur le quai";
    let add =
        ["staff", "add", "--role", "coordinator", "--login", "tarin", "--name", "Tarin Verdier", "--password-stdin"];
    assert_eq!(program.run_with(&add, secret).code, 0);
    let serving = program.serve_with("trace", &["--log-format", format, "--metrics-listen", "127.0.0.1:0"]);
    let browser = Browser::new(serving.address.clone());
    let wrong = browser.form("/api/sign_in", &[("login", "tarin"), ("password", "Serinette Tarin Verdier")]).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(browser.form("/api/sign_in", &[("login", "tarin"), ("password", secret)]).await.status, 303);
    let token = browser.cookie("session").unwrap();
    let board = browser.ask("/api/board", json!({ "as_of": null })).await.json();
    let free = board["floors"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|floor| floor["rooms"].as_array().unwrap())
        .flat_map(|room| room["beds"].as_array().unwrap())
        .find(|tile| tile["state"] == "Free")
        .expect("a free bed")["bed"]
        .as_str()
        .unwrap()
        .to_owned();
    let fields = admission_fields(&free);
    let borrowed: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let admitted = browser.do_act("/api/stay_admit", &borrowed).await;
    assert_eq!(admitted.status, 200, "{}", admitted.body);
    let admitted = admitted.json();
    let (resident, stay) =
        (admitted["resident"].as_str().unwrap().to_owned(), admitted["stay"].as_str().unwrap().to_owned());
    let mut asked = 0;
    for row in FUNCTIONS.iter() {
        // Every function with canaries in fields that are its own and in fields that are not.
        let mut all: Vec<(&str, &str)> = borrowed.clone();
        all.extend([
            ("resident", resident.as_str()),
            ("stay", &stay),
            ("version", "1"),
            ("health", "Verdier"),
            ("safety", "Tarin"),
            ("legal_name", "Bouvreuil"),
            ("label", "Mésange"),
            ("note", "Mésange"),
            ("login", "Linotte"),
            ("password", secret),
            ("current_password", secret),
        ]);
        if [
            "/api/sessions_end_all",
            "/api/my_password",
            "/api/staff_reset_password",
            "/api/stay_depart",
            "/api/session_end",
        ]
        .contains(&row.path)
        {
            all.clear();
        }
        if row.path == "/api/sessions_end_all" {
            continue;
        }
        if row.acts {
            browser.do_act(row.path, &all).await;
        } else {
            for id in [&resident, &stay, &free] {
                browser.ask(row.path, question(row.path, id.parse().unwrap())).await;
            }
        }
        asked += 1;
    }
    assert_eq!(asked, FUNCTIONS.len() - 1);
    for page in [
        "/".to_owned(),
        format!("/?bed={free}"),
        "/desk".into(),
        "/stays".into(),
        "/figures".into(),
        "/house".into(),
        "/team".into(),
        "/audit".into(),
        format!("/residents/{resident}"),
        format!("/stays/{stay}"),
    ] {
        assert!(browser.get(&page).await.status < 500, "{page}");
    }
    let found = browser.form("/residents", &[("fields[search]", "Serinette")]).await;
    assert!(found.body.contains("Serinette"));
    browser.ask("/api/board", json!({ "as_of": "Serinette" })).await;
    browser.send(http::Method::POST, "/api/board", &[("content-type", "application/json")], "{\"Serinette\"").await;
    browser.form("/api/stays_export", &[]).await;
    drop(browser.listen(None).await);
    // What a client chooses freely: the address, the method, and headers that proxies use for ids.
    let typed = browser.with("x-request-id", "Serinette").with("traceparent", "Verdier");
    typed.get("/Serinette?Verdier=Tarin").await;
    typed.get(&format!("/pkg/Serinette/{resident}")).await;
    typed.send(http::Method::from_bytes(b"Serinette").unwrap(), "/Verdier", &[], "Tarin").await;
    let metrics = serving.metrics().await;
    for told in [
        "route=\"/residents/{id}\"",
        "act=\"stay.admit\"",
        "query=\"residents.open\"",
        "route=\"/pkg/{file}\"",
        "route=\"unmatched\"",
    ] {
        assert!(metrics.contains(told), "the metrics tell of {told}: {metrics}");
    }
    let (log, _) = serving.stop();
    assert!(
        log.contains(admission) && log.lines().count() > 50,
        "the log is at its most talkative: {} lines",
        log.lines().count()
    );
    let id: tower_sessions::session::Id = token.parse().unwrap();
    let mut secrets = all_canaries();
    secrets.extend([id.0.to_string(), (id.0 as u128).to_string(), format!("{:032x}", id.0)]);
    secrets.extend([secret.to_owned(), token.clone(), "450 555-0142".into(), "2001-02-03".into(), "tarin".into()]);
    secrets.extend([browser.cookie("device").unwrap(), resident, stay, "127.0.0.1".into()]);
    for word in &secrets {
        for (place, text) in [("log", &log), ("metrics", &metrics)] {
            let at = text.lines().find(|line| line.contains(word.as_str()));
            assert_eq!(at, None, "{word} is in the {place}");
        }
    }
    // What it said on its own terminal, and what it left on disk.
    let mut read = Vec::new();
    crate::canaries::search(program.dir.path(), &mut read);
    assert!(read.iter().any(|name| name.ends_with("veilleuse.db")), "{read:?}");
}

async fn lines(house: &TestHouse) -> Vec<String> {
    raw_texts(&house.store, "SELECT what || ' ' || kind || ' ' || outcome FROM audit ORDER BY seq").await.unwrap()
}

store::stories! {
    /// LG-02: everything that must be kept is kept exactly once: who, when, what, about which id, and
    /// nothing of what it said.
    async fn lg_02_each_thing_leaves_exactly_one_line(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let app = App::open(house).await;
        let (night, coordinator, management) = (app.night().await, app.coordinator().await, app.management().await);
        let (bed, free) = (app.house.bed("2A").await.to_string(), app.house.bed("3A").await.to_string());
        let (resident, stay) = (ines.resident.to_string(), ines.stay.to_string());
        let mut before = lines(&app.house).await.len();
        let mut expect = async |what: &str, expected: &[&str]| {
            let now = lines(&app.house).await;
            assert_eq!(now[before..].to_vec(), expected.to_vec(), "{what}");
            before = now.len();
        };
        let stranger = app.nobody();
        stranger.form("/api/sign_in", &[("login", "nuit"), ("password", PASSWORD)]).await;
        expect("signing in", &["access.sign_in access done"]).await;
        app.nobody().form("/api/sign_in", &[("login", "nuit"), ("password", "ce n'est pas la bonne")]).await;
        expect("a wrong password", &["access.sign_in access sign_in"]).await;
        stranger.form("/api/sign_out", &[]).await;
        expect("signing out", &["access.sign_out access done"]).await;
        night.get("/").await;
        night.ask("/api/board", json!({ "as_of": null })).await;
        expect("the board opens no file", &[]).await;
        night.ask("/api/bed_sheet", json!({ "bed": bed, "as_of": null })).await;
        expect("the sheet of someone", &["board.open_bed opened done"]).await;
        coordinator.get(&format!("/residents/{resident}")).await;
        expect("a file, as a page", &["residents.open opened done"]).await;
        coordinator.ask("/api/resident_open", json!({ "resident": resident })).await;
        expect("a file, as an answer", &["residents.open opened done"]).await;
        night.ask("/api/measures", json!({ "period": null, "census": [] })).await;
        expect("what is not hers", &["figures.see refused not_allowed"]).await;
        night.do_act("/api/resident_health", &[("resident", &resident), ("version", "1"), ("health", "x")]).await;
        expect("an act that is not hers", &["resident.revise_health refused not_allowed"]).await;
        coordinator.do_act("/api/resident_health", &[("resident", &resident), ("version", "1"), ("health", "x")]).await;
        expect("a change of a file", &["resident.revise_health changed done"]).await;
        coordinator.do_act("/api/resident_health", &[("resident", &resident), ("version", "1"), ("health", "y")]).await;
        expect("a change of what has changed", &["resident.revise_health refused changed"]).await;
        coordinator.do_act("/api/stay_transfer", &[("stay", &stay), ("bed", &free)]).await;
        expect("a move", &["stay.transfer changed done"]).await;
        coordinator.do_act("/api/stay_admit", &[("bed", &free), ("name", "Lou"), ("age", "22")]).await;
        expect("a bed that is taken", &["stay.admit refused bed_taken"]).await;
        coordinator.do_act("/api/stay_admit", &[("bed", &bed), ("age", "22")]).await;
        expect("a mistake in a form is told to her, not kept", &[]).await;
        management.form("/api/stays_export", &[]).await;
        expect("an export", &["stays.export exported done"]).await;
        app.nobody().ask("/api/board", json!({ "as_of": null })).await;
        expect("a stranger leaves no row", &[]).await;
        // Each line says who, from which session and device, about what.
        let whole = raw_texts(&app.house.store, "SELECT what FROM audit WHERE kind IN ('opened', 'changed', 'exported') AND staff IS NOT NULL AND (session IS NULL OR device IS NULL OR zone IS NULL)").await.unwrap();
        assert_eq!(whole, Vec::<String>::new());
    }
}
