//! Finding a resident's file. The words searched for never stand in an address.

use domain::{live::Area, residents::Found};
use leptos::prelude::*;

use crate::{
    api::residents::resident_find,
    browser,
    components::{
        icon::Icon,
        page::Page,
        waiting::{Missing, Waiting},
    },
    live::use_live,
    root::PostedForm,
    words::{Lang, use_words},
};

/// Where the search form posts without JavaScript.
pub const SEARCH: &str = "/residents";

/// Residents: those who are here, or those a search found.
#[component]
pub fn ResidentsPage() -> impl IntoView {
    let (w, live) = (use_words(), use_live());
    let posted = use_context::<PostedForm>().and_then(|posted| posted.0.get_untracked());
    let first = posted
        .filter(|posted| posted.form == SEARCH)
        .and_then(|posted| posted.fields.get("search").map(str::to_owned))
        .unwrap_or_default();
    let (words, set_words) = signal(first.clone());
    let version = live.area(Area::Residents);
    let found = Resource::new(move || (words.get(), version.get()), |(words, _)| resident_find(words));
    let search = move |event: leptos::ev::SubmitEvent| {
        if let Some((_, fields)) = browser::form_of(&event) {
            event.prevent_default();
            set_words.set(fields.get("search").unwrap_or_default().to_owned());
        }
    };
    view! {
        <Page title=w.residents_title().to_owned() here="/residents">
            <form method="post" action=SEARCH class="search" role="search" on:submit=search>
                <input type="hidden" name="id" value=""/>
                <label class="field"><span class="label">{w.residents_search()}</span>
                    <input type="search" name="fields[search]" value=first autocomplete="off" spellcheck="false" dir="auto" maxlength="80"/>
                </label>
                <button class="button main"><Icon name="search"/>{w.residents_find()}</button>
            </form>
            <Transition fallback=|| view! { <Waiting/> }>
                {move || found.get().map(|answer| match answer {
                    Ok(found) => list(w, found, words.get().is_empty()),
                    Err(denied) => view! { <Missing denied/> }.into_any(),
                })}
            </Transition>
        </Page>
    }
}

fn list(w: Lang, found: Vec<Found>, here: bool) -> AnyView {
    let heading = if here { w.residents_here(found.len() as i64) } else { w.residents_found(found.len() as i64) };
    let none = found.is_empty().then(|| {
        let sentence = if here { w.residents_none_here() } else { w.residents_none_found() };
        view! { <p class="soft">{sentence} " " <a href="/desk">{w.act_admit()}</a></p> }
    });
    view! {
        <h2>{heading}</h2>
        {none}
        <ul class="people">
            {found.into_iter().map(|found| {
                let about = [
                    found.age.map(|age| w.years(i64::from(age))),
                    Some(w.stays_count(found.stays)),
                    found.last_arrival.filter(|_| found.present.is_none()).map(|at| w.desk_last_here(&w.date(at.local.date()))),
                ];
                let about: Vec<String> = about.into_iter().flatten().collect();
                let pill = found.present.is_some().then(|| view! { <span class="pill here">{w.desk_present()}</span> });
                view! {
                    <li><a class="person" href=format!("/residents/{}", found.id)>
                        <b dir="auto">{found.name}</b>
                        <span>{w.sheet_file_short(&found.number.to_string())} " · " {about.join(" · ")}</span>
                        {pill}
                    </a></li>
                }
            }).collect_view()}
        </ul>
    }
    .into_any()
}
