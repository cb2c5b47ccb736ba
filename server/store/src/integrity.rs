//! Proving that the data is whole: what the schema promises, asked again from outside it.

use uuid::Uuid;

use domain::{
    ids::StayId,
    measures::{bed_nights_by_bed, census_by_night},
    refused::Refused,
    time::Period,
};

use crate::{
    db::{Engine, args, statement},
    residents::search,
    stays::{history, record},
    store::Store,
};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// How many stays were looked at.
    pub stays: usize,
    /// How many acts were looked at.
    pub acts: i64,
    /// What is wrong, each in a sentence with ids only. Empty when all is well.
    pub wrong: Vec<String>,
}

statement!(
    DOUBLE_BEDS = "SELECT a.id FROM bed_assignments a JOIN bed_assignments b ON a.bed = b.bed AND a.id < b.id
    WHERE a.superseded_at IS NULL AND b.superseded_at IS NULL
        AND (b.until IS NULL OR (b.until > b.since AND a.since < b.until))
        AND (a.until IS NULL OR (a.until > a.since AND a.until > b.since))"
);

statement!(
    DOUBLE_PEOPLE =
        "SELECT a.id FROM bed_assignments a JOIN bed_assignments b ON a.resident = b.resident AND a.id < b.id
    WHERE a.superseded_at IS NULL AND b.superseded_at IS NULL
        AND (b.until IS NULL OR (b.until > b.since AND a.since < b.until))
        AND (a.until IS NULL OR (a.until > a.since AND a.until > b.since))"
);

statement!(
    ACTS_WITHOUT_AUDIT =
        "SELECT c.id FROM acts c WHERE (SELECT count(*) FROM audit a WHERE a.act = c.id AND a.outcome = 'done') <> 1"
);

statement!(ACTS = "SELECT count(*) FROM acts");

statement!(VERSIONS = "SELECT h.version, (SELECT count(*) FROM changes c WHERE c.house = h.id) FROM houses h");

statement!(EVERY_STAY = "SELECT id, date_only FROM stays WHERE voided_at IS NULL");

statement!(INTEGRITY = sqlite "PRAGMA integrity_check", postgres "SELECT 'ok'::text");

impl Store {
    /// Looks at everything: no bed with two people, no person in two places, every act with its line in
    /// the audit, versions without a gap, every seal of the history readable, time in beds inside its
    /// stay, and bed-nights by bed equal to the sum of the nights.
    ///
    /// # Errors
    /// When the data does not answer.
    pub async fn check_integrity(&self) -> Result<Findings, Refused> {
        let mut found = Findings::default();
        let Some(house) = self.house() else { return Ok(found) };
        let mut tx = self.0.db.read().await?;
        if matches!(self.0.db.engine(), Engine::Sqlite { .. }) {
            for (line,) in tx.all::<(String,)>(&INTEGRITY, args![]).await?.into_iter().filter(|(line,)| line != "ok") {
                found.wrong.push(format!("the file is damaged: {line}"));
            }
        }
        for (statement, what) in [
            (&DOUBLE_BEDS, "two people in one bed, assignment"),
            (&DOUBLE_PEOPLE, "one person in two places, assignment"),
            (&ACTS_WITHOUT_AUDIT, "an act without exactly one line in the audit,"),
        ] {
            for (id,) in tx.all::<(Uuid,)>(statement, args![]).await? {
                found.wrong.push(format!("{what} {id}"));
            }
        }
        for (version, changes) in tx.all::<(i64, i64)>(&VERSIONS, args![]).await? {
            if version != changes {
                found.wrong.push(format!("the house is at version {version} but {changes} changes are kept"));
            }
        }
        (found.acts,) = tx.one::<(i64,)>(&ACTS, args![]).await?;
        for (id, date_only) in tx.all::<(Uuid, bool)>(&EVERY_STAY, args![]).await? {
            found.stays += 1;
            let Some(stay) = record::load(&mut tx, StayId(id)).await? else { continue };
            let facts = &stay.facts;
            let outside = facts.beds.iter().any(|span| {
                span.since < facts.arrived
                    || facts.departed().is_some_and(|out| span.until.is_none_or(|until| until > out))
            });
            // A shelter elsewhere that counts night by night may say that somebody has not left without
            // saying where she sleeps; nobody is in this house without a bed.
            let nowhere = facts.departure.is_none() && facts.bed().is_none() && !date_only;
            if outside || nowhere {
                found.wrong.push(format!("time in beds does not fit stay {id}"));
            }
        }
        let history = history::load(&mut tx, self, &house).await?;
        let now = self.now()?;
        if let Some(period) = history.first_night().and_then(|first| Period::new(first.0, now.night().0)) {
            let nights = history.nights();
            let by_bed: i64 = bed_nights_by_bed(&nights, period).values().sum();
            let by_night: i64 = census_by_night(&nights, period).iter().sum();
            if by_bed != by_night {
                found.wrong.push(format!("{by_bed} bed-nights by bed but {by_night} by night"));
            }
        }
        let everyone = search::everyone(&mut tx, self, &house, now).await;
        tx.rollback().await?;
        if everyone.is_err() {
            found.wrong.push("a resident's seal does not open".into());
        }
        Ok(found)
    }
}
