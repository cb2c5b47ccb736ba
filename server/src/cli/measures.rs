use std::process::ExitCode;

use app::words::Lang;
use chrono::NaiveDate;
use domain::{
    measures::{Measures, SeeMeasures},
    time::Period,
};
use store::{Actor, Settings};

use crate::cli::outcome::{Failed, open};

/// Computes the measures of a period, both dates included, and prints them as text or JSON.
pub async fn run(
    w: Lang,
    settings: &Settings,
    from: NaiveDate,
    to: NaiveDate,
    census: Vec<NaiveDate>,
    json: bool,
) -> Result<ExitCode, Failed> {
    let period = Period::new(from, to).ok_or_else(|| Failed(w.cli_bad_period(&from.to_string(), &to.to_string())))?;
    let store = open(settings).await?;
    let figures = store.query(&Actor::operator(), SeeMeasures { period: Some(period), census }).await;
    store.close().await;
    let measures = figures?.measures;
    if json {
        let text = serde_json::to_string(&measures).map_err(|error| Failed(error.to_string()))?;
        println!("{text}");
    } else {
        print(w, &measures);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(w: Lang, m: &Measures) {
    let percent = |value: Option<f64>| value.map_or_else(|| w.none().to_owned(), |value| w.percent(value));
    let days = |value: Option<f64>| value.map_or_else(|| w.none().to_owned(), |value| w.days(&w.decimal(value)));
    println!("{}", w.cli_measures_title(&w.date(m.from), &w.date(m.to), &w.number(m.nights)));
    let lines = [
        (
            w.figure_bed_nights(),
            format!("{} ({})", w.number(m.bed_nights), w.figure_available(&w.number(m.bed_nights_available))),
        ),
        (w.figure_occupancy(), percent(m.occupancy_rate)),
        (w.figure_people(), w.number(m.people_served)),
        (w.figure_admissions(), w.number(m.admissions)),
        (w.figure_departures(), w.number(m.departures)),
        (
            w.figure_median(),
            format!(
                "{} ({})",
                days(m.length_of_stay.completed_median),
                w.figure_mean(&days(m.length_of_stay.completed_mean))
            ),
        ),
        (w.figure_ongoing(), days(m.length_of_stay.ongoing_mean)),
        (w.figure_repeat(), percent(m.repeat_stay_rate)),
    ];
    for (label, value) in lines {
        println!("  {label}: {value}");
    }
    for (date, n) in &m.census {
        println!("  {}: {}", w.date(*date), w.number(*n));
    }
}
