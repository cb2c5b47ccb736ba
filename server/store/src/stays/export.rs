//! Stays as they leave the program: numbers, codes and dates, never a name.

use chrono::NaiveDate;

use domain::{
    access::Permission,
    audit::AuditKind,
    refused::Refused,
    stays::{DepartureReason, Destination, queries::StayFilter},
    time::HouseTime,
};

use crate::{access::actor::Actor, audit::write::Line, stays::history, store::Store};

/// One line of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedStay {
    /// The file's number.
    pub number: i64,
    /// Labels of the beds she had, in order.
    pub beds: Vec<String>,
    /// When she arrived.
    pub arrived: HouseTime,
    /// When she left.
    pub departed: Option<HouseTime>,
    /// The date of the first night counted: what date-only systems take as the entry (DOMAIN 5.6).
    pub first_night: NaiveDate,
    /// Nights in all, or so far.
    pub nights: i64,
    /// Why she left.
    pub reason: Option<DepartureReason>,
    /// Where to.
    pub destination: Option<Destination>,
    /// Age in years when she arrived.
    pub age: Option<i64>,
}

impl Store {
    /// Takes a list of stays out of the program; that it was taken is kept.
    ///
    /// # Errors
    /// A refusal.
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
