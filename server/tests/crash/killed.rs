//! F1: the program is killed under load, again and again.

use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::{
    browser::Browser,
    house::{Place, machine, seed, told},
    load::{BEDS, Pace, People, Work},
    truth::Truth,
};

/// Kills of a run that is told no number.
const KILLS: u64 = 30;
/// The program has this long to come back (95 % of the times).
const BACK: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f1_what_was_acknowledged_survives_being_killed_under_load() {
    let (seed, kills) = (seed(), told("VEILLEUSE_KILLS").unwrap_or(KILLS));
    let mut rng = Rng::with_seed(seed);
    let folder = tempfile::Builder::new().prefix("veilleuse-killed-").tempdir().unwrap();
    println!("F1: seed {seed}, {kills} kills, {}", machine(folder.path()));
    let place = Place::invented(folder.path().join("data"), folder.path(), BEDS);
    let mut running = place.serve();
    let mut people = People::sign_in(&running.address).await;
    let mut truth = Truth::default();
    let (mut back, mut reads, mut twice) = (Vec::new(), 0, 0);
    for kill in 1..=kills {
        let work = Work::begin(&people, folder.path(), Pace::FAST, &mut rng);
        tokio::time::sleep(Duration::from_millis(rng.u64(50..=1_500))).await;
        assert!(running.is_alive(), "it stopped by itself: {}", place.last_words());
        running.kill();
        let outcome = work.end().await;
        let failed: Vec<_> =
            outcome.written.iter().chain(&outcome.read).filter(|(status, _)| **status >= 500).collect();
        assert!(failed.is_empty(), "before kill {kill}: {failed:?}\n{}", place.last_words());
        reads += outcome.read.get(&200).copied().unwrap_or(0);

        truth.look(&place, &outcome.ledgers, &folder.path().join("copy")).await;
        // Sometimes it is killed once more while it comes back.
        if rng.u8(0..5) == 0 {
            let mut child = place.spawn();
            tokio::time::sleep(Duration::from_millis(rng.u64(0..=150))).await;
            child.kill().unwrap();
            child.wait().unwrap();
            twice += 1;
        }
        let begun = Instant::now();
        running = place.serve();
        people = people.at(&running.address);
        let board = first_answer(&people.writers[0]).await;
        back.push(begun.elapsed());
        assert!(board.contains("<main"), "the board after kill {kill}");
        truth.replay(&people, &outcome.ledgers).await;
        truth.must_hold();
    }
    running.stop();
    truth.look(&place, &[], &folder.path().join("copy")).await;
    let checked = place.check();
    back.sort();
    let at = |share: usize| back[(back.len() * share).div_ceil(100) - 1];
    let figures = &truth.figures;
    println!(
        "F1: {kills} kills and {twice} more during a start; {} acts sent, {} acknowledged, {} lost, {} half done; \
         of {} unanswered {} were done and {} not; {} sent again; {reads} pages read; \
         first good answer: median {:?}, p95 {:?}, longest {:?}; {checked}",
        figures.sent,
        figures.acked,
        figures.lost,
        figures.half_done,
        figures.done_unanswered + figures.not_done,
        figures.done_unanswered,
        figures.not_done,
        figures.replayed,
        at(50),
        at(95),
        at(100),
    );
    truth.must_hold();
    assert!(figures.acked as u64 >= kills, "too little was done to prove anything");
    assert!(at(95) <= BACK, "too long to come back");
}

/// The board, as soon as it is shown.
async fn first_answer(browser: &Browser) -> String {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        match browser.get("/").await {
            Ok(reply) if reply.status == 200 => return reply.body,
            other => assert!(Instant::now() < until, "no board: {other:?}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
