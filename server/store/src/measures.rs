//! The query for the measures of the house: facts from the history, formulas from `domain::measures`.

use std::collections::HashMap;

use chrono::{Datelike as _, Days, Months, NaiveDate};

use domain::{
    measures::{
        BedFigure, MeasuresReport, SeeMeasures, bands, bed_nights_by_bed, census_by_night, measure, nights_offered,
    },
    refused::{FaultCode, Field, Refused},
    stays::Destination,
    time::Period,
};

use crate::{
    dispatch::{QueryContext, QueryHandler},
    stays::history,
};

impl QueryHandler for SeeMeasures {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<MeasuresReport, Refused> {
        let (store, house, now) = (ctx.store, ctx.house, ctx.now);
        let today = now.local.date();
        let period = match self.period {
            Some(period) => {
                Period::new(period.from, period.to).ok_or_else(|| Refused::fault(Field::To, FaultCode::Reversed))?
            }
            None => fiscal_year(today),
        };
        let tx = ctx.tx().await?;
        let history = history::load(tx, store, house).await?;
        let (stays, beds) = (history.nights(), history.services());
        let measures = measure(&stays, &beds, period, &self.census);
        let before =
            a_year_before(period).filter(|before| history.first_night().is_some_and(|first| first <= before.first()));
        let by_bed = bed_nights_by_bed(&stays, period);
        let by_bed = history
            .beds
            .iter()
            .map(|bed| BedFigure {
                bed: bed.name.id,
                label: bed.name.label.clone(),
                overflow: bed.service.overflow,
                bed_nights: by_bed.get(&bed.name.id).copied().unwrap_or(0),
                offered: period.each().filter(|night| bed.service.offered(*night)).count() as i64,
            })
            .filter(|figure| figure.bed_nights > 0 || figure.offered > 0)
            .collect();
        let mut destinations: HashMap<Destination, i64> = HashMap::new();
        for record in &history.stays {
            if let (Some(departure), Some(out)) = (record.departure, record.nights.departure)
                && period.contains(out)
            {
                *destinations.entry(departure.destination).or_insert(0) += 1;
            }
        }
        let mut destinations: Vec<(Destination, i64)> = destinations.into_iter().collect();
        destinations.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(MeasuresReport {
            period,
            today,
            year_before: before.map(|before| measure(&stays, &beds, before, &[])),
            occupied: census_by_night(&stays, period),
            offered: nights_offered(&beds, period),
            by_bed,
            bands: bands(&stays, period),
            destinations,
            measures,
        })
    }
}

/// Returns the default period: from 1 April to the last night that is over, the fiscal year of the funders (DOMAIN
/// 2.5). Both dates are included.
fn fiscal_year(today: NaiveDate) -> Period {
    let last = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    let year = if last.month() >= 4 { last.year() } else { last.year() - 1 };
    let first = NaiveDate::from_ymd_opt(year, 4, 1).unwrap_or(last);
    Period::new(first, last).unwrap_or(Period { from: last, to: last })
}

/// Returns the same dates one calendar year earlier.
fn a_year_before(period: Period) -> Option<Period> {
    let year = Months::new(12);
    Period::new(period.from.checked_sub_months(year)?, period.to.checked_sub_months(year)?)
}
