//! One's own session: language, theme, password, other sessions, signing out.

use domain::{live::Area, refused::Field, team::PASSWORD_MIN};
use leptos::prelude::*;

use crate::{
    acts,
    api::team::my_sessions,
    components::{
        act_form::ActForm,
        field::TextField,
        page::Page,
        waiting::{Missing, Waiting},
    },
    live::use_live,
    pages::team::session_list,
    root::use_start,
    words::use_words,
};

/// One's own session.
#[component]
pub fn SessionPage() -> impl IntoView {
    let (w, live, start) = (use_words(), use_live(), use_start());
    let version = live.area(Area::Team);
    let sessions = Resource::new(move || version.get(), |_| my_sessions());
    let role = start.me.map(|me| w.role(me.role.code())).unwrap_or_default();
    let theme = start.theme.other();
    view! {
        <Page title=w.session_title().to_owned() here="">
            <div class="row"><div><h1>{w.session_title()}</h1><p class="soft">{role}</p></div>
                <form method="post" action="/api/sign_out"><button class="button main">{w.sign_out()}</button></form>
            </div>
            <section class="panel row">
                <a class="button" rel="external" href=format!("/session?lang={}", w.other().code()) lang=w.other().code()>{w.other_language()}</a>
                <a class="button" rel="external" href=format!("/session?theme={}", theme.code())>{w.theme(theme.code())}</a>
            </section>
            <section class="panel">
                <h2>{w.my_sessions()}</h2>
                <Transition fallback=|| view! { <Waiting/> }>
                    {move || sessions.get().map(|answer| match answer {
                        Ok(sessions) => session_list(w, sessions, live.now().map(|now| now.local), "/session"),
                        Err(denied) => view! { <Missing denied/> }.into_any(),
                    })}
                </Transition>
            </section>
            <details class="more panel">
                <summary class="button">{w.act_my_password()}</summary>
                <ActForm act=acts::MY_PASSWORD next="/session">
                    <TextField field=Field::CurrentPassword label=w.field_current_password() kind="password" autocomplete="current-password"/>
                    <TextField field=Field::Password label=w.field_new_password() kind="password" autocomplete="new-password"/>
                    <p class="soft">{w.password_rule(PASSWORD_MIN as i64)}</p>
                    <button class="button main">{w.save()}</button>
                </ActForm>
            </details>
        </Page>
    }
}
