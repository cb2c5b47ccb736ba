//! The application: what every page starts with, and which page is where.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::{lost::Lost, page::Listening},
    live::Live,
    pages::{desk::Desk, tonight::Tonight, veil::Veil},
    quiet::QuietPage,
    visit::{Posted, Start},
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_page(SharedValue::new(start_of_page).into_inner());
    Effect::new(move |_| crate::browser::wake());
    view! {
        <Router>
            <Routes fallback=|| view! { <Lost/> }>
                <Route path=path!("/") view=Tonight/>
                <Route path=path!("/desk") view=Desk/>
                <Route path=path!("/residents") view=QuietPage/>
                <Route path=path!("/residents/:id") view=QuietPage/>
                <Route path=path!("/stays") view=QuietPage/>
                <Route path=path!("/stays/:id") view=QuietPage/>
                <Route path=path!("/figures") view=QuietPage/>
                <Route path=path!("/house") view=QuietPage/>
                <Route path=path!("/team") view=QuietPage/>
                <Route path=path!("/audit") view=QuietPage/>
                <Route path=path!("/session") view=QuietPage/>
                <Route path=path!("/veil") view=Veil/>
            </Routes>
        </Router>
    }
}

/// Gives every part of a page what it starts with.
pub(crate) fn provide_page(start: Start) {
    provide_context(start.lang);
    provide_context(PostedForm(RwSignal::new(start.posted.clone())));
    provide_context(Live::new(start.me.as_ref()));
    provide_context(Listening(StoredValue::new(false)));
    provide_context(StartOf(StoredValue::new(start)));
}

/// What the page started with, for whoever needs it.
#[derive(Clone, Copy)]
pub(crate) struct StartOf(pub(crate) StoredValue<Start>);

/// The form that came back with a refusal, until she goes elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct PostedForm(pub(crate) RwSignal<Option<Posted>>);

/// What the page being drawn starts with.
pub(crate) fn use_start() -> Start {
    use_context::<StartOf>().map(|start| start.0.get_value()).unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn start_of_page() -> Start {
    use_context::<crate::visit::Visit>().map(|visit| visit.start).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn start_of_page() -> Start {
    Start::default()
}
