//! The measures of a house, as pure functions of stays and beds.
//!
//! A stay covers night *d* when the resident was in the house at 04:00 on the morning of *d + 1*. Bed-nights are
//! computed from time in beds, so bed-nights by bed, by stay and by night have the same sum. A period is a range of
//! nights, both dates included; all other intervals of nights are half-open.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    ids::{BedId, ResidentId, StayId},
    time::{Night, Period},
};

/// A stay, reduced to the nights that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayNights {
    /// The stay.
    pub stay: StayId,
    /// The resident whose stay it is.
    pub resident: ResidentId,
    /// The night of the arrival.
    pub arrival: Night,
    /// The night of the departure, which the stay does not cover; none while the stay is under way.
    pub departure: Option<Night>,
    /// The nights in each bed, as half-open intervals `[from, until)`.
    pub beds: Vec<BedNights>,
}

/// The nights in one bed, as a half-open interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BedNights {
    /// The bed.
    pub bed: BedId,
    /// The first night.
    pub from: Night,
    /// The night after the last one; none while the resident is in the bed.
    pub until: Option<Night>,
}

impl StayNights {
    /// The number of bed-nights of this stay inside a period.
    pub fn bed_nights(&self, period: Period) -> i64 {
        self.beds
            .iter()
            .map(|span| {
                let (from, until) = period.clip(span.from, span.until);
                from.until(until)
            })
            .sum()
    }

    /// The number of nights from arrival to departure; none while the stay is under way. A stay that begins and ends in
    /// the same night has a length of zero.
    pub fn length(&self) -> Option<i64> {
        self.departure.map(|departure| self.arrival.until(departure).max(0))
    }

    /// The length so far, in days, of a stay that is under way on the last night of a period, with that day included
    /// (HUD APR, stayers); none for other stays.
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

/// The nights in service and out of service of a bed, as half-open intervals; an interval without an end is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BedService {
    /// The bed.
    pub bed: BedId,
    /// Whether the bed was added beyond the regular capacity of the house. Such a bed never counts as offered.
    pub overflow: bool,
    /// The nights during which the bed is in the house.
    pub in_house: Vec<(Night, Option<Night>)>,
    /// The nights during which the bed is out of service.
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

/// The measures of a period. Rates are not rounded; the page rounds them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// The date of the first night.
    pub from: NaiveDate,
    /// The date of the last night, included.
    pub to: NaiveDate,
    /// The number of nights in the period.
    pub nights: i64,
    /// The number of distinct pairs of a resident and a night during which she had a bed.
    pub bed_nights: i64,
    /// The sum over all nights of the beds offered: those in the house and in service, without the ones added beyond
    /// the regular capacity.
    pub bed_nights_available: i64,
    /// 100 × bed-nights ÷ bed-nights available, in percent; none when no bed was available. It exceeds 100 when beds
    /// added beyond the regular capacity were used.
    pub occupancy_rate: Option<f64>,
    /// The number of distinct residents with at least one bed-night in the period.
    pub people_served: i64,
    /// The number of stays that began in the period, including repeated stays and stays without a night.
    pub admissions: i64,
    /// The number of stays that ended in the period.
    pub departures: i64,
    /// The lengths of stays.
    pub length_of_stay: LengthOfStay,
    /// Departures ÷ mean number of beds offered; none when no bed was offered.
    pub turnover_rate: Option<f64>,
    /// 100 × residents admitted who had stayed in the house before ÷ residents admitted, in percent; none without any
    /// admission.
    pub repeat_stay_rate: Option<f64>,
    /// The number of residents with a bed, on each of the nights that were asked for.
    pub census: BTreeMap<NaiveDate, i64>,
}

/// Lengths of stay: completed ones in nights, ongoing ones in days. The two are never combined in one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LengthOfStay {
    /// The mean over the stays that ended in the period, each with its whole length.
    pub completed_mean: Option<f64>,
    /// The median over the same stays; the mean of the two middle values when their number is even.
    pub completed_median: Option<f64>,
    /// The mean length so far of the stays that are under way when the period ends.
    pub ongoing_mean: Option<f64>,
}

/// The minimum number of nights between two stays for the second to count as a return. A shorter gap is a
/// change of bed or an administrative one.
pub const RETURN_GAP_NIGHTS: i64 = 1;

/// Computes the measures of a period. `census_on` lists the dates of the nights on which residents are counted.
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

/// The number of distinct residents with a bed on a night.
pub fn census(stays: &[StayNights], night: Night) -> i64 {
    present_on(stays, night).map(|stay| stay.resident).collect::<HashSet<_>>().len() as i64
}

/// The stays that include a bed on a night.
pub fn present_on(stays: &[StayNights], night: Night) -> impl Iterator<Item = &StayNights> {
    stays.iter().filter(move |stay| {
        stay.beds.iter().any(|span| span.from <= night && span.until.is_none_or(|until| night < until))
    })
}

/// The number of distinct residents with a bed on each night of the period, in order.
pub fn census_by_night(stays: &[StayNights], period: Period) -> Vec<i64> {
    let mut nights = vec![0_i64; period.nights() as usize];
    let mut last: HashMap<(ResidentId, i64), ()> = HashMap::new();
    for stay in stays {
        for span in &stay.beds {
            let (from, until) = period.clip(span.from, span.until);
            for day in period.first().until(from)..period.first().until(until) {
                // The database prevents a resident from having two beds at once, but the arguments of this function may
                // not have been read from it.
                if last.insert((stay.resident, day), ()).is_none() {
                    nights[day as usize] += 1;
                }
            }
        }
    }
    nights
}

/// The number of beds offered on each night of the period, in order.
pub fn nights_offered(beds: &[BedService], period: Period) -> Vec<i64> {
    period.each().map(|night| beds.iter().filter(|bed| bed.offered(night)).count() as i64).collect()
}

/// The number of bed-nights of each bed inside a period.
pub fn bed_nights_by_bed(stays: &[StayNights], period: Period) -> HashMap<BedId, i64> {
    let mut by_bed = HashMap::new();
    for span in stays.iter().flat_map(|stay| &stay.beds) {
        let (from, until) = period.clip(span.from, span.until);
        *by_bed.entry(span.bed).or_insert(0) += from.until(until);
    }
    by_bed
}

/// The stays that began in a period and whose resident had left an earlier stay at least [`RETURN_GAP_NIGHTS`] nights
/// before.
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

/// The median: the middle value, or the mean of the two middle ones when their number is even; none without values.
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

/// The arithmetic mean; none without values.
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

/// The query for the measures of a period.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeeMeasures {
    /// The period; none means the present fiscal year, from 1 April up to the last night that is over.
    pub period: Option<Period>,
    /// The dates of the nights whose census is wanted.
    pub census: Vec<NaiveDate>,
}

/// The measures with the data of their charts and tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuresReport {
    /// The period that was computed.
    pub period: Period,
    /// Today's date in the time zone of the house.
    pub today: NaiveDate,
    /// The measures of the period.
    pub measures: Measures,
    /// The measures of the same period one year earlier, for comparison; none if the house was not open then.
    pub year_before: Option<Measures>,
    /// The number of residents with a bed on each night of the period, in order.
    pub occupied: Vec<i64>,
    /// The number of beds offered on each night of the period, in order.
    pub offered: Vec<i64>,
    /// The bed-nights of each bed, in the order of the board.
    pub by_bed: Vec<BedFigure>,
    /// The stays that ended in the period, by band of length.
    pub bands: Vec<Band>,
    /// The destinations of the stays that ended in the period, each with the number of stays.
    pub destinations: Vec<(crate::stays::Destination, i64)>,
}

/// The share of one bed in the measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedFigure {
    /// The bed.
    pub bed: BedId,
    /// The label of the bed.
    pub label: String,
    /// Whether the bed was added beyond the regular capacity of the house.
    pub overflow: bool,
    /// The number of nights during which a resident had the bed.
    pub bed_nights: i64,
    /// The number of nights during which the bed was offered.
    pub offered: i64,
}

/// The number of stays whose length, in nights, lies between two bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The lower bound.
    pub min: i64,
    /// The upper bound; none for the last band.
    pub max: Option<i64>,
    /// The number of stays.
    pub stays: i64,
}

/// The bounds of the bands of length of stay, in nights, both included (HUD Q22a1, with fewer bands for long stays).
pub const BANDS: &[(i64, Option<i64>)] =
    &[(0, Some(7)), (8, Some(30)), (31, Some(90)), (91, Some(180)), (181, Some(365)), (366, Some(730)), (731, None)];

/// Counts the stays that ended in a period in each band of [`BANDS`].
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
