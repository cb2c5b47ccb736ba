//! What keeps an open screen true: the versions it has seen, the lamp that says how fresh it is, and
//! one's own taps that the house has not answered yet.

use domain::{
    board::OptimisticUpdate,
    events::{Area, Change},
    team::CurrentUser,
    time::HouseTime,
};
use leptos::prelude::*;

/// Seconds without a word from the server before the lamp dims, and before it goes out.
pub const DIMS_AFTER_S: i64 = 5;
/// See [`DIMS_AFTER_S`].
pub const OUT_AFTER_S: i64 = 30;

/// The state of an open screen, shared by all its parts.
#[derive(Clone, Copy)]
pub struct PageState {
    versions: StoredValue<[RwSignal<i64>; Area::ALL.len()]>,
    /// The newest version heard of.
    pub seen: RwSignal<i64>,
    /// How fresh the screen is.
    pub lamp: RwSignal<Lamp>,
    /// The house's clock, as last heard.
    pub clock: RwSignal<Option<HouseTime>>,
    /// One's own taps under way.
    pub taps: RwSignal<Vec<PendingUpdate>>,
}

/// A tap of one's own: shown at once, put back if it is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingUpdate {
    /// The act's id.
    pub id: String,
    /// What it will change.
    pub tap: OptimisticUpdate,
    /// The house has done it; the next board shows it.
    pub done: bool,
}

/// How fresh an open screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lamp {
    /// The page as it was drawn: not live yet, or no JavaScript.
    Drawn,
    /// PageState; so many seconds since the last word.
    Lit(i64),
    /// The last word is older than it should be.
    Dim(i64),
    /// The server has been silent for long.
    Out(i64),
}

impl Lamp {
    /// The lamp after so many seconds without a word.
    pub const fn after(seconds: i64) -> Self {
        if seconds > OUT_AFTER_S {
            Self::Out(seconds)
        } else if seconds > DIMS_AFTER_S {
            Self::Dim(seconds)
        } else {
            Self::Lit(seconds)
        }
    }

    /// Its code, for the style sheet.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::Lit(_) => "lit",
            Self::Dim(_) => "dim",
            Self::Out(_) => "out",
        }
    }
}

impl PageState {
    /// The state of a page that has just been drawn.
    pub fn new(me: Option<&CurrentUser>) -> Self {
        let version = me.map_or(0, |me| me.version);
        Self {
            versions: StoredValue::new(std::array::from_fn(|_| RwSignal::new(version))),
            seen: RwSignal::new(version),
            lamp: RwSignal::new(Lamp::Drawn),
            clock: RwSignal::new(me.map(|me| me.now)),
            taps: RwSignal::default(),
        }
    }

    /// The version of an area: a resource that depends on it is read again when it changes.
    pub fn area(&self, area: Area) -> RwSignal<i64> {
        let at = Area::ALL.iter().position(|known| *known == area).unwrap_or(0);
        self.versions.with_value(|versions| versions[at])
    }

    /// A change was heard of. One that was heard before changes nothing.
    pub fn heard(&self, change: &Change) {
        if change.version <= self.seen.get_untracked() {
            return;
        }
        self.seen.set(change.version);
        for area in &change.areas {
            // An act of one's own may have moved it on already (`refresh`): what is heard of afterwards is
            // something new all the same.
            self.area(*area).update(|version| *version = change.version.max(*version + 1));
        }
    }

    /// Reads areas again, after an act of one's own or when too much was missed.
    pub fn refresh(&self, areas: &[Area]) {
        for area in areas {
            // Only ever to something new, so that whoever watches it reads again.
            self.area(*area).update(|version| *version += 1);
        }
    }

    /// The present on the house's wall, as last heard.
    pub fn now(&self) -> Option<HouseTime> {
        self.clock.get_untracked()
    }
}

/// The state of the open screen.
pub fn use_page_state() -> PageState {
    use_context::<PageState>().unwrap_or_else(|| PageState::new(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: i64) -> Change {
        Change { version, areas: vec![Area::Board], subject: None }
    }

    /// The order that once swallowed a colleague's admission: the event of one's own act comes before its
    /// answer, then hers.
    #[test]
    fn every_change_heard_of_is_something_new_to_whoever_watches() {
        Owner::new().with(|| {
            let live = PageState::new(None);
            let mut seen = vec![live.area(Area::Board).get_untracked()];
            let mut look = |live: &PageState| {
                let now = live.area(Area::Board).get_untracked();
                assert!(!seen.contains(&now), "{now} again: nobody would read");
                seen.push(now);
            };
            live.heard(&change(7));
            look(&live);
            live.refresh(&[Area::Board]);
            look(&live);
            live.heard(&change(8));
            look(&live);
            live.heard(&change(8));
            assert_eq!(live.area(Area::Board).get_untracked(), *seen.last().unwrap_or(&0), "heard before");
        });
    }
}
