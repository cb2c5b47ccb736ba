//! The export of stays. It contains numbers, codes and dates, and never a resident's name.

use chrono::NaiveDate;

use domain::{
    access::Permission,
    audit::AuditKind,
    refused::Refused,
    stays::{DepartureReason, Destination, queries::StayFilter},
    time::HouseTime,
};

use crate::{access::actor::Actor, audit::write::Line, stays::history, store::Store};

/// One row of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedStay {
    /// The resident's file number.
    pub number: i64,
    /// The labels of the beds of the stay, in order; consecutive equal labels appear once.
    pub beds: Vec<String>,
    /// The arrival.
    pub arrived: HouseTime,
    /// The departure, or `None` while the resident is present.
    pub departed: Option<HouseTime>,
    /// The date of the first night counted, which date-only systems use as the entry date.
    pub first_night: NaiveDate,
    /// The number of nights of the stay, or the nights so far while the resident is present.
    pub nights: i64,
    /// The reason for the departure.
    pub reason: Option<DepartureReason>,
    /// The destination after the departure.
    pub destination: Option<Destination>,
    /// The age in years at the arrival, if it is known.
    pub age: Option<i64>,
}

impl Store {
    /// Returns the stays that match a filter, and writes an audit row that records the export. Checks the permission
    /// `Export` itself; a refusal is written to the audit.
    ///
    /// # Errors
    /// Returns `Refused::NotAllowed` without the permission, `Conflict::NoHouse` when no house has been created, and
    /// `Refused::Unavailable` when the database cannot be read or written.
    pub async fn export_stays(&self, actor: &Actor, filter: &StayFilter) -> Result<Vec<ExportedStay>, Refused> {
        const NAME: &str = "stays.export";
        if !actor.may(Permission::Export) {
            self.note_refusal(actor, NAME, None, &Refused::NotAllowed).await;
            return Err(Refused::NotAllowed);
        }
        let house = self.the_house()?;
        let now = self.now()?;
        let mut tx = self.0.db.read().await?;
        let history = history::load(&mut tx, self, &house).await;
        tx.rollback().await?;
        let history = history?;
        let lines = history
            .filter(filter, now)
            .into_iter()
            .map(|record| {
                let mut beds: Vec<String> = record.beds.iter().map(|span| history.label(span.bed).to_owned()).collect();
                beds.dedup();
                ExportedStay {
                    number: record.number,
                    beds,
                    arrived: house.wall.at(record.arrived),
                    departed: record.departure.map(|departure| house.wall.at(departure.at)),
                    first_night: record.nights.arrival.0,
                    nights: record.length(now),
                    reason: record.departure.map(|departure| departure.reason),
                    destination: record.departure.map(|departure| departure.destination),
                    age: record.age,
                }
            })
            .collect();
        self.note(actor, &Line::new(NAME, AuditKind::Exported, "done")).await?;
        Ok(lines)
    }
}
