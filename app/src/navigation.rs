//! The entries of the navigation and the current screen, for the frame around every page.

use domain::access::Permission;
use leptos::prelude::use_context;

use crate::words::Lang;

/// An entry of the navigation.
#[derive(Clone, Copy)]
pub struct NavigationEntry {
    /// The path of its page.
    pub path: &'static str,
    /// The name of its icon in the sprite.
    pub icon: &'static str,
    /// The label.
    pub label: fn(Lang) -> &'static str,
    /// The permission that the reader's role must hold for the entry to be shown.
    pub needs: Permission,
}

/// The entries of the navigation, in order, as the root component provides them.
#[derive(Clone)]
pub(crate) struct Navigation(pub(crate) Vec<NavigationEntry>);

/// The screen that is shown.
#[derive(Clone, Copy)]
pub(crate) struct CurrentScreen {
    /// The path of the screen, whose entry is marked in the navigation.
    pub(crate) path: &'static str,
    /// The title of the screen.
    pub(crate) title: fn(Lang) -> &'static str,
    /// Whether the title in the header is the `h1` of the page.
    pub(crate) heading: bool,
}

/// The screen that is shown; none on the page for an unknown path.
pub(crate) fn use_current_screen() -> Option<CurrentScreen> {
    use_context::<CurrentScreen>()
}

/// The entries of the navigation.
pub(crate) fn use_navigation() -> Vec<NavigationEntry> {
    use_context::<Navigation>().map(|navigation| navigation.0).unwrap_or_default()
}
