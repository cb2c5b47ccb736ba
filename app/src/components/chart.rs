//! The charts of the measures, as SVG rendered by the server. The page shows the same numbers in tables beside them.

use chrono::{Datelike as _, Days, NaiveDate};
use leptos::prelude::*;

use crate::words::use_words;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 40.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 160.0;

/// The number of residents with a bed on each night, below the number of beds offered.
#[component]
pub fn NightByNight(
    /// The first night.
    from: NaiveDate,
    /// The number of residents with a bed on each night, in order.
    occupied: Vec<i64>,
    /// The number of beds offered on each night, in order.
    offered: Vec<i64>,
) -> impl IntoView {
    let w = use_words();
    let highest = occupied.iter().chain(&offered).copied().max().unwrap_or(1).max(1);
    let step = nice_step(highest);
    let top = ((highest + step - 1) / step * step) as f64;
    let nights = occupied.len().max(1) as f64;
    let x = move |night: usize| LEFT + (WIDTH - LEFT - 6.0) * night as f64 / nights;
    let y = move |n: i64| BOTTOM - (BOTTOM - TOP) * n as f64 / top;
    let line = |values: &[i64]| {
        let mut path = String::new();
        let mut last = None;
        for (night, n) in values.iter().enumerate() {
            // The path contains only the nights on which the value changes, so that it stays short over ten years.
            if last != Some(*n) {
                let verb = if last.is_none() { 'M' } else { 'H' };
                match verb {
                    'M' => path.push_str(&format!("M{:.1},{:.1}", x(night), y(*n))),
                    _ => path.push_str(&format!("H{:.1}V{:.1}", x(night), y(*n))),
                }
                last = Some(*n);
            }
        }
        path.push_str(&format!("H{:.1}", x(values.len())));
        path
    };
    let area = format!("{}V{BOTTOM:.1}H{LEFT:.1}Z", line(&occupied));
    let grid = (0..=(top as i64)).step_by(usize::try_from(step).unwrap_or(1)).map(|n| {
        view! {
            <line class="grid" x1=LEFT.to_string() x2=(WIDTH - 6.0).to_string() y1=format!("{:.1}", y(n)) y2=format!("{:.1}", y(n))/>
            <text x=(LEFT - 8.0).to_string() y=format!("{:.1}", y(n) + 4.0) text-anchor="end">{n.to_string()}</text>
        }
    }).collect_view();
    let months = month_marks(from, occupied.len())
        .into_iter()
        .map(|(night, date)| {
            let label = w.words_months_short(&date.month().to_string());
            let label =
                if date.month() == 1 || night == 0 { format!("{label} {}", date.year()) } else { label.to_owned() };
            view! { <text x=format!("{:.1}", x(night) + 4.0) y=(HEIGHT - 10.0).to_string()>{label}</text> }
        })
        .collect_view();
    view! {
        <svg class="chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=w.chart_nights()>
            {grid}
            <path class="area" d=area/>
            <path class="line" d=line(&occupied)/>
            <path class="offered" d=line(&offered)/>
            {months}
        </svg>
        <p class="key"><span class="line-key"></span>{w.chart_occupied()}<span class="offered-key"></span>{w.chart_offered()}</p>
    }
    .into_any()
}

/// A bar chart with one bar for each named count.
#[component]
pub fn Bars(
    /// The name, the count and the optional link of each bar.
    bars: Vec<(String, i64, Option<String>)>,
) -> impl IntoView {
    let w = use_words();
    let highest = bars.iter().map(|(_, n, _)| *n).max().unwrap_or(1).max(1);
    view! {
        <ul class="bars">
            {bars.into_iter().map(|(name, n, to)| {
                let name = match to {
                    Some(to) => view! { <a href=to>{name}</a> }.into_any(),
                    None => view! { <span>{name}</span> }.into_any(),
                };
                view! {
                    <li>
                        {name}
                        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                            <rect x="0" y="0" height="8" rx="1.5" width=format!("{:.1}", 100.0 * n as f64 / highest as f64)/>
                        </svg>
                        <b>{w.number(n)}</b>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
    .into_any()
}

fn nice_step(highest: i64) -> i64 {
    [1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 500].into_iter().find(|step| highest <= step * 5).unwrap_or(1_000)
}

/// The first night of each month and its offset in nights, reduced so that the names of the months do not overlap.
fn month_marks(from: NaiveDate, nights: usize) -> Vec<(usize, NaiveDate)> {
    let mut marks: Vec<(usize, NaiveDate)> = (0..nights)
        .filter_map(|night| from.checked_add_days(Days::new(night as u64)).map(|date| (night, date)))
        .filter(|(night, date)| *night == 0 || date.day() == 1)
        .collect();
    // The label of the first night is dropped if a month begins shortly after it.
    if let [(_, _), (second, _), ..] = marks[..]
        && second * 12 < nights
    {
        marks.remove(0);
    }
    let every = marks.len().div_ceil(9).max(1);
    marks.into_iter().step_by(every).collect()
}
