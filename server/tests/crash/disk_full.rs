//! F3: the disk fills up, by work and by something else on it, and is emptied again.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fastrand::Rng;
use serde_json::json;
use store::{new_id, testing::raw_texts};

use crate::{
    browser::{Browser, Reply},
    house::{Place, machine, seed},
    ledger::Told,
    load::{BEDS, Pace, People, Work, body_of},
    mounts::Small,
    truth::Truth,
};

const MIB: u64 = 16;
/// Once there is room, everything is as before within this time, without a restart.
const WELL_AGAIN: Duration = Duration::from_secs(5);
/// Lines that opening a file leaves when night staff do it: here one of them does, and only at a full disk.
const OPENINGS: &str = "SELECT CAST(count(*) AS TEXT) FROM audit WHERE what = 'residents.open' AND role = 'night'";

/// Times the disk fills up, and how.
const FILLINGS: [(&str, u64); 3] = [
    ("something else left 96 KiB", 96 << 10),
    ("something else left 512 KiB", 512 << 10),
    ("work filled the last 3 MiB", 3 << 20),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f3_a_full_disk_is_said_loses_nothing_and_heals_by_itself() {
    let folder = tempfile::Builder::new().prefix("veilleuse-full-").tempdir().unwrap();
    let small = match Small::new(folder.path(), MIB) {
        Ok(small) => small,
        Err(why) => return println!("SKIPPED: disk full: {why}"),
    };
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    println!("F3: seed {seed}, {} of {MIB} MiB", machine(&small.at));
    let place = Place::invented(small.at.join("data"), folder.path(), BEDS);
    let copy = folder.path().join("copy");
    let mut running = place.serve();
    let mut people = People::sign_in(&running.address).await;
    let mut night = Browser::signed_in(&running.address, "soir").await;
    let (bed, resident) = someone(&people.writers[0]).await;
    let (mut truth, mut opened) = (Truth::default(), 0);

    for (how, left) in FILLINGS {
        let eaten = Eaten::all_but(&small.at, left);
        let work = Work::begin(&people, folder.path(), Pace { letters: 4_000, ..Pace::FAST }, &mut rng);
        until(Duration::from_secs(60), || marked(&people.writers[0], &bed), |reply| reply.status >= 500).await;
        // The house goes on working at the full disk, and people come and look.
        let at_once = Browser::new(&running.address).sign_in("nuit").await.unwrap().status;
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(running.is_alive(), "it stopped by itself: {}", place.last_words());
        let refused = marked(&people.writers[0], &bed).await;
        assert_eq!((refused.status, refused.body.as_str()), (507, "\"DiskFull\""), "{how}");
        // Without script: a page that says it in words, with what she had typed.
        let typed = body_of(
            &new_id().to_string(),
            &[("bed", &bed), ("name", "Zéphyrine"), ("age", "24"), ("resident", "none")],
        );
        let page = people.writers[1].form("/api/stay_admit", &format!("{typed}&from=%2Fdesk")).await.unwrap();
        assert_eq!(page.status, 507, "{how}");
        assert!(page.body.contains("Le disque est plein"), "the page says why");
        assert!(page.body.contains("value=\"Zéphyrine\""), "the page gives back what was typed");
        let mut pages = Vec::new();
        for path in ["/", "/stays", "/residents", "/desk", &format!("/residents/{resident}")] {
            pages.push((path.to_owned(), people.readers[0].get(path).await.unwrap().status));
        }
        assert!(pages.iter().all(|(_, status)| *status == 200), "reading goes on: {pages:?}");
        let file = night.ask("/api/resident_open", &json!({ "resident": resident })).await.unwrap();
        assert_eq!(file.status, 200, "her file can be opened: {}", file.body);
        opened += 1;
        let mut entered = vec![at_once];
        for login in ["nuit", "coordination", "direction"] {
            entered.push(Browser::new(&running.address).sign_in(login).await.unwrap().status);
        }
        assert!(entered.iter().all(|status| *status == 303), "signing in goes on: {entered:?}\n{}", place.last_words());
        let outcome = work.end().await;
        for (status, count) in outcome.written.iter().chain(&outcome.read) {
            assert!([200, 404, 409, 422, 507].contains(status), "{count} answers {status}\n{}", place.last_words());
        }
        assert!(outcome.written.contains_key(&507) && !outcome.read.contains_key(&507), "only writing is refused");

        // A start at three in the morning, with the disk as full as it is.
        running.kill();
        running = place.serve();
        (people, night) = (people.at(&running.address), night.at(&running.address));
        let board = people.readers[0].get("/").await.unwrap();
        assert_eq!(board.status, 200, "the board after a start");
        // Opening the house empties its log, which may be all the room an act needs.
        let after = marked(&people.writers[0], &bed).await.status;
        assert!([200, 409, 507].contains(&after), "an act after a start: {after}");

        drop(eaten);
        let freed = Instant::now();
        until(Duration::from_secs(30), || marked(&people.writers[0], &bed), |reply| reply.status < 500).await;
        let well = freed.elapsed();
        assert!(well <= WELL_AGAIN, "well again after {well:?}");
        truth.look(&place, &outcome.ledgers, &copy).await;
        truth.replay(&people, &outcome.ledgers).await;
        truth.must_hold();
        let done = outcome.ledgers.iter().flatten().filter(|entry| matches!(entry.told, Told::Acked(_))).count();
        println!(
            "F3: {how}: {done} acts done, {} refused with 507, {} pages read, {} signed in while it was full, an act after a start {after}, well again in {well:?}",
            outcome.written[&507],
            outcome.read.values().sum::<usize>(),
            entered.len(),
        );
    }
    running.stop();
    truth.look(&place, &[], &copy).await;
    truth.must_hold();
    let store = place.open().await;
    let lines = raw_texts(&store, OPENINGS).await.unwrap();
    store.close().await;
    drop(store);
    assert_eq!(lines, [opened.to_string()], "every opening of a file at a full disk left its line");
    let figures = &truth.figures;
    println!(
        "F3: {} acknowledged, {} lost, {} half done; {}",
        figures.acked,
        figures.lost,
        figures.half_done,
        place.check()
    );
}

/// What eats up the disk, until it is dropped.
struct Eaten {
    path: PathBuf,
}

impl Eaten {
    /// Everything but so many bytes.
    fn all_but(folder: &Path, left: u64) -> Self {
        let path = folder.join("something-else");
        let mut file = File::create(&path).unwrap();
        while file.write_all(&[7_u8; 4096]).is_ok() {}
        let size = file.metadata().unwrap().len();
        file.set_len(size.saturating_sub(left)).unwrap();
        Self { path }
    }
}

impl Drop for Eaten {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// A bed, and someone who is here.
async fn someone(browser: &Browser) -> (String, String) {
    let board = browser.ask("/api/board", &json!({ "as_of": null })).await.unwrap().json();
    let list = |value: &serde_json::Value, name: &str| value[name].as_array().unwrap().clone();
    let beds: Vec<_> = list(&board, "floors")
        .iter()
        .flat_map(|floor| list(floor, "rooms"))
        .flat_map(|room| list(&room, "beds"))
        .collect();
    let resident = beds.iter().find_map(|bed| bed["state"]["Occupied"]["resident"].as_str()).unwrap();
    (beds[0]["bed"].as_str().unwrap().to_owned(), resident.to_owned())
}

/// Marks a bed, one way or the other: done, in the way of someone, or refused for want of room.
async fn marked(browser: &Browser, bed: &str) -> Reply {
    let mut reply = None;
    for path in ["/api/bed_soil", "/api/bed_prepare"] {
        let tried = browser.act(path, &body_of(&new_id().to_string(), &[("bed", bed)])).await.unwrap();
        if tried.status == 200 || tried.status >= 500 {
            return tried;
        }
        reply = Some(tried);
    }
    reply.unwrap()
}

/// Tries until an answer is as wanted.
async fn until(patience: Duration, mut again: impl AsyncFnMut() -> Reply, wanted: impl Fn(&Reply) -> bool) {
    let begun = Instant::now();
    loop {
        let reply = again().await;
        if wanted(&reply) {
            return;
        }
        assert!(begun.elapsed() < patience, "still {} {}", reply.status, reply.body);
    }
}
