//! What the program tells of itself: the lines of its log and its metrics.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    future::poll_fn,
    io::{Read as _, Write as _},
    net::TcpStream,
    task::Poll,
    time::Duration,
};

use http::Method;
use serde_json::{Value, json};
use store::testing::{On, PASSWORD};

use crate::{
    app::{App, Browser, Reply},
    command::{Program, Serving},
    source::root,
};

/// Every number of a text of metrics, by its name and labels; of a histogram, its count alone.
fn numbers(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with("# EOF\n"), "{text}");
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.contains("_seconds_sum") && !line.contains("_bucket{"))
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

/// What changed from one text of metrics to the next, and by how much. How many connections and statements an
/// engine takes is its own affair.
fn changes(before: &str, after: &str) -> BTreeMap<String, f64> {
    let (before, after) = (numbers(before), numbers(after));
    after
        .into_iter()
        .filter(|(name, _)| !name.starts_with("veilleuse_database_"))
        .map(|(name, value)| (name.clone(), value - before.get(&name).copied().unwrap_or(0.0)))
        .filter(|(_, change)| *change != 0.0)
        .collect()
}

fn told(expected: &[(&str, f64)]) -> BTreeMap<String, f64> {
    expected.iter().filter(|(_, change)| *change != 0.0).map(|(name, change)| ((*name).to_owned(), *change)).collect()
}

const BOARD: &str = "veilleuse_query_duration_seconds_count{query=\"board.see\",outcome=\"done\"}";

store::stories! {
    async fn one_act_and_one_query_are_counted_once(house: TestHouse) {
        let bed = house.bed("2A").await.to_string();
        let engine = if store::testing::engine_of(&house.store) == On::Sqlite { "sqlite" } else { "postgres" };
        let app = App::open(house).await;
        let coordinator = app.coordinator().await;
        let (store, metrics) = (app.house.store.clone(), app.metrics.clone());
        let mut before = metrics.text(&store).await.unwrap();
        let mut changed = async || {
            let now = metrics.text(&store).await.unwrap();
            let changed = changes(&before, &now);
            before = now;
            changed
        };
        let requests = |path: &str, class: &str| {
            format!("veilleuse_http_request_duration_seconds_count{{method=\"POST\",route=\"{path}\",status_class=\"{class}\"}}")
        };
        let soil = |outcome: &str| format!("veilleuse_act_duration_seconds_count{{act=\"bed.soil\",outcome=\"{outcome}\"}}");

        coordinator.ask("/api/board", json!({ "as_of": null })).await;
        assert_eq!(changed().await, told(&[(BOARD, 1.0), (&requests("/api/board", "2xx"), 1.0)]));

        let id = store::new_id().to_string();
        let fields = [("id", id.as_str()), ("fields[bed]", &bed)];
        assert_eq!(coordinator.act("/api/bed_soil", &fields).await.status, 200);
        let answered = requests("/api/bed_soil", "2xx");
        assert_eq!(
            changed().await,
            told(&[(&soil("done"), 1.0), (&answered, 1.0), ("veilleuse_house_version", 1.0)]),
        );

        assert_eq!(coordinator.act("/api/bed_soil", &fields).await.status, 200);
        let again = changed().await;
        assert_eq!(again, told(&[(&soil("replayed"), 1.0), (&answered, 1.0)]), "an act that is sent twice is done once");

        let taken = store::new_id().to_string();
        let refused = coordinator.act("/api/bed_soil", &[("id", &taken), ("fields[bed]", &id)]).await;
        assert_eq!(
            changed().await,
            told(&[(&soil(refused.refused().code()), 1.0), (&requests("/api/bed_soil", "4xx"), 1.0)]),
        );

        // Polled once, then dropped, as when a client goes away. Now and then one poll is enough for an answer.
        let mut answered = 0.0;
        loop {
            let list = domain::stays::queries::ListStays::default();
            let mut stays = Box::pin(app.house.query(&app.house.coordinator, list));
            if poll_fn(|context| Poll::Ready(stays.as_mut().poll(context).is_pending())).await {
                break;
            }
            answered += 1.0;
            assert!(answered < 100.0, "no query waits for anything");
        }
        let stays = |outcome: &str| format!("veilleuse_query_duration_seconds_count{{query=\"stays.list\",outcome=\"{outcome}\"}}");
        assert_eq!(changed().await, told(&[(&stays("interrupted"), 1.0), (&stays("done"), answered)]));

        let stranger = app.nobody();
        stranger.form("/api/sign_in", &[("login", "nuit"), ("password", "ce n'est pas la bonne")]).await;
        let failure = [("veilleuse_sign_ins_total{outcome=\"sign_in\"}", 1.0), (&requests("/api/sign_in", "4xx"), 1.0)];
        assert_eq!(changed().await, told(&failure));
        stranger.form("/api/sign_in", &[("login", "nuit"), ("password", PASSWORD)]).await;
        let success = [("veilleuse_sign_ins_total{outcome=\"done\"}", 1.0), (&requests("/api/sign_in", "3xx"), 1.0)];
        assert_eq!(changed().await, told(&success));

        let events = coordinator.listen(None).await.unwrap();
        let opened = "veilleuse_http_request_duration_seconds_count{method=\"GET\",route=\"/events\",status_class=\"2xx\"}";
        assert_eq!(changed().await, told(&[("veilleuse_event_streams", 1.0), (opened, 1.0)]));
        drop(events);
        let mut closed = BTreeMap::new();
        for _ in 0..100 {
            closed = changed().await;
            if !closed.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(closed, told(&[("veilleuse_event_streams", -1.0)]));

        // The present, as the engine tells it.
        let now = numbers(&metrics.text(&store).await.unwrap());
        let connections: f64 = now
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("veilleuse_database_connections{{engine=\"{engine}\"")))
            .map(|(_, open)| open)
            .sum();
        assert!(connections >= 1.0, "{now:?}");
        let statements = now["veilleuse_database_statements_total"];
        assert!(statements <= store.statements_run() as f64 && statements > 20.0, "{statements}");
    }
}

/// How many TCP sockets a process listens on.
fn listening(pid: u32) -> usize {
    let sockets: BTreeSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let tables =
        ["tcp", "tcp6"].map(|table| fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default());
    tables
        .iter()
        .flat_map(|table| table.lines().skip(1))
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        // 0A is the state of a socket that listens; its inode is the tenth column.
        .filter(|columns| columns[3] == "0A" && sockets.contains(columns[9]))
        .count()
}

async fn demo_browser(serving: &Serving) -> Browser {
    let browser = Browser::new(serving.address.clone());
    let signed_in = browser.form("/api/sign_in", &[("login", "coordination"), ("password", app::DEMO_PASSWORD)]).await;
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    browser
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_are_served_only_where_they_are_asked_for() {
    let program = Program::new();
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    let are_metrics = |reply: &Reply| reply.body.contains("veilleuse_");

    let serving = program.serve("info");
    assert_eq!((serving.metrics.clone(), listening(serving.pid())), (None, 1));
    assert_eq!(demo_browser(&serving).await.get("/metrics").await.status, 404);
    serving.stop();

    // By flag; the other ways are those of every setting.
    let serving = program.serve_with("info", &["--metrics-listen", "127.0.0.1:0"]);
    assert_eq!(listening(serving.pid()), 2);
    for browser in [Browser::new(serving.address.clone()), demo_browser(&serving).await] {
        let reply = browser.get("/metrics").await;
        assert!(reply.status >= 300 && !are_metrics(&reply), "the listener of browsers has none: {}", reply.status);
    }
    let scraper = Browser::new(serving.metrics.clone().unwrap());
    let reply = scraper.get("/metrics").await;
    assert!(reply.status == 200 && are_metrics(&reply), "{}", reply.body);
    assert_eq!(reply.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    for path in ["/", "/sign_in", "/health/live", "/api/board"] {
        assert_eq!(scraper.get(path).await.status, 404, "{path}");
    }
    assert_eq!(scraper.send(Method::POST, "/metrics", &[], "").await.status, 405);
    let rebound = scraper.with("host", "metrics.example").get("/metrics").await;
    assert!(
        rebound.status == 421 && !are_metrics(&rebound),
        "a name that resolves to this machine is not this machine"
    );
    serving.stop();

    let settings = program.dir.path().join("veilleuse.toml");
    fs::write(&settings, "metrics_listen = \"127.0.0.1:0\"\nlog_format = \"json\"").unwrap();
    let serving = program.serve_with("info", &["--config", settings.to_str().unwrap()]);
    assert_eq!(listening(serving.pid()), 2);
    let (log, _) = serving.stop();
    assert!(log.lines().any(|line| line.starts_with('{')), "{log}");

    for outside in ["0.0.0.0:0", "[::]:0", "192.0.2.1:9000"] {
        let ended = program.run(&["serve", "--listen", "127.0.0.1:0", "--metrics-listen", outside]);
        assert!(ended.code != 0 && ended.err.contains("--metrics-listen"), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_age_of_the_last_copy_is_told_once_there_is_one() {
    const AGE: &str = "veilleuse_last_backup_age_seconds";
    let program = Program::new();
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    let age = async |program: &Program| {
        let serving = program.serve_with("info", &["--metrics-listen", "127.0.0.1:0"]);
        let age = numbers(&serving.metrics().await).get(AGE).copied();
        serving.stop();
        age
    };
    assert_eq!(age(&program).await, None);
    let copy = program.dir.path().join("copy.veilleuse");
    program.done(&["backup", copy.to_str().unwrap()]);
    let young = age(&program).await;
    assert!(young.is_some_and(|age| age < 600.0), "{young:?}");
    // A copy that is not made leaves the age of the one before.
    let record = program.data().join("veilleuse.backup");
    fs::write(&record, "2026-01-01T00:00:00+00:00\n").unwrap();
    assert_ne!(program.run(&["backup", copy.to_str().unwrap()]).code, 0);
    let old = age(&program).await;
    assert!(old.is_some_and(|age| age > 86_400.0), "{old:?}");
    // Nobody has made a copy of what is restored.
    fs::remove_file(program.data().join("veilleuse.db")).unwrap();
    program.done(&["restore", copy.to_str().unwrap()]);
    assert_eq!(age(&program).await, None);
}

/// The lines of a log of JSON with one message; everything else that a server writes must be JSON too, but for what
/// the framework prints in a debug build.
fn lines(log: &str, message: &str) -> Vec<Value> {
    let all: Vec<Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    all.into_iter().filter(|line| line["message"] == message).collect()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The span of one kind that a line stands in.
fn span<'a>(line: &'a Value, name: &str) -> &'a Value {
    line["spans"]
        .as_array()
        .unwrap()
        .iter()
        .find(|span| span["name"] == name)
        .unwrap_or_else(|| panic!("{name}: {line}"))
}

const LINE: [&str; 5] = ["level", "message", "spans", "target", "timestamp"];
const REQUEST: [&str; 6] = ["duration_ms", "method", "name", "request.id", "route", "status"];
const ACT: [&str; 6] = ["act.id", "act.name", "duration_ms", "name", "outcome", "role"];
const QUERY: [&str; 5] = ["duration_ms", "name", "outcome", "query.name", "role"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_of_json_has_the_documented_fields_and_no_other() {
    let program = Program::new();
    program.done(&["demo", "--beds", "16", "--years", "0"]);
    let serving = program.serve_with("info,server=debug,store=debug", &["--log-format", "json"]);
    let browser = demo_browser(&serving).await;
    let page = browser.get("/").await;
    let board = browser.ask("/api/board", json!({ "as_of": null })).await.json();
    let bed = board["floors"][0]["rooms"][0]["beds"][0]["bed"].as_str().unwrap().to_owned();
    let id = store::new_id().to_string();
    browser.act("/api/bed_soil", &[("id", id.as_str()), ("fields[bed]", bed.as_str())]).await;
    let (log, _) = serving.stop();

    let requests = lines(&log, "request finished");
    assert_eq!(requests.len(), 4, "{log}");
    for line in &requests {
        assert_eq!((keys(line), keys(&line["spans"][0])), (LINE.into(), REQUEST.into()), "{line}");
        assert_eq!(line["spans"].as_array().unwrap().len(), 1);
    }
    let routes: Vec<&str> = requests.iter().map(|line| line["spans"][0]["route"].as_str().unwrap()).collect();
    assert_eq!(routes, ["/api/sign_in", "/", "/api/board", "/api/bed_soil"]);
    let of_the_page = span(&requests[1], "request");
    assert_eq!((of_the_page["method"].as_str(), of_the_page["status"].as_u64()), (Some("GET"), Some(200)));
    assert!(of_the_page["duration_ms"].as_f64().is_some_and(|ms| ms > 0.0));
    assert_eq!(of_the_page["request.id"], page.header("x-request-id"), "a person who has the id finds its line");

    let queries = lines(&log, "query finished");
    // A query of a page may end in another task than that of its request: its lines still belong to the request.
    assert_eq!(span(&queries[0], "request")["request.id"], page.header("x-request-id"));
    for line in &queries {
        assert_eq!((keys(line), keys(span(line, "query"))), (LINE.into(), QUERY.into()), "{line}");
    }
    let read = span(&queries[0], "query");
    assert_eq!(
        (&read["query.name"], &read["outcome"], &read["role"]),
        (&json!("board.see"), &json!("done"), &json!("coordinator"))
    );

    let acts = lines(&log, "act finished");
    assert_eq!(acts.len(), 1, "{log}");
    assert_eq!((keys(&acts[0]), keys(span(&acts[0], "act"))), (LINE.into(), ACT.into()), "{}", acts[0]);
    assert_eq!(span(&acts[0], "act")["act.id"], id);
    assert_eq!(span(&acts[0], "request")["route"], "/api/bed_soil");
}

/// Sends the head and a part of a request on a connection of its own.
fn half_a_request(address: &str, path: &str, body: &str, sent: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{}",
        body.len(),
        &body[..sent]
    )
    .unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_request_is_logged_at_the_usual_level_and_one_that_is_given_up_is_counted() {
    let program = Program::new();
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    let settings = ["--log-format", "json", "--metrics-listen", "127.0.0.1:0"];
    let serving = program.serve_with("info,server=debug", &settings);
    assert_eq!(Browser::new(serving.address.clone()).get("/health/live").await.status, 200);

    let body = "login=coordination&password=ce n'est pas la bonne";
    let mut slow = half_a_request(&serving.address, "/api/sign_in", body, 10);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    slow.write_all(&body.as_bytes()[10..]).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let counted =
        "veilleuse_http_request_duration_seconds_count{method=\"POST\",route=\"/api/sign_in\",status_class=\"4xx\"}";
    assert_eq!(numbers(&serving.metrics().await).get(counted), Some(&1.0));

    // The request has begun, and the password is being compared when the client goes away.
    let body = "login=direction&password=ce n'est pas la bonne";
    let mut given_up = half_a_request(&serving.address, "/api/sign_in", body, 10);
    tokio::time::sleep(Duration::from_millis(300)).await;
    given_up.write_all(&body.as_bytes()[10..]).unwrap();
    drop(given_up);
    let mut requests = None;
    for _ in 0..100 {
        requests = numbers(&serving.metrics().await).get(counted).copied();
        if requests == Some(2.0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(requests, Some(2.0));

    let (log, _) = serving.stop();
    let finished: Vec<(String, u64)> = lines(&log, "request finished")
        .iter()
        .map(|line| (line["level"].as_str().unwrap().to_owned(), span(line, "request")["status"].as_u64().unwrap()))
        .collect();
    assert_eq!(finished, [("DEBUG".to_owned(), 200), ("INFO".to_owned(), 401), ("DEBUG".to_owned(), 499)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_of_the_server_is_logged_at_the_usual_level_with_its_request() {
    let program = Program::new();
    program.done(&["demo", "--beds", "16", "--years", "1"]);
    let serving = program.serve_with("info", &["--log-format", "json"]);
    let browser = demo_browser(&serving).await;
    // The file is emptied under the server's hands: what it has not read yet, it cannot read.
    fs::write(program.data().join("veilleuse.db"), "").unwrap();
    let failed = browser.ask("/api/measures", json!({ "period": null, "census": [] })).await;
    assert_eq!(failed.status, 503, "{}", failed.body);
    // Not stopped politely: it cannot close such a file.
    let log = serving.kill();
    let finished = lines(&log, "request finished");
    let failures: Vec<&Value> = finished.iter().filter(|line| line["spans"][0]["status"] == 503).collect();
    assert_eq!((failures.len(), &failures[0]["level"]), (1, &json!("INFO")), "{log}");
    let why = lines(&log, "the data did not answer");
    assert!(!why.is_empty(), "{log}");
    for line in &why {
        assert_eq!(span(line, "request")["request.id"], failed.header("x-request-id"), "{line}");
    }
}

/// The part of the document that names fields and metrics.
fn documented() -> String {
    let text = fs::read_to_string(root().join("docs/operation.md")).unwrap();
    let (_, rest) = text.split_once("\n## Logs and metrics\n").unwrap();
    rest.split("\n## ").next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_and_metric_is_documented_and_every_documented_metric_exists() {
    let words = documented();
    for field in LINE.iter().chain(&REQUEST).chain(&ACT).chain(&QUERY) {
        assert!(words.contains(&format!("`{field}`")), "docs/operation.md does not name the field {field}");
    }
    let program = Program::new();
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    program.done(&["backup", program.dir.path().join("copy.veilleuse").to_str().unwrap()]);
    let serving = program.serve_with("info", &["--metrics-listen", "127.0.0.1:0"]);
    let browser = demo_browser(&serving).await;
    browser.ask("/api/board", json!({ "as_of": null })).await;
    // An act that is refused is counted too.
    browser.do_act("/api/bed_soil", &[("bed", &store::new_id().to_string())]).await;
    let text = serving.metrics().await;
    serving.stop();
    let told: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, kind)| match kind {
            "counter" => format!("{name}_total"),
            "info" => format!("{name}_info"),
            _ => name.to_owned(),
        })
        .collect();
    let named: BTreeSet<String> = words
        .split('`')
        .filter(|word| word.starts_with("veilleuse_"))
        .map(|word| word.split('{').next().unwrap().to_owned())
        .collect();
    assert_eq!(named, told);
}
