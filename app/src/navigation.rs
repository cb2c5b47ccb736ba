//! The navigation of a page, and which screen it is, as the frame around every page needs them.

use domain::access::Permission;
use leptos::prelude::use_context;

use crate::words::Lang;

/// An entry of the navigation.
#[derive(Clone, Copy)]
pub struct NavigationEntry {
    /// Where it leads.
    pub path: &'static str,
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// Its label.
    pub label: fn(Lang) -> &'static str,
    /// What one must hold to be shown it.
    pub needs: Permission,
}

/// The entries of the navigation, in order; provided by the application.
#[derive(Clone)]
pub(crate) struct Navigation(pub(crate) Vec<NavigationEntry>);

/// The screen being shown.
#[derive(Clone, Copy)]
pub(crate) struct CurrentScreen {
    /// Its path, marked in the navigation.
    pub(crate) path: &'static str,
    /// Its title.
    pub(crate) title: fn(Lang) -> &'static str,
    /// Whether that title, in the header, is the heading of the page.
    pub(crate) heading: bool,
}

/// The screen being shown; none on a page that does not exist.
pub(crate) fn use_current_screen() -> Option<CurrentScreen> {
    use_context::<CurrentScreen>()
}

/// The entries of the navigation.
pub(crate) fn use_navigation() -> Vec<NavigationEntry> {
    use_context::<Navigation>().map(|navigation| navigation.0).unwrap_or_default()
}
