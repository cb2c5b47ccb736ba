//! The page of one stay: its beds on a timeline, its departure, and the trail of its recorded changes.

use chrono::NaiveDateTime;
use domain::{
    access::Permission,
    ids::StayId,
    refused::Field,
    stays::queries::OpenStay,
    stays::{DepartureReason, Destination, Timeline, TrailChange, TrailEntry},
    time::to_field,
};
use leptos::prelude::*;

use crate::{
    answered::Answered,
    api::{self, stay_open},
    components::{
        act_form::{ActForm, was_refused},
        field::{Hidden, Select, TextField},
    },
    context::use_page_data,
    page_request::PageRequest,
    page_state::use_page_state,
    words::Lang,
};

/// Renders the stay whose id is in the path.
pub async fn draw(w: Lang, page: PageRequest) -> Answered<AnyView> {
    Ok(contents(w, stay_open(OpenStay { stay: StayId(page.id) }).await?))
}

fn contents(w: Lang, stay: Timeline) -> AnyView {
    let now = use_page_state().now().map_or(stay.line.arrived.local, |now| now.local);
    let role = use_page_data().user.map(|me| me.role);
    let may = |permission: Permission| role.is_some_and(|role| permission.held_by(role));
    let line = &stay.line;
    let name = format!("{} · {}", line.name, w.sheet_file_short(&line.number.to_string()));
    let title = if may(Permission::OpenResidents) {
        view! { <h1><a href=format!("/residents/{}", line.resident) dir="auto">{name}</a></h1> }.into_any()
    } else {
        view! { <h1 dir="auto">{name}</h1> }.into_any()
    };
    let when = |at: NaiveDateTime| {
        if line.date_only { w.date(at.date()) } else { format!("{}, {}", w.date(at.date()), w.time(at.time())) }
    };
    let mut facts = vec![w.stay_from(&when(line.arrived.local))];
    match line.departure {
        Some(departure) => {
            facts.push(w.stay_to(&when(departure.at.local)));
            facts.push(w.departure_reason(departure.reason.code()).to_owned());
            facts.push(w.destination(departure.destination.code()).to_owned());
        }
        None => facts.push(w.stay_state("present").to_owned()),
    }
    facts.push(w.nights(line.nights));
    if let Some(age) = stay.age_at_admission {
        facts.push(w.stay_age(i64::from(age)));
    }
    if let Some(day) = stay.expected_departure {
        facts.push(w.sheet_expected(&w.date(day)));
    }
    let reason = stay.age_reason.clone().map(|reason| view! { <p class="note" dir="auto">{reason}</p> });
    let correct = may(Permission::CorrectStays).then(|| correct_form(w, &stay));
    let can_undo = may(Permission::MoveResidents);
    let trail = stay.trail.iter().map(|entry| trail_entry(w, &stay, entry, now, can_undo)).collect_view();
    view! {
        {title}
        <p class="facts">{facts.join(" · ")}</p>
        {reason}
        {tape(w, &stay, now)}
        {correct}
        <section class="panel"><h2>{w.stay_trail()}</h2><ol class="trail">{trail}</ol></section>
    }
    .into_any()
}

/// The time in each bed on a timeline, to scale.
fn tape(w: Lang, stay: &Timeline, now: NaiveDateTime) -> AnyView {
    let first = stay.line.arrived.local;
    let last = stay.line.departure.map_or(now, |departure| departure.at.local);
    let whole = (last - first).num_minutes().max(1) as f64;
    let spans = stay
        .beds
        .iter()
        .map(|span| {
            let since = (span.since.local - first).num_minutes() as f64;
            let until = span.until.map_or(last, |until| until.local);
            let length = (until - span.since.local).num_minutes() as f64;
            let x = 1000.0 * since / whole;
            let width = (1000.0 * length / whole).max(2.0);
            view! { <rect x=format!("{x:.1}") y="0" width=format!("{width:.1}") height="34" rx="5"/> }
        })
        .collect_view();
    let lines = stay
        .beds
        .iter()
        .map(|span| {
            let until = span.until.map_or_else(|| w.today().to_owned(), |until| w.short_date(until.local.date(), now.date()));
            view! { <li><b>{span.label.clone()}</b><span>{w.short_date(span.since.local.date(), now.date())} " → " {until}</span></li> }
        })
        .collect_view();
    view! {
        <section class="panel tape">
            <h2>{w.stay_beds()}</h2>
            <svg viewBox="0 0 1000 34" preserveAspectRatio="none" role="img" aria-label=w.stay_beds()>{spans}</svg>
            <ol>{lines}</ol>
        </section>
    }
    .into_any()
}

fn correct_form(w: Lang, stay: &Timeline) -> AnyView {
    let (id, arrived) = (stay.line.id, to_field(stay.line.arrived.local));
    let reasons =
        DepartureReason::ALL.iter().map(|r| (r.code().to_owned(), w.departure_reason(r.code()).to_owned())).collect();
    let destinations =
        Destination::ALL.iter().map(|d| (d.code().to_owned(), w.destination(d.code()).to_owned())).collect();
    let departure = stay.line.departure;
    let left = departure.map(|departure| to_field(departure.at.local)).unwrap_or_default();
    let reason = departure.map(|departure| departure.reason.code()).unwrap_or_default();
    let destination = departure.map(|departure| departure.destination.code()).unwrap_or_default();
    view! {
        <details class="more panel" open=was_refused(&[api::CORRECT], Some((Field::Stay, id.0)))>
            <summary class="button">{w.act_correct()}</summary>
            <p class="soft">{w.act_correct_sentence()}</p>
            <ActForm act=api::CORRECT next=format!("/stays/{id}") about=(Field::Stay, id.0)>
                <div class="two">
                    <TextField field=Field::Arrival label=w.field_arrival() kind="datetime-local" value=arrived/>
                    <TextField field=Field::Departure label=w.field_departure() hint=w.hint_empty_if_here() kind="datetime-local" value=left/>
                </div>
                <div class="two">
                    <Select field=Field::Reason label=w.field_departure_reason() options=reasons value=reason none=w.choose()/>
                    <Select field=Field::Destination label=w.field_destination() options=destinations value=destination none=w.choose()/>
                </div>
                <button class="button main">{w.save()}</button>
            </ActForm>
        </details>
    }
    .into_any()
}

fn trail_entry(w: Lang, stay: &Timeline, entry: &TrailEntry, now: NaiveDateTime, can_undo: bool) -> AnyView {
    let by = entry.by.as_ref().map_or_else(|| w.by_machine().to_owned(), |by| by.0.clone());
    let changes = entry.changes.iter().map(|change| view! { <li>{change_words(w, change, now)}</li> }).collect_view();
    let undone = entry.undone.then(|| view! { <span class="pill left">{w.trail_undone()}</span> });
    let (id, trail) = (stay.line.id, entry.id.to_string());
    let undo = (entry.can_undo && can_undo).then(|| {
        // Undoing the only entry removes the stay, so its page no longer exists.
        let next = if stay.trail.len() == 1 { "/stays".to_owned() } else { format!("/stays/{id}") };
        view! {
            <ActForm act=api::UNDO next about=(Field::Stay, id.0)>
                <Hidden field=Field::Trail value=trail/>
                <button class="button">{w.act_undo_do()}</button>
            </ActForm>
        }
    });
    view! {
        <li data-undone=entry.undone.to_string()>
            <p><b>{w.trail_kind(entry.kind.code())}</b>" · "{w.moment(entry.recorded.local, now)}" · "{by}" "{undone}</p>
            <ul>{changes}</ul>
            {undo}
        </li>
    }
    .into_any()
}

fn change_words(w: Lang, change: &TrailChange, now: NaiveDateTime) -> String {
    let at = |time: &Option<domain::time::HouseTime>| {
        time.map_or_else(|| w.none().to_owned(), |time| w.moment(time.local, now))
    };
    let or_none = |text: Option<&'static str>| text.unwrap_or(w.none()).to_owned();
    let beds = |labels: &[String]| if labels.is_empty() { w.none().to_owned() } else { labels.join(" → ") };
    let (what, from, to) = match change {
        TrailChange::Arrival { from, to } => (w.field_arrival(), at(from), at(to)),
        TrailChange::Departure { from, to } => (w.field_departure(), at(from), at(to)),
        TrailChange::Reason { from, to } => (
            w.field_departure_reason(),
            or_none(from.map(|r| w.departure_reason(r.code()))),
            or_none(to.map(|r| w.departure_reason(r.code()))),
        ),
        TrailChange::Destination { from, to } => (
            w.field_destination(),
            or_none(from.map(|d| w.destination(d.code()))),
            or_none(to.map(|d| w.destination(d.code()))),
        ),
        TrailChange::Beds { from, to } => (w.col_bed(), beds(from), beds(to)),
    };
    if from == w.none() { format!("{what} : {to}") } else { format!("{what} : {from} → {to}") }
}
