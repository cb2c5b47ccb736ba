//! What keeps an open page true: the versions it has heard of, how fresh it is, the acts of one's own that the
//! server has not answered yet, and what the last of them did.

use domain::{
    board::OptimisticUpdate,
    confirmation::Confirmation,
    events::{Area, Change},
    team::CurrentUser,
    time::HouseTime,
};
use leptos::prelude::*;
use uuid::Uuid;

/// Seconds without a word from the server before the lamp dims, and before it goes out.
pub const STALE_AFTER_S: i64 = 5;
/// See [`STALE_AFTER_S`].
pub const DISCONNECTED_AFTER_S: i64 = 30;

/// The state of an open page, shared by all its parts.
#[derive(Clone, Copy)]
pub struct PageState {
    versions: StoredValue<[RwSignal<i64>; Area::ALL.len()]>,
    /// The newest version heard of on the event stream.
    pub seen: RwSignal<i64>,
    /// How fresh the page is; the lamp shows it.
    pub freshness: RwSignal<Freshness>,
    /// The house's clock, as last heard.
    pub clock: RwSignal<Option<HouseTime>>,
    /// Updates shown before the server has answered.
    pub pending: RwSignal<Vec<PendingUpdate>>,
    /// How many acts were done on this page; what shows their result reads it again.
    pub own_acts: RwSignal<i64>,
    /// How many times the board changed because of time alone: a planned closing began or ended.
    pub time_changes: RwSignal<i64>,
    /// What the last act did.
    pub confirmation: RwSignal<Option<Confirmation>>,
    /// What that act changed, marked for a moment: a bed's tile, the row of its subject.
    pub marked: RwSignal<Vec<Uuid>>,
    /// Where somebody wanted to go while the server did not answer.
    pub unreachable: RwSignal<Option<String>>,
}

/// An update of one's own: shown at once, put back if the act is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingUpdate {
    /// The act's id.
    pub id: String,
    /// What it will change.
    pub update: OptimisticUpdate,
    /// The server has done it; the next board shows it.
    pub done: bool,
}

/// How fresh an open page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As it was drawn by the server: not hydrated yet, or no JavaScript.
    Drawn,
    /// Live; so many seconds since the last word.
    Live(i64),
    /// The last word is older than it should be.
    Stale(i64),
    /// The server has been silent for long.
    Disconnected(i64),
}

impl Freshness {
    /// The freshness after so many seconds without a word.
    pub const fn after(seconds: i64) -> Self {
        if seconds > DISCONNECTED_AFTER_S {
            Self::Disconnected(seconds)
        } else if seconds > STALE_AFTER_S {
            Self::Stale(seconds)
        } else {
            Self::Live(seconds)
        }
    }

    /// Its code, for the style sheet: how the lamp burns.
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
    /// The state of a page that has just been drawn.
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

    /// The version at which an area last changed, as far as this page knows.
    pub fn area(&self, area: Area) -> RwSignal<i64> {
        let at = Area::ALL.iter().position(|known| *known == area).unwrap_or(0);
        self.versions.with_value(|versions| versions[at])
    }

    /// The event stream told of a change. A version that was heard of before changes nothing.
    pub fn heard(&self, change: &Change) {
        if change.version <= self.seen.get_untracked() {
            return;
        }
        self.seen.set(change.version);
        self.changed(&change.areas, change.version);
    }

    /// Too much was missed to be told one by one: everything may have changed up to a version.
    pub fn heard_all(&self, version: i64) {
        if version > self.seen.get_untracked() {
            self.seen.set(version);
            self.changed(Area::ALL, version);
        }
    }

    /// An act of one's own was done; the house then had this version. What shows these areas is read again, and the
    /// event of the same version, when it comes, is nothing new.
    pub fn own_act(&self, areas: &[Area], version: i64) {
        self.own_acts.update(|n| *n += 1);
        self.changed(areas, version);
    }

    fn changed(&self, areas: &[Area], version: i64) {
        for area in areas {
            let known = self.area(*area);
            // An older change is already in what was read after the newer one.
            if version > known.get_untracked() {
                known.set(version);
            }
        }
    }

    /// The confirmation of the last act has come.
    pub fn confirm(&self, confirmation: Option<Confirmation>) {
        self.marked.set(marked_by(confirmation.as_ref()));
        self.confirmation.set(confirmation);
    }

    /// The present of the house's wall clock, as last heard.
    pub fn now(&self) -> Option<HouseTime> {
        self.clock.get_untracked()
    }
}

fn marked_by(confirmation: Option<&Confirmation>) -> Vec<Uuid> {
    let ids = confirmation.map(|confirmation| [confirmation.bed_id.map(|bed| bed.0), confirmation.subject]);
    ids.into_iter().flatten().flatten().collect()
}

/// The classes of the row of a subject, in a page drawn by the server: it is marked where the last act changed it.
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

    /// The event of one's own act may come before or after its response, and a colleague's change between the two.
    #[test]
    fn every_change_is_read_once_whatever_the_order_of_responses_and_events() {
        Owner::new().with(|| {
            let board = |state: &PageState| state.area(Area::Board).get_untracked();
            // The event first, then the response: one change, then a colleague's.
            let state = PageState::new(None, None);
            state.heard(&change(7));
            assert_eq!(board(&state), 7);
            state.own_act(&[Area::Board], 7);
            assert_eq!(board(&state), 7, "nothing new");
            state.heard(&change(8));
            assert_eq!(board(&state), 8, "a colleague's change is something new");
            // The response first: its event is nothing new, and neither is an older one that comes late.
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
