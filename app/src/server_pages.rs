//! Pages that only the server renders.
//!
//! A page with little interaction needs no code of its own in the browser. The server renders it as an HTML fragment;
//! the browser fetches the fragment when somebody goes to the page, after one of its forms was sent, or when its data
//! has changed, and inserts it into the document. Its forms and links also work without JavaScript. Such a page adds
//! nothing to the size of the browser's module and always shows what the server would render.

use leptos::prelude::*;

use crate::components::page::Page;

/// A page that only the server renders, inside the frame of every page. On hydration the browser keeps its content.
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

    /// The page of the request without its frame, for a browser that already shows the frame.
    pub fn fragment() -> impl IntoView {
        let request = use_context::<RequestContext>();
        provide_page(request.map(|request| request.page).unwrap_or_default());
        let drawing = leptos::reactive::computed::ScopedFuture::new(draw());
        view! { <Suspense>{Suspend::new(drawing)}</Suspense> }
    }

    /// Renders the page of the request's address, or the refusal of one of its queries.
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
