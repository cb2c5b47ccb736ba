//! Reads and filters the whole history of stays and beds.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError},
};
use uuid::Uuid;

use domain::{
    beds::BedName,
    ids::{BedId, ResidentId, StayId},
    measures::{BedNights, BedService, StayNights, returns},
    stays::{
        BedSpan,
        queries::{During, StayFilter, StayState},
    },
    time::{HouseTime, Instant, Night, Period},
};

use crate::{
    db::{DbError, Tx, args, statement},
    house::record::House,
    stays::{
        history_cache::{BedRecord, History, StayRecord},
        record::departure,
    },
    store::Store,
};

statement!(VERSION = "SELECT version FROM houses WHERE id = $1");

statement!(STAYS = "SELECT s.id, s.resident, n.number, s.arrived_at, s.departed_at, s.departure_reason, s.destination,
        s.age_at_admission, s.date_only
    FROM stays s JOIN residents n ON n.id = s.resident WHERE s.house = $1 AND s.voided_at IS NULL ORDER BY s.arrived_at");

statement!(
    SPANS = "SELECT stay, bed, since, until FROM bed_assignments WHERE house = $1 AND superseded_at IS NULL ORDER BY since, until"
);

statement!(
    BEDS = "SELECT d.bed, d.label, d.overflow, d.since, d.until FROM bed_details d
    JOIN rooms o ON o.id = d.room WHERE d.house = $1 ORDER BY d.since"
);

statement!(
    CLOSED = "SELECT bed, since, until FROM bed_conditions
    WHERE house = $1 AND kind = 'out_of_service' AND superseded_at IS NULL"
);

#[derive(sqlx::FromRow)]
struct StayRow {
    id: Uuid,
    resident: Uuid,
    number: i64,
    arrived_at: Instant,
    departed_at: Option<Instant>,
    departure_reason: Option<String>,
    destination: Option<String>,
    age_at_admission: Option<i64>,
    date_only: bool,
}

/// Returns the history at the current version: from the cache when the version has not changed, otherwise read and
/// cached. It contains no names.
///
/// Does not authorise; the caller must.
pub(crate) async fn load(tx: &mut Tx, store: &Store, house: &House) -> Result<Arc<History>, DbError> {
    let (version,) = tx.one::<(i64,)>(&VERSION, args![house.id]).await?;
    if let Some((kept, history)) = &store.0.history.lock().unwrap_or_else(PoisonError::into_inner).0
        && *kept == version
    {
        return Ok(history.clone());
    }
    let history = Arc::new(read(tx, house).await?);
    store.0.history.lock().unwrap_or_else(PoisonError::into_inner).0 = Some((version, history.clone()));
    Ok(history)
}

/// Reads the history from the database. Instants are converted to nights in the house's time zone; intervals of nights
/// are half-open.
async fn read(tx: &mut Tx, house: &House) -> Result<History, DbError> {
    let night = |at: Instant| Night::of(house.wall.at(at).local);
    let mut spans: HashMap<Uuid, Vec<BedSpan>> = HashMap::new();
    for (stay, bed, since, until) in tx.all::<(Uuid, Uuid, Instant, Option<Instant>)>(&SPANS, args![house.id]).await? {
        spans.entry(stay).or_default().push(BedSpan { bed: BedId(bed), since, until });
    }
    let mut stays = Vec::new();
    for row in tx.all::<StayRow>(&STAYS, args![house.id]).await? {
        let beds = spans.remove(&row.id).unwrap_or_default();
        let nights = StayNights {
            stay: StayId(row.id),
            resident: ResidentId(row.resident),
            arrival: night(row.arrived_at),
            departure: row.departed_at.map(night),
            beds: beds
                .iter()
                .map(|span| BedNights { bed: span.bed, from: night(span.since), until: span.until.map(night) })
                .collect(),
        };
        stays.push(StayRecord {
            id: StayId(row.id),
            resident: ResidentId(row.resident),
            number: row.number,
            arrived: row.arrived_at,
            departure: departure(row.departed_at, row.departure_reason.as_deref(), row.destination.as_deref())?,
            age: row.age_at_admission,
            date_only: row.date_only,
            beds,
            nights,
        });
    }
    let mut beds: Vec<BedRecord> = Vec::new();
    let mut index: HashMap<Uuid, usize> = HashMap::new();
    for (bed, label, overflow, since, until) in
        tx.all::<(Uuid, String, bool, Instant, Option<Instant>)>(&BEDS, args![house.id]).await?
    {
        let at = *index.entry(bed).or_insert_with(|| {
            let service = BedService { bed: BedId(bed), overflow, in_house: Vec::new(), closed: Vec::new() };
            beds.push(BedRecord { name: BedName { id: BedId(bed), label: String::new() }, service });
            beds.len() - 1
        });
        let record = &mut beds[at];
        record.name.label = label;
        record.service.in_house.push((night(since), until.map(night)));
    }
    for (bed, since, until) in tx.all::<(Uuid, Instant, Option<Instant>)>(&CLOSED, args![house.id]).await? {
        if let Some(at) = index.get(&bed) {
            beds[*at].service.closed.push((night(since), until.map(night)));
        }
    }
    beds.sort_by(|a, b| domain::board::natural(&a.name.label, &b.name.label));
    Ok(History { stays, beds })
}

impl History {
    /// Returns the nights of every stay, the input of the measures.
    pub(crate) fn nights(&self) -> Vec<StayNights> {
        self.stays.iter().map(|record| record.nights.clone()).collect()
    }

    /// Returns the nights on which each bed was in the plan and out of service, the input of the measures.
    pub(crate) fn services(&self) -> Vec<BedService> {
        self.beds.iter().map(|bed| bed.service.clone()).collect()
    }

    /// Returns the latest label of a bed, or an empty text for an unknown bed.
    pub(crate) fn label(&self, bed: BedId) -> &str {
        self.beds.iter().find(|record| record.name.id == bed).map_or("", |record| record.name.label.as_str())
    }

    /// Returns the first night on which the plan had a bed or a stay began.
    pub(crate) fn first_night(&self) -> Option<Night> {
        let stays = self.stays.iter().map(|record| record.nights.arrival);
        let beds = self.beds.iter().flat_map(|bed| bed.service.in_house.iter().map(|(from, _)| *from));
        stays.chain(beds).min()
    }

    /// Returns the stays that match a filter, latest arrival first.
    pub(crate) fn filter(&self, filter: &StayFilter, now: HouseTime) -> Vec<&StayRecord> {
        let period = period(filter);
        let returned: HashSet<StayId> = match (filter.during, period) {
            (Some(During::Returned), Some(period)) => {
                returns(&self.nights(), period).into_iter().map(|stay| stay.stay).collect()
            }
            _ => HashSet::new(),
        };
        let mut chosen: Vec<&StayRecord> = self
            .stays
            .iter()
            .filter(|record| {
                let nights = record.length(now);
                filter.resident.is_none_or(|resident| record.resident == resident)
                    && filter.bed.is_none_or(|bed| record.beds.iter().any(|span| span.bed == bed))
                    && filter.state.is_none_or(|state| (state == StayState::Present) == record.departure.is_none())
                    && filter.nights_min.is_none_or(|min| nights >= min)
                    && filter.nights_max.is_none_or(|max| nights <= max)
                    && filter.destination.is_none_or(|to| record.departure.is_some_and(|d| d.destination == to))
                    && filter.reason.is_none_or(|why| record.departure.is_some_and(|d| d.reason == why))
                    && period.is_none_or(|period| meets(record, period, filter.during, &returned))
            })
            .collect();
        chosen.sort_by_key(|record| std::cmp::Reverse(record.arrived));
        chosen
    }
}

impl StayRecord {
    /// Returns the number of nights from the arrival to the departure, or to the current night while the resident is
    /// present.
    pub(crate) fn length(&self, now: HouseTime) -> i64 {
        self.nights.length().unwrap_or_else(|| self.nights.arrival.until(now.night()).max(0))
    }
}

/// Returns the period of a filter, both dates included. A missing bound becomes 1950-01-01 or 2149-12-31; a filter
/// without bounds has no period.
pub(crate) fn period(filter: &StayFilter) -> Option<Period> {
    use chrono::NaiveDate;
    if filter.from.is_none() && filter.to.is_none() {
        return None;
    }
    let from = filter.from.or_else(|| NaiveDate::from_ymd_opt(1950, 1, 1))?;
    let to = filter.to.or_else(|| NaiveDate::from_ymd_opt(2149, 12, 31))?;
    Period::new(from, to)
}

/// Whether a stay meets a period in the way that `during` says. `None` keeps stays that have at least one night in the
/// period, or begin in it.
fn meets(record: &StayRecord, period: Period, during: Option<During>, returned: &HashSet<StayId>) -> bool {
    let nights = &record.nights;
    match during {
        Some(During::Nights) => nights.bed_nights(period) > 0,
        Some(During::Admitted) => period.contains(nights.arrival),
        Some(During::Departed) => nights.departure.is_some_and(|out| period.contains(out)),
        Some(During::Returned) => returned.contains(&record.id),
        Some(During::Ongoing) => nights.ongoing(period).is_some(),
        None => {
            nights.arrival.0 <= period.to
                && nights.departure.is_none_or(|out| out.0 > period.from || period.contains(nights.arrival))
        }
    }
}

/// Returns the bed-nights of stays inside a filter's period; without a period, those of all nights that are over.
pub(crate) fn bed_nights(chosen: &[&StayRecord], filter: &StayFilter, now: HouseTime) -> i64 {
    // Without a period, all nights up to the last one that is over are counted.
    let period = period(filter).or_else(|| {
        let last_over = now.night().0.pred_opt()?;
        Period::new(last_over - chrono::TimeDelta::days(70_000), last_over)
    });
    period.map_or(0, |period| chosen.iter().map(|record| record.nights.bed_nights(period)).sum())
}
