//! The frame of every page: lamp, title, navigation, mask, language, theme, and who is signed in.

use domain::access::Role;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    client,
    components::{
        confirmation::ConfirmationBar,
        icon::Icon,
        lamp::{DataAge, LampSign, LampWarning},
    },
    context::use_page_data,
    navigation::{CurrentScreen, use_current_screen, use_navigation},
    page_state::{PageState, use_page_state},
    request::Theme,
    words::{Lang, use_words},
};

/// A page: the header with its title and counts, the navigation, and its content.
#[component]
pub fn Page(
    /// The content of the header that replaces the title of the screen.
    #[prop(optional)]
    title: Option<AnyView>,
    /// The counts and the buttons beside the title.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let (w, data, state) = (use_words(), use_page_data(), use_page_state());
    let screen = use_current_screen();
    let name = screen.map_or(w.lost_title(), |screen| (screen.title)(w));
    Effect::new(move |_| client::set_title(&tab_title(w, name)));
    let user = data.user.clone();
    if let Some(user) = &user {
        start_event_stream_once(state, user.idle_s);
    }
    let title = title.unwrap_or_else(|| name.into_any());
    let title = if screen.is_some_and(|screen| screen.heading) {
        view! { <h1>{title}</h1> }.into_any()
    } else {
        view! { <strong>{title}</strong> }.into_any()
    };
    let role = user.as_ref().map(|user| user.role);
    let initials = user.map(|user| user.initials.0).unwrap_or_default();
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        client::focus_main();
    };
    let confirmation = use_page_state().confirmation;
    view! {
        <a class="skip" href="#main" rel="external" on:click=skip>{w.skip()}</a>
        <div class="house">
            <header>
                <LampSign/>
                <div class="where">{title}<DataAge/></div>
                {beside}
                <div class="self">
                    {switches(w, data.theme)}
                    <a class="button" href="/veil">{w.veil()}</a>
                    <a class="button" href="/session" aria-label=w.session_of(&initials)>{initials.clone()}</a>
                </div>
            </header>
            <nav aria-label=w.nav_label()>{role.map(|role| navigation(w, role, screen))}</nav>
            <main id="main" tabindex="-1" class:above-bar=move || confirmation.with(Option::is_some)>
                <p class="notice not-live">{w.not_live()}</p>
                <FirstTime/>
                <LampWarning/>
                <Unreachable/>
                {children()}
            </main>
            <ConfirmationBar/>
        </div>
    }
    .into_any()
}

/// The title of the browser's tab for the page of this name.
pub(crate) fn tab_title(w: Lang, name: &str) -> String {
    if name == w.app_name() { name.to_owned() } else { format!("{name} · {}", w.app_name()) }
}

/// The links to the other language and the other theme. They load the document again.
fn switches(w: Lang, theme: Theme) -> AnyView {
    let location = use_location();
    let address = move |name: &'static str, code: &'static str| {
        move || {
            let query = location.search.get();
            let kept = query.trim_start_matches('?').split('&').filter(|pair| {
                !pair.is_empty() && !["lang=", "theme=", "done="].iter().any(|known| pair.starts_with(known))
            });
            let pairs: Vec<String> = kept.map(str::to_owned).chain([format!("{name}={code}")]).collect();
            format!("{}?{}", location.pathname.get(), pairs.join("&"))
        }
    };
    let (lang, theme) = (w.other(), theme.other());
    let theme_icon = match theme {
        Theme::Night => "moon",
        Theme::Day => "sun",
    };
    view! {
        <a class="button switch" rel="external" href=address("lang", lang.code()) lang=lang.code()
            aria-label=format!("{} : {}, {}", w.language_label(), lang.code().to_uppercase(), w.other_language())>
            {lang.code().to_uppercase()}
        </a>
        <a class="button switch" rel="external" href=address("theme", theme.code())
            aria-label=format!("{} : {}", w.theme_label(), w.theme(theme.code()))><Icon name=theme_icon/></a>
    }
    .into_any()
}

fn navigation(w: Lang, role: Role, screen: Option<CurrentScreen>) -> impl IntoView {
    // The page of one stay marks the entry of all stays: the part of the path before the id counts.
    let here = screen.map(|screen| screen.path.split("/:").next().unwrap_or_default()).unwrap_or_default();
    use_navigation()
        .into_iter()
        .filter(|entry| entry.needs.held_by(role))
        .map(|entry| {
            view! {
                <a href=entry.path aria-current=(entry.path == here).then_some("page")>
                    <Icon name=entry.icon/><span>{(entry.label)(w)}</span>
                </a>
            }
        })
        .collect_view()
}

/// The explanation of the lamp and the mask, shown once in each browser.
#[component]
fn FirstTime() -> impl IntoView {
    let w = use_words();
    let shown = RwSignal::new(false);
    Effect::new(move |_| shown.set(client::first_time()));
    let got_it = move |_| {
        client::remember_not_first();
        shown.set(false);
    };
    move || {
        shown.get().then(|| {
            view! {
                <div class="notice first-time" role="note">
                    <p><Icon name="lamp"/>{w.lamp_about()}</p>
                    <p>{w.veil_about()}</p>
                    <button type="button" class="button" on:click=got_it>{w.got_it()}</button>
                </div>
            }
        })
    }
}

/// The notice that a page could not be fetched. The page is shown once the server responds again.
#[component]
fn Unreachable() -> impl IntoView {
    let (w, state) = (use_words(), use_page_state());
    view! {
        <div role="alert">
            {move || state.unreachable.get().map(|_| view! { <p class="notice">{w.offline_page()}</p> })}
        </div>
    }
}

/// Opens the event stream, once for all pages that are shown in this document.
fn start_event_stream_once(state: PageState, idle_s: u32) {
    if let Some(EventStreamStarted(started)) = use_context::<EventStreamStarted>() {
        Effect::new(move |_| {
            if !started.get_value() {
                started.set_value(true);
                client::listen(state, idle_s);
                client::focus_when_unfolded();
            }
        });
    }
}

/// Whether this document already follows the event stream.
#[derive(Clone, Copy)]
pub(crate) struct EventStreamStarted(pub(crate) StoredValue<bool>);
