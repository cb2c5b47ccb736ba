//! The board of any past instant: walked event by event through whole histories, it is what a ledger
//! kept by hand says.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::board::BedState;
use server::hmis::{Selection, plan};
use store::{
    WallClock,
    import_write::{ImportWrite, Known},
    testing::{On, TestHouse, engine_of, raw_texts},
};

use crate::hmis::sample;

/// Time in a bed, from the rows themselves: bed, stay, from, until.
async fn rows(house: &TestHouse) -> Vec<(String, String, DateTime<Utc>, Option<DateTime<Utc>>)> {
    let sql = match engine_of(&house.store) {
        On::Sqlite => {
            "SELECT lower(hex(bed)) || ' ' || lower(hex(stay)) || ' ' || since || ' ' || coalesce(until, '') FROM bed_assignments WHERE superseded_at IS NULL"
        }
        On::Postgres => {
            "SELECT replace(bed::text, '-', '') || ' ' || replace(stay::text, '-', '') || ' ' || to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') || ' ' || coalesce(to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '') FROM bed_assignments WHERE superseded_at IS NULL"
        }
    };
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap_or_else(|_| panic!("{text}"));
    raw_texts(&house.store, sql)
        .await
        .unwrap()
        .into_iter()
        .map(|row| {
            let cells: Vec<&str> = row.split(' ').collect();
            (
                cells[0].to_owned(),
                cells[1].to_owned(),
                at(cells[2]),
                cells.get(3).filter(|cell| !cell.is_empty()).map(|cell| at(cell)),
            )
        })
        .collect()
}

/// Who is in which bed, as the board of an instant says.
async fn seen(house: &TestHouse, at: DateTime<Utc>) -> BTreeMap<String, String> {
    let board = house.board_at(at).await;
    board
        .tiles()
        .filter_map(|(_, _, tile)| match &tile.state {
            BedState::Occupied(occupant) => {
                Some((tile.bed.0.simple().to_string(), occupant.stay.0.simple().to_string()))
            }
            _ => None,
        })
        .collect()
}

/// Beds that are left at an instant, and beds that are taken, with whose stay.
type LeftAndTaken<'a> = (Vec<&'a str>, Vec<(&'a str, &'a str)>);

/// Walks a history event by event; answers how many instants were compared.
async fn walk(house: &TestHouse) -> usize {
    let rows = rows(house).await;
    let mut events: BTreeMap<DateTime<Utc>, LeftAndTaken<'_>> = BTreeMap::new();
    for (bed, stay, since, until) in rows.iter().filter(|(_, _, since, until)| *until != Some(*since)) {
        events.entry(*since).or_default().1.push((bed, stay));
        if let Some(until) = until {
            events.entry(*until).or_default().0.push(bed);
        }
    }
    let (mut ledger, mut compared) = (BTreeMap::<String, String>::new(), 0);
    for (at, (leaving, coming)) in &events {
        assert_eq!(seen(house, *at - TimeDelta::microseconds(1)).await, ledger, "just before {at}");
        for bed in leaving {
            assert!(ledger.remove(*bed).is_some(), "{bed} was empty at {at}");
        }
        for (bed, stay) in coming {
            assert_eq!(ledger.insert((*bed).to_owned(), (*stay).to_owned()), None, "two in {bed} at {at}");
        }
        assert_eq!(seen(house, *at).await, ledger, "at {at}");
        compared += 2;
    }
    let now: BTreeMap<String, String> = seen(house, house.store.clock_now()).await;
    assert_eq!(now, ledger, "the present");
    compared
}

async fn imported(on: On, folder: &std::path::Path, project: &str) -> Option<TestHouse> {
    let wall = WallClock::of("America/Toronto").unwrap();
    let digest = |parts: &[&str]| parts.join("|").into_bytes();
    let (import, _) = plan(folder, &Selection { project, coc: None }, &wall, &Known::default(), &digest)
        .unwrap_or_else(|_| panic!("{project} is read"));
    TestHouse::from_import(on, import).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_of_each_event_of_an_imported_house_is_the_state_after_it() {
    for (sample_name, projects) in [("hmis-fy2022", ["1557", "1561", "1562"].as_slice()), ("hmis-fy2021-th", &["242"])]
    {
        let Some(folder) = sample(sample_name) else { continue };
        for project in projects {
            for on in [On::Sqlite, On::Postgres] {
                let Some(house) = imported(on, &folder, project).await else { continue };
                let compared = walk(&house).await;
                assert!(compared >= 14, "{project}: {compared}");
                println!("project {project} on {on:?}: {compared} instants compared");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_of_each_event_of_an_invented_year_is_the_state_after_it() {
    for on in [On::Sqlite, On::Postgres] {
        let ImportWrite { source, what, house, floors, residents, stays, conditions, report, .. } =
            server::demo::house(store::testing::the_evening(), 8, 1, 11);
        let import =
            ImportWrite { source, what, house, floors, residents, stays, conditions, report, ..ImportWrite::default() };
        let Some(house) = TestHouse::from_import(on, import).await else { continue };
        let compared = walk(&house).await;
        assert!(compared > 100, "{compared}");
        println!("an invented year on {on:?}: {compared} instants compared");
    }
}
