//! The application: what every page starts with, and which page is where.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::{lost::Lost, page::Listening},
    live::Live,
    pages::{
        audit::AuditPage, desk::Desk, figures::FiguresPage, house::HousePage, resident::ResidentPage,
        residents::ResidentsPage, session::SessionPage, stay::StayPage, stays::StaysPage, team::TeamPage,
        tonight::Tonight, veil::Veil,
    },
    visit::{Posted, Start},
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let start = SharedValue::new(start_of_page).into_inner();
    provide_context(start.lang);
    provide_context(StartOf(StoredValue::new(start.clone())));
    provide_context(PostedForm(RwSignal::new(start.posted.clone())));
    provide_context(Live::new(start.me.as_ref()));
    provide_context(Listening(StoredValue::new(false)));
    Effect::new(move |_| crate::browser::wake());
    view! {
        <Router>
            <Routes fallback=|| view! { <Lost/> }>
                <Route path=path!("/") view=Tonight/>
                <Route path=path!("/desk") view=Desk/>
                <Route path=path!("/residents") view=ResidentsPage/>
                <Route path=path!("/residents/:id") view=ResidentPage/>
                <Route path=path!("/stays") view=StaysPage/>
                <Route path=path!("/stays/:id") view=StayPage/>
                <Route path=path!("/figures") view=FiguresPage/>
                <Route path=path!("/house") view=HousePage/>
                <Route path=path!("/team") view=TeamPage/>
                <Route path=path!("/audit") view=AuditPage/>
                <Route path=path!("/session") view=SessionPage/>
                <Route path=path!("/veil") view=Veil/>
            </Routes>
        </Router>
    }
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
