//! What people type by mistake, and the faults seen in other systems.

use chrono::TimeDelta;
use domain::{board::BedState, fields::Form as _, stays::acts::Depart};
use serde_json::json;
use store::{
    new_id,
    testing::{On, TestHouse, departure, engine_of, everything, raw_texts},
};

use crate::app::{App, Browser, Reply};

/// What is wrong, where it is sent, its fields, and the fault that is answered.
type Mistake<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>, &'a str);

/// A form as a person without script sends it.
async fn by_hand(browser: &Browser, path: &str, from: &str, fields: &[(&str, &str)]) -> Reply {
    let id = new_id().to_string();
    let named: Vec<(String, &str)> = fields.iter().map(|(name, value)| (format!("fields[{name}]"), *value)).collect();
    let mut all = vec![("id", id.as_str()), ("from", from)];
    all.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
    browser.form(path, &all).await
}

store::stories! {
    /// Each mistake has its own code and field, changes nothing, and gives back what was typed.
    async fn mistakes_are_named_and_nothing_typed_is_lost(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let (free, taken) = (app.house.bed("3A").await.to_string(), app.house.bed("2A").await.to_string());
        let (stay, unknown) = (ines.stay.to_string(), new_id().to_string());
        let long = "x".repeat(81);
        let cases: Vec<Mistake<'_>> = vec![
            ("in the future", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "22"), ("arrival", "2026-11-24T21:00")], "arrival in_future"),
            ("no such day", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "22"), ("arrival", "2026-02-30T21:00")], "arrival not_understood"),
            ("not a date at all", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "22"), ("arrival", "hier soir")], "arrival not_understood"),
            ("an hour that did not exist", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "22"), ("arrival", "2026-03-08T02:30")], "arrival time_did_not_exist"),
            ("leaving before coming", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "22"), ("expected_departure", "2026-11-01")], "expected_departure before_arrival"),
            ("no name", "/api/stay_admit", vec![("bed", &free), ("age", "22")], "name missing"),
            ("a name of spaces", "/api/stay_admit", vec![("bed", &free), ("name", "  \u{a0} "), ("age", "22")], "name missing"),
            ("a name too long", "/api/stay_admit", vec![("bed", &free), ("name", &long), ("age", "22")], "name too_long"),
            ("an age that is none", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "vingt")], "age not_understood"),
            ("an age beyond life", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "190")], "age out_of_range"),
            ("outside the usual ages", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("age", "17")], "age_reason age_needs_reason"),
            ("born tomorrow", "/api/stay_admit", vec![("bed", &free), ("name", "Lou"), ("birth_date", "2026-11-25")], "birth_date in_future"),
            ("a bed that is no id", "/api/stay_admit", vec![("bed", "2A"), ("name", "Lou"), ("age", "22")], "bed not_understood"),
            ("departed before arrival", "/api/stay_depart", vec![("stay", &stay), ("departure", "2026-11-22T10:00"), ("reason", "VOLONTAIRE"), ("destination", "INCONNUE")], "departure before_arrival"),
            ("departed tomorrow", "/api/stay_depart", vec![("stay", &stay), ("departure", "2026-11-24T22:00"), ("reason", "VOLONTAIRE"), ("destination", "INCONNUE")], "departure in_future"),
            ("a reason that is none", "/api/stay_depart", vec![("stay", &stay), ("reason", "PARCE_QUE"), ("destination", "INCONNUE")], "reason not_understood"),
            ("corrected backwards", "/api/stay_correct", vec![("stay", &stay), ("arrival", "2026-11-20T10:00"), ("departure", "2026-11-19T10:00"), ("reason", "VOLONTAIRE"), ("destination", "INCONNUE")], "departure before_arrival"),
        ];
        let mut before = everything(&app.house.store).await;
        for (what, path, fields, fault) in &cases {
            let reply = browser.do_act(path, fields).await;
            assert_eq!(reply.status, 422, "{what}: {}", reply.body);
            assert!(reply.faults().contains(&(*fault).to_owned()), "{what}: {:?}", reply.faults());
            let page = by_hand(&browser, path, "/desk", fields).await;
            assert_eq!(page.status, 422, "{what}");
            if *path == "/api/stay_admit" {
                for (name, value) in fields.iter().filter(|(name, _)| ["name", "age"].contains(name)) {
                    let value = value.trim().trim_matches('\u{a0}');
                    assert!(value.is_empty() || page.body.contains(&format!("value=\"{value}\"")), "{what}: {name} is lost");
                }
                assert!(page.body.contains("role=\"alert\"") || page.body.contains("aria-invalid=\"true\""), "{what} is not said on the page");
            }
        }
        let nowhere = browser.do_act("/api/stay_admit", &[("bed", &unknown), ("name", "Lou"), ("age", "22")]).await;
        assert!([404, 409].contains(&nowhere.status), "a bed that does not exist: {}", nowhere.body);
        // A full bed is a conflict, for a script and for a person alike: never a success status.
        for reply in [
            browser.do_act("/api/stay_admit", &[("bed", &taken), ("name", "Lou"), ("age", "22")]).await,
            by_hand(&browser, "/api/stay_admit", "/desk", &[("bed", &taken), ("name", "Lou"), ("age", "22")]).await,
        ] {
            assert_eq!(reply.status, 409, "{}", reply.body);
        }
        let mut after = everything(&app.house.store).await;
        for all in [&mut before, &mut after] {
            for table in ["audit", "sessions"] {
                all.remove(table);
            }
        }
        assert_eq!(before, after);
    }

    async fn a_megabyte_of_text_comes_back_with_its_limit_and_more_is_refused_in_words(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let resident = ines.resident.to_string();
        let text = "Elle a dit : « merci ». ".repeat(1_048_576 / 26);
        let page = by_hand(&browser, "/api/resident_health", &format!("/residents/{resident}"), &[("resident", &resident), ("version", "1"), ("health", &text)]).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains(text.trim_end()), "the text comes back whole");
        assert!(page.body.contains("4\u{a0}000") || page.body.contains("4\u{202f}000") || page.body.contains("4000"), "the limit is said");
        let too_much = "y".repeat(3 * 1_048_576);
        let page = by_hand(&browser, "/api/resident_health", "/", &[("resident", &resident), ("version", "1"), ("health", &too_much)]).await;
        assert_eq!(page.status, 413);
        assert!(page.body.contains("<html") && page.body.contains("<h1"), "{}", page.body);
    }

    async fn names_of_the_whole_world_are_kept_as_they_are(house: TestHouse) {
        let names = ["🌙 Lune", "مريم", "שרה", "Ọlábísí", "Ng", "O’Brien-Smith", "李小龙", "ᐊᓇᐅᑕ", "<b>Rose</b>", "Robert'); DROP TABLE stays;--"];
        let beds = ["1A", "2A", "2B", "3A", "3B", "3C", "4A", "4B", "5A"];
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        for (name, label) in names.iter().zip(beds) {
            let bed = app.house.bed(label).await.to_string();
            let reply = browser.do_act("/api/stay_admit", &[("bed", &bed), ("name", name), ("age", "24"), ("resident", "none")]).await;
            assert_eq!(reply.status, 200, "{name}: {}", reply.body);
            assert_eq!(app.house.who(label).await.as_deref(), Some(*name));
        }
        let page = browser.get("/").await.body;
        assert!(page.contains("مريم") && page.contains("🌙 Lune") && page.contains("李小龙"));
        assert!(page.contains("&lt;b&gt;Rose&lt;/b&gt;") && !page.contains("<b>Rose</b>"));
        // A name may not turn the line around it: each stands apart from its neighbours.
        assert!(page.contains("<bdi") || page.contains("dir=\"auto\""), "right-to-left names stand apart");
    }

    /// Seen elsewhere: a list of those present that still shows who has left.
    async fn the_departed_are_on_no_list_of_those_present(house: TestHouse) {
        let gone = house.admit("Zéphyrine", "2A").await.unwrap();
        house.admit("Inès", "2B").await.unwrap();
        house.act(&house.coordinator, Depart::read(&departure(gone.stay)).unwrap()).await.unwrap();
        let app = App::open(house).await;
        for (role, browser) in app.everyone().await {
            for page in ["/", "/stays?state=present", "/desk", "/residents"] {
                let reply = browser.get(page).await;
                if reply.status == 200 {
                    assert!(!reply.body.contains("Zéphyrine"), "{} at {page}", role.code());
                }
            }
        }
        let board = app.house.board().await;
        assert_eq!(board.tiles().filter(|(_, _, tile)| matches!(tile.state, BedState::Occupied(_))).count(), 1);
        let again = app.coordinator().await.do_act("/api/stay_depart", &[("stay", &gone.stay.to_string()), ("reason", "VOLONTAIRE"), ("destination", "INCONNUE")]).await;
        assert_eq!(again.status, 409, "she has left: {}", again.body);
    }

    /// Seen elsewhere: after midnight, yesterday's arrival cannot be handled any more.
    async fn an_arrival_of_ten_to_midnight_can_be_handled_after_midnight(house: TestHouse) {
        house.clock.advance(TimeDelta::minutes(170));
        let ines = house.admit("Inès", "2A").await.unwrap();
        house.clock.advance(TimeDelta::minutes(35));
        let app = App::open(house).await;
        let browser = app.night().await;
        let stay = ines.stay.to_string();
        let bed = app.house.bed("3A").await.to_string();
        assert!(browser.get("/").await.body.contains("Inès"), "she is on the board after midnight");
        let moved = browser.do_act("/api/stay_transfer", &[("stay", &stay), ("bed", &bed)]).await;
        assert_eq!(moved.status, 200, "{}", moved.body);
        app.house.clock.advance(TimeDelta::minutes(10));
        // Ten minutes without a touch: the tablet asks who is there.
        let browser = app.night().await;
        let left = browser.do_act("/api/stay_depart", &[("stay", &stay), ("departure", "2026-11-24T00:30"), ("reason", "VOLONTAIRE"), ("destination", "INCONNUE")]).await;
        assert_eq!(left.status, 200, "{}", left.body);
    }

    /// Seen elsewhere: one query for each bed. Here their number is the same for nine beds and for sixty.
    async fn a_board_asks_the_data_as_often_for_sixty_beds_as_for_nine(house: TestHouse) {
        // The least of several: what tells other screens of the change runs beside.
        let count = async |house: &TestHouse| {
            let bed = house.bed("2A").await;
            let mut least = u64::MAX;
            for _ in 0..5 {
                house.act(&house.coordinator, domain::house::acts::SoilBed { bed }).await.unwrap();
                house.act(&house.coordinator, domain::house::acts::PrepareBed { bed }).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                let before = house.store.statements_run();
                house.board().await;
                least = least.min(house.store.statements_run() - before);
            }
            least
        };
        let few = count(&house).await;
        let room = house.query(&house.coordinator, domain::house::SeePlan {}).await.unwrap().floors[0].rooms[0].id.to_string();
        for i in 0..51 {
            let fields = domain::fields::Fields::default().with(domain::refused::Field::Room, room.clone()).with(domain::refused::Field::Label, format!("X{i}"));
            house.act(&house.coordinator, domain::house::acts::AddBed::read(&fields).unwrap()).await.unwrap();
        }
        assert_eq!(house.board().await.tiles().count(), 60);
        let many = count(&house).await;
        println!("statements for a board: {few} with 9 beds, {many} with 60");
        assert!(few > 0);
        assert_eq!(few, many);
        // Drawn again with nothing changed, a page asks who is asking and which version it is, no more.
        let app = App::open(house).await;
        let browser = app.night().await;
        browser.get("/").await;
        let before = app.house.store.statements_run();
        assert_eq!(browser.get("/").await.status, 200);
        let again = app.house.store.statements_run() - before;
        println!("statements for a page whose board has not changed: {again}");
        assert!(again <= 3, "{again}");
    }

    /// The same act sent twice is done once and answered alike; another under its id is refused.
    async fn a_replayed_request_is_done_once(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let bed = app.house.bed("2A").await.to_string();
        let id = new_id().to_string();
        let fields = [("id", id.as_str()), ("fields[bed]", &bed), ("fields[name]", "Inès"), ("fields[age]", "24")];
        let mut answers = Vec::new();
        for _ in 0..5 {
            let reply = browser.act("/api/stay_admit", &fields).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            answers.push(reply.body);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
        let other = browser.act("/api/stay_admit", &[fields[0], fields[1], ("fields[name]", "Lou"), fields[3]]).await;
        assert_eq!(other.status, 409, "{}", other.body);
        let stays = browser.ask("/api/stay_list", json!({ "filter": domain::stays::queries::StayFilter::default(), "skip": 0, "take": 0 })).await.json();
        assert_eq!(stays["total"], 1, "{stays}");
    }
}

store::stories! {
    /// Two people, no script: the second is told, even where the form she sent is no longer on the page.
    async fn a_refusal_is_said_even_when_its_form_is_gone(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.night().await;
        let bed = app.house.bed("2A").await.to_string();
        let from = format!("/?bed={bed}");
        let soiled = by_hand(&browser, "/api/bed_soil", &from, &[("bed", &bed)]).await;
        assert_eq!(soiled.status, 303, "{}", soiled.body);
        let again = by_hand(&browser, "/api/bed_soil", &from, &[("bed", &bed)]).await;
        assert_eq!(again.status, 409);
        assert!(again.body.contains("class=\"refusal\"") && again.body.contains(&from.replace('&', "&amp;")), "{}", again.body);
    }
}

store::stories! {
    /// Two clocks are never quite the same: an arrival entered a moment ahead is on the board at once.
    async fn an_arrival_a_moment_ahead_of_the_clock_is_on_the_board_at_once(house: TestHouse) {
        house.clock.advance(TimeDelta::seconds(20));
        let app = App::open(house).await;
        let bed = app.house.bed("2A").await.to_string();
        let fields = [("bed", bed.as_str()), ("name", "Inès"), ("age", "24"), ("arrival", "2026-11-23T21:01")];
        let reply = app.night().await.do_act("/api/stay_admit", &fields).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(app.house.who("2A").await.as_deref(), Some("Inès"));
    }

    /// What was tapped by mistake is the night's to take back; a correction, or what is a day old, is not.
    async fn the_night_takes_back_its_own_taps_and_not_corrections(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let app = App::open(house).await;
        let (night, coordinator) = (app.night().await, app.coordinator().await);
        let stay = ines.stay.to_string();
        let last = async |app: &App| {
            let all = raw_texts(&app.house.store, match engine_of(&app.house.store) {
                On::Sqlite => "SELECT lower(hex(id)) FROM stay_trail ORDER BY seq DESC LIMIT 1",
                On::Postgres => "SELECT id::text FROM stay_trail ORDER BY seq DESC LIMIT 1",
            }).await.unwrap();
            all[0].parse::<uuid::Uuid>().unwrap().to_string()
        };
        let corrected = coordinator.do_act("/api/stay_correct", &[("stay", &stay), ("arrival", "2026-11-23T18:00")]).await;
        assert_eq!(corrected.status, 200, "{}", corrected.body);
        let entry = last(&app).await;
        let refused = night.do_act("/api/stay_undo", &[("stay", &stay), ("trail", &entry)]).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        let undone = coordinator.do_act("/api/stay_undo", &[("stay", &stay), ("trail", &entry)]).await;
        assert_eq!(undone.status, 200, "{}", undone.body);
        let free = app.house.bed("3A").await.to_string();
        assert_eq!(night.do_act("/api/stay_transfer", &[("stay", &stay), ("bed", &free)]).await.status, 200);
        let entry = last(&app).await;
        app.house.clock.advance(TimeDelta::hours(25));
        let (night, coordinator) = (app.night().await, app.coordinator().await);
        assert_eq!(night.do_act("/api/stay_undo", &[("stay", &stay), ("trail", &entry)]).await.status, 403);
        assert_eq!(coordinator.do_act("/api/stay_undo", &[("stay", &stay), ("trail", &entry)]).await.status, 200);
    }

    /// A screen that draws itself again is no sign of anyone (S-03).
    async fn s_03_a_page_that_draws_itself_again_does_not_keep_a_session_alive(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.night().await;
        for _ in 0..5 {
            app.house.clock.advance(TimeDelta::seconds(60));
            browser.with("x-fragment", "auto").get("/residents").await;
        }
        assert_eq!(browser.ask("/api/board", json!({ "as_of": null })).await.status, 401);
        let browser = app.night().await;
        for _ in 0..5 {
            app.house.clock.advance(TimeDelta::seconds(60));
            assert_eq!(browser.with("x-fragment", "1").get("/residents").await.status, 200, "going there is");
        }
    }
}

/// The first opening of a house, refused: what was typed comes back, but for the password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_opening_that_is_refused_keeps_what_was_typed() {
    let (settings, _dir) = store::testing::new_place(store::testing::On::Sqlite).await.unwrap();
    let store = store::Store::open(&settings, store::SystemClock).await.unwrap();
    let code = store.new_setup_code().await.unwrap().expect("an empty house has a code");
    let app = crate::app::Opened::on(store).await;
    let browser = Browser::new(app.address.clone());
    let mut fields = vec![
        ("code", code.as_str()),
        ("alias", "La Marée"),
        ("name", "Claire Poulin"),
        ("login", "claire"),
        ("password", "trop court"),
    ];
    let reply = browser.form("/api/open", &fields).await;
    assert_eq!(reply.status, 422, "{}", reply.body);
    for typed in ["La Marée", "Claire Poulin", "value=\"claire\""] {
        assert!(reply.body.contains(typed), "{typed} is lost");
    }
    assert!(!reply.body.contains("trop court"), "a password is never sent back");
    fields[4].1 = "une lanterne sur le quai";
    assert_eq!(
        browser.form("/api/open", &[("code", "000000"), fields[1], fields[2], fields[3], fields[4]]).await.status / 100,
        4
    );
    assert_eq!(browser.form("/api/open", &fields).await.status, 303);
    assert_ne!(browser.form("/api/open", &fields).await.status, 303, "the code is good once");
    assert_eq!(browser.form("/api/sign_in", &[("login", "claire"), ("password", fields[4].1)]).await.status, 303);
}
