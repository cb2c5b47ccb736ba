//! The figures of the budgets, taken in one run beside the floor of the machine: a static page served
//! by the same accept loop, and raw durable commits of the same database engine.
//!
//! `make bench` runs it on a release build; nothing else should run meanwhile.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot run must stop")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use axum::{Router, response::Html, routing::get};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Bytes, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use store::testing::{On, TestHouse, raw};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// The argument that makes this program the floor.
const FLOOR: &str = "--floor";
const ONE: usize = 3_000;
const LASTS: Duration = Duration::from_secs(4);
const CLIENTS: usize = 8;

/// One connection kept open.
struct Line {
    sender: SendRequest<Full<Bytes>>,
    address: String,
    cookie: String,
}

impl Line {
    async fn to(address: &str, cookie: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender, address: address.to_owned(), cookie: cookie.to_owned() }
    }

    async fn ask(&mut self, method: &str, path: &str, body: String) -> (u16, http::HeaderMap, Bytes) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.address)
            .header("accept", if method == "GET" { "text/html" } else { "application/json" })
            .header("cookie", &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header("origin", format!("http://{}", self.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes())
    }

    async fn page(&mut self, path: &str) -> Bytes {
        let (status, _, body) = self.ask("GET", path, String::new()).await;
        assert_eq!(status, 200, "{path}");
        body
    }
}

/// Times of a page: median and ninety-ninth hundredth on one connection, requests a second on eight.
#[derive(Clone, Copy, Debug)]
struct Page {
    p50: Duration,
    p99: Duration,
    rps: f64,
    bytes: usize,
}

async fn page(address: &str, cookie: &str, path: &'static str) -> Page {
    let mut line = Line::to(address, cookie).await;
    for _ in 0..300 {
        line.page(path).await;
    }
    let mut times = Vec::with_capacity(ONE);
    let mut bytes = 0;
    for _ in 0..ONE {
        let begun = Instant::now();
        bytes = line.page(path).await.len();
        times.push(begun.elapsed());
    }
    times.sort();
    let until = Instant::now() + LASTS;
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let mut line = Line::to(address, cookie).await;
        clients.spawn(async move {
            let mut done = 0_u32;
            while Instant::now() < until {
                line.page(path).await;
                done += 1;
            }
            done
        });
    }
    let done: u32 = clients.join_all().await.into_iter().sum();
    Page { p50: times[ONE / 2], p99: times[ONE * 99 / 100], rps: f64::from(done) / LASTS.as_secs_f64(), bytes }
}

/// The program serving a house.
struct House {
    child: Child,
    address: String,
    cookie: String,
    _dir: tempfile::TempDir,
    filled: Duration,
}

impl House {
    async fn open(beds: &str, years: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let program = env!("CARGO_BIN_EXE_veilleuse");
        let begun = Instant::now();
        let done = Command::new(program)
            .arg("--data")
            .arg(&data)
            .args(["demo", "--beds", beds, "--years", years, "--seed", "24"])
            .stdout(Stdio::null())
            .status();
        assert!(done.unwrap().success());
        let filled = begun.elapsed();
        let mut child = Command::new(program)
            .arg("--data")
            .arg(&data)
            .args(["serve", "--listen", "127.0.0.1:0", "--site", "target/site"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(out.read_line(&mut line).unwrap() > 0, "it ended before it listened");
            if let Some((_, address)) = line.trim().split_once("http://") {
                break address.to_owned();
            }
        };
        let mut line = Line::to(&address, "").await;
        let body = format!("login=coordination&password={}", app::DEMO_PASSWORD.replace(' ', "+"));
        let (status, headers, _) = line.ask("POST", "/api/sign_in", body).await;
        assert_eq!(status, 303);
        let cookie = headers
            .get_all("set-cookie")
            .iter()
            .map(|c| c.to_str().unwrap())
            .find(|c| c.starts_with("session="))
            .unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { child, address, cookie, _dir: dir, filled }
    }

    /// Proportional memory of the process, its database included, in MiB.
    fn memory(&self) -> f64 {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id())).unwrap();
        let line = rollup.lines().find(|line| line.starts_with("Pss:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Serves the static page until killed: the same accept loop, in a process of its own as the program is.
async fn serve_floor() {
    let text = format!("<!doctype html><title>x</title>{}", "<p>a line</p>".repeat(1_540));
    let text: &'static str = Box::leak(text.into_boxed_str());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/", get(move || async move { Html(text) }));
    server::http::serve(listener, router, CancellationToken::new()).await.unwrap();
}

async fn floor() -> Page {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program).arg(FLOOR).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let page = page(line.trim().trim_start_matches("http://"), "", "/").await;
    child.kill().unwrap();
    child.wait().unwrap();
    page
}

/// An act from the request to its answer: the bed is soiled and prepared in turn, each with its line in
/// the audit, on disk before the answer.
async fn acts(house: &House) -> (Duration, Duration, f64) {
    let mut line = Line::to(&house.address, &house.cookie).await;
    let board = String::from_utf8(line.page("/").await.to_vec()).unwrap();
    let bed = board.split("?bed=").nth(1).unwrap().split(['"', '&']).next().unwrap().to_owned();
    let mut times = Vec::new();
    let begun = Instant::now();
    let mut done = 0;
    for i in 0..400 {
        let path = if i % 2 == 0 { "/api/bed_soil" } else { "/api/bed_prepare" };
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("id", &store::new_id().to_string())
            .append_pair("fields[bed]", &bed)
            .finish();
        let at = Instant::now();
        let (status, _, said) = line.ask("POST", path, body).await;
        // The first may find the bed already so; that is an answer too, but not an act.
        if status == 200 {
            times.push(at.elapsed());
            done += 1;
        } else {
            assert!(i < 2, "{status} {said:?}");
        }
    }
    let rate = f64::from(done) / begun.elapsed().as_secs_f64();
    times.sort();
    (times[times.len() / 2], times[times.len() * 99 / 100], rate)
}

/// Durable commits of one row a second, in a house of its own on the same engine with the same settings:
/// what the disk and the engine allow.
async fn raw_commits() -> (Duration, f64) {
    let house = TestHouse::new(On::Sqlite).await.unwrap();
    raw(&house.store, "CREATE TABLE floor (at TEXT NOT NULL) STRICT").await.unwrap();
    let mut times = Vec::new();
    let begun = Instant::now();
    for _ in 0..400 {
        let at = Instant::now();
        raw(&house.store, "INSERT INTO floor (at) VALUES ('2026-11-23T21:00:00Z')").await.unwrap();
        times.push(at.elapsed());
    }
    let rate = 400.0 / begun.elapsed().as_secs_f64();
    times.sort();
    (times[200], rate)
}

fn ms(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1_000.0)
}

#[tokio::main]
async fn main() {
    if std::env::args().any(|arg| arg == FLOOR) {
        return serve_floor().await;
    }
    println!("machine: {} cores", std::thread::available_parallelism().unwrap());
    let floor = floor().await;
    println!(
        "floor, a static page of {} B: p50 {}, p99 {}, {:.0} requests/s on {CLIENTS} connections",
        floor.bytes,
        ms(floor.p50),
        ms(floor.p99),
        floor.rps
    );
    let mut houses = Vec::new();
    for (what, beds, years) in [("new", "24", "0"), ("ten years", "24", "10")] {
        let house = House::open(beds, years).await;
        println!("{what}: a house of {beds} beds and {years} years filled in {:.1} s", house.filled.as_secs_f64());
        let board = page(&house.address, &house.cookie, "/").await;
        println!(
            "{what}: board of {} B: p50 {} ({:.1} x floor), p99 {}, {:.0} requests/s ({:.1} % of floor)",
            board.bytes,
            ms(board.p50),
            board.p50.as_secs_f64() / floor.p50.as_secs_f64(),
            ms(board.p99),
            board.rps,
            100.0 * board.rps / floor.rps,
        );
        for path in ["/stays", "/figures"] {
            let mut line = Line::to(&house.address, &house.cookie).await;
            let mut times = Vec::new();
            for _ in 0..60 {
                let begun = Instant::now();
                line.page(path).await;
                times.push(begun.elapsed());
            }
            times.sort();
            println!("{what}: {path}: p50 {}", ms(times[30]));
        }
        let (commit, commits) = raw_commits().await;
        let (p50, p99, rate) = acts(&house).await;
        println!(
            "{what}: a durable act, audit included: p50 {}, p99 {}; {rate:.0} acts/s beside {commits:.0} raw commits/s (p50 {}): {:.2}",
            ms(p50),
            ms(p99),
            ms(commit),
            rate / commits
        );
        println!("{what}: memory, serving with its database: {:.1} MiB PSS", house.memory());
        houses.push(house);
    }
    // In turns, so that what else the machine does weighs on both alike.
    let mut medians = [Vec::new(), Vec::new()];
    for _ in 0..20 {
        for (house, medians) in houses.iter().zip(&mut medians) {
            let mut line = Line::to(&house.address, &house.cookie).await;
            let mut times = Vec::new();
            for _ in 0..200 {
                let begun = Instant::now();
                line.page("/").await;
                times.push(begun.elapsed());
            }
            times.sort();
            medians.push(times[100]);
        }
    }
    let [new, old] = medians.map(|mut medians| {
        medians.sort();
        medians[10]
    });
    println!("board in turns: new {}, ten years {}: {:.3}", ms(new), ms(old), old.as_secs_f64() / new.as_secs_f64());
}
