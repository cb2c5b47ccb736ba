//! The frame of every page: lamp, title, navigation, veil, and who is signed in.

use domain::access::{Permission, Role};
use leptos::prelude::*;

use crate::{
    components::{
        icon::Icon,
        lamp::{DataAge, LampSign, LampWarning},
    },
    live::use_page_state,
    root::use_page_data,
    words::{Lang, use_words},
};

/// A page: its title in the header, its figures beside it, its content below.
#[component]
pub fn Page(
    /// The name of the page, in its header and on the browser's tab: never a person's.
    name: &'static str,
    /// What the header says instead of the name, where it says more.
    #[prop(optional)]
    title: Option<AnyView>,
    /// The page's own path, marked in the navigation.
    here: &'static str,
    /// What stands beside the title: counts, buttons.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// Whether the header's title is the page's heading, where the content has none of its own.
    #[prop(optional)]
    heading: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    let (w, start, live) = (use_words(), use_page_data(), use_page_state());
    Effect::new(move |_| crate::client::set_title(&tab_title(w, name)));
    let me = start.user.clone();
    if let Some(me) = &me {
        once_listening(live, me.idle_s);
    }
    let title = title.unwrap_or_else(|| name.into_any());
    let title =
        if heading { view! { <h1>{title}</h1> }.into_any() } else { view! { <strong>{title}</strong> }.into_any() };
    let role = me.as_ref().map(|me| me.role);
    let initials = me.map(|me| me.initials.0).unwrap_or_default();
    view! {
        <a class="skip" href="#main">{w.skip()}</a>
        <div class="house">
            <header>
                <LampSign/>
                <div class="where">{title}<DataAge/></div>
                {beside}
                <div class="self">
                    <a class="button" href="/veil">{w.veil()}</a>
                    <a class="button" href="/session" aria-label=w.session_of(&initials)>{initials.clone()}</a>
                </div>
            </header>
            <nav aria-label=w.nav_label()>{role.map(|role| nav(w, role, here))}</nav>
            <main id="main" tabindex="-1">
                <LampWarning/>
                {children()}
            </main>
        </div>
    }
    .into_any()
}

/// What the browser's tab says of a page.
pub(crate) fn tab_title(w: Lang, name: &str) -> String {
    format!("{name} · {}", w.app_name())
}

fn nav(w: Lang, role: Role, here: &'static str) -> impl IntoView {
    let places: [(&str, &str, &str, Permission); 8] = [
        ("/", "home", w.nav_tonight(), Permission::SeeBoard),
        ("/desk", "welcome", w.nav_desk(), Permission::MoveResidents),
        ("/residents", "people", w.nav_residents(), Permission::OpenResidents),
        ("/stays", "bed", w.nav_stays(), Permission::SeeStays),
        ("/figures", "chart", w.nav_figures(), Permission::SeeMeasures),
        ("/house", "door", w.nav_house(), Permission::SeeHouse),
        ("/team", "team", w.nav_team(), Permission::ManageTeam),
        ("/audit", "eye", w.nav_audit(), Permission::ReadAudit),
    ];
    places
        .into_iter()
        .filter(|(.., needs)| needs.held_by(role))
        .map(|(path, icon, label, _)| {
            view! { <a href=path aria-current=(path == here).then_some("page")><Icon name=icon/><span>{label}</span></a> }
        })
        .collect_view()
}

/// Listens to the house from the first page on, once.
fn once_listening(live: crate::page_state::PageState, idle_s: u32) {
    let listening = use_context::<Listening>();
    if let Some(Listening(listening)) = listening {
        Effect::new(move |_| {
            if !listening.get_value() {
                listening.set_value(true);
                crate::client::listen(live, idle_s);
            }
        });
    }
}

/// Whether the page already listens to the house.
#[derive(Clone, Copy)]
pub(crate) struct Listening(pub(crate) StoredValue<bool>);
