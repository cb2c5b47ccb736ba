//! The application: what every page starts with, and which page is where.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::{not_found::NotFoundPage, page::Listening},
    live::PageState,
    pages::{desk::Desk, tonight::Tonight, veil::Veil},
    server_pages::ServerPage,
    request::{SubmittedForm, PageData},
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_page(SharedValue::new(start_of_page).into_inner());
    Effect::new(move |_| crate::client::wake());
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage/> }>
                <Route path=path!("/") view=Tonight/>
                <Route path=path!("/desk") view=Desk/>
                <Route path=path!("/residents") view=ServerPage/>
                <Route path=path!("/residents/:id") view=ServerPage/>
                <Route path=path!("/stays") view=ServerPage/>
                <Route path=path!("/stays/:id") view=ServerPage/>
                <Route path=path!("/figures") view=ServerPage/>
                <Route path=path!("/house") view=ServerPage/>
                <Route path=path!("/team") view=ServerPage/>
                <Route path=path!("/audit") view=ServerPage/>
                <Route path=path!("/session") view=ServerPage/>
                <Route path=path!("/veil") view=Veil/>
            </Routes>
        </Router>
    }
}

/// Gives every part of a page what it starts with.
pub(crate) fn provide_page(start: PageData) {
    provide_context(start.lang);
    provide_context(ReturnedForm(RwSignal::new(start.submitted.clone())));
    provide_context(PageState::new(start.user.as_ref()));
    provide_context(Listening(StoredValue::new(false)));
    provide_context(StartOf(StoredValue::new(start)));
}

/// What the page started with, for whoever needs it.
#[derive(Clone, Copy)]
pub(crate) struct StartOf(pub(crate) StoredValue<PageData>);

/// The form that came back with a refusal, until she goes elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct ReturnedForm(pub(crate) RwSignal<Option<SubmittedForm>>);

/// What the page being drawn starts with.
pub(crate) fn use_page_data() -> PageData {
    use_context::<StartOf>().map(|start| start.0.get_value()).unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn start_of_page() -> PageData {
    use_context::<crate::request::RequestContext>().map(|visit| visit.start).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn start_of_page() -> PageData {
    PageData::default()
}
