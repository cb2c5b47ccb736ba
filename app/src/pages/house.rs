//! The page of the plan of the house: floors, rooms and beds, edited by the coordinator. Edits do not change what a
//! past night shows.

use domain::{
    access::Permission,
    house::{Plan, PlanBed, PlanFloor, PlanRoom, SeePlan},
    ids::{FloorId, RoomId},
    refused::Field,
};
use leptos::prelude::*;

use crate::{
    answered::Answered,
    api::{self, house_plan},
    components::{
        act_form::{ActForm, was_refused},
        field::{Select, TextField, Tick},
        icon::Icon,
    },
    context::use_page_data,
    page_request::PageRequest,
    page_state::row_class,
    words::Lang,
};

/// Renders the page of the plan of the house.
pub async fn draw(w: Lang, _page: PageRequest) -> Answered<AnyView> {
    Ok(contents(w, house_plan(SeePlan {}).await?))
}

fn contents(w: Lang, plan: Plan) -> AnyView {
    let may = use_page_data().user.is_some_and(|me| Permission::EditHouse.held_by(me.role));
    let beds: usize = plan.floors.iter().flat_map(|floor| &floor.rooms).map(|room| room.beds.len()).sum();
    let places: Vec<(String, String)> =
        plan.floors.iter().map(|floor| (floor.id.to_string(), floor.name.clone())).collect();
    let rooms: Vec<(String, String)> = plan
        .floors
        .iter()
        .flat_map(|floor| {
            floor.rooms.iter().map(move |room| (room.id.to_string(), format!("{} · {}", room.name, floor.name)))
        })
        .collect();
    let floors = plan.floors.iter().map(|floor| floor_view(w, floor, may, &places, &rooms)).collect_view();
    let closed = (!plan.conditions.is_empty()).then(|| closed_view(w, &plan));
    let add_floor = may.then(|| {
        view! {
            <details class="more panel" open=plan.floors.is_empty() || was_refused(&[api::ADD_FLOOR], None)>
                <summary class="button">{w.act_add_floor()}</summary>
                <ActForm act=api::ADD_FLOOR next="/house">
                    <TextField field=Field::Name label=w.field_floor_name()/>
                    <button class="button main">{w.add()}</button>
                </ActForm>
            </details>
        }
    });
    let settings = may.then(|| settings_view(w, &plan));
    view! {
        <div class="row"><div><h1 dir="auto">{plan.alias.clone()}</h1><p class="soft">{w.count_beds_in_all(beds as i64)}" · "{plan.zone.clone()}</p></div></div>
        {plan.floors.is_empty().then(|| view! { <p class="panel calm">{w.house_empty()}</p> })}
        {floors}
        {add_floor}
        {closed}
        {settings}
    }
    .into_any()
}

fn floor_view(
    w: Lang,
    floor: &PlanFloor,
    may: bool,
    places: &[(String, String)],
    rooms: &[(String, String)],
) -> AnyView {
    let (id, name) = (floor.id, floor.name.clone());
    let edit = may.then(|| {
        let retire = floor.rooms.is_empty().then(|| {
            view! {
                <ActForm act=api::RETIRE_FLOOR next="/house" about=(Field::Floor, id.0)>
                    <button class="button">{w.act_retire_floor()}</button>
                </ActForm>
            }
        });
        view! {
            <details class="more" open=was_refused(&[api::CHANGE_FLOOR, api::ADD_ROOM, api::RETIRE_FLOOR], Some((Field::Floor, id.0)))>
                <summary class="button bare">{w.change_floor()}</summary>
                <ActForm act=api::CHANGE_FLOOR next="/house" about=(Field::Floor, id.0)>
                    <TextField field=Field::Name label=w.field_floor_name() value=name/>
                    <button class="button main">{w.save()}</button>
                </ActForm>
                <ActForm act=api::ADD_ROOM next="/house" about=(Field::Floor, id.0)>
                    <h3>{w.act_add_room()}</h3>
                    <TextField field=Field::Name label=w.field_room_name()/>
                    <TextField field=Field::Label label=w.field_labels() hint=w.hint_labels()/>
                    <Tick field=Field::Accessible label=w.accessible()/>
                    <button class="button main">{w.add()}</button>
                </ActForm>
                {retire}
            </details>
        }
    });
    let inside = floor.rooms.iter().map(|room| room_view(w, room, id, may, places, rooms)).collect_view();
    view! { <section class=row_class("panel plan", id.0) data-subject=id.to_string()><div class="row"><h2 dir="auto">{floor.name.clone()}</h2>{edit}</div><div class="plan-rooms">{inside}</div></section> }.into_any()
}

fn room_view(
    w: Lang,
    room: &PlanRoom,
    floor: FloorId,
    may: bool,
    places: &[(String, String)],
    rooms: &[(String, String)],
) -> AnyView {
    let (id, name, accessible, places) = (room.id, room.name.clone(), room.accessible, places.to_vec());
    let edit = may.then(|| {
        let retire = room.beds.is_empty().then(|| {
            view! {
                <ActForm act=api::RETIRE_ROOM next="/house" about=(Field::Room, id.0)>
                    <button class="button">{w.act_retire_room()}</button>
                </ActForm>
            }
        });
        view! {
            <details class="more" open=was_refused(&[api::CHANGE_ROOM, api::ADD_BED, api::RETIRE_ROOM], Some((Field::Room, id.0)))>
                <summary class="button bare">{w.change_room()}</summary>
                <ActForm act=api::CHANGE_ROOM next="/house" about=(Field::Room, id.0)>
                    <TextField field=Field::Name label=w.field_room_name() value=name/>
                    <Select field=Field::Floor label=w.field_floor() options=places value=floor.to_string()/>
                    <Tick field=Field::Accessible label=w.accessible() ticked=accessible/>
                    <button class="button main">{w.save()}</button>
                </ActForm>
                <ActForm act=api::ADD_BED next="/house" about=(Field::Room, id.0)>
                    <h3>{w.act_add_bed()}</h3>
                    <TextField field=Field::Label label=w.field_label()/>
                    <TextField field=Field::Note label=w.field_bed_note() hint=w.hint_night_sees()/>
                    <TextField field=Field::At label=w.field_since() hint=w.hint_now() kind="datetime-local"/>
                    <button class="button main">{w.add()}</button>
                </ActForm>
                {retire}
            </details>
        }
    });
    let about = match (room.accessible, room.shared()) {
        (true, _) => w.accessible(),
        (false, true) => w.shared(),
        (false, false) => w.single(),
    };
    let beds = room.beds.iter().map(|bed| bed_view(w, bed, id, may, rooms)).collect_view();
    view! {
        <article class=row_class("plan-room", id.0) data-subject=id.to_string()>
            <h3><b dir="auto">{room.name.clone()}</b><span>{about}</span></h3>
            <ul class="plan-beds">{beds}</ul>
            {edit}
        </article>
    }
    .into_any()
}

fn bed_view(w: Lang, bed: &PlanBed, room: RoomId, may: bool, rooms: &[(String, String)]) -> AnyView {
    let (id, label, note, rooms) = (bed.id, bed.label.clone(), bed.note.clone().unwrap_or_default(), rooms.to_vec());
    let edit = may.then(|| {
        let retire = (!bed.occupied).then(|| {
            view! {
                <ActForm act=api::RETIRE_BED next="/house" about=(Field::Bed, id.0)>
                    <TextField field=Field::At label=w.field_retired() hint=w.hint_now() kind="datetime-local"/>
                    <button class="button">{w.act_retire_bed()}</button>
                </ActForm>
            }
        });
        view! {
            <details class="more" open=was_refused(&[api::CHANGE_BED, api::RETIRE_BED], Some((Field::Bed, id.0)))>
                <summary class="button bare" aria-label=w.change_bed(&label)>{w.change()}</summary>
                <ActForm act=api::CHANGE_BED next="/house" about=(Field::Bed, id.0)>
                    <TextField field=Field::Label label=w.field_label() value=label/>
                    <Select field=Field::Room label=w.field_room() options=rooms value=room.to_string()/>
                    <TextField field=Field::Note label=w.field_bed_note() hint=w.hint_night_sees() value=note/>
                    <button class="button main">{w.save()}</button>
                </ActForm>
                {retire}
            </details>
        }
    });
    let overflow = bed.overflow.then(|| view! { <span class="pill left">{w.overflow()}</span> });
    view! {
        <li class=row_class("", id.0) data-subject=id.to_string()>
            <b>{bed.label.clone()}</b>
            <span>{w.plan_since(&w.date(bed.since.local.date()))}</span>
            {overflow}
            {bed.note.clone().map(|note| view! { <small dir="auto"><Icon name="note"/>{note}</small> })}
            {edit}
        </li>
    }
    .into_any()
}

fn closed_view(w: Lang, plan: &Plan) -> AnyView {
    let now = plan.now.local;
    let lines = plan
        .conditions
        .iter()
        .map(|condition| {
            let until = condition.until.map_or_else(|| w.no_end().to_owned(), |until| w.moment(until.local, now));
            view! {
                <li><b>{condition.label.clone()}</b><span>{w.out_of_service(condition.reason.code())}</span>
                <span>{w.moment(condition.since.local, now)} " → " {until}</span></li>
            }
        })
        .collect_view();
    view! { <section class="panel"><h2>{w.house_closed()}</h2><ul class="closed">{lines}</ul></section> }.into_any()
}

fn settings_view(w: Lang, plan: &Plan) -> AnyView {
    let (alias, settings) = (plan.alias.clone(), plan.settings);
    view! {
        <details class="more panel" open=was_refused(&[api::CONFIGURE], None)>
            <summary class="button">{w.house_settings()}</summary>
            <ActForm act=api::CONFIGURE next="/house">
                <TextField field=Field::Alias label=w.field_alias() hint=w.hint_alias() value=alias/>
                <div class="two">
                    <TextField field=Field::IdleShared label=w.field_idle_shared() hint=w.hint_seconds() keyboard="numeric" value=settings.idle_shared_s.to_string()/>
                    <TextField field=Field::IdleOwn label=w.field_idle_own() hint=w.hint_seconds() keyboard="numeric" value=settings.idle_own_s.to_string()/>
                </div>
                <button class="button main">{w.save()}</button>
            </ActForm>
        </details>
    }
    .into_any()
}
