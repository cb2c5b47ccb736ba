//! The state of an open page that keeps it up to date: the versions known to it, the time since the last event, the
//! optimistic updates of its own acts, and the confirmation of the last of them.

use domain::{
    board::OptimisticUpdate,
    confirmation::Confirmation,
    events::{Area, Change},
    team::CurrentUser,
    time::HouseTime,
};
use leptos::prelude::*;
use uuid::Uuid;

/// Seconds without an event of the server after which the page is stale and the lamp dims.
pub const STALE_AFTER_S: i64 = 5;
/// Seconds without an event of the server after which the page is disconnected and the lamp goes out.
pub const DISCONNECTED_AFTER_S: i64 = 30;

/// The state of an open page, shared by all its components.
#[derive(Clone, Copy)]
pub struct PageState {
    versions: StoredValue<[RwSignal<i64>; Area::ALL.len()]>,
    /// The highest version received on the event stream.
    pub seen: RwSignal<i64>,
    /// How up to date the page is; the lamp shows it.
    pub freshness: RwSignal<Freshness>,
    /// The latest time received from the server; none before a session exists.
    pub clock: RwSignal<Option<HouseTime>>,
    /// The optimistic updates that the page shows.
    pub pending: RwSignal<Vec<PendingUpdate>>,
    /// The number of acts done from this page. Queries that show their results watch it and are sent again.
    pub own_acts: RwSignal<i64>,
    /// The number of times that the board changed without an act, because a planned period out of service began or
    /// ended.
    pub time_changes: RwSignal<i64>,
    /// The confirmation of the last act.
    pub confirmation: RwSignal<Option<Confirmation>>,
    /// The ids of what that act changed (a bed, the subject of a row), which the page marks for a few seconds.
    pub marked: RwSignal<Vec<Uuid>>,
    /// The address of a page that could not be fetched because the server did not respond.
    pub unreachable: RwSignal<Option<String>>,
}

/// An optimistic update of an act of this page. It is shown at once and removed if the act is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingUpdate {
    /// The id of the act.
    pub id: String,
    /// The change that is shown.
    pub update: OptimisticUpdate,
    /// Whether the server has done the act. The next board that arrives then replaces the update.
    pub done: bool,
}

/// How up to date an open page is. Numbers are seconds since the last event of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The page is as the server rendered it: not hydrated yet, or without JavaScript.
    Drawn,
    /// The page is up to date.
    Live(i64),
    /// The last event is older than [`STALE_AFTER_S`].
    Stale(i64),
    /// The last event is older than [`DISCONNECTED_AFTER_S`].
    Disconnected(i64),
}

impl Freshness {
    /// The freshness of a hydrated page after this number of seconds without an event.
    pub const fn after(seconds: i64) -> Self {
        if seconds > DISCONNECTED_AFTER_S {
            Self::Disconnected(seconds)
        } else if seconds > STALE_AFTER_S {
            Self::Stale(seconds)
        } else {
            Self::Live(seconds)
        }
    }

    /// The code of the lamp's state, for the style sheet.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::Live(_) => "lit",
            Self::Stale(_) => "dim",
            Self::Disconnected(_) => "out",
        }
    }
}

impl PageState {
    /// The initial state of a page.
    pub fn new(user: Option<&CurrentUser>, confirmation: Option<Confirmation>) -> Self {
        let version = user.map_or(0, |user| user.version);
        Self {
            versions: StoredValue::new(std::array::from_fn(|_| RwSignal::new(version))),
            seen: RwSignal::new(version),
            freshness: RwSignal::new(Freshness::Drawn),
            clock: RwSignal::new(user.map(|user| user.now)),
            pending: RwSignal::default(),
            own_acts: RwSignal::new(0),
            time_changes: RwSignal::new(0),
            marked: RwSignal::new(marked_by(confirmation.as_ref())),
            confirmation: RwSignal::new(confirmation),
            unreachable: RwSignal::default(),
        }
    }

    /// The highest version at which an area is known to have changed.
    pub fn area(&self, area: Area) -> RwSignal<i64> {
        let at = Area::ALL.iter().position(|known| *known == area).unwrap_or(0);
        self.versions.with_value(|versions| versions[at])
    }

    /// Applies a change received on the event stream. A version that is not newer than [`Self::seen`] is ignored.
    pub fn heard(&self, change: &Change) {
        if change.version <= self.seen.get_untracked() {
            return;
        }
        self.seen.set(change.version);
        self.changed(&change.areas, change.version);
    }

    /// Applies an event that stands for many missed ones: every area may have changed up to this version.
    pub fn heard_all(&self, version: i64) {
        if version > self.seen.get_untracked() {
            self.seen.set(version);
            self.changed(Area::ALL, version);
        }
    }

    /// Records that an act of this page was done, after which the house had this version. Queries that show these areas
    /// are sent again; the event of the same version then has no further effect.
    pub fn own_act(&self, areas: &[Area], version: i64) {
        self.own_acts.update(|n| *n += 1);
        self.changed(areas, version);
    }

    fn changed(&self, areas: &[Area], version: i64) {
        for area in areas {
            let known = self.area(*area);
            // Data read after a newer change already contains the older one.
            if version > known.get_untracked() {
                known.set(version);
            }
        }
    }

    /// Stores the confirmation of the last act and the ids that it marks.
    pub fn confirm(&self, confirmation: Option<Confirmation>) {
        self.marked.set(marked_by(confirmation.as_ref()));
        self.confirmation.set(confirmation);
    }

    /// The latest time received from the server, with the wall-clock time of the house.
    pub fn now(&self) -> Option<HouseTime> {
        self.clock.get_untracked()
    }
}

fn marked_by(confirmation: Option<&Confirmation>) -> Vec<Uuid> {
    let ids = confirmation.map(|confirmation| [confirmation.bed_id.map(|bed| bed.0), confirmation.subject]);
    ids.into_iter().flatten().flatten().collect()
}

/// The CSS classes of the row of a subject, on a page rendered by the server. The row is marked if the last act changed
/// its subject.
#[cfg(feature = "ssr")]
pub fn row_class(class: &str, subject: Uuid) -> String {
    if use_page_state().marked.with_untracked(|marked| marked.contains(&subject)) {
        format!("{class} just-changed").trim_start().to_owned()
    } else {
        class.to_owned()
    }
}

/// The state of the open page.
pub fn use_page_state() -> PageState {
    use_context::<PageState>().unwrap_or_else(|| PageState::new(None, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: i64) -> Change {
        Change { version, areas: vec![Area::Board], subject: None }
    }

    /// The event of an act of this page may arrive before or after its response, with another change between the two.
    #[test]
    fn every_change_is_read_once_whatever_the_order_of_responses_and_events() {
        Owner::new().with(|| {
            let board = |state: &PageState| state.area(Area::Board).get_untracked();
            // The event of an act arrives before its response; then an event of a colleague's change arrives.
            let state = PageState::new(None, None);
            state.heard(&change(7));
            assert_eq!(board(&state), 7);
            state.own_act(&[Area::Board], 7);
            assert_eq!(board(&state), 7, "nothing new");
            state.heard(&change(8));
            assert_eq!(board(&state), 8, "a colleague's change is something new");
            // The response arrives before its event: that event has no effect, nor has an older one that arrives late.
            state.own_act(&[Area::Board], 10);
            assert_eq!(board(&state), 10);
            state.heard(&change(9));
            state.heard(&change(10));
            assert_eq!((board(&state), state.seen.get_untracked()), (10, 10));
            state.heard(&change(11));
            assert_eq!(board(&state), 11);
            state.heard(&change(11));
            state.heard_all(11);
            assert_eq!((board(&state), state.area(Area::Team).get_untracked()), (11, 0));
            state.heard_all(12);
            assert_eq!(state.area(Area::Team).get_untracked(), 12);
        });
    }
}
