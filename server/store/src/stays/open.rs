//! The query that opens one stay with its beds and its trail. It writes an audit row that records the opening.

use uuid::Uuid;

use domain::{
    access::Facet,
    audit::SubjectKind,
    refused::Refused,
    stays::{Timeline, TimelineBed, queries::OpenStay},
};

use crate::{
    db::{args, statement},
    dispatch::{QueryContext, QueryHandler},
    residents::file,
    seal::FieldRef,
    stays::{history, list, record, trail},
};

statement!(AGE = "SELECT house, age_at_admission, age_reason_sealed FROM stays WHERE id = $1");

#[derive(sqlx::FromRow)]
struct AgeRow {
    house: Uuid,
    age_at_admission: Option<i64>,
    age_reason_sealed: Option<Vec<u8>>,
}

impl QueryHandler for OpenStay {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<Timeline, Refused> {
        let (store, house, now, role) = (ctx.store, ctx.house, ctx.now, ctx.actor.reads_as());
        let tx = ctx.tx().await?;
        let age = tx.maybe::<AgeRow>(&AGE, args![self.stay]).await?.filter(|row| row.house == house.id.0);
        let age = age.ok_or(Refused::NotFound)?;
        let history = history::load(tx, store, house).await?;
        // A stay that was undone as a whole is in no list and is reported as not found.
        let record = history.stays.iter().find(|record| record.id == self.stay).ok_or(Refused::NotFound)?;
        let line = list::lines(tx, store, house, &history, &[record], now).await?.pop().ok_or(Refused::NotFound)?;
        let kept = record::load(tx, self.stay).await?.ok_or(Refused::NotFound)?;
        let age_reason = match age.age_reason_sealed {
            Some(sealed) if Facet::Identity.read_by(role) => {
                let key = file::key(tx, store, kept.resident).await?.ok_or(Refused::NotFound)?;
                Some(key.open::<String>(&sealed, &FieldRef::new("stays", "age_reason", self.stay.0))?)
            }
            _ => None,
        };
        let trail = trail::shown(tx, store, house, self.stay).await?;
        ctx.opens(SubjectKind::Stay, self.stay.0, Some(kept.resident));
        Ok(Timeline {
            line,
            expected_departure: kept.expected_departure,
            age_at_admission: age.age_at_admission.and_then(|age| u8::try_from(age).ok()),
            age_reason,
            beds: kept
                .facts
                .beds
                .iter()
                .map(|span| TimelineBed {
                    bed: span.bed,
                    label: history.label(span.bed).to_owned(),
                    since: house.wall.at(span.since),
                    until: span.until.map(|until| house.wall.at(until)),
                })
                .collect(),
            trail,
        })
    }
}
