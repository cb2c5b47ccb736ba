//! What browsers are told and what they may not be made to do: WB-01 to WB-05, WB-08 to WB-10.

use std::collections::{BTreeMap, BTreeSet};

use http::{Method, header};
use store::testing::{TestHouse, everything};

use crate::{
    app::{App, Reply},
    endpoints::{FUNCTIONS, PAGES},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Rows that may change because somebody looked: who opened what, and that her session is in use.
fn but_for_looking(mut all: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    all.remove("audit");
    all.remove("sessions");
    all
}

async fn every_page(house: &TestHouse) -> Vec<String> {
    let ines = house.admit("Inès", "2A").await.unwrap();
    let bed = house.bed("2A").await;
    let mut pages: Vec<String> = PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
    pages.extend([
        format!("/?bed={bed}"),
        "/?as_of=2026-11-20T03:00".into(),
        format!("/desk?bed={bed}"),
        format!("/residents/{}", ines.resident),
        format!("/stays/{}", ines.stay),
        "/stays?state=present".into(),
        "/figures?from=2026-01-01&to=2026-02-01".into(),
    ]);
    pages
}

store::stories! {
    async fn wb_01_nothing_from_elsewhere_has_an_effect(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let bed = app.house.bed("2A").await.to_string();
        let before = but_for_looking(everything(&app.house.store).await);
        let body = |id: uuid::Uuid| form_urlencoded::Serializer::new(String::new())
            .append_pair("id", &id.to_string()).append_pair("fields[bed]", &bed)
            .append_pair("fields[name]", "Inès").append_pair("fields[age]", "24").finish();
        let here = format!("http://{}", app.address);
        let attempts: Vec<(&str, Vec<(&'static str, &str)>)> = vec![
            ("another site", vec![("sec-fetch-site", "cross-site")]),
            ("a neighbour", vec![("sec-fetch-site", "same-site")]),
            ("typed in the address bar", vec![("sec-fetch-site", "none")]),
            ("a foreign origin", vec![("sec-fetch-site", ""), ("origin", "https://evil.example")]),
            ("a foreign origin that lies", vec![("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]),
            ("a null origin", vec![("sec-fetch-site", ""), ("origin", "null")]),
            ("a null origin that lies", vec![("origin", "null")]),
            ("nothing said", vec![("sec-fetch-site", ""), ("origin", "")]),
            ("text/plain", vec![("content-type", "text/plain")]),
            ("multipart", vec![("content-type", "multipart/form-data; boundary=x")]),
        ];
        for (who, headers) in &attempts {
            let mut hers = browser.clone();
            for (name, value) in headers {
                hers = hers.with(name, *value);
            }
            for path in FUNCTIONS.iter().map(|row| row.path).chain(["/api/sign_in", "/api/sign_out", "/api/open", "/api/stays_export", "/residents"]) {
                let reply = hers.send(Method::POST, path, &[FORM], body(store::new_id())).await;
                assert_eq!(reply.status, 403, "{who} at {path}: {}", reply.body);
            }
            if !headers.iter().any(|(name, _)| *name == "content-type") && *who != "nothing said" {
                assert_eq!(hers.listen(None).await.err(), Some(403), "{who} at /events");
            }
        }
        assert_eq!(before, but_for_looking(everything(&app.house.store).await));
        // The same without any of it works, so what was refused was refused for that.
        let reply = browser.send(Method::POST, "/api/stay_admit", &[FORM, ("accept", "application/json")], body(store::new_id())).await;
        assert_eq!(reply.status, 200, "{} {here}", reply.body);
        let older = browser.with("sec-fetch-site", "");
        assert_eq!(older.ask("/api/board", serde_json::json!({ "as_of": null })).await.status, 200, "a browser that does not say its site, from our origin");
    }

    async fn wb_02_looking_changes_nothing(house: TestHouse) {
        let pages = every_page(&house).await;
        let app = App::open(house).await;
        let everyone = app.everyone().await;
        let before = but_for_looking(everything(&app.house.store).await);
        for (_, browser) in &everyone {
            for page in &pages {
                browser.get(page).await;
                browser.with("x-fragment", "1").get(page).await;
            }
            for row in FUNCTIONS.iter() {
                let reply = browser.get(row.path).await;
                assert!([404, 405].contains(&reply.status), "GET {}: {}", row.path, reply.status);
            }
            for path in ["/sign_in", "/health/live", "/health/ready", "/api/sign_in", "/api/sign_out", "/api/open", "/api/stays_export"] {
                browser.get(path).await;
            }
        }
        assert_eq!(before, but_for_looking(everything(&app.house.store).await));
    }

    async fn wb_03_scripts_run_by_a_nonce_that_is_never_used_twice(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.night().await;
        let mut seen = BTreeSet::new();
        let rounds = if cfg!(debug_assertions) { 300 } else { 1_000 };
        for _ in 0..rounds {
            let reply = browser.get("/veil").await;
            let policy = reply.header("content-security-policy").to_owned();
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
            assert!(nonce.len() >= 22, "128 bits at least: {nonce}");
            for (i, _) in reply.body.match_indices("<script") {
                let tag = &reply.body[i..i + reply.body[i..].find('>').unwrap()];
                assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
            }
            assert!(seen.insert(nonce));
        }
        let policy = browser.get("/").await.header("content-security-policy").to_owned();
        for part in ["default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "object-src 'none'", "'strict-dynamic'", "'wasm-unsafe-eval'"] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{policy}");
        for page in every_page(&app.house).await {
            let body = app.coordinator().await.get(&page).await.body;
            assert!(!body.contains(" style=\""), "an inline style at {page}");
            for handler in [" onclick=", " onload=", " onerror=", " onsubmit="] {
                assert!(!body.contains(handler), "{handler} at {page}");
            }
        }
    }

    async fn wb_04_every_answer_carries_the_headers(house: TestHouse) {
        let pages = every_page(&house).await;
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let mut replies: Vec<(String, Reply)> = Vec::new();
        for page in pages.iter().map(String::as_str).chain(["/sign_in", "/nothing", "/health/live", "/pkg/none.css", "/icon.svg", "/api/board", "/api/none"]) {
            replies.push((page.to_owned(), browser.get(page).await));
            replies.push((format!("anonymous {page}"), app.nobody().get(page).await));
        }
        replies.push(("405".into(), browser.send(Method::PUT, "/", &[], "").await));
        replies.push(("413".into(), browser.send(Method::POST, "/api/stay_admit", &[FORM], "x".repeat(3_000_000)).await));
        replies.push(("421".into(), browser.with("host", "elsewhere.example").get("/").await));
        replies.push(("403".into(), browser.with("sec-fetch-site", "cross-site").do_act("/api/stay_admit", &[]).await));
        replies.push(("422".into(), browser.do_act("/api/stay_admit", &[]).await));
        replies.push(("401".into(), app.nobody().do_act("/api/stay_admit", &[]).await));
        replies.push(("redirect".into(), app.nobody().get("/stays").await));
        replies.push(("export".into(), browser.form("/api/stays_export", &[]).await));
        let kinds: BTreeSet<u16> = replies.iter().map(|(_, reply)| reply.status).collect();
        for status in [200, 303, 401, 403, 404, 405, 413, 421, 422] {
            assert!(kinds.contains(&status), "no answer of {status} among {kinds:?}");
        }
        for (what, reply) in &replies {
            let age: u64 = reply.header("strict-transport-security").split(['=', ';']).nth(1).and_then(|age| age.parse().ok()).unwrap_or(0);
            assert!(age >= 31_536_000, "{what}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
            assert_eq!(reply.header("referrer-policy"), "no-referrer", "{what}");
            assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{what}");
            assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{what}");
            assert!(reply.header("permissions-policy").contains("camera=()"), "{what}");
            assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
            assert!(!reply.headers.contains_key("access-control-allow-origin"), "{what}");
            assert!(!reply.headers.contains_key(header::SERVER) && !reply.headers.contains_key("x-powered-by"), "{what}");
            // WB-05: nothing is kept that does not carry its digest in its name.
            assert_eq!(reply.header("cache-control"), "no-store", "{what}");
        }
        assert_eq!(browser.listen(None).await.err(), None);
    }

    async fn wb_08_no_name_is_in_an_address_a_title_or_a_file_name(house: TestHouse) {
        let name = "Zéphyrine";
        let ines = house.admit(name, "2A").await.unwrap();
        let mut pages = every_page_of(&house, ines.resident.to_string(), ines.stay.to_string()).await;
        pages.push(format!("/desk?resident={}", ines.resident));
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let mut shown = 0;
        for page in pages {
            let reply = browser.get(&page).await;
            shown += usize::from(reply.body.contains(name));
            let head = reply.body.split("</head>").next().unwrap_or_default();
            assert!(!head.contains(name), "{page}");
            for attribute in ["href=\"", "action=\"", "src=\"", "formaction=\""] {
                for (i, _) in reply.body.match_indices(attribute) {
                    let address = reply.body[i + attribute.len()..].split('"').next().unwrap_or_default();
                    assert!(!address.contains(name) && !address.contains("Z%C3%A9phyrine"), "{page}: {address}");
                }
            }
        }
        assert!(shown >= 4, "her name is on the pages that show her, or this proves nothing: {shown}");
        // Searching by name is a POST, with the name in the body.
        let reply = browser.form("/residents", &[("fields[search]", name)]).await;
        assert_eq!(reply.status, 200);
        assert!(reply.body.contains("<form method=\"post\" action=\"/residents\""), "the search is a POST");
        let reply = browser.form("/api/stays_export", &[]).await;
        assert_eq!(reply.header("content-disposition"), "attachment; filename=\"export.csv\"");
        // A form that is refused comes back under its own address without anything in it.
        let reply = browser.form("/api/stay_admit", &[("id", &store::new_id().to_string()), ("fields[name]", name), ("from", "/desk")]).await;
        assert_eq!(reply.status, 422);
        assert!(reply.body.contains(name), "what was typed comes back");
        assert!(!reply.headers.contains_key("location"), "T8: no error in an address");
    }

    async fn wb_09_what_is_not_used_is_not_there(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE, Method::CONNECT] {
            for path in ["/", "/api/board", "/events", "/health/live"] {
                if method == Method::CONNECT {
                    continue;
                }
                let reply = browser.send(method.clone(), path, &[], "").await;
                assert_eq!(reply.status, 405, "{method} {path}");
            }
        }
        for path in ["/api/none", "/api/board/x", "/api/", "/api/stay_admit123"] {
            let reply = browser.do_act(path, &[]).await;
            assert_eq!((reply.status, reply.body.as_str()), (404, "not_found"), "{path}");
        }
    }

    async fn wb_10_personal_fields_are_neither_filled_in_nor_sent_to_a_spelling_service(house: TestHouse) {
        let pages = every_page(&house).await;
        let app = App::open(house).await;
        let browser = app.coordinator().await;
        let mut fields = 0;
        for page in pages {
            let body = browser.get(&page).await.body;
            for tag in ["<input", "<textarea"] {
                for (i, _) in body.match_indices(tag) {
                    let field = &body[i..i + body[i..].find('>').unwrap()];
                    if ["hidden", "radio", "checkbox", "date", "datetime-local", "number"].iter().any(|kind| field.contains(&format!("type=\"{kind}\""))) {
                        continue;
                    }
                    fields += 1;
                    let secret = field.contains("type=\"password\"");
                    let expected = if secret { "autocomplete=\"" } else { "autocomplete=\"off\"" };
                    assert!(field.contains(expected) && field.contains("spellcheck=\"false\""), "{page}: {field}");
                }
            }
        }
        assert!(fields > 20, "only {fields} fields were seen");
    }
}

async fn every_page_of(house: &TestHouse, resident: String, stay: String) -> Vec<String> {
    let bed = house.bed("2A").await;
    vec![
        "/".into(),
        format!("/?bed={bed}"),
        "/desk".into(),
        "/residents".into(),
        format!("/residents/{resident}"),
        format!("/stays/{stay}"),
        "/stays".into(),
        "/figures".into(),
        "/house".into(),
        "/team".into(),
    ]
}
