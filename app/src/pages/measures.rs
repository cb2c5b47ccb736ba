//! The page of the measures. Each number links to the stays or the nights that it is computed from.

use chrono::{Datelike as _, Months, NaiveDate};
use domain::{
    fields::parse_date,
    measures::{Measures, MeasuresReport, SeeMeasures},
    stays::queries::{During, StayFilter},
    time::Period,
};
use leptos::prelude::*;

use crate::{
    answered::Answered,
    api,
    components::chart::{Bars, NightByNight},
    page_request::PageRequest,
    pages::stays::address,
    words::Lang,
};

/// Renders the measures of the period in the query parameters, or of the present fiscal year so far.
pub async fn draw(w: Lang, page: PageRequest) -> Answered<AnyView> {
    let date = |name: &str| page.query.get(name).and_then(|text| parse_date(&text));
    let period = date("from").zip(date("to")).and_then(|(from, to)| Period::new(from, to));
    Ok(contents(w, api::measures(SeeMeasures { period, census: Vec::new() }).await?))
}

fn contents(w: Lang, figures: MeasuresReport) -> AnyView {
    let period = figures.period;
    let filter = |during: During| StayFilter {
        from: Some(period.from),
        to: Some(period.to),
        during: Some(during),
        ..StayFilter::default()
    };
    let bars = figures
        .bands
        .iter()
        .map(|band| {
            let filter = StayFilter { nights_min: Some(band.min), nights_max: band.max, ..filter(During::Departed) };
            let name = match (band.min, band.max) {
                (0, Some(max)) => w.band_up_to(max),
                (min, Some(max)) => w.band(&w.number(min), &w.number(max)),
                (min, None) => w.band_over(&w.number(min - 1)),
            };
            (name, band.stays, Some(address(&filter)))
        })
        .collect::<Vec<_>>();
    let destinations = figures
        .destinations
        .iter()
        .map(|(to, n)| {
            let filter = StayFilter { destination: Some(*to), ..filter(During::Departed) };
            (w.destination(to.code()).to_owned(), *n, Some(address(&filter)))
        })
        .collect::<Vec<_>>();
    let beds = figures
        .by_bed
        .iter()
        .map(|bed| {
            let filter = StayFilter { bed: Some(bed.bed), ..filter(During::Nights) };
            let label = if bed.overflow { format!("{} · {}", bed.label, w.overflow()) } else { bed.label.clone() };
            (label, bed.bed_nights, Some(address(&filter)))
        })
        .collect::<Vec<_>>();
    view! {
        {period_row(w, &figures)}
        {numbers(w, &figures)}
        <div class="split">
            <section class="panel"><h2>{w.chart_nights()}</h2>
                <NightByNight from=period.from occupied=figures.occupied.clone() offered=figures.offered.clone()/>
                {nights_table(w, &figures)}
            </section>
            <section class="panel"><h2>{w.figures_lengths()}</h2><Bars bars=bars/></section>
        </div>
        <div class="split">
            <section class="panel"><h2>{w.figures_by_bed()}</h2><Bars bars=beds/></section>
            <section class="panel"><h2>{w.figures_destinations()}</h2>
                {if destinations.is_empty() { view! { <p class="soft">{w.stays_none()}</p> }.into_any() } else { view! { <Bars bars=destinations/> }.into_any() }}
            </section>
        </div>
        <p class="soft">{w.figures_rule()}</p>
    }
    .into_any()
}

fn period_row(w: Lang, figures: &MeasuresReport) -> AnyView {
    let (period, today) = (figures.period, figures.today);
    let title = format!("{} – {}", w.date(period.from), w.date(period.to));
    let link = |from: NaiveDate, to: NaiveDate, label: &'static str| {
        let here = period.from == from && period.to == to;
        view! { <a class="chip" aria-current=here.then_some("true") href=format!("/figures?from={from}&to={to}")>{label}</a> }
    };
    let last_night = today.pred_opt().unwrap_or(today);
    let month = last_night.with_day(1).unwrap_or(last_night);
    let year = if last_night.month() >= 4 { last_night.year() } else { last_night.year() - 1 };
    let fiscal = NaiveDate::from_ymd_opt(year, 4, 1).unwrap_or(last_night);
    let before = fiscal.checked_sub_months(Months::new(12)).unwrap_or(fiscal);
    let before_end = fiscal.pred_opt().unwrap_or(fiscal);
    view! {
        <div class="row">
            <h1>{title}</h1>
            <div class="chips">
                {link(month, last_night, w.period_month())}
                {link(fiscal, last_night, w.period_fiscal())}
                {link(before, before_end, w.period_fiscal_before())}
            </div>
        </div>
        <details class="other-night">
            <summary>{w.period_other()}</summary>
            <form method="get" action="/figures" class="inline">
                <label class="field"><span class="label">{w.field_period_from()}</span><input type="date" name="from" required=true value=period.from.to_string()/></label>
                <label class="field"><span class="label">{w.field_period_to()}</span><input type="date" name="to" required=true value=period.to.to_string()/></label>
                <button class="button">{w.tonight_show()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn numbers(w: Lang, figures: &MeasuresReport) -> AnyView {
    let m = &figures.measures;
    let before = figures.year_before.as_ref();
    let to = |during: During| {
        address(&StayFilter { from: Some(m.from), to: Some(m.to), during: Some(during), ..StayFilter::default() })
    };
    let percent = |value: Option<f64>| value.map_or_else(|| w.none().to_owned(), |value| w.percent(value));
    let days = |value: Option<f64>| value.map_or_else(|| w.none().to_owned(), |value| w.days(&w.decimal(value)));
    let then = |value: fn(&Measures) -> Option<f64>| {
        before.and_then(value).map(|value| w.year_before(&w.percent(value))).unwrap_or_default()
    };
    let stay = m.length_of_stay;
    let kpi = |value: String, label: String, small: String, href: String| {
        view! { <a class="panel kpi" href=href><b>{value}</b><span>{label}</span><small>{small}</small></a> }
    };
    view! {
        <section class="kpis" aria-label=w.figures_title()>
            {kpi(w.number(m.bed_nights), w.figure_bed_nights().into(), w.figure_available(&w.number(m.bed_nights_available)), to(During::Nights))}
            {kpi(percent(m.occupancy_rate), w.figure_occupancy().into(), then(|m| m.occupancy_rate), to(During::Nights))}
            {kpi(w.number(m.people_served), w.figure_people().into(), w.figure_people_small().into(), to(During::Nights))}
            {kpi(w.number(m.admissions), w.figure_admissions().into(), w.figure_admissions_small().into(), to(During::Admitted))}
            {kpi(w.number(m.departures), w.figure_departures().into(), m.turnover_rate.map(|rate| w.figure_turnover(&w.decimal(rate))).unwrap_or_default(), to(During::Departed))}
            {kpi(days(stay.completed_median), w.figure_median().into(), w.figure_mean(&days(stay.completed_mean)), to(During::Departed))}
            {kpi(days(stay.ongoing_mean), w.figure_ongoing().into(), w.figure_ongoing_small().into(), to(During::Ongoing))}
            {kpi(percent(m.repeat_stay_rate), w.figure_repeat().into(), w.figure_repeat_small().into(), to(During::Returned))}
        </section>
    }
    .into_any()
}

/// The numbers of the chart in a table, one row for each night, with a link to the board of that night.
fn nights_table(w: Lang, figures: &MeasuresReport) -> AnyView {
    const MOST: usize = 400;
    let rows = figures
        .period
        .each()
        .zip(figures.occupied.iter().zip(&figures.offered))
        .take(MOST)
        .map(|(night, (occupied, offered))| {
            let census = domain::time::to_field(night.census());
            view! {
                <tr><td><a href=format!("/?as_of={census}")>{w.date(night.0)}</a></td>
                <td class="n">{occupied.to_string()}</td><td class="n">{offered.to_string()}</td></tr>
            }
        })
        .collect_view();
    let more = (figures.occupied.len() > MOST).then(|| view! { <p class="soft">{w.nights_shown(MOST as i64)}</p> });
    view! {
        <details class="before"><summary>{w.figures_nights()}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=w.figures_nights()>
            <table class="list"><thead><tr><th scope="col">{w.col_night()}</th><th scope="col" class="n">{w.chart_occupied()}</th><th scope="col" class="n">{w.chart_offered()}</th></tr></thead>
            <tbody>{rows}</tbody></table></div>{more}
        </details>
    }
    .into_any()
}
