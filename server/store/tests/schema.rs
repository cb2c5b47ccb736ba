//! The two engines say the same: every statement prepares on both, tables and columns agree, and the
//! schema alone refuses what cannot be.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::{fields::Form as _, stays::acts::Depart};
use store::testing::{On, TestHouse, departure, raw_texts, session_of, statements, unprepared};

mod every_statement_is_prepared {
    use super::*;

    async fn on(on: On) {
        let Some(house) = TestHouse::new(on).await else { return };
        assert!(statements() > 80, "statements register themselves: {}", statements());
        assert_eq!(unprepared(&house.store).await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn on_sqlite() {
        on(On::Sqlite).await;
    }

    #[tokio::test]
    async fn on_postgres() {
        on(On::Postgres).await;
    }
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_columns_and_rules() {
    let sqlite = TestHouse::new(On::Sqlite).await.unwrap();
    let Some(postgres) = TestHouse::new(On::Postgres).await else { return };
    let columns = |rows: Vec<String>| rows.into_iter().collect::<BTreeSet<_>>();
    let here = columns(
        raw_texts(
            &sqlite.store,
            "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" THEN ' always' ELSE '' END
             FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
        )
        .await
        .unwrap(),
    );
    let there = columns(
        raw_texts(
            &postgres.store,
            "SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN ' always' ELSE '' END
             FROM information_schema.columns WHERE table_schema = 'public'",
        )
        .await
        .unwrap(),
    );
    assert_eq!(here, there);

    let rule = |name: &str| {
        name.trim_end_matches("_insert").trim_end_matches("_update").trim_end_matches("_delete").to_owned()
    };
    let here: BTreeSet<String> = raw_texts(&sqlite.store, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .await
        .unwrap()
        .iter()
        .map(|name| rule(name))
        .collect();
    let there: BTreeSet<String> = raw_texts(
        &postgres.store,
        "SELECT conname::text FROM pg_constraint WHERE contype = 'x'
         UNION SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal",
    )
    .await
    .unwrap()
    .into_iter()
    .collect();
    assert_eq!(here, there, "rules of the schema that are not plain columns");
}

store::stories! {
    /// F12: whoever goes around the program still cannot put two people in one bed, nor one person in
    /// two places, by inserting or by changing.
    async fn raw_sql_cannot_double_book(house: TestHouse) {
        house.admit("Inès", "1A").await.unwrap();
        house.admit("Camille", "2A").await.unwrap();
        let jade = house.admit("Jade", "5A").await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        let gone = Depart::read(&departure(jade.stay)).unwrap();
        house.act(&house.night, gone).await.unwrap();
        let refused = |outcome: Result<u64, String>, rule: &str| {
            let words = outcome.expect_err("the schema refuses it");
            assert!(words.contains(rule), "{words} should name {rule}");
        };
        let put = |whose: &str, label: &str| format!(
            "INSERT INTO bed_assignments (id, house, stay, resident, bed, since, until, recorded_at)
             SELECT s.house, s.house, s.id, s.resident, (SELECT d.bed FROM bed_details d WHERE d.label = '{label}'),
                (SELECT max(x.departed_at) FROM stays x), NULL, s.recorded_at
             FROM stays s WHERE s.departed_at IS {whose} NULL ORDER BY s.arrived_at LIMIT 1");
        refused(house.raw(&put("NOT", "1A")).await, "one_person_per_bed");
        refused(house.raw(&put("", "3A")).await, "one_place_per_person");
        refused(
            house.raw("UPDATE bed_assignments SET bed = (SELECT bed FROM bed_details WHERE label = '1A')").await,
            "one_person_per_bed",
        );
        refused(
            house.raw(
                "INSERT INTO stays (id, house, resident, arrived_at, recorded_at)
                     SELECT house, house, resident, arrived_at, recorded_at FROM stays WHERE departed_at IS NULL LIMIT 1",
            ).await,
            "one_stay_at_a_time",
        );
        assert_eq!(house.board().await.counts().occupied, 2);
    }

    /// Time that ends where other time begins does not overlap it: intervals are half-open.
    async fn one_may_arrive_the_instant_another_leaves(house: TestHouse) {
        let first = house.admit("Inès", "1A").await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        house.raw("UPDATE bed_assignments SET until = recorded_at").await.expect("an end at the very beginning");
        let _ = first;
        let moved = house.raw(
            "INSERT INTO bed_assignments (id, house, stay, resident, bed, since, until, recorded_at)
             SELECT house, house, stay, resident, bed, until, NULL, recorded_at FROM bed_assignments",
        ).await;
        assert_eq!(moved, Ok(1));
    }

    /// What is kept for good cannot be changed or removed, even around the program.
    async fn audit_and_trail_are_only_added_to(house: TestHouse) {
        house.admit("Inès", "1A").await.unwrap();
        for (statement, rule) in [
            ("UPDATE audit SET outcome = 'done'", "audit_is_kept"),
            ("DELETE FROM audit", "audit_is_kept"),
            ("UPDATE stay_trail SET kind = 'departed'", "stay_trail_is_kept"),
            ("DELETE FROM stay_trail", "stay_trail_is_kept"),
        ] {
            let words = house.raw(statement).await.expect_err(statement);
            assert!(words.contains(rule), "{statement}: {words}");
        }
    }

    /// S-07, at the lowest level: a session that has ended is never open again.
    async fn an_ended_session_cannot_be_opened_again(house: TestHouse) {
        house.store.sign_out(session_of(&house.store, "nuit").await).await.unwrap();
        let words = house.raw("UPDATE sessions SET ended_at = NULL").await.expect_err("refused");
        assert!(words.contains("ended_sessions_stay_ended"), "{words}");
    }
}
