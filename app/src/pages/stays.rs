//! The page of all stays. The address contains the filter, so that a list can be sent as a link.

use chrono::NaiveDate;
use domain::{
    fields::parse_date,
    stays::{
        DepartureReason, Destination, StayLine,
        queries::{During, ListStays, StayFilter, StayList, StayState},
    },
};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::{
    answered::Answered,
    api::stay_list,
    components::icon::Icon,
    page_request::PageRequest,
    page_state::{row_class, use_page_state},
    words::Lang,
};

/// The number of stays on one page of the list.
const PAGE: u32 = 50;

/// Renders the stays that match the filter in the query parameters.
pub async fn draw(w: Lang, page: PageRequest) -> Answered<AnyView> {
    let (filter, skip) = (filter_of(&page.query), skip_of(&page.query));
    let list = stay_list(ListStays { filter: filter.clone(), skip, take: 0 }).await?;
    Ok(contents(w, list, &filter, skip))
}

fn contents(w: Lang, list: StayList, filter: &StayFilter, skip: u32) -> AnyView {
    let total = list.total;
    let summary = w.stays_summary(total, &w.nights(list.bed_nights));
    let form = filter_form(w, &list, filter);
    let rows = if list.lines.is_empty() {
        view! { <p class="soft">{w.stays_none()}</p> }.into_any()
    } else {
        stay_rows(w, list.lines, true)
    };
    view! {
        {form}
        <div class="row"><h2>{summary}</h2>{export_form(w, filter)}</div>
        {rows}
        {pager(w, filter, skip, total)}
    }
    .into_any()
}

fn filter_form(w: Lang, list: &StayList, filter: &StayFilter) -> AnyView {
    let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let beds = list.beds.iter().map(|bed| (bed.id.to_string(), bed.label.clone())).collect();
    let states = StayState::ALL.iter().map(|s| (s.code().to_owned(), w.stay_state(s.code()).to_owned())).collect();
    let during = During::ALL.iter().map(|d| (d.code().to_owned(), w.during(d.code()).to_owned())).collect();
    let destinations =
        Destination::ALL.iter().map(|d| (d.code().to_owned(), w.destination(d.code()).to_owned())).collect();
    let reasons =
        DepartureReason::ALL.iter().map(|r| (r.code().to_owned(), w.departure_reason(r.code()).to_owned())).collect();
    let open = filter != &StayFilter::default();
    let resident = filter.resident.map(|id| view! { <input type="hidden" name="resident" value=id.to_string()/> });
    view! {
        <details class="filters panel" open=open>
            <summary><Icon name="filter"/>{w.filter()}</summary>
            <form method="get" action="/stays" class="grid">
                {resident}
                <label class="field"><span class="label">{w.field_period_from()}</span><input type="date" name="from" value=date(filter.from)/></label>
                <label class="field"><span class="label">{w.field_period_to()}</span><input type="date" name="to" value=date(filter.to)/></label>
                {choice("during", w.field_during(), during, filter.during.map(During::code), w.any())}
                {choice("state", w.field_state(), states, filter.state.map(StayState::code), w.any())}
                {choice("bed", w.field_bed(), beds, filter.bed.map(|bed| bed.to_string()).as_deref(), w.any())}
                <label class="field"><span class="label">{w.field_nights_min()}</span><input type="number" min="0" name="min" value=number(filter.nights_min)/></label>
                <label class="field"><span class="label">{w.field_nights_max()}</span><input type="number" min="0" name="max" value=number(filter.nights_max)/></label>
                {choice("reason", w.field_departure_reason(), reasons, filter.reason.map(DepartureReason::code), w.any())}
                {choice("destination", w.field_destination(), destinations, filter.destination.map(Destination::code), w.any())}
                <div class="foot"><a class="bare" href="/stays">{w.filter_clear()}</a><button class="button main">{w.filter_apply()}</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<&str>,
    any: &'static str,
) -> AnyView {
    let chosen = chosen.unwrap_or_default().to_owned();
    view! {
        <label class="field"><span class="label">{label}</span>
            <select name=name>
                <option value="">{any}</option>
                {options.into_iter().map(|(code, label)| { let selected = code == chosen; view! { <option value=code selected=selected>{label}</option> } }).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

fn export_form(w: Lang, filter: &StayFilter) -> AnyView {
    let pairs = pairs_of(filter);
    view! {
        <form method="post" action="/api/stays_export" class="inline" data-native="">
            {pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
            <button class="button"><Icon name="download"/>{w.export_csv()}</button>
        </form>
    }
    .into_any()
}

/// A table of stays.
pub(crate) fn stay_rows(w: Lang, lines: Vec<StayLine>, names: bool) -> AnyView {
    let today = use_page_state().now().map(|now| now.local.date());
    let rows = lines
        .into_iter()
        .map(|line| {
            let today = today.unwrap_or(line.arrived.local.date());
            let arrived = w.short_date(line.arrived.local.date(), today);
            let left = line.departure.map(|departure| w.short_date(departure.at.local.date(), today)).unwrap_or_default();
            let state = match line.departure {
                None => view! { <span class="pill here">{w.stay_state("present")}</span> }.into_any(),
                Some(departure) => view! { <span class="pill left">{w.destination(departure.destination.code())}</span> }.into_any(),
            };
            let who = names.then(|| view! { <td><span dir="auto">{line.name.clone()}</span> <small>{format!("#{}", line.number)}</small></td> });
            view! {
                <tr class=row_class("", line.id.0) data-subject=line.id.to_string()>
                    {who}
                    <td>{line.beds.join(" → ")}</td>
                    <td><a href=format!("/stays/{}", line.id)>{arrived}</a></td>
                    <td>{left}</td>
                    <td class="n">{w.number(line.nights)}</td>
                    <td>{state}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=w.stays_title()>
        <table class="list">
            <thead><tr>
                {names.then(|| view! { <th scope="col">{w.col_resident()}</th> })}
                <th scope="col">{w.col_bed()}</th><th scope="col">{w.col_arrival()}</th><th scope="col">{w.col_departure()}</th>
                <th scope="col" class="n">{w.col_nights()}</th><th scope="col">{w.col_state()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        </div>
    }
    .into_any()
}

fn pager(w: Lang, filter: &StayFilter, skip: u32, total: i64) -> Option<AnyView> {
    if total <= i64::from(PAGE) {
        return None;
    }
    let at = |skip: u32| format!("{}&skip={skip}", address(filter));
    let earlier =
        (skip > 0).then(|| view! { <a class="button" href=at(skip.saturating_sub(PAGE))>{w.page_before()}</a> });
    let later =
        (i64::from(skip + PAGE) < total).then(|| view! { <a class="button" href=at(skip + PAGE)>{w.page_after()}</a> });
    let from = w.number(i64::from(skip) + 1);
    let to = w.number((i64::from(skip + PAGE)).min(total));
    Some(
        view! { <p class="pager">{earlier}<span>{w.page_of(&from, &to, &w.number(total))}</span>{later}</p> }
            .into_any(),
    )
}

/// The address of the list with this filter.
pub(crate) fn address(filter: &StayFilter) -> String {
    let pairs: Vec<String> = pairs_of(filter).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("/stays?{}", pairs.join("&"))
}

/// The query parameters of a filter. They contain dates, numbers, codes and ids, which need no escaping.
pub fn pairs_of(filter: &StayFilter) -> Vec<(&'static str, String)> {
    let all = [
        ("from", filter.from.map(|date| date.to_string())),
        ("to", filter.to.map(|date| date.to_string())),
        ("during", filter.during.map(|during| during.code().to_owned())),
        ("state", filter.state.map(|state| state.code().to_owned())),
        ("bed", filter.bed.map(|bed| bed.to_string())),
        ("min", filter.nights_min.map(|n| n.to_string())),
        ("max", filter.nights_max.map(|n| n.to_string())),
        ("reason", filter.reason.map(|reason| reason.code().to_owned())),
        ("destination", filter.destination.map(|to| to.code().to_owned())),
        ("resident", filter.resident.map(|id| id.to_string())),
    ];
    all.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
}

/// Parses a filter from query parameters. Values that are not valid are ignored.
pub fn filter_from(get: impl Fn(&str) -> Option<String>) -> StayFilter {
    let code = |name: &str| get(name).filter(|text| !text.is_empty());
    StayFilter {
        from: code("from").and_then(|text| parse_date(&text)),
        to: code("to").and_then(|text| parse_date(&text)),
        bed: code("bed").and_then(|id| id.parse().ok()),
        state: code("state").and_then(|code| StayState::from_code(&code)),
        nights_min: code("min").and_then(|n| n.parse().ok()),
        nights_max: code("max").and_then(|n| n.parse().ok()),
        destination: code("destination").and_then(|code| Destination::from_code(&code)),
        reason: code("reason").and_then(|code| DepartureReason::from_code(&code)),
        during: code("during").and_then(|code| During::from_code(&code)),
        resident: code("resident").and_then(|id| id.parse().ok()),
    }
}

fn filter_of(query: &ParamsMap) -> StayFilter {
    filter_from(|name| query.get(name))
}

fn skip_of(query: &ParamsMap) -> u32 {
    query.get("skip").and_then(|skip| skip.parse().ok()).unwrap_or(0)
}
