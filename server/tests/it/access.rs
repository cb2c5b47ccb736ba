//! Who may do what: AC-01 to AC-05 and AC-08.

use std::collections::BTreeSet;

use app::api::Endpoint;
use chrono::TimeDelta;
use domain::access::{Permission, Role};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use server::http::ROUTES;
use store::{
    new_id,
    testing::{everything, literal, raw, raw_texts},
};

use crate::{
    app::{App, Browser, Reply, cookie_of},
    endpoints::{FUNCTIONS, PAGES},
};

/// Well-formed questions, so that what is refused is who asks and not how.
pub fn question(path: &str, id: uuid::Uuid) -> Value {
    match path {
        "/api/board" => json!({ "as_of": null }),
        "/api/bed_sheet" => json!({ "bed": id, "as_of": null }),
        "/api/stay_list" => json!(domain::stays::queries::ListStays::default()),
        "/api/stay_open" => json!({ "stay": id }),
        "/api/admission_check" => json!({ "fields": {} }),
        "/api/resident_find" => json!({ "words": "" }),
        "/api/resident_open" => json!({ "resident": id }),
        "/api/measures" => json!({ "period": null, "census": [] }),
        "/api/audit" => json!(domain::audit::queries::ReadAudit::default()),
        "/api/confirmation" => json!({ "act": id }),
        "/api/house_plan" | "/api/team" | "/api/my_sessions" | "/api/still_here" => json!({}),
        other => panic!("no query is known for {other}: add one"),
    }
}

/// An act, the field that names something of another house, that thing, and the other fields.
type Attempt<'a> = (&'a str, &'a str, uuid::Uuid, Vec<(&'a str, &'a str)>);

async fn call(browser: &Browser, row: &Endpoint) -> Reply {
    if row.acts {
        browser.do_act(row.path, &[]).await
    } else {
        browser.ask(row.path, question(row.path, new_id())).await
    }
}

/// Asks for a route or a page as a script does; pages answer strangers with the way in.
async fn visit(browser: &Browser, method: &str, path: &str) -> u16 {
    let path = path.replace("{id}", &new_id().to_string());
    match method {
        "GET" if path == "/events" => match browser.listen(None).await {
            Ok(_) => 200,
            Err(status) => status,
        },
        "GET" => {
            let reply = browser.get(&path).await;
            if reply.status == 303 && reply.header("location") == "/sign_in" { 401 } else { reply.status }
        }
        _ => {
            let reply = browser.form(&path, &[]).await;
            if reply.status == 303 && reply.header("location") == "/sign_in" { 401 } else { reply.status }
        }
    }
}

#[test]
fn ac_01_the_matrix_in_the_documentation_is_the_one_the_code_obeys() {
    let mut table =
        String::from("| what | path | needs | night | coordinator | management |\n|---|---|---|---|---|---|\n");
    let mut line = |what: &str, path: &str, needs: Permission| {
        let mark = |role| if needs.held_by(role) { "yes" } else { "" };
        let roles = Role::ALL.iter().map(|role| mark(*role)).collect::<Vec<_>>().join(" | ");
        table += &format!("| {what} | `{path}` | {} | {roles} |\n", needs.code());
    };
    for row in FUNCTIONS.iter() {
        line(row.name, row.path, row.needs);
    }
    for (path, needs) in PAGES.iter() {
        line("page", path, *needs);
    }
    for route in ROUTES {
        if let Some(needs) = route.needs {
            line(&format!("route {}", route.method), route.path, needs);
        }
    }
    table += "\n| part of a file | night | coordinator | management |\n|---|---|---|---|\n";
    for facet in domain::access::Facet::ALL {
        let mark = |role: &Role| if facet.read_by(*role) { "reads" } else { "" };
        table += &format!("| {} | {} |\n", facet.code(), Role::ALL.iter().map(mark).collect::<Vec<_>>().join(" | "));
    }
    crate::source::same_as_generated("docs/access.md", "<!-- matrix -->", &table);
}

#[test]
fn ac_02_every_server_function_has_a_row_and_every_row_a_function() {
    let registered: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    let rows: BTreeSet<&str> = FUNCTIONS.iter().map(|row| row.path).collect();
    assert_eq!(registered, rows);
    assert_eq!(rows.len(), FUNCTIONS.len(), "a path stands twice in the matrix");
}

store::stories! {
    async fn ac_02_nobody_gets_past_the_matrix(house: TestHouse) {
        let app = App::open(house).await;
        let mut tested = 0;

        // Sessions that were good once.
        let expired = app.night().await;
        app.house.clock.advance(TimeDelta::hours(13));
        let idle = app.coordinator().await;
        app.house.clock.advance(TimeDelta::minutes(16));
        let signed_out = app.management().await;
        let before = signed_out.twin();
        assert_eq!(signed_out.form("/api/sign_out", &[]).await.status, 303);
        let disabled = app.coordinator().await;
        let other = app.house.act(&store::Actor::operator(), domain::team::AddStaff {
            login: "reserve".into(), name: "Rose Serve".into(), role: Role::Coordinator,
            password: store::testing::PASSWORD.into(),
        }).await.unwrap();
        let gone = app.as_login("reserve").await;
        app.house.act(&store::Actor::operator(), domain::team::DisableStaff { staff: other }).await.unwrap();
        let stranger = app.nobody();
        let (forged, not_an_id) = (app.nobody(), app.nobody());
        forged.set_cookie("session", &cookie_of(store::SessionSecret(0x0123_4567_89ab_cdef)));
        not_an_id.set_cookie("session", "0123456789abcdef0123456789abcdef0123456789a");
        let outside = [("no cookie", &stranger), ("forged", &forged), ("not an id", &not_an_id), ("expired", &expired), ("idle", &idle), ("signed out", &before), ("disabled", &gone)];
        for row in FUNCTIONS.iter() {
            for (who, browser) in outside {
                let reply = call(browser, row).await;
                assert_eq!(reply.status, 401, "{who} at {}: {}", row.path, reply.body);
                assert_eq!(reply.body, "\"SignIn\"", "{who} at {}", row.path);
                tested += 1;
            }
        }
        drop(disabled);
        let everyone = app.everyone().await;
        let mut rows: Vec<&Endpoint> = FUNCTIONS.iter().collect();
        rows.sort_by_key(|row| row.path == "/api/sessions_end_all");
        for row in rows {
            for (role, browser) in &everyone {
                // The end of all sessions needs no field and ends those of the others: it comes last, each with its own.
                let own = if row.path == "/api/sessions_end_all" { Some(app.everyone().await) } else { None };
                let browser = own.as_ref().and_then(|own| own.iter().find(|(other, _)| other == role)).map_or(browser, |(_, own)| own);
                let reply = call(browser, row).await;
                if row.needs.held_by(*role) {
                    // An act without its fields is understood to be hers, and refused for what it lacks.
                    assert!([200, 404, 422].contains(&reply.status), "{} at {}: {} {}", role.code(), row.path, reply.status, reply.body);
                } else {
                    assert_eq!((reply.status, reply.body.as_str()), (403, "\"NotAllowed\""), "{} at {}", role.code(), row.path);
                }
                tested += 1;
            }
        }
        let everyone = app.everyone().await;
        assert_eq!(tested, FUNCTIONS.len() * (outside.len() + Role::ALL.len()));

        let mut routes = 0;
        let pages = PAGES.iter().map(|(path, needs)| ("GET", path.as_str(), Some(*needs)));
        let own = ROUTES.iter().map(|route| (route.method, route.path, route.needs)).filter(|(_, path, _)| *path != "/api/sign_out");
        for (method, path, needs) in pages.chain(own) {
            for (who, browser) in outside {
                let status = visit(browser, method, path).await;
                match needs {
                    Some(_) => assert_eq!(status, 401, "{who} at {method} {path}"),
                    None => assert!(status < 500, "{who} at {method} {path}: {status}"),
                }
            }
            for (role, browser) in &everyone {
                let status = visit(browser, method, path).await;
                match needs {
                    Some(needs) if needs.held_by(*role) => {
                        // The id in the path is of nothing.
                        let expected = if path.contains("{id}") { 404 } else { 200 };
                        assert_eq!(status, expected, "{} at {method} {path}", role.code());
                    }
                    Some(_) => assert_eq!(status, 403, "{} at {method} {path}", role.code()),
                    None => assert!(status < 500),
                }
            }
            routes += 1;
        }
        assert_eq!(routes, PAGES.len() + ROUTES.len() - 1);
    }

    /// AC-03: what exists in another house is not there, for anyone, in the same words.
    async fn ac_03_another_houses_ids_are_like_ids_of_nothing(house: TestHouse) {
        let ines = house.admit("Inès", "2A").await.unwrap();
        let (stay, resident, bed, room, floor, staff, session) = (new_id(), new_id(), new_id(), new_id(), new_id(), new_id(), new_id());
        let other = new_id();
        let s = &house.store;
        let l = |id| literal(s, id);
        // A second house beside the first, copied around the door.
        for sql in [
            format!("INSERT INTO houses (id, zone, version, next_number, demo, alias_sealed, settings, created_at) SELECT {}, zone, version, next_number, demo, alias_sealed, settings, created_at FROM houses", l(other)),
            format!("INSERT INTO floors (id, house) VALUES ({}, {})", l(floor), l(other)),
            format!("INSERT INTO rooms (id, house) VALUES ({}, {})", l(room), l(other)),
            format!("INSERT INTO beds (id, house) VALUES ({}, {})", l(bed), l(other)),
            format!("INSERT INTO floor_details SELECT {}, since, until, name, position FROM floor_details LIMIT 1", l(floor)),
            format!("INSERT INTO room_details SELECT {}, since, until, {}, name, accessible, position FROM room_details LIMIT 1", l(room), l(floor)),
            format!("INSERT INTO bed_details SELECT {}, {}, since, until, {}, label, position, overflow, note_sealed FROM bed_details LIMIT 1", l(bed), l(other), l(room)),
            format!("INSERT INTO residents SELECT {}, {}, number, version, created_at, changed_at, changed_by FROM residents LIMIT 1", l(resident), l(other)),
            format!("INSERT INTO resident_keys SELECT {}, wrapped FROM resident_keys LIMIT 1", l(resident)),
            format!("INSERT INTO resident_parts SELECT {}, facet, version, sealed, written_at, written_by, superseded_at FROM resident_parts", l(resident)),
            format!("INSERT INTO stays SELECT {}, {}, {}, version, arrived_at, departed_at, departure_reason, destination, expected_departure, age_at_admission, age_reason_sealed, date_only, recorded_at, recorded_by, voided_at FROM stays LIMIT 1", l(stay), l(other), l(resident)),
            format!("INSERT INTO staff SELECT {}, {}, login_digest, login_sealed, name_sealed, role, password_hash, created_at, disabled_at, last_sign_in_at FROM staff LIMIT 1", l(staff), l(other)),
        ] {
            raw(s, &sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        }
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let before = everything(&app.house.store).await;
        let mut compared = 0;
        for (path, existing) in [("/api/bed_sheet", bed), ("/api/stay_open", stay), ("/api/resident_open", resident)] {
            let hidden = browser.ask(path, question(path, existing)).await;
            let unknown = browser.ask(path, question(path, new_id())).await;
            assert_eq!((hidden.status, &hidden.body), (404, &unknown.body), "{path}");
            compared += 1;
        }
        let ours = app.house.bed("3B").await.to_string();
        let mine = ines.stay.to_string();
        let acts: Vec<Attempt<'_>> = vec![
            ("/api/stay_transfer", "stay", stay, vec![("bed", &ours)]),
            ("/api/stay_transfer", "bed", bed, vec![("stay", &mine)]),
            ("/api/stay_swap", "stay", stay, vec![("other_stay", &mine)]),
            ("/api/stay_swap", "other_stay", stay, vec![("stay", &mine)]),
            ("/api/stay_depart", "stay", stay, vec![("reason", "VOLONTAIRE"), ("destination", "INCONNUE")]),
            ("/api/stay_correct", "stay", stay, vec![("version", "1"), ("arrival", "2026-11-20T10:00")]),
            ("/api/stay_undo", "stay", stay, vec![("trail", &mine)]),
            ("/api/stay_admit", "bed", bed, vec![("name", "Lou"), ("age", "22")]),
            ("/api/stay_admit", "resident", resident, vec![("bed", &ours)]),
            ("/api/resident_usual", "resident", resident, vec![("version", "1"), ("name", "Lou")]),
            ("/api/resident_care", "resident", resident, vec![("version", "1"), ("what_to_do", "x")]),
            ("/api/resident_identity", "resident", resident, vec![("version", "1"), ("age", "22")]),
            ("/api/resident_health", "resident", resident, vec![("version", "1"), ("health", "x")]),
            ("/api/resident_safety", "resident", resident, vec![("version", "1"), ("watch", "x")]),
            ("/api/resident_contact", "resident", resident, vec![("version", "1"), ("contact_name", "x")]),
            ("/api/floor_change", "floor", floor, vec![("name", "x")]),
            ("/api/floor_retire", "floor", floor, vec![]),
            ("/api/room_add", "floor", floor, vec![("name", "x")]),
            ("/api/room_change", "room", room, vec![("name", "x")]),
            ("/api/room_retire", "room", room, vec![]),
            ("/api/bed_add", "room", room, vec![("label", "9Z")]),
            ("/api/bed_change", "bed", bed, vec![("label", "9Z")]),
            ("/api/bed_retire", "bed", bed, vec![]),
            ("/api/bed_prepare", "bed", bed, vec![]),
            ("/api/bed_soil", "bed", bed, vec![]),
            ("/api/bed_close", "bed", bed, vec![("reason", "repair")]),
            ("/api/bed_reopen", "bed", bed, vec![]),
            ("/api/staff_change", "staff", staff, vec![("name", "x"), ("role", "night")]),
            ("/api/staff_disable", "staff", staff, vec![]),
            ("/api/staff_enable", "staff", staff, vec![]),
            ("/api/staff_reset_password", "staff", staff, vec![("password", "une lampe dans la neige")]),
            ("/api/session_end", "session", session, vec![]),
        ];
        for (path, field, existing, rest) in acts {
            let (existing, unknown) = (existing.to_string(), new_id().to_string());
            let with = |id| rest.iter().copied().chain([(field, id)]).collect::<Vec<_>>();
            let hidden = browser.do_act(path, &with(&existing)).await;
            let nothing = browser.do_act(path, &with(&unknown)).await;
            assert_eq!((hidden.status, &hidden.body), (nothing.status, &nothing.body), "{path} {field}");
            assert!(hidden.status >= 400, "{path} {field} was done: {}", hidden.body);
            compared += 1;
        }
        assert_eq!(compared, 35);
        let mut after = everything(&app.house.store).await;
        for table in ["audit", "sessions"] {
            after.insert(table.into(), before[table].clone());
        }
        assert_eq!(before, after, "nothing of either house has changed");
    }

    async fn ac_05_fields_that_are_not_asked_for_change_nothing(house: TestHouse) {
        let app = App::open(house).await;
        let coordinator = app.coordinator().await;
        let (bed, elsewhere) = (app.house.bed("2A").await.to_string(), new_id().to_string());
        let reply = coordinator.do_act("/api/stay_admit", &[
            ("bed", &bed), ("name", "Inès"), ("age", "24"),
            ("house", &elsewhere), ("house_id", &elsewhere), ("created_by", &elsewhere), ("recorded_by", &elsewhere),
            ("number", "900"), ("version", "9"), ("voided_at", "2020-01-01"), ("role", "management"),
        ]).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let rows = raw_texts(&app.house.store, "SELECT CAST(number AS text) FROM residents").await.unwrap();
        assert_eq!(rows, ["1"]);
        let night = app.night().await;
        let reply = night.do_act("/api/my_password", &[
            ("current_password", store::testing::PASSWORD), ("password", "une autre petite lampe"), ("role", "management"), ("staff", &elsewhere),
        ]).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let roles = raw_texts(&app.house.store, "SELECT role FROM staff ORDER BY 1").await.unwrap();
        assert_eq!(roles, ["coordinator", "management", "night"]);
        // JSON questions with more than was asked are answered as if it were not there, or refused.
        let reply = night.ask("/api/board", json!({ "as_of": null, "role": "management", "house": elsewhere })).await;
        assert!([200, 422].contains(&reply.status), "{}", reply.status);
    }
}
