//! The program as a command: what it refuses to open and in which words (T1 to T5), accounts, the
//! invented house, copies, checks.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use store::testing::{On, TestHouse, raw};

use crate::app::Browser;

/// A place for a house, and the program run on it.
pub struct Program {
    pub dir: tempfile::TempDir,
    /// A PostgreSQL database instead of the folder.
    pub database: Option<String>,
    pub lang: &'static str,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Program {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), database: None, lang: "fr_CA.UTF-8" }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_veilleuse"));
        command.env_clear().env("LANG", self.lang).env("RUST_BACKTRACE", "0").arg("--data").arg(self.data());
        if let Some(url) = &self.database {
            command.arg("--database-url").arg(url);
        }
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run_with(&self, args: &[&str], input: &str) -> Ended {
        let mut child = self.command(args).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, "")
    }

    /// Runs a command that must succeed.
    pub fn done(&self, args: &[&str]) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, 0, "{args:?}: {}", ended.err);
        ended
    }

    /// Serves on a port of its own until dropped.
    pub fn serve(&self, log: &str) -> Serving {
        self.serve_with(log, &[])
    }

    /// Serves with more settings.
    pub fn serve_with(&self, log: &str, settings: &[&str]) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.args(settings).env("VEILLEUSE_LOG", log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        let mut metrics = None;
        let address = loop {
            let mut line = String::new();
            assert!(out.read_line(&mut line).unwrap() > 0, "it ended before it listened: {first}");
            first.push_str(&line);
            match line.trim().split_once("http://") {
                None => {}
                Some((_, address)) => match address.strip_suffix("/metrics") {
                    Some(address) => metrics = Some(address.to_owned()),
                    None => break address.to_owned(),
                },
            }
        };
        let mut err = child.stderr.take().unwrap();
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).ok();
            text
        });
        Serving { child, address, metrics, reading: Some(reading) }
    }
}

/// A program that serves.
pub struct Serving {
    child: Child,
    pub address: String,
    /// Where its metrics are, when it was asked for them.
    pub metrics: Option<String>,
    reading: Option<std::thread::JoinHandle<String>>,
}

impl Serving {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its metrics, as text.
    pub async fn metrics(&self) -> String {
        let reply = Browser::new(self.metrics.clone().unwrap()).get("/metrics").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Asks it to stop; gives everything it wrote to its log and how long it took to end.
    pub fn stop(mut self) -> (String, Duration) {
        let begun = Instant::now();
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(self.child.wait().unwrap().success());
        (self.reading.take().unwrap().join().unwrap(), begun.elapsed())
    }

    /// Ends it at once; gives everything it wrote to its log.
    pub fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.reading.take().unwrap().join().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// One refusal, one sentence, no trace of the inside; the data as it was.
fn refuses(program: &Program, words: &str) {
    let ended = program.run(&["check"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.err.contains(words), "{words} in {}", ended.err);
    assert_eq!(ended.err.trim().lines().count(), 1, "one sentence: {}", ended.err);
    for inside in ["panicked", "RUST_BACKTRACE", ".rs:", "PRAGMA"] {
        assert!(!ended.err.contains(inside), "{}", ended.err);
    }
    let serving = program.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((serving.code, serving.err), (1, ended.err), "serving refuses in the same words");
}

#[test]
fn t3_t5_what_is_not_safe_to_open_is_not_opened() {
    let program = Program::new();
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    let (data, key) = (program.data(), program.dir.path().join("data.key"));
    let database = data.join("veilleuse.db");
    program.done(&["check"]);
    assert!(!fs::read(&database).unwrap().starts_with(b"SQLite format 3"));
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    mode(&data, 0o755);
    refuses(&program, "peut être lu par d’autres personnes");
    mode(&data, 0o700);
    mode(&key, 0o644);
    refuses(&program, "peut être lu par d’autres personnes");
    mode(&key, 0o600);

    let kept = fs::read_to_string(&key).unwrap();
    fs::write(&key, "x").unwrap();
    refuses(&program, "ne contient pas une clé");
    fs::write(&key, "0".repeat(64)).unwrap();
    refuses(&program, "La clé n’ouvre pas ces données");
    fs::remove_file(&key).unwrap();
    refuses(&program, "remettez-la d’où elle est gardée");
    assert!(!key.exists(), "no new key is made for data that has one");
    fs::write(&key, &kept).unwrap();
    mode(&key, 0o600);

    // A second process on the same folder.
    let serving = program.serve("info");
    refuses(&program, "est déjà ouvert par une autre Veilleuse");
    let (_, took) = serving.stop();
    assert!(took < Duration::from_secs(10), "it stops politely: {took:?}");
    program.done(&["check"]);

    // The same words in English.
    let english = Program { lang: "en_CA.UTF-8", ..program };
    mode(&data, 0o755);
    refuses(&english, "can be read by other people");
    mode(&data, 0o700);

    // A plain-text database in its place.
    let sealed = fs::read(&database).unwrap();
    let mut plain = b"SQLite format 3\0".to_vec();
    plain.resize(4096, 0);
    fs::write(&database, plain).unwrap();
    refuses(&english, "unencrypted database");
    fs::write(&database, &sealed[..sealed.len() / 2]).unwrap();
    let ended = english.run(&["check"]);
    assert_ne!(ended.code, 0, "a file cut in half is not opened as if it were whole: {ended:?}");
    fs::write(&database, sealed).unwrap();
    english.done(&["check"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t4_data_of_a_later_or_another_program_is_not_opened() {
    for (sql, words) in [
        ("INSERT INTO schema_migrations VALUES (9999, 'later', '00')", "later Veilleuse (schema 9999"),
        ("UPDATE schema_migrations SET checksum = '00' WHERE version = 1", "is not the one of this program"),
    ] {
        for on in [On::Sqlite, On::Postgres] {
            let Some(mut house) = TestHouse::new(on).await else { continue };
            raw(&house.store, sql).await.unwrap();
            let error = house.reopen().await.expect_err("it is not opened");
            assert!(error.to_string().contains(words), "{on:?}: {error}");
        }
    }
}

#[test]
fn outside_this_machine_tls_is_needed() {
    let program = Program::new();
    let ended = program.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(ended.code != 0 && ended.err.contains("TLS"), "{ended:?}");
    let ended = program.run(&["serve", "--listen", "127.0.0.1:0", "--origin", "http://nuit.example"]);
    assert!(ended.code != 0 && ended.err.contains("https://"), "{ended:?}");
}

#[test]
fn a_copy_holds_everything_and_opens_with_its_key_alone() {
    let program = Program::new();
    program.done(&["demo", "--beds", "8", "--years", "1", "--seed", "3"]);
    let measures = ["measures", "--from", "2026-01-01", "--to", "2026-06-30", "--json"];
    let before = program.done(&measures).out;
    let copy = program.dir.path().join("copy.veilleuse");
    let name = copy.to_str().unwrap();
    program.done(&["backup", name]);
    assert_ne!(program.run(&["backup", name]).code, 0, "a copy is never written over");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o077, 0);

    let other = Program::new();
    let ended = other.run(&["restore", name]);
    assert_ne!(ended.code, 0, "without its key");
    assert!(!other.data().join("veilleuse.db").exists());
    let key = other.dir.path().join("data.key");
    fs::copy(program.dir.path().join("data.key"), &key).unwrap();
    // One bit is enough to refuse the whole copy.
    let good = fs::read(&copy).unwrap();
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    let damaged = program.dir.path().join("damaged.veilleuse");
    fs::write(&damaged, bad).unwrap();
    assert_ne!(other.run(&["restore", damaged.to_str().unwrap()]).code, 0);
    fs::write(&damaged, &good[..good.len() - 4096]).unwrap();
    assert_ne!(other.run(&["restore", damaged.to_str().unwrap()]).code, 0);
    assert!(!other.data().join("veilleuse.db").exists(), "nothing of a damaged copy is left");
    other.done(&["restore", name]);
    other.done(&["check"]);
    assert_eq!(other.done(&measures).out, before);
    assert_ne!(other.run(&["restore", name]).code, 0, "data is never written over");
}

#[test]
fn the_invented_house_is_the_same_from_the_same_seed_and_never_on_top_of_another() {
    let measures = ["measures", "--from", "2026-01-01", "--to", "2026-06-30", "--json"];
    let figures = |seed: &str| {
        let program = Program::new();
        program.done(&["demo", "--beds", "12", "--years", "1", "--seed", seed]);
        let again = program.run(&["demo"]);
        assert!(again.code != 0 && again.err.contains("déjà une maison"), "{again:?}");
        program.done(&["check"]);
        program.done(&measures).out
    };
    let (one, same, other) = (figures("5"), figures("5"), figures("6"));
    assert_eq!(one, same);
    assert_ne!(one, other);
    let figures: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert!(
        figures["bed_nights"].as_i64().unwrap() > 300 && figures["occupancy_rate"].as_f64().unwrap() < 100.0,
        "lively, and true: {one}"
    );
}

#[test]
fn accounts_are_added_from_the_terminal_without_a_password_in_its_history() {
    let program = Program::new();
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    let add = ["staff", "add", "--role", "night", "--login", "lune", "--name", "Lune Petit", "--password-stdin"];
    let short = program.run_with(&add, "court\n");
    assert!(short.code != 0 && short.err.contains("password"), "{short:?}");
    assert_eq!(program.run_with(&add, "une lanterne sur le quai\n").code, 0);
    assert_ne!(program.run_with(&add, "une lanterne sur le quai\n").code, 0, "the login is taken");
}

#[test]
fn a_period_that_makes_no_sense_is_refused_in_words() {
    let program = Program::new();
    assert!(
        program.run(&["measures", "--from", "2026-01-01", "--to", "2026-02-01"]).err.contains("pas encore de maison")
    );
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    let ended = program.run(&["measures", "--from", "2026-02-01", "--to", "2026-01-01"]);
    assert!(ended.code != 0 && ended.err.contains("2026-02-01"), "{ended:?}");
    let settings = program.dir.path().join("veilleuse.toml");
    fs::write(&settings, "lisen = \"127.0.0.1:1\"").unwrap();
    let ended = program.run(&["--config", settings.to_str().unwrap(), "check"]);
    assert!(ended.code != 0 && ended.err.contains("lisen"), "an unknown setting is named: {ended:?}");
}

#[test]
fn what_stands_beside_a_copy_or_its_place_is_never_written_over_what_is_restored() {
    let program = Program::new();
    program.done(&["demo", "--beds", "4", "--years", "0"]);
    let copy = program.dir.path().join("copy.veilleuse");
    program.done(&["backup", copy.to_str().unwrap()]);
    // Somebody took the damaged database away and left its log.
    let database = program.data().join("veilleuse.db");
    fs::remove_file(&database).unwrap();
    let log = program.data().join("veilleuse.db-wal");
    fs::write(&log, [1; 4096]).unwrap();
    let ended = program.run(&["restore", copy.to_str().unwrap()]);
    assert!(ended.code != 0 && ended.err.contains("veilleuse.db-wal"), "{ended:?}");
    assert!(!database.exists());
    fs::remove_file(&log).unwrap();
    // A database that was in use is not a copy: what its log holds would be lost.
    let in_use = program.dir.path().join("copy.veilleuse-wal");
    fs::write(&in_use, [1; 4096]).unwrap();
    assert_ne!(program.run(&["restore", copy.to_str().unwrap()]).code, 0);
    fs::remove_file(&in_use).unwrap();
    program.done(&["restore", copy.to_str().unwrap()]);
    program.done(&["check"]);
}
