//! The page of the reader's own account: password, open sessions and signing out.

use domain::{
    refused::Field,
    team::{MySessions, PASSWORD_MIN},
};
use leptos::prelude::*;

use crate::{
    answered::Answered,
    api::{self, my_sessions},
    components::{
        act_form::{ActForm, was_refused},
        field::TextField,
    },
    context::use_page_data,
    page_request::PageRequest,
    pages::team::session_list,
    words::Lang,
};

/// Renders the page of the reader's own account.
pub async fn draw(w: Lang, _page: PageRequest) -> Answered<AnyView> {
    let start = use_page_data();
    let sessions = my_sessions(MySessions {}).await?;
    let now = start.user.as_ref().map(|me| me.now.local);
    let role = start.user.map(|me| w.role(me.role.code())).unwrap_or_default();
    Ok(view! {
        <div class="row"><div><h1>{w.session_title()}</h1><p class="soft">{role}</p></div>
            <form method="post" action="/api/sign_out" data-native=""><button class="button main">{w.sign_out()}</button></form>
        </div>
        <section class="panel">
            <h2>{w.my_sessions()}</h2>
            {session_list(w, sessions, now, "/session")}
        </section>
        <details class="more panel" open=was_refused(&[api::MY_PASSWORD], None)>
            <summary class="button">{w.act_my_password()}</summary>
            <ActForm act=api::MY_PASSWORD next="/session">
                <TextField field=Field::CurrentPassword label=w.field_current_password() kind="password" autocomplete="current-password"/>
                <TextField field=Field::Password label=w.field_new_password() kind="password" autocomplete="new-password"/>
                <p class="soft">{w.password_rule(PASSWORD_MIN as i64)}</p>
                <button class="button main">{w.save()}</button>
            </ActForm>
        </details>
    }
    .into_any())
}
