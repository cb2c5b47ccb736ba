//! ServerPageRow pages: drawn by the house alone, woken by one small piece of the browser's module.
//!
//! A page that is read more than it is touched does not need its own code on the tablet. The house
//! draws it; the browser fetches it again as a fragment when one goes there, when a form of it was
//! sent, or when the house has changed, and puts it in its place. Its forms and links are the plain
//! ones that work without JavaScript. So every such page is written once, weighs nothing on the
//! tablet, and can never disagree with what the server would draw.

use domain::events::Area;
use leptos::prelude::*;

use crate::{
    components::page::Page,
    words::{Lang, use_words},
};

/// A quiet page.
#[derive(Clone, Copy)]
pub struct ServerPageRow {
    /// The first part of its address.
    pub root: &'static str,
    /// Its title.
    pub title: fn(Lang) -> &'static str,
    /// What it shows: it is drawn again when one of these changes.
    pub shows: &'static [Area],
}

/// Every quiet page.
pub const PAGES: &[ServerPageRow] = &[
    ServerPageRow { root: "/residents", title: |w| w.residents_title(), shows: &[Area::Residents] },
    ServerPageRow { root: "/stays", title: |w| w.stays_title(), shows: &[Area::Stays] },
    ServerPageRow { root: "/figures", title: |w| w.figures_title(), shows: &[Area::Stays, Area::House] },
    ServerPageRow { root: "/house", title: |w| w.house_title(), shows: &[Area::House, Area::Board] },
    ServerPageRow { root: "/team", title: |w| w.team_title(), shows: &[Area::Team] },
    ServerPageRow { root: "/audit", title: |w| w.audit_title(), shows: &[] },
    ServerPageRow { root: "/session", title: |w| w.session_title(), shows: &[Area::Team] },
];

/// The quiet page of an address.
pub fn page_of(path: &str) -> Option<&'static ServerPageRow> {
    PAGES.iter().find(|page| path.strip_prefix(page.root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// A quiet page in its frame: drawn here by the server, left as it is by the browser.
#[component]
pub fn ServerPage() -> impl IntoView {
    let w = use_words();
    // Every address of a quiet page has its own route, so this is built anew when one goes to another.
    let path = leptos_router::hooks::use_location().pathname.get_untracked();
    let page = page_of(&path);
    // Lists begin at once; the others have a heading of their own.
    let heading = matches!(path.as_str(), "/residents" | "/stays" | "/audit");
    let (name, here) = page.map_or((w.lost_title(), ""), |page| ((page.title)(w), page.root));
    view! { <Page name here heading>{place()}</Page> }
}

#[cfg(feature = "ssr")]
fn place() -> AnyView {
    let drawing = leptos::reactive::computed::ScopedFuture::new(drawn::draw());
    view! { <div class="quiet" id="quiet"><Suspense>{Suspend::new(drawing)}</Suspense></div> }.into_any()
}

#[cfg(not(feature = "ssr"))]
fn place() -> AnyView {
    crate::client::server_page_place()
}

#[cfg(feature = "ssr")]
pub use drawn::fragment;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos_router::params::ParamsMap;
    use uuid::Uuid;

    use super::*;
    use crate::{api::Answered, components::waiting::Missing, pages, root::provide_page, request::RequestContext};

    /// A quiet page without its frame, for a browser that has the frame already.
    pub fn fragment() -> impl IntoView {
        let visit = use_context::<RequestContext>();
        provide_page(visit.map(|visit| visit.start).unwrap_or_default());
        let drawing = leptos::reactive::computed::ScopedFuture::new(draw());
        view! { <Suspense>{Suspend::new(drawing)}</Suspense> }
    }

    /// Draws the page of the request's address.
    pub(super) async fn draw() -> AnyView {
        let w = use_words();
        let address = crate::root::use_page_data().address;
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let query = read_query(query);
        match page(w, path, &query).await {
            Ok(view) => view,
            Err(denied) => view! { <Missing denied/> }.into_any(),
        }
    }

    async fn page(w: Lang, path: &str, query: &ParamsMap) -> Answered<AnyView> {
        let mut parts = path.trim_matches('/').split('/');
        let root = parts.next().unwrap_or_default();
        let id = parts.next().map(|id| Uuid::parse_str(id).unwrap_or_default());
        match (root, id) {
            ("residents", None) => pages::residents::draw(w).await,
            ("residents", Some(id)) => pages::resident::draw(w, id).await,
            ("stays", None) => pages::stays::draw(w, query).await,
            ("stays", Some(id)) => pages::stay::draw(w, id).await,
            ("figures", _) => pages::measures::draw(w, query).await,
            ("house", _) => pages::house::draw(w).await,
            ("team", _) => pages::team::draw(w).await,
            ("audit", _) => pages::audit::draw(w, query).await,
            _ => pages::session::draw(w).await,
        }
    }

    fn read_query(query: &str) -> ParamsMap {
        form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }
}
