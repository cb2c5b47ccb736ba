//! The root component: the router, and the context of every page.

use leptos::prelude::*;
use leptos_router::components::Router;

use crate::{
    components::{not_found::NotFoundPage, page::EventStreamStarted},
    context::provide_page,
    navigation::Navigation,
    pages,
    request::PageData,
    server_pages::ServerPage,
};

/// The root component, which the server renders and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    provide_page(SharedValue::new(page_data).into_inner());
    provide_context(Navigation(pages::navigation().collect()));
    provide_context(EventStreamStarted(StoredValue::new(false)));
    Effect::new(move |_| crate::client::mark_hydrated());
    view! { <Router><LinksTakenOver/>{pages::routes(|| view! { <ServerPage/> }.into_any(), || view! { <NotFoundPage/> }.into_any())}</Router> }
}

#[cfg(feature = "ssr")]
fn page_data() -> PageData {
    use_context::<crate::request::RequestContext>().map(|request| request.page).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn page_data() -> PageData {
    PageData::default()
}

/// In the browser, makes a click on a link fetch the new page before the present one is left.
#[component]
fn LinksTakenOver() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    crate::partial_navigation::take_over_links(crate::page_state::use_page_state());
}
