//! The sheet of a bed: its state, its occupant, and its actions, the most likely one first.

use chrono::NaiveDateTime;
use domain::{
    access::Permission,
    beds::OutOfServiceReason,
    board::{BedSheet, BedState, OpenBed, OptimisticUpdate, Person},
    events::Area,
    fields::Fields,
    ids::{BedId, StayId},
    refused::Field,
    stays::{DepartureReason, Destination},
    time::When,
    undo::{UndoOffer, Undoable},
};
use leptos::prelude::*;

use crate::{
    api::{self, BedSheet as BedSheetQuery},
    client,
    components::{
        act_form::{ActForm, was_refused},
        bed_picks::BedPicks,
        care::care_view,
        field::{Hidden, Select, TextField},
        icon::Icon,
        waiting::{Missing, Waiting},
    },
    context::use_page_data,
    page_state::use_page_state,
    query::use_query,
    words::{Lang, use_words},
};

/// The sheet of a bed, beside the board. It is a dialog: it takes the focus and returns it to the tile of the bed when
/// it closes.
#[component]
pub fn Sheet(
    /// The id of the bed.
    bed: String,
    /// The time shown, on the wall clock of the house; none means the present.
    as_of: Memo<Option<String>>,
) -> impl IntoView {
    let (w, state) = (use_words(), use_page_state());
    let id = BedId(uuid::Uuid::parse_str(&bed).unwrap_or_default());
    // The sheet is fetched once for each bed, again after an act of this page, and otherwise only on demand, so that
    // changes by others never replace what is being typed. A notice says that somebody else has changed the data.
    let (again, ask_again) = signal(0_i64);
    let opened = use_query(
        move || again.get() + state.own_acts.get(),
        move || BedSheetQuery { query: OpenBed { bed: id, as_of: as_of.get().as_deref().and_then(When::parse) } },
    );
    let version = state.area(Area::Board);
    let go = client::navigator();
    let dialog = NodeRef::<leptos::html::Section>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            client::open_dialog(&dialog);
            client::when_escape(move || go.to(&back(as_of.get_untracked())));
        }
    });
    let label = StoredValue::new(String::new());
    on_cleanup(move || client::close_dialog(&format!("a[data-bed=\"{}\"]", label.try_get_value().unwrap_or_default())));
    let stale = move || {
        let drawn = opened.get()?.ok()?.version;
        (version.get() > drawn).then(|| {
            let read_again = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                ask_again.update(|n| *n += 1);
            };
            view! { <p class="stale" role="status">{w.sheet_changed()}<button type="button" class="button" on:click=read_again>{w.sheet_again()}</button></p> }
        })
    };
    view! {
        <section class="sheet" role="dialog" aria-labelledby="sheet-title" tabindex="-1" node_ref=dialog>
            <a class="button close" href=move || back(as_of.get()) aria-label=w.close()><Icon name="close"/></a>
            <Transition fallback=|| view! { <Waiting/> }>
                {move || opened.get().map(|response| match response {
                    Ok(sheet) => {
                        label.set_value(sheet.choice.label.clone());
                        contents(w, sheet)
                    }
                    Err(denied) => view! { <Missing denied/> }.into_any(),
                })}
            </Transition>
            <Transition>{stale}</Transition>
        </section>
    }
    .into_any()
}

fn back(as_of: Option<String>) -> String {
    as_of.map_or_else(|| "/".to_owned(), |as_of| format!("/?as_of={as_of}"))
}

fn contents(w: Lang, sheet: BedSheet) -> AnyView {
    let now = sheet.as_of.local;
    let role = use_page_data().user.map(|me| me.role);
    let may = move |permission: Permission| role.is_some_and(|role| permission.held_by(role));
    let here = format!("/?bed={}", sheet.choice.bed);
    let place = format!("{} · {}", sheet.choice.room, sheet.choice.floor);
    let title = match &sheet.state {
        BedState::Free => w.tile_free().to_owned(),
        BedState::Occupied(occupant) => occupant.name.clone(),
        BedState::ToPrepare { .. } => w.tile_to_prepare().to_owned(),
        BedState::OutOfService { .. } => w.tile_out_of_service().to_owned(),
    };
    let acts = sheet.live.then(|| match &sheet.state {
        BedState::Free => free_acts(w, &sheet, may(Permission::MoveResidents)),
        BedState::Occupied(_) => occupied_acts(w, &sheet),
        BedState::ToPrepare { .. } => to_prepare_acts(w, &sheet),
        BedState::OutOfService { .. } => closed_acts(w, &sheet),
    });
    let undo = may(Permission::MoveResidents).then(|| undo_form(w, &sheet, here)).flatten();
    let since = match &sheet.state {
        BedState::Free => None,
        BedState::Occupied(occupant) => Some(w.sheet_arrived(&w.moment(occupant.arrived.local, now))),
        BedState::ToPrepare { since } => Some(w.tile_since(&w.moment(since.local, now))),
        BedState::OutOfService { since, until, reason } => {
            let why = w.out_of_service(reason.code());
            let since = w.tile_since(&w.moment(since.local, now));
            let until = until.map(|until| w.sheet_until(&w.moment(until.local, now))).unwrap_or_default();
            Some(format!("{why} · {since} {until}"))
        }
    };
    let file = match &sheet.state {
        BedState::Occupied(occupant) if may(Permission::OpenResidents) => {
            let (href, number) = (format!("/residents/{}", occupant.resident), occupant.number.to_string());
            Some(view! { <p><a class="bare" href=href>{w.sheet_file(&number)}</a></p> })
        }
        _ => None,
    };
    let note =
        sheet.note.clone().map(|note| view! { <p class="note"><Icon name="note"/><span dir="auto">{note}</span></p> });
    view! {
        <p class="over">{w.bed_label(&sheet.choice.label)} " · " {place}</p>
        <h2 id="sheet-title" dir="auto">{title}</h2>
        <p class="soft">{since}</p>
        {note}
        {sheet.person.clone().map(|person| person_view(w, person, now))}
        <div class="acts">{acts}{undo}</div>
        {file}
        {before(w, &sheet, now)}
    }
    .into_any()
}

fn person_view(w: Lang, person: Person, now: NaiveDateTime) -> AnyView {
    let mut facts: Vec<String> = Vec::new();
    if let Some(age) = person.age {
        facts.push(w.years(i64::from(age)));
    }
    if let Some(pronouns) = &person.usual.pronouns {
        facts.push(pronouns.clone());
    }
    facts.extend(person.usual.languages.iter().map(|language| w.language(language.code()).to_owned()));
    facts.push(w.nights(person.nights));
    if let Some(day) = person.expected_departure {
        facts.push(w.sheet_expected(&w.short_date(day, now.date())));
    }
    view! {
        <p class="facts" dir="auto">{facts.join(" · ")}</p>
        {person.care.map(|care| care_view(w, care))}
        {person.watch.map(|watch| view! { <p class="watch"><Icon name="eye"/><span dir="auto">{watch}</span></p> })}
    }
    .into_any()
}

fn free_acts(w: Lang, sheet: &BedSheet, may_admit: bool) -> AnyView {
    let admit = may_admit.then(
        || view! { <a class="button main" href=format!("/desk?bed={}", sheet.choice.bed)>{w.act_admit_here()}</a> },
    );
    view! {
        {admit}
        {one_tap(sheet, api::SOIL, w.act_soil(), |fields| update_of_bed(fields, OptimisticUpdate::ToPrepare), "")}
        {close_form(w, sheet)}
    }
    .into_any()
}

fn to_prepare_acts(w: Lang, sheet: &BedSheet) -> AnyView {
    view! {
        {one_tap(sheet, api::PREPARE, w.act_prepare(), |fields| update_of_bed(fields, OptimisticUpdate::Prepared), "main")}
        {close_form(w, sheet)}
    }
    .into_any()
}

fn closed_acts(w: Lang, sheet: &BedSheet) -> AnyView {
    one_tap(sheet, api::REOPEN, w.act_reopen(), |fields| update_of_bed(fields, OptimisticUpdate::BackInService), "main")
}

/// A form that consists of one button, which sends the act at once.
fn one_tap(
    sheet: &BedSheet,
    act: api::ActEndpoint,
    label: &'static str,
    optimistic: fn(&Fields) -> Option<OptimisticUpdate>,
    class: &'static str,
) -> AnyView {
    let bed = sheet.choice.bed;
    view! {
        <ActForm act next="/" about=(Field::Bed, bed.0) optimistic class="one-tap">
            <button class=format!("button {class}")>{label}</button>
        </ActForm>
    }
    .into_any()
}

fn close_form(w: Lang, sheet: &BedSheet) -> AnyView {
    let bed = sheet.choice.bed;
    let reasons = OutOfServiceReason::ALL
        .iter()
        .map(|reason| (reason.code().to_owned(), w.out_of_service(reason.code()).to_owned()))
        .collect();
    let optimistic = |fields: &Fields| {
        let reason = fields.get("reason").and_then(OutOfServiceReason::from_code)?;
        let now = fields.get("at").is_none_or(str::is_empty);
        fields
            .get("bed")
            .and_then(|id| id.parse().ok())
            .filter(|_| now)
            .map(|bed| OptimisticUpdate::OutOfService(bed, reason))
    };
    view! {
        <details class="more" open=was_refused(&[api::CLOSE], Some((Field::Bed, bed.0)))>
            <summary class="button">{w.act_close()}</summary>
            <ActForm act=api::CLOSE next="/" about=(Field::Bed, bed.0) optimistic>
                <Select field=Field::Reason label=w.field_reason() options=reasons none=w.choose()/>
                <TextField field=Field::At label=w.field_from() hint=w.hint_now() kind="datetime-local"/>
                <TextField field=Field::Until label=w.field_until() hint=w.hint_optional() kind="datetime-local"/>
                <button class="button main">{w.act_close_do()}</button>
            </ActForm>
        </details>
    }
    .into_any()
}

fn occupied_acts(w: Lang, sheet: &BedSheet) -> AnyView {
    let BedState::Occupied(occupant) = &sheet.state else { return ().into_any() };
    let stay = occupant.stay;
    let bed = sheet.choice.bed;
    view! {
        {depart_form(w, stay, bed)}
        {transfer_form(w, sheet, stay)}
        {swap_form(w, sheet, stay)}
    }
    .into_any()
}

/// The form that undoes the last change of a stay. A change of the bed itself needs no such form: the sheet already
/// contains the button of the opposite act.
fn undo_form(w: Lang, sheet: &BedSheet, here: String) -> Option<AnyView> {
    let UndoOffer { done: Undoable::Stay { stay, entry, kind }, at } = sheet.undo? else { return None };
    let about = (Field::Stay, stay.0);
    let label = w.act_undo(w.trail_kind(kind.code()), &w.moment(at.local, sheet.as_of.local));
    Some(
        view! {
            <details class="more" open=was_refused(&[api::UNDO], Some(about))>
                <summary class="button bare">{label}</summary>
                <ActForm act=api::UNDO next=here about>
                    <Hidden field=Field::Trail value=entry.to_string()/>
                    <p class="soft">{w.act_undo_sentence()}</p>
                    <button class="button main">{w.act_undo_do()}</button>
                </ActForm>
            </details>
        }
        .into_any(),
    )
}

fn depart_form(w: Lang, stay: StayId, bed: BedId) -> AnyView {
    let reasons = DepartureReason::ALL
        .iter()
        .filter(|reason| **reason != DepartureReason::Unknown)
        .map(|reason| (reason.code().to_owned(), w.departure_reason(reason.code()).to_owned()))
        .collect();
    let destinations =
        Destination::ALL.iter().map(|to| (to.code().to_owned(), w.destination(to.code()).to_owned())).collect();
    let optimistic = |fields: &Fields| {
        let now = fields.get("departure").is_none_or(str::is_empty);
        fields.get("bed").and_then(|id| id.parse().ok()).filter(|_| now).map(OptimisticUpdate::Departed)
    };
    view! {
        <details class="more" open=was_refused(&[api::DEPART], Some((Field::Stay, stay.0)))>
            <summary class="button">{w.act_depart()}</summary>
            <ActForm act=api::DEPART next="/" about=(Field::Stay, stay.0) optimistic>
                <Hidden field=Field::Bed value=bed.to_string()/>
                <TextField field=Field::Departure label=w.field_departure() hint=w.hint_now() kind="datetime-local"/>
                <Select field=Field::Reason label=w.field_departure_reason() options=reasons none=w.choose()/>
                <Select field=Field::Destination label=w.field_destination() options=destinations none=w.choose()/>
                <button class="button main">{w.act_depart_do()}</button>
            </ActForm>
        </details>
    }
    .into_any()
}

fn transfer_form(w: Lang, sheet: &BedSheet, stay: StayId) -> AnyView {
    let optimistic = |fields: &Fields| {
        let now = fields.get("at").is_none_or(str::is_empty);
        let bed = |name: &str| fields.get(name).and_then(|id| id.parse().ok());
        bed("from_bed").zip(bed("bed")).filter(|_| now).map(|(from, to)| OptimisticUpdate::Moved(from, to))
    };
    let (from, beds) = (sheet.choice.bed, sheet.free.clone());
    let body = if beds.is_empty() {
        view! { <p class="soft">{w.no_free_bed()}</p> }.into_any()
    } else {
        view! {
            <ActForm act=api::TRANSFER next="/" about=(Field::Stay, stay.0) optimistic>
                <input type="hidden" name="fields[from_bed]" value=from.to_string()/>
                <BedPicks beds/>
                <TextField field=Field::At label=w.field_at() hint=w.hint_now() kind="datetime-local"/>
                <button class="button main">{w.act_transfer_do()}</button>
            </ActForm>
        }
        .into_any()
    };
    let open = was_refused(&[api::TRANSFER], Some((Field::Stay, stay.0)));
    view! { <details class="more" open=open><summary class="button">{w.act_transfer()}</summary>{body}</details> }
        .into_any()
}

fn swap_form(w: Lang, sheet: &BedSheet, stay: StayId) -> Option<AnyView> {
    if sheet.others.is_empty() {
        return None;
    }
    let others = sheet
        .others
        .iter()
        .map(|other| (other.stay.to_string(), format!("{} · {}", other.label, other.name)))
        .collect();
    Some(
        view! {
            <details class="more" open=was_refused(&[api::SWAP], Some((Field::Stay, stay.0)))>
                <summary class="button">{w.act_swap()}</summary>
                <ActForm act=api::SWAP next="/" about=(Field::Stay, stay.0)>
                    <Select field=Field::OtherStay label=w.field_other() options=others none=w.choose()/>
                    <TextField field=Field::At label=w.field_at() hint=w.hint_now() kind="datetime-local"/>
                    <button class="button main">{w.act_swap_do()}</button>
                </ActForm>
            </details>
        }
        .into_any(),
    )
}

fn before(w: Lang, sheet: &BedSheet, now: NaiveDateTime) -> Option<AnyView> {
    let earlier: Vec<_> = sheet.before.iter().filter(|past| past.until.is_some()).cloned().collect();
    if earlier.is_empty() {
        return None;
    }
    let lines = earlier
        .into_iter()
        .map(|past| {
            let what = match past.number {
                Some(number) => w.sheet_file_short(&number.to_string()),
                None => w.bed_state(past.state.code()).to_owned(),
            };
            let until = past.until.map(|until| w.moment(until.local, now)).unwrap_or_default();
            view! { <li><span>{what}</span><span>{w.moment(past.since.local, now)} " → " {until}</span></li> }
        })
        .collect_view();
    Some(view! { <details class="before"><summary>{w.sheet_before()}</summary><ul>{lines}</ul></details> }.into_any())
}

/// The optimistic update of an act whose only field is a bed.
fn update_of_bed(fields: &Fields, update: fn(BedId) -> OptimisticUpdate) -> Option<OptimisticUpdate> {
    fields.get("bed").and_then(|id| id.parse().ok()).map(update)
}
