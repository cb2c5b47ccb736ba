//! The figures of a house, as pure functions of stays and beds (formulas: DOMAIN 5).
//!
//! A stay covers night *d* when she was there at 04:00 on the morning of *d + 1*. Time in beds gives
//! the bed-nights, so bed-nights by bed, by stay and by night are the same sum. A period is a span of
//! nights, both dates included.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    ids::{BedId, ResidentId, StayId},
    time::{Night, Period},
};

/// A stay reduced to the nights it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayNights {
    /// The stay.
    pub stay: StayId,
    /// Whose it is.
    pub resident: ResidentId,
    /// The night her arrival opens.
    pub arrival: Night,
    /// The night after her last one, once she has left.
    pub departure: Option<Night>,
    /// Beds she had, as half-open spans of nights: `[from, until)`.
    pub beds: Vec<BedNights>,
}

/// Nights in one bed, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BedNights {
    /// The bed.
    pub bed: BedId,
    /// The first night.
    pub from: Night,
    /// The night after the last; none while she is in it.
    pub until: Option<Night>,
}

impl StayNights {
    /// Bed-nights of this stay inside a period.
    pub fn bed_nights(&self, period: Period) -> i64 {
        self.beds
            .iter()
            .map(|span| {
                let (from, until) = period.clip(span.from, span.until);
                from.until(until)
            })
            .sum()
    }

    /// Nights from arrival to departure; none while she is here. A same-day stay has none.
    pub fn length(&self) -> Option<i64> {
        self.departure.map(|departure| self.arrival.until(departure).max(0))
    }

    /// Days so far on the last date of a period, that day included (HUD APR, stayers).
    pub fn ongoing(&self, period: Period) -> Option<i64> {
        let here = self.arrival <= Night(period.to) && self.departure.is_none_or(|out| out > Night(period.to));
        here.then(|| self.arrival.until(period.end()))
    }

    fn admitted_in(&self, period: Period) -> bool {
        period.contains(self.arrival)
    }

    fn departed_in(&self, period: Period) -> bool {
        self.departure.is_some_and(|out| period.contains(out))
    }
}

/// A bed in service, and out of it, as half-open spans of nights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BedService {
    /// The bed.
    pub bed: BedId,
    /// Whether it was added beyond the beds the house offers: never counted as offered.
    pub overflow: bool,
    /// Nights in the house.
    pub in_house: Vec<(Night, Option<Night>)>,
    /// Nights out of service.
    pub closed: Vec<(Night, Option<Night>)>,
}

impl BedService {
    /// Whether the bed is offered on a night.
    pub fn offered(&self, night: Night) -> bool {
        let within = |spans: &[(Night, Option<Night>)]| {
            spans.iter().any(|(from, until)| *from <= night && until.is_none_or(|until| night < until))
        };
        !self.overflow && within(&self.in_house) && !within(&self.closed)
    }
}

/// MeasuresReport of a period. Rates are not rounded: rounding is for the screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// First night.
    pub from: NaiveDate,
    /// Last night.
    pub to: NaiveDate,
    /// Nights in the period.
    pub nights: i64,
    /// Distinct pairs of a person and a night she had a bed.
    pub bed_nights: i64,
    /// Beds offered, night by night: in the house, not out of service, not added beyond.
    pub bed_nights_available: i64,
    /// 100 × bed-nights ÷ bed-nights available; above 100 when beds were added.
    pub occupancy_rate: Option<f64>,
    /// Distinct persons with at least one bed-night in the period.
    pub people_served: i64,
    /// Stays that began in the period, repeats and same-day stays included.
    pub admissions: i64,
    /// Stays that ended in the period.
    pub departures: i64,
    /// How long stays were.
    pub length_of_stay: LengthOfStay,
    /// Departures ÷ mean beds offered.
    pub turnover_rate: Option<f64>,
    /// 100 × persons admitted who had been here before ÷ persons admitted.
    pub repeat_stay_rate: Option<f64>,
    /// Persons with a bed on given nights.
    pub census: BTreeMap<NaiveDate, i64>,
}

/// Lengths of stay, in days. Completed and ongoing ones are never mixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LengthOfStay {
    /// Mean over the stays that ended in the period, each counted whole.
    pub completed_mean: Option<f64>,
    /// Median of the same; the mean of the two middle ones when they are even in number.
    pub completed_median: Option<f64>,
    /// Mean so far of the stays going on when the period ends.
    pub ongoing_mean: Option<f64>,
}

/// A gap shorter than this many nights is a change of bed or of paper, not a return (DOMAIN 5).
pub const RETURN_GAP_NIGHTS: i64 = 1;

/// Computes the figures of a period.
pub fn measure(stays: &[StayNights], beds: &[BedService], period: Period, census_on: &[NaiveDate]) -> Measures {
    let served: HashSet<ResidentId> =
        stays.iter().filter(|stay| stay.bed_nights(period) > 0).map(|stay| stay.resident).collect();
    let bed_nights = distinct_bed_nights(stays, period);
    let available: i64 = nights_offered(beds, period).iter().sum();
    let admissions = stays.iter().filter(|stay| stay.admitted_in(period)).count() as i64;
    let departures = stays.iter().filter(|stay| stay.departed_in(period)).count() as i64;
    let completed: Vec<i64> =
        stays.iter().filter(|stay| stay.departed_in(period)).filter_map(StayNights::length).collect();
    let ongoing: Vec<i64> = stays.iter().filter_map(|stay| stay.ongoing(period)).collect();
    let admitted: HashSet<ResidentId> =
        stays.iter().filter(|stay| stay.admitted_in(period)).map(|stay| stay.resident).collect();
    let returned: HashSet<ResidentId> = returns(stays, period).into_iter().map(|stay| stay.resident).collect();
    Measures {
        from: period.from,
        to: period.to,
        nights: period.nights(),
        bed_nights,
        bed_nights_available: available,
        occupancy_rate: ratio(100.0 * bed_nights as f64, available as f64),
        people_served: served.len() as i64,
        admissions,
        departures,
        length_of_stay: LengthOfStay {
            completed_mean: mean(&completed),
            completed_median: median(&completed),
            ongoing_mean: mean(&ongoing),
        },
        turnover_rate: ratio(departures as f64 * period.nights() as f64, available as f64),
        repeat_stay_rate: ratio(100.0 * returned.len() as f64, admitted.len() as f64),
        census: census_on.iter().map(|date| (*date, census(stays, Night(*date)))).collect(),
    }
}

/// Persons with a bed on a night.
pub fn census(stays: &[StayNights], night: Night) -> i64 {
    present_on(stays, night).map(|stay| stay.resident).collect::<HashSet<_>>().len() as i64
}

/// The stays that had a bed on a night.
pub fn present_on(stays: &[StayNights], night: Night) -> impl Iterator<Item = &StayNights> {
    stays.iter().filter(move |stay| {
        stay.beds.iter().any(|span| span.from <= night && span.until.is_none_or(|until| night < until))
    })
}

/// Persons with a bed, night by night, in the order of the period.
pub fn census_by_night(stays: &[StayNights], period: Period) -> Vec<i64> {
    let mut nights = vec![0_i64; period.nights() as usize];
    let mut last: HashMap<(ResidentId, i64), ()> = HashMap::new();
    for stay in stays {
        for span in &stay.beds {
            let (from, until) = period.clip(span.from, span.until);
            for day in period.first().until(from)..period.first().until(until) {
                // The schema lets nobody be in two places; data given to this function may.
                if last.insert((stay.resident, day), ()).is_none() {
                    nights[day as usize] += 1;
                }
            }
        }
    }
    nights
}

/// Beds offered, night by night, in the order of the period.
pub fn nights_offered(beds: &[BedService], period: Period) -> Vec<i64> {
    period.each().map(|night| beds.iter().filter(|bed| bed.offered(night)).count() as i64).collect()
}

/// Bed-nights of each bed inside a period.
pub fn bed_nights_by_bed(stays: &[StayNights], period: Period) -> HashMap<BedId, i64> {
    let mut by_bed = HashMap::new();
    for span in stays.iter().flat_map(|stay| &stay.beds) {
        let (from, until) = period.clip(span.from, span.until);
        *by_bed.entry(span.bed).or_insert(0) += from.until(until);
    }
    by_bed
}

/// The stays that began in a period for someone who had already been here and left at least
/// [`RETURN_GAP_NIGHTS`] before.
pub fn returns(stays: &[StayNights], period: Period) -> Vec<&StayNights> {
    let mut departures: HashMap<ResidentId, Vec<Night>> = HashMap::new();
    for stay in stays {
        if let Some(out) = stay.departure {
            departures.entry(stay.resident).or_default().push(out);
        }
    }
    stays
        .iter()
        .filter(|stay| stay.admitted_in(period))
        .filter(|stay| {
            departures
                .get(&stay.resident)
                .is_some_and(|outs| outs.iter().any(|out| out.until(stay.arrival) >= RETURN_GAP_NIGHTS))
        })
        .collect()
}

/// The middle value; the mean of the two middle ones when they are even in number.
pub fn median(values: &[i64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle] as f64),
        _ => Some((sorted[middle - 1] + sorted[middle]) as f64 / 2.0),
    }
}

/// The mean.
pub fn mean(values: &[i64]) -> Option<f64> {
    ratio(values.iter().sum::<i64>() as f64, values.len() as f64)
}

fn ratio(above: f64, below: f64) -> Option<f64> {
    (below > 0.0).then(|| above / below)
}

fn distinct_bed_nights(stays: &[StayNights], period: Period) -> i64 {
    let mut spans: HashMap<ResidentId, Vec<(Night, Night)>> = HashMap::new();
    for stay in stays {
        for span in &stay.beds {
            let (from, until) = period.clip(span.from, span.until);
            if from < until {
                spans.entry(stay.resident).or_default().push((from, until));
            }
        }
    }
    let mut total = 0;
    for nights in spans.values_mut() {
        nights.sort_unstable();
        let mut reached: Option<Night> = None;
        for (from, until) in nights.iter() {
            let from = reached.map_or(*from, |reached| reached.max(*from));
            if from < *until {
                total += from.until(*until);
                reached = Some(*until);
            }
        }
    }
    total
}

/// Asks for the figures of a period.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeeMeasures {
    /// The period; none is the fiscal year so far.
    pub period: Option<Period>,
    /// Nights to count one by one.
    pub census: Vec<NaiveDate>,
}

/// The figures, drawn and listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuresReport {
    /// The period that was computed.
    pub period: Period,
    /// Today, on the house's calendar.
    pub today: NaiveDate,
    /// The figures.
    pub measures: Measures,
    /// The same period a year before, for comparison; none when the house was not open.
    pub year_before: Option<Measures>,
    /// Persons with a bed, night by night.
    pub occupied: Vec<i64>,
    /// Beds offered, night by night.
    pub offered: Vec<i64>,
    /// Bed-nights by bed, in walking order.
    pub by_bed: Vec<BedFigure>,
    /// Lengths of the stays that ended in the period, by band.
    pub bands: Vec<Band>,
    /// Where those who left went.
    pub destinations: Vec<(crate::stays::Destination, i64)>,
}

/// One bed's part in the figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedFigure {
    /// The bed.
    pub bed: BedId,
    /// Its label.
    pub label: String,
    /// Whether it was added beyond the beds the house offers.
    pub overflow: bool,
    /// Nights it was slept in.
    pub bed_nights: i64,
    /// Nights it was offered.
    pub offered: i64,
}

/// Stays whose length lies between two numbers of nights, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// At least.
    pub min: i64,
    /// At most.
    pub max: Option<i64>,
    /// How many stays.
    pub stays: i64,
}

/// Bounds of the bands of length of stay, in nights (HUD Q22a1, with the house's long stays kept whole).
pub const BANDS: &[(i64, Option<i64>)] =
    &[(0, Some(7)), (8, Some(30)), (31, Some(90)), (91, Some(180)), (181, Some(365)), (366, Some(730)), (731, None)];

/// Sorts the stays that ended in a period into bands.
pub fn bands(stays: &[StayNights], period: Period) -> Vec<Band> {
    let lengths: Vec<i64> =
        stays.iter().filter(|stay| stay.departed_in(period)).filter_map(StayNights::length).collect();
    BANDS
        .iter()
        .map(|(min, max)| Band {
            min: *min,
            max: *max,
            stays: lengths.iter().filter(|n| **n >= *min && max.is_none_or(|max| **n <= max)).count() as i64,
        })
        .collect()
}

impl Query for SeeMeasures {
    type Output = MeasuresReport;
    const NAME: &'static str = "figures.see";
    const NEEDS: Permission = Permission::SeeMeasures;
}

#[cfg(test)]
mod tests;
