//! The screens: a table with one row for each, and one module for each in `pages/`.
//!
//! A row gives a screen its path, its title, the permission that it requires, its entry in the navigation, the areas
//! that it shows and where it is rendered. The router, the server's routes and page guard, the navigation, the title of
//! the browser's tab and the handling of events all read this table.

use domain::{access::Permission, events::Area};
use leptos::prelude::*;
use leptos_router::{
    components::{Route, Routes},
    path,
};

#[cfg(feature = "ssr")]
use crate::{answered::Answered, page_request::PageRequest};
use crate::{
    navigation::{CurrentScreen, NavigationEntry},
    words::Lang,
};

#[cfg(feature = "ssr")]
pub mod audit;
pub mod desk;
#[cfg(feature = "ssr")]
pub mod house;
#[cfg(feature = "ssr")]
pub mod measures;
#[cfg(feature = "ssr")]
pub mod resident;
#[cfg(feature = "ssr")]
pub mod residents;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod stay;
#[cfg(feature = "ssr")]
pub mod stays;
#[cfg(feature = "ssr")]
pub mod team;
pub mod tonight;
pub mod veil;

/// The words of a label in a language.
pub type Label = fn(Lang) -> &'static str;

/// A screen: one row of the table.
#[derive(Clone, Copy)]
pub struct Screen {
    /// The path in the notation of the router, such as `/stays/:id`.
    pub path: &'static str,
    /// The title, on the browser's tab and in the header. It never contains a person's name.
    pub title: Label,
    /// Whether the title in the header is the `h1` of the page.
    pub heading: bool,
    /// The permission that the reader's role must hold. It protects the page only; the queries of the page are
    /// authorised on their own.
    pub needs: Permission,
    /// The icon and the label of its entry in the navigation, if it has one.
    pub navigation: Option<(&'static str, Label)>,
    /// The areas that it shows. A screen rendered by the server is fetched again when one of them changes.
    pub shows: &'static [Area],
    /// Where it is rendered.
    pub drawn: Drawn,
}

/// Where a screen is rendered.
#[derive(Clone, Copy)]
pub enum Drawn {
    /// By the server first; the browser then hydrates it and renders its changes.
    Browser(fn() -> AnyView),
    /// By the server alone; the browser fetches it as a fragment (`server_pages`).
    Server(Draw),
}

/// A function that renders a screen on the server. It must obtain all data through queries, which authorise.
#[cfg(feature = "ssr")]
pub type Draw = fn(Lang, PageRequest) -> std::pin::Pin<Box<dyn Future<Output = Answered<AnyView>> + Send>>;
/// The browser build contains no code for a screen that the server renders.
#[cfg(not(feature = "ssr"))]
pub type Draw = ();

/// Declares the screens.
macro_rules! screens {
    (@heading) => { false };
    (@heading heading) => { true };
    (@navigation) => { None };
    (@navigation $icon:literal $label:ident) => { Some(($icon, |w: Lang| w.$label())) };
    (@drawn browser $view:path) => { Drawn::Browser(|| $view().into_any()) };
    (@drawn server $draw:path) => {{
        #[cfg(feature = "ssr")]
        let drawn = Drawn::Server(|w, page| Box::pin($draw(w, page)));
        #[cfg(not(feature = "ssr"))]
        let drawn = Drawn::Server(());
        drawn
    }};
    ($($path:tt => $side:ident($draw:path), title: $title:ident $(($heading:ident))?, needs: $needs:ident,
        navigation: [$($icon:literal $label:ident)?], shows: [$($area:ident),*];)*) => {
        /// Every screen.
        pub const SCREENS: &[Screen] = &[$(Screen {
            path: $path,
            title: |w| w.$title(),
            heading: screens!(@heading $($heading)?),
            needs: Permission::$needs,
            navigation: screens!(@navigation $($icon $label)?),
            shows: &[$(Area::$area),*],
            drawn: screens!(@drawn $side $draw),
        }),*];

        /// The routes of all screens. `server` is the view of the ones that the server renders.
        pub(crate) fn routes(server: fn() -> AnyView, not_found: fn() -> AnyView) -> impl IntoView {
            view! {
                <Routes fallback=not_found>
                    $(<Route path=path!($path) view=move || show($path, server)/>)*
                </Routes>
            }
        }
    };
}

screens! {
    "/" => browser(tonight::Tonight), title: nav_tonight (heading), needs: SeeBoard, navigation: ["home" nav_tonight], shows: [Board];
    "/desk" => browser(desk::Desk), title: desk_title (heading), needs: MoveResidents, navigation: ["welcome" nav_desk], shows: [Board, Residents];
    "/residents" => server(residents::draw), title: residents_title (heading), needs: OpenResidents, navigation: ["people" nav_residents], shows: [Residents];
    "/residents/:id" => server(resident::draw), title: resident_title, needs: OpenResidents, navigation: [], shows: [Residents];
    "/stays" => server(stays::draw), title: stays_title (heading), needs: SeeStays, navigation: ["bed" nav_stays], shows: [Stays];
    "/stays/:id" => server(stay::draw), title: stay_title, needs: SeeStays, navigation: [], shows: [Stays];
    "/figures" => server(measures::draw), title: figures_title, needs: SeeMeasures, navigation: ["chart" nav_figures], shows: [Stays, House];
    "/house" => server(house::draw), title: house_title, needs: SeeHouse, navigation: ["door" nav_house], shows: [House, Board];
    "/team" => server(team::draw), title: team_title, needs: ManageTeam, navigation: ["team" nav_team], shows: [Team];
    "/audit" => server(audit::draw), title: audit_title (heading), needs: ReadAudit, navigation: ["eye" nav_audit], shows: [];
    "/session" => server(session::draw), title: session_title, needs: SignedIn, navigation: [], shows: [Team];
    "/veil" => browser(veil::Veil), title: app_name, needs: SignedIn, navigation: [], shows: [];
}

/// The screen of a path, and the id in that path if the screen has one; none for an unknown path.
pub fn screen_of(path: &str) -> Option<(&'static Screen, Option<&str>)> {
    let parts = || path.trim_matches('/').split('/');
    SCREENS.iter().find_map(|screen| {
        let (mut id, mut asked) = (None, parts());
        for part in screen.path.trim_matches('/').split('/') {
            let given = asked.next()?;
            if part.starts_with(':') && !given.is_empty() {
                id = Some(given);
            } else if part != given {
                return None;
            }
        }
        asked.next().is_none().then_some((screen, id))
    })
}

/// The entries of the navigation, in order.
pub(crate) fn navigation() -> impl Iterator<Item = NavigationEntry> {
    SCREENS.iter().filter_map(|screen| {
        let (icon, label) = screen.navigation?;
        Some(NavigationEntry { path: screen.path, icon, label, needs: screen.needs })
    })
}

/// Provides the screen to the frame of the page, through the context.
pub(crate) fn provide_screen(screen: &'static Screen) {
    provide_context(CurrentScreen { path: screen.path, title: screen.title, heading: screen.heading });
}

fn show(path: &str, server: fn() -> AnyView) -> AnyView {
    let Some(screen) = SCREENS.iter().find(|screen| screen.path == path) else { return ().into_any() };
    provide_screen(screen);
    match screen.drawn {
        Drawn::Browser(view) => view(),
        Drawn::Server(_) => server(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_own_screen_and_to_no_other() {
        fn found(path: &str) -> Option<(&'static str, bool)> {
            screen_of(path).map(|(screen, id)| (screen.path, id.is_some()))
        }
        for screen in SCREENS {
            let path = screen.path.replace(":id", "0190");
            assert_eq!(found(&path), Some((screen.path, screen.path.contains(':'))), "{path}");
        }
        for path in ["/nothing", "/stays/1/2", "/desk/1", "/veil/x"] {
            assert_eq!(found(path), None, "{path}");
        }
        assert_eq!(found("/stays/"), Some(("/stays", false)));
    }
}
