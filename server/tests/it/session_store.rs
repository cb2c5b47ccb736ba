//! What stands behind the sessions of tower-sessions (T6): rows are opened by a sign-in alone, and nothing that was
//! loaded before a session ended opens it again.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, body::Body, routing::get};
use chrono::TimeDelta;
use domain::team::DisableStaff;
use http::{Request, StatusCode, header};
use server::http::DatabaseSessions;
use store::{
    SessionSecret, Store,
    testing::{On, PASSWORD, TestHouse, engine_of, everything, raw, raw_texts, session_of},
};
use tower::ServiceExt as _;
use tower_sessions::{
    Session, SessionManagerLayer, SessionStore as _,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
};

use crate::{
    app::{App, cookie_of},
    sessions::asks,
};

/// A record as the crate makes one.
fn record(id: Id, data: &[(&str, &str)]) -> Record {
    let data = data.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
    Record { id, data, expiry_date: OffsetDateTime::UNIX_EPOCH }
}

/// A session of an account, as the crate names it.
async fn opened(house: &TestHouse, login: &str) -> Id {
    Id(session_of(&house.store, login).await.0)
}

/// Fails when a row of any table is not what it was.
async fn unchanged(store: &Store, before: &BTreeMap<String, Vec<String>>) {
    let now = everything(store).await;
    let changed: Vec<&String> =
        now.iter().filter(|(table, rows)| before.get(*table) != Some(rows)).map(|(table, _)| table).collect();
    assert_eq!((changed, now.len()), (Vec::new(), before.len()));
}

/// How many lines of the audit say that somebody signed out.
async fn sign_outs(house: &TestHouse) -> usize {
    raw_texts(&house.store, "SELECT outcome FROM audit WHERE what = 'access.sign_out'").await.unwrap().len()
}

/// The application under test behind the layer: `/write` modifies its session as handlers usually do.
fn behind_the_layer(sessions: DatabaseSessions) -> Router {
    let write = async |session: Session| {
        session.insert("language", "fr").await.unwrap();
        "written"
    };
    Router::new()
        .route("/read", get(async |session: Session| session.get_value("language").await.unwrap().map_or("", |_| "?")))
        .route("/write", get(write))
        .layer(SessionManagerLayer::new(sessions).with_name("session"))
}

async fn visit(router: &Router, path: &str, cookie: Option<&str>) -> (StatusCode, bool) {
    let mut request = Request::builder().uri(path);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, format!("session={cookie}"));
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    (response.status(), response.headers().contains_key(header::SET_COOKIE))
}

store::stories! {
    async fn t6_a_live_session_loads_as_an_empty_record_and_is_saved(house: TestHouse) {
        let sessions = DatabaseSessions(house.store.clone());
        let id = opened(&house, "nuit").await;
        let before = everything(&house.store).await;
        house.clock.advance(TimeDelta::seconds(60));
        let loaded = sessions.load(&id).await.unwrap().expect("a live session");
        assert_eq!((loaded.id, loaded.data.len()), (id, 0));
        let end = house.store.session(SessionSecret(id.0)).await.unwrap().unwrap().expires_at;
        assert_eq!(loaded.expiry_date.unix_timestamp(), end.timestamp());
        sessions.save(&loaded).await.unwrap();
        unchanged(&house.store, &before).await;
        // What has no place is refused, never lost in silence.
        sessions.save(&record(id, &[("language", "fr")])).await.unwrap_err();
    }

    /// S-07, T6: whatever ended a session while a request held its record, saving the record does not bring it back.
    async fn t6_a_record_loaded_before_the_end_and_saved_after_it_brings_nothing_back(house: TestHouse) {
        let app = App::open(house).await;
        let sessions = DatabaseSessions(app.house.store.clone());
        for end in ["signed out", "ended by the crate", "replaced", "disabled", "too old"] {
            let browser = app.nobody();
            let login = if end == "disabled" { "coordination" } else { "nuit" };
            assert_eq!(browser.sign_in(login).await.status, 303, "{end}");
            let cookie = browser.cookie("session").unwrap();
            let id: Id = cookie.parse().unwrap();
            // The crate's own session, as a handler under way holds it, and a bare record.
            let held = Session::new(Some(id), Arc::new(sessions.clone()), None);
            held.load().await.unwrap();
            let loaded = sessions.load(&id).await.unwrap().expect(end);
            let thief = browser.twin();
            assert_eq!(asks(&thief).await, 200, "{end}");
            match end {
                "signed out" => assert_eq!(browser.form("/api/sign_out", &[]).await.status, 303),
                "ended by the crate" => sessions.delete(&id).await.unwrap(),
                "replaced" => assert_eq!(browser.sign_in("direction").await.status, 303),
                "disabled" => {
                    let staff = app.house.coordinator.staff().unwrap();
                    app.house.act(&app.house.management, DisableStaff { staff }).await.unwrap();
                }
                _ => app.house.clock.advance(TimeDelta::hours(13)),
            }
            let before = everything(&app.house.store).await;
            sessions.save(&loaded).await.expect_err(end);
            held.save().await.expect_err(end);
            sessions.create(&mut record(id, &[("opened", &cookie)])).await.expect_err(end);
            unchanged(&app.house.store, &before).await;
            assert_eq!(sessions.load(&id).await.unwrap(), None, "{end}");
            assert_eq!(asks(&thief).await, 401, "{end}");
        }
    }

    async fn t6_saving_an_unknown_id_is_an_error_and_makes_no_row(house: TestHouse) {
        let sessions = DatabaseSessions(house.store.clone());
        let before = everything(&house.store).await;
        for id in [Id::default(), Id(0), Id(-1), Id(i128::MAX)] {
            sessions.save(&record(id, &[])).await.unwrap_err();
            assert_eq!(sessions.load(&id).await.unwrap(), None);
        }
        unchanged(&house.store, &before).await;
    }

    async fn t6_deleting_twice_is_fine_and_signs_out_once(house: TestHouse) {
        let sessions = DatabaseSessions(house.store.clone());
        let (id, other) = (opened(&house, "nuit").await, opened(&house, "nuit").await);
        sessions.delete(&id).await.unwrap();
        assert_eq!((sessions.load(&id).await.unwrap(), sign_outs(&house).await), (None, 1));
        let before = everything(&house.store).await;
        house.clock.advance(TimeDelta::seconds(5));
        sessions.delete(&id).await.unwrap();
        sessions.delete(&Id::default()).await.unwrap();
        unchanged(&house.store, &before).await;
        assert!(sessions.load(&other).await.unwrap().is_some(), "only the one that was named ends");
        // At the same moment too.
        let deletions: Vec<_> = (0..8).map(|_| { let sessions = sessions.clone(); tokio::spawn(async move { sessions.delete(&other).await }) }).collect();
        for deletion in deletions {
            deletion.await.unwrap().unwrap();
        }
        assert_eq!((sessions.load(&other).await.unwrap(), sign_outs(&house).await), (None, 2));
    }

    /// S-11, S-02: only a sign-in makes a row; `create` takes that session over, and never an id it is given.
    async fn t6_create_never_makes_a_row(house: TestHouse) {
        let sessions = DatabaseSessions(house.store.clone());
        let (id, gone) = (opened(&house, "nuit").await, opened(&house, "nuit").await);
        sessions.delete(&gone).await.unwrap();
        let before = everything(&house.store).await;
        let (known, unknown, gone) = (id.to_string(), Id::default().to_string(), gone.to_string());
        for data in [&[][..], &[("language", "fr")], &[("opened", "x")], &[("opened", &unknown)], &[("opened", &gone)], &[("opened", &known), ("language", "fr")]] {
            let mut asked = record(Id::default(), data);
            let own = asked.id;
            sessions.create(&mut asked).await.unwrap_err();
            assert_eq!(sessions.load(&own).await.unwrap(), None, "{data:?}");
        }
        // Not even one that is live, when no sign-in named it.
        sessions.create(&mut record(id, &[])).await.unwrap_err();
        let mut taken = record(Id::default(), &[("opened", &known)]);
        sessions.create(&mut taken).await.unwrap();
        assert_eq!((taken.id, taken.data.len()), (id, 0));
        unchanged(&house.store, &before).await;
    }

    /// The same through the layer: a handler that writes into the session of a stranger gets an error and no row.
    async fn s_11_an_anonymous_request_leaves_no_row_whatever_its_handler_does(house: TestHouse) {
        let router = behind_the_layer(DatabaseSessions(house.store.clone()));
        let live = opened(&house, "nuit").await.to_string();
        let before = everything(&house.store).await;
        let unknown = Id::default().to_string();
        for cookie in [None, Some(unknown.as_str()), Some("not an id")] {
            let (status, _) = visit(&router, "/read", cookie).await;
            assert_eq!(status, StatusCode::OK, "{cookie:?}");
            assert_eq!(visit(&router, "/write", cookie).await, (StatusCode::INTERNAL_SERVER_ERROR, false), "{cookie:?}");
        }
        assert_eq!(visit(&router, "/read", Some(&live)).await, (StatusCode::OK, false));
        assert_eq!(visit(&router, "/write", Some(&live)).await.0, StatusCode::INTERNAL_SERVER_ERROR);
        unchanged(&house.store, &before).await;
    }

    /// S-01: everything that a reader of the database has of a session, in each form that a cookie could hold.
    async fn s_01_a_stolen_row_cannot_be_used_as_a_cookie(house: TestHouse) {
        let secret = session_of(&house.store, "coordination").await;
        let app = App::open(house).await;
        let store = &app.house.store;
        let sessions = DatabaseSessions(store.clone());
        let mine = store.session(secret).await.unwrap().unwrap().actor.session().unwrap();
        let hex = if engine_of(store) == On::Postgres { "encode(token_digest, 'hex')" } else { "lower(hex(token_digest))" };
        let stolen = raw_texts(store, &format!("SELECT {hex} FROM sessions WHERE id = {}", store::testing::literal(store, mine.0))).await.unwrap();
        let [stolen] = <[String; 1]>::try_from(stolen).unwrap();
        let digest: Vec<u8> = (0..stolen.len()).step_by(2).map(|at| u8::from_str_radix(&stolen[at..at + 2], 16).unwrap()).collect();
        assert_eq!(digest.len(), 32);
        let half = |from: usize| <[u8; 16]>::try_from(&digest[from..from + 16]).unwrap();
        let ids = [half(0), half(16), *mine.0.as_bytes()].into_iter().flat_map(|bytes| [Id(i128::from_le_bytes(bytes)), Id(i128::from_be_bytes(bytes))]);
        let mut cookies = vec![stolen.clone(), stolen.to_uppercase(), mine.to_string(), mine.0.simple().to_string()];
        for id in ids {
            assert_eq!(sessions.load(&id).await.unwrap(), None);
            cookies.push(id.to_string());
        }
        cookies.push(format!("{}{}", Id(i128::from_le_bytes(half(0))), Id(i128::from_le_bytes(half(16)))));
        let thief = app.nobody();
        for cookie in cookies {
            thief.set_cookie("session", &cookie);
            assert_eq!(asks(&thief).await, 401, "{cookie}");
        }
        // Whoever has the secret itself gets in by the same way.
        thief.set_cookie("session", &cookie_of(secret));
        assert_eq!(asks(&thief).await, 200);
    }

    /// Sessions opened before they went through tower-sessions had 256 bits as 64 hexadecimal digits. Their rows stay
    /// as they are, match no cookie, and everyone signs in again once.
    async fn a_session_of_the_former_kind_is_not_lost_and_not_accepted(house: TestHouse) {
        let app = App::open(house).await;
        let browser = app.nobody();
        assert_eq!(browser.sign_in("nuit").await.status, 303);
        // SHA-256 of the text of 64 zeros, as the former version kept it.
        let (text, digest) = ("0".repeat(64), "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55");
        let literal = if engine_of(&app.house.store) == On::Postgres { format!("'\\x{digest}'") } else { format!("x'{digest}'") };
        let secret = SessionSecret(browser.cookie("session").unwrap().parse::<Id>().unwrap().0);
        let planted = format!("UPDATE sessions SET token_digest = {literal} WHERE token_digest = {}", store::testing::digest_literal(&app.house.store, secret));
        assert_eq!(raw(&app.house.store, &planted).await, Ok(1));
        browser.set_cookie("session", &text);
        assert_eq!(asks(&browser).await, 401);
        let rows = everything(&app.house.store).await["sessions"].len();
        // The refusal has removed a cookie that is no id; a browser under TLS keeps it until the next sign-in.
        browser.set_cookie("session", &text);
        let reply = browser.form("/api/sign_in", &[("login", "nuit"), ("password", PASSWORD)]).await;
        assert_eq!((reply.status, asks(&browser).await), (303, 200));
        assert_eq!(everything(&app.house.store).await["sessions"].len(), rows + 1);
    }
}
