//! Integrity check: verifies again, with queries of its own, what the schema and its triggers are meant to guarantee.

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

/// The result of an integrity check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The number of stays examined. Stays that were undone as a whole (`voided_at`) are not counted.
    pub stays: usize,
    /// The number of acts in the `acts` table.
    pub acts: i64,
    /// Every problem found, one sentence each. Rows are named by id; no resident's data appears. Empty when the data is
    /// sound.
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
    /// Verifies that no bed holds two residents at once, no resident has two beds at once, every act has exactly one
    /// audit row with outcome `done`, the house's version equals the number of changes stored, bed assignments lie
    /// inside their stay, the bed-nights by bed add up to the bed-nights by night, and the usual and identity part of
    /// every resident's file decrypts. Intervals are half-open: `since` is included, `until` is not. Returns no
    /// findings when no house has been created.
    ///
    /// Does not authorise; the caller must. Residents' names are decrypted but not returned.
    ///
    /// # Errors
    /// Returns `Refused::Unavailable` when the database cannot be read.
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
            // An imported stay of a night-by-night shelter (`date_only`) may be open without a bed, because the source
            // does not record where the resident sleeps. Any other open stay must have a bed.
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
