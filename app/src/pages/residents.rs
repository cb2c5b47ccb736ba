//! The page for finding a resident's file. The words of a search are sent in the body, never in an address.

use domain::residents::{Found, queries::FindResidents};
use leptos::prelude::*;

use crate::{
    answered::Answered, api::resident_find, components::icon::Icon, context::use_refused_form,
    page_request::PageRequest, words::Lang,
};

/// The path to which the search form is posted.
pub const SEARCH: &str = "/residents";

/// Renders the residents who are in the house, or those that a search found. The search form is posted to this page.
pub async fn draw(w: Lang, _page: PageRequest) -> Answered<AnyView> {
    let submitted = use_refused_form().and_then(|form| form.take_if(|form| form.form == SEARCH));
    let words = submitted.and_then(|submitted| submitted.fields.get("search").map(str::to_owned)).unwrap_or_default();
    let found = resident_find(FindResidents { words: words.clone() }).await?;
    let here = words.is_empty();
    Ok(view! {
        <form method="post" action=SEARCH class="search" role="search">
            <label class="field"><span class="label">{w.residents_search()}</span>
                <input type="search" name="fields[search]" value=words autocomplete="off" spellcheck="false" dir="auto" maxlength="80"/>
            </label>
            <button class="button main"><Icon name="search"/>{w.residents_find()}</button>
        </form>
        {list(w, found, here)}
    }
    .into_any())
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
