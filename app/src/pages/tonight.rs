//! The page of the board: who is in which bed, tonight or on a past night, with the sheet of a bed beside it.

mod sheet;

use chrono::NaiveDateTime;
use domain::{
    board::{BedState, Board, BoardFloor, Counts, Occupant, SeeBoard, Tile},
    events::Area,
    residents::CareFlag,
    time::When,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::Board as BoardQuery,
    components::{
        icon::Icon,
        page::Page,
        waiting::{Missing, Waiting},
    },
    context::use_page_data,
    page_state::{PageState, use_page_state},
    pages::tonight::sheet::Sheet,
    query::{QueryResource, use_query},
    words::{Lang, use_words},
};

/// The page of the board.
#[component]
pub fn Tonight() -> impl IntoView {
    let (w, state, query) = (use_words(), use_page_state(), use_query_map());
    let as_of = Memo::new(move |_| query.read().get("as_of").filter(|text| When::parse(text).is_some()));
    let moment = move || as_of.get().as_deref().and_then(When::parse);
    let bed = Memo::new(move |_| query.read().get("bed").filter(|id| uuid::Uuid::parse_str(id).is_ok()));
    let version = state.area(Area::Board);
    let drawn = use_query(
        move || version.get() + state.time_changes.get(),
        move || BoardQuery { query: SeeBoard { as_of: moment() } },
    );
    redraw_when_time_changes_it(state, drawn);
    // A new board contains the acts that the server has done, so their optimistic updates are removed.
    Effect::new(move |_| {
        if drawn.get().is_some() {
            state.pending.update(|pending| pending.retain(|update| !update.done));
        }
    });
    let shown = move || {
        drawn.get().map(|answer| {
            answer.map(|board| {
                state.pending.get().iter().fold(board, |board, pending| {
                    let now = board.as_of;
                    board.with(&pending.update, now)
                })
            })
        })
    };
    let which_night = move || {
        drawn.get().map(|answer| match answer {
            Ok(board) if board.live => w.night(board.night.0),
            Ok(board) => w.tonight_past(&w.date(board.as_of.local.date()), &w.time(board.as_of.local.time())),
            Err(_) => w.nav_tonight().to_owned(),
        })
    };
    let title = view! { <Transition>{which_night}</Transition> };
    let counts = view! { <Transition>{move || shown().and_then(Result::ok).map(|board| counts(w, board.counts()))}</Transition> };
    view! {
        <Page title=title.into_any() beside=counts.into_any()>
            <div class="tonight" data-sheet=move || bed.get().is_some().to_string()>
                <div class="floors">
                    <Transition fallback=|| view! { <Waiting/> }>
                        {move || shown().map(|answer| match answer {
                            Ok(board) => floors(w, board, as_of.get(), bed).into_any(),
                            Err(denied) => view! { <Missing denied/> }.into_any(),
                        })}
                    </Transition>
                    {other_night(w, as_of)}
                </div>
                {move || bed.get().map(|bed| view! { <Sheet bed as_of/> })}
            </div>
        </Page>
    }
}

/// Fetches the board again at the time at which a planned period out of service begins or ends, because no act and no
/// event announces it.
fn redraw_when_time_changes_it(state: PageState, drawn: QueryResource<Board>) {
    Effect::new(move |_| {
        let (Some(now), Some(Ok(board))) = (state.clock.get(), drawn.get()) else { return };
        if board.live && board.changes_at.is_some_and(|at| at.at <= now.at) && board.as_of.at < now.at {
            state.time_changes.update(|n| *n += 1);
        }
    });
}

fn counts(w: Lang, counts: Counts) -> AnyView {
    let count = |class: &'static str, n: u32, label: String| {
        view! { <li class=class><b>{n.to_string()}</b><span>{label}</span></li> }
    };
    let n = i64::from;
    view! {
        <ul class="counts" aria-label=w.tonight_counts()>
            {count("present", counts.occupied, w.count_present(n(counts.occupied)))}
            {count("free", counts.free, w.count_free(n(counts.free)))}
            {count("prepare", counts.to_prepare, w.count_to_prepare().to_owned())}
            {count("oos", counts.out_of_service, w.count_out_of_service().to_owned())}
            {count("all", counts.beds, w.count_beds(n(counts.beds)))}
        </ul>
    }
    .into_any()
}

fn floors(w: Lang, board: Board, as_of: Option<String>, open: Memo<Option<String>>) -> AnyView {
    if board.live && board.floors.is_empty() {
        return empty_house(w);
    }
    let past = (!board.live).then(|| {
        view! { <p class="past" role="status"><Icon name="clock"/>{w.tonight_past_banner()}<a class="button" href="/">{w.tonight_back()}</a></p> }
    });
    let none = board.floors.is_empty().then(|| view! { <p class="panel calm">{w.past_empty()}</p> });
    let now = board.as_of.local;
    let floors = board.floors.into_iter().map(|floor| floor_view(w, floor, now, as_of.as_deref(), open)).collect_view();
    view! { {past} {none} {floors} }.into_any()
}

fn floor_view(
    w: Lang,
    floor: BoardFloor,
    now: NaiveDateTime,
    as_of: Option<&str>,
    open: Memo<Option<String>>,
) -> AnyView {
    let spans = spans(&floor.rooms.iter().map(|room| room.beds.len()).collect::<Vec<_>>());
    let rooms = floor
        .rooms
        .into_iter()
        .zip(spans)
        .map(|(room, span)| {
            let shared = room.beds.len() > 1;
            let beds = room.beds.into_iter().map(|tile| tile_view(w, tile, now, as_of, open)).collect_view();
            let about = match (room.accessible, shared) {
                (true, _) => w.accessible(),
                (false, true) => w.shared(),
                (false, false) => w.single(),
            };
            view! {
                <article class=format!("room w{span}")>
                    <h3><b>{room.name}</b><span>{about}</span></h3>
                    <div class="beds">{beds}</div>
                </article>
            }
        })
        .collect_view();
    view! { <section class="floor"><h2>{floor.name}</h2><div class="rooms">{rooms}</div></section> }.into_any()
}

/// How many of twelve grid columns each room of a floor takes, by its number of beds, so that each row is filled.
fn spans(beds: &[usize]) -> Vec<usize> {
    let mut spans = Vec::with_capacity(beds.len());
    let mut row: Vec<usize> = Vec::new();
    let mut flush = |row: &mut Vec<usize>| {
        let total: usize = row.iter().sum::<usize>().max(1);
        let mut widths: Vec<usize> = row.iter().map(|n| (12 * n / total).max(2)).collect();
        // The widest rooms give up the columns that rounding has added.
        while widths.iter().sum::<usize>() > 12 {
            if let Some(widest) = widths.iter_mut().max() {
                *widest -= 1;
            }
        }
        let mut i = 0;
        while widths.iter().sum::<usize>() < 12 && !widths.is_empty() {
            let at = i % widths.len();
            widths[at] += 1;
            i += 1;
        }
        spans.append(&mut widths);
        row.clear();
    };
    for n in beds.iter().map(|n| (*n).clamp(1, 6)) {
        if row.iter().sum::<usize>() + n > 6 || row.len() == 4 {
            flush(&mut row);
        }
        row.push(n);
    }
    flush(&mut row);
    spans
}

fn tile_view(w: Lang, tile: Tile, now: NaiveDateTime, as_of: Option<&str>, open: Memo<Option<String>>) -> AnyView {
    let href = match as_of {
        Some(as_of) => format!("/?as_of={as_of}&bed={}", tile.bed),
        None => format!("/?bed={}", tile.bed),
    };
    let (class, icon, name, state) = match &tile.state {
        // A free bed on a past night offers no admission.
        BedState::Free if as_of.is_some() => ("is-free", "bed", w.tile_free().to_owned(), w.none().to_owned()),
        BedState::Free => ("is-free", "plus", w.tile_free().to_owned(), w.tile_welcome().to_owned()),
        BedState::Occupied(occupant) => ("is-here", "bed", occupant.name.clone(), here_since(w, occupant, now)),
        BedState::ToPrepare { since } => {
            ("is-prepare", "broom", w.tile_to_prepare().to_owned(), w.tile_since(&w.moment(since.local, now)))
        }
        BedState::OutOfService { until, reason, .. } => {
            let why = w.out_of_service(reason.code()).to_owned();
            let state = until.map_or(why.clone(), |until| w.tile_until(&why, &w.moment(until.local, now)));
            ("is-oos", "tool", w.tile_out_of_service().to_owned(), state)
        }
    };
    let flags: Vec<CareFlag> = match &tile.state {
        BedState::Occupied(occupant) => occupant.flags.clone(),
        _ => Vec::new(),
    };
    let tags = tags(w, &flags);
    let label = tile.label.clone();
    let (bed, id) = (tile.bed.0, tile.bed.to_string());
    let marked = use_page_state().marked;
    let is_open = move || open.with(|open| open.as_ref() == Some(&id)).then_some("true");
    view! {
        <a
            class=format!("bed {class}")
            class:just-changed=move || marked.with(|marked| marked.contains(&bed))
            href=href
            data-bed=label
            aria-current=is_open
        >
            <span class="top"><span>{tile.label}{tile.overflow.then(|| view! { <i>{w.overflow()}</i> })}</span>{tags}</span>
            <strong dir="auto">{name}</strong>
            <span class="state"><Icon name=icon/>{state}</span>
        </a>
    }
    .into_any()
}

/// The first emergency flag, and the number of further ones.
fn tags(w: Lang, flags: &[CareFlag]) -> Option<impl IntoView + use<>> {
    let first = *flags.first()?;
    let more = flags.len() - 1;
    let text =
        if more == 0 { w.care_tag(first.code()).to_owned() } else { format!("{} +{more}", w.care_tag(first.code())) };
    let all: Vec<&str> = flags.iter().map(|flag| w.care(flag.code())).collect();
    Some(view! { <span class="tag" title=all.join(", ")>{text}</span> })
}

fn here_since(w: Lang, occupant: &Occupant, now: NaiveDateTime) -> String {
    match occupant.nights(now) {
        0 => w.tile_arrived(&w.time(occupant.arrived.local.time())),
        n => w.tile_days(&w.number(n)),
    }
}

fn empty_house(w: Lang) -> AnyView {
    let may_edit = use_page_data().user.is_some_and(|me| domain::access::Permission::EditHouse.held_by(me.role));
    let first = may_edit.then(|| view! { <p><a class="button main" href="/house">{w.empty_house_edit()}</a></p> });
    view! { <section class="panel calm"><h2>{w.empty_house()}</h2><p>{w.empty_house_sentence()}</p>{first}</section> }
        .into_any()
}

/// The form that shows the board at another time.
fn other_night(w: Lang, as_of: Memo<Option<String>>) -> impl IntoView {
    view! {
        <details class="other-night" open=move || as_of.get().is_some()>
            <summary><Icon name="calendar"/>{w.tonight_other()}</summary>
            <form method="get" action="/" class="inline">
                <label class="field"><span class="label">{w.tonight_moment()}</span>
                    <input type="datetime-local" name="as_of" required=true value=as_of.get_untracked().unwrap_or_default()/>
                </label>
                <button class="button">{w.tonight_show()}</button>
            </form>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[test]
    fn rows_of_rooms_always_fill_twelve_columns() {
        for beds in [
            vec![1, 2, 2],
            vec![3, 1, 1],
            vec![2, 2, 2],
            vec![1],
            vec![6],
            vec![8, 1],
            vec![1, 1, 1, 1, 1],
            vec![2, 3, 2, 1, 4],
        ] {
            let spans = spans(&beds);
            assert_eq!(spans.len(), beds.len());
            assert_eq!(spans.iter().sum::<usize>() % 12, 0, "{beds:?}: {spans:?}");
            assert!(spans.iter().all(|span| (1..=12).contains(span)));
        }
    }
}
