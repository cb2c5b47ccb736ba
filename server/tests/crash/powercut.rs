//! F2: the power goes under load, again and again. A control with weaker durability must lose something
//! in the same way, or the test sees nothing.

use std::{path::Path, time::Duration};

use domain::{act::Envelope, board::SeeBoard, house::acts::SoilBed, ids::ActId};
use fastrand::Rng;
use store::{
    SignIn, new_id,
    testing::{raw, raw_texts},
};

use crate::{
    house::{Place, machine, seed, told},
    load::{BEDS, Pace, People, Work},
    mounts::Disk,
    truth::Truth,
};

/// Cuts of a run that is told no number.
const CUTS: u64 = 5;
const MIB: u64 = 96;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f2_what_was_acknowledged_survives_power_cuts() {
    let folder = tempfile::Builder::new().prefix("veilleuse-power-").tempdir().unwrap();
    let mut disk = match a_disk_that_can_be_cut(folder.path()) {
        Ok(disk) => disk,
        Err(why) => return println!("SKIPPED: power cut: {why}"),
    };
    let (seed, cuts) = (seed(), told("VEILLEUSE_CUTS").unwrap_or(CUTS));
    let mut rng = Rng::with_seed(seed);
    println!("F2: seed {seed}, {cuts} cuts, {} on a loop device of {MIB} MiB", machine(disk.at()));
    let place = Place::invented(disk.at().join("data"), folder.path(), BEDS);
    let mut running = place.serve();
    let mut people = People::sign_in(&running.address).await;
    let mut truth = Truth::default();
    let mut at_human_pace = 0;
    for cut in 1..=cuts {
        // At the pace of people, what is not synced lies about for longer.
        let human = cut % 2 == 1;
        let (pace, longest) = if human { (Pace::HUMAN, 5_000) } else { (Pace::FAST, 1_500) };
        let work = Work::begin(&people, folder.path(), pace, &mut rng);
        tokio::time::sleep(Duration::from_millis(rng.u64(50..=longest))).await;
        assert!(running.is_alive(), "it stopped by itself: {}", place.last_words());
        // A cut machine says nothing more; here the program goes on a while, and what it says is set apart:
        // the kernel tells some of the syncs that are under way at that moment that they succeeded (it
        // does so for a plain file and no database, too).
        tokio::task::block_in_place(|| disk.cut(|| work.power_is_cut())).unwrap();
        tokio::time::sleep(Duration::from_millis(rng.u64(0..=300))).await;
        running.kill();
        let outcome = work.end().await;
        disk.back().unwrap();
        truth.look(&place, &outcome.ledgers, &folder.path().join("copy")).await;
        running = place.serve();
        people = people.at(&running.address);
        let before = truth.figures.replayed;
        truth.replay(&people, &outcome.ledgers).await;
        at_human_pace += if human { truth.figures.replayed - before } else { 0 };
        truth.must_hold();
    }
    running.stop();
    truth.look(&place, &[], &folder.path().join("copy")).await;
    let checked = place.check();
    let figures = &truth.figures;
    println!(
        "F2: {cuts} cuts; {} acts sent ({at_human_pace} at the pace of people), {} acknowledged, {} lost, {} half done; \
         {} answers after the cut, {} of them not held; of {} unanswered {} were done and {} not; {} sent again; {checked}",
        figures.sent,
        figures.acked,
        figures.lost,
        figures.half_done,
        figures.late,
        figures.late_lost,
        figures.done_unanswered + figures.not_done,
        figures.done_unanswered,
        figures.not_done,
        figures.replayed,
    );
    truth.must_hold();
    assert!(figures.acked as u64 >= cuts, "too little was done to prove anything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f2_the_same_cut_loses_something_when_writes_are_not_synced() {
    let folder = tempfile::Builder::new().prefix("veilleuse-control-").tempdir().unwrap();
    let mut disk = match a_disk_that_can_be_cut(folder.path()) {
        Ok(disk) => disk,
        Err(why) => return println!("SKIPPED: power cut: {why}"),
    };
    let place = Place::invented(disk.at().join("data"), folder.path(), BEDS);
    let (mut acked, mut lost) = (0, 0);
    for _ in 0..2 {
        let told = acts_without_syncing(&place, &disk).await;
        disk.back().unwrap();
        let store = place.open_copy(&folder.path().join("copy")).await;
        let held = raw_texts(&store, "SELECT lower(hex(id)) FROM acts").await.unwrap();
        store.close().await;
        acked += told.len();
        lost += told.iter().filter(|id| !held.contains(&id.0.simple().to_string())).count();
    }
    println!("F2, control with synchronous=NORMAL: {acked} acts acknowledged, {lost} lost in two cuts");
    assert!(lost > 0, "the cut loses nothing: this test is blind here");
}

/// A disk, once it has been seen that its power can be cut.
fn a_disk_that_can_be_cut(folder: &Path) -> Result<Disk, String> {
    let mut disk = Disk::new(folder, MIB)?;
    disk.cut(|| ())?;
    disk.back()?;
    Ok(disk)
}

/// Opens the house with `synchronous=NORMAL` where the program has `FULL`, does acts at the pace of
/// people, and cuts the power; answers the acts that were acknowledged.
async fn acts_without_syncing(place: &Place, disk: &Disk) -> Vec<ActId> {
    let store = place.open().await;
    raw(&store, "PRAGMA synchronous = NORMAL").await.unwrap();
    let (login, password) = ("coordination".into(), app::DEMO_PASSWORD.into());
    let attempt = SignIn { login, password, device: None, former: None, from: None };
    let session = store.sign_in(attempt).await.unwrap_or_else(|refused| panic!("{refused}")).session;
    let actor = store.session(session).await.unwrap().expect("a session").actor;
    let board = store.query(&actor, SeeBoard::default()).await.unwrap();
    let beds: Vec<_> = board.tiles().map(|(_, _, tile)| tile.bed).collect();
    let mut acked = Vec::new();
    for bed in beds.into_iter().cycle().take(40) {
        let id = ActId(new_id());
        if store.act(&actor, Envelope { id, act: SoilBed { bed } }).await.is_ok() {
            acked.push(id);
        }
        let made = ActId(new_id());
        if store.act(&actor, Envelope { id: made, act: domain::house::acts::PrepareBed { bed } }).await.is_ok() {
            acked.push(made);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    disk.cut(|| ()).unwrap();
    store.close().await;
    acked
}
