//! Pages drawn by the server alone.
//!
//! A page that is read more than it is touched does not need its own code in the browser. The server draws it; the
//! browser fetches it again as a fragment when somebody goes there, when one of its forms was sent, or when what it
//! shows has changed, and puts it in its place. Its forms and links are the plain ones that work without JavaScript.
//! So every such page is written once, weighs nothing in the browser's module, and can never disagree with what the
//! server would draw.

use leptos::prelude::*;

use crate::components::page::Page;

/// A page drawn by the server, in its frame: drawn here by the server, left as it is by the browser.
#[component]
pub fn ServerPage() -> impl IntoView {
    view! { <Page>{place()}</Page> }
}

#[cfg(feature = "ssr")]
fn place() -> AnyView {
    let drawing = leptos::reactive::computed::ScopedFuture::new(drawn::draw());
    view! { <div class="server-page" id="server-page"><Suspense>{Suspend::new(drawing)}</Suspense></div> }.into_any()
}

#[cfg(feature = "hydrate")]
fn place() -> AnyView {
    crate::partial_navigation::place()
}

#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
fn place() -> AnyView {
    ().into_any()
}

#[cfg(feature = "ssr")]
pub use drawn::fragment;

#[cfg(feature = "ssr")]
mod drawn {
    use domain::refused::Refused;
    use leptos::prelude::*;
    use leptos_router::params::ParamsMap;
    use uuid::Uuid;

    use crate::{
        answered::{Answered, Denied},
        components::waiting::Missing,
        context::{provide_page, use_page_data},
        page_request::PageRequest,
        pages::{Drawn, provide_screen, screen_of},
        request::RequestContext,
        words::{Lang, use_words},
    };

    /// A page drawn by the server without its frame, for a browser that has the frame already.
    pub fn fragment() -> impl IntoView {
        let request = use_context::<RequestContext>();
        provide_page(request.map(|request| request.page).unwrap_or_default());
        let drawing = leptos::reactive::computed::ScopedFuture::new(draw());
        view! { <Suspense>{Suspend::new(drawing)}</Suspense> }
    }

    /// Draws the page of the request's address.
    pub(super) async fn draw() -> AnyView {
        let w = use_words();
        let address = use_page_data().address;
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        match page(w, path, query).await {
            Ok(view) => view,
            Err(denied) => view! { <Missing denied/> }.into_any(),
        }
    }

    async fn page(w: Lang, path: &str, query: &str) -> Answered<AnyView> {
        let Some((screen, id)) = screen_of(path) else { return Err(Denied(Refused::NotFound)) };
        let Drawn::Server(draw) = screen.drawn else { return Err(Denied(Refused::NotFound)) };
        provide_screen(screen);
        let id = id.and_then(|id| Uuid::parse_str(id).ok()).unwrap_or_default();
        draw(w, PageRequest { id, query: read_query(query) }).await
    }

    fn read_query(query: &str) -> ParamsMap {
        form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }
}
