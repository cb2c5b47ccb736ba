//! The page of the team: the accounts, their roles and the open sessions.

use chrono::NaiveDateTime;
use domain::{
    access::Role,
    refused::Field,
    team::{Member, OpenSession, PASSWORD_MIN, SeeTeam, Team},
};
use leptos::prelude::*;

use crate::{
    answered::Answered,
    api::{self, team},
    components::{
        act_form::{ActForm, was_refused},
        field::{Select, TextField},
    },
    page_request::PageRequest,
    page_state::{row_class, use_page_state},
    words::Lang,
};

/// Renders the page of the team.
pub async fn draw(w: Lang, _page: PageRequest) -> Answered<AnyView> {
    Ok(contents(w, team(SeeTeam {}).await?))
}

fn contents(w: Lang, team: Team) -> AnyView {
    let now = use_page_state().now().map(|now| now.local);
    let members = team.members.into_iter().map(|member| member_view(w, member, now)).collect_view();
    view! {
        <h1>{w.team_title()}</h1>
        <ul class="members">{members}</ul>
        <details class="more panel" open=was_refused(&[api::ADD_STAFF], None)>
            <summary class="button">{w.act_add_staff()}</summary>
            <ActForm act=api::ADD_STAFF next="/team">
                <div class="two">
                    <TextField field=Field::Name label=w.field_staff_name()/>
                    <TextField field=Field::Login label=w.field_login()/>
                </div>
                <div class="two">
                    <Select field=Field::Role label=w.field_role() options=roles(w) none=w.choose()/>
                    <TextField field=Field::Password label=w.field_first_password() hint=w.hint_password() kind="password" autocomplete="new-password"/>
                </div>
                <p class="soft">{w.password_rule(PASSWORD_MIN as i64)}</p>
                <button class="button main">{w.add()}</button>
            </ActForm>
        </details>
        <section class="panel">
            <h2>{w.team_sessions()}</h2>
            {session_list(w, team.sessions, now, "/team")}
            <details class="more" open=was_refused(&[api::END_ALL], None)>
                <summary class="button">{w.act_end_all()}</summary>
                <ActForm act=api::END_ALL next="/team">
                    <p class="soft">{w.act_end_all_sentence()}</p>
                    <button class="button main">{w.act_end_all_do()}</button>
                </ActForm>
            </details>
        </section>
    }
    .into_any()
}

fn roles(w: Lang) -> Vec<(String, String)> {
    Role::ALL.iter().map(|role| (role.code().to_owned(), w.role(role.code()).to_owned())).collect()
}

fn member_view(w: Lang, member: Member, now: Option<NaiveDateTime>) -> AnyView {
    let (id, name, role) = (member.id, member.name.clone(), member.role);
    let last = member.last_sign_in.map_or_else(
        || w.never_signed_in().to_owned(),
        |at| w.last_signed_in(&w.moment(at.local, now.unwrap_or(at.local))),
    );
    let me = member.me.then(|| view! { <span class="pill here">{w.you()}</span> });
    let gone = member.disabled.map(|_| view! { <span class="pill left">{w.disabled()}</span> });
    let switch = if member.me {
        None
    } else if member.disabled.is_some() {
        Some(
            view! {
                <ActForm act=api::ENABLE next="/team" about=(Field::Staff, id.0)>
                    <button class="button">{w.act_enable()}</button>
                </ActForm>
            }
            .into_any(),
        )
    } else {
        Some(
            view! {
                <ActForm act=api::DISABLE next="/team" about=(Field::Staff, id.0)>
                    <p class="soft">{w.act_disable_sentence()}</p>
                    <button class="button">{w.act_disable()}</button>
                </ActForm>
            }
            .into_any(),
        )
    };
    let password = (!member.me).then(|| view! {
        <ActForm act=api::RESET_PASSWORD next="/team" about=(Field::Staff, id.0)>
            <TextField field=Field::Password label=w.field_new_password() hint=w.hint_password() kind="password" autocomplete="new-password"/>
            <button class="button">{w.act_reset_password()}</button>
        </ActForm>
    });
    view! {
        <li class=row_class("panel member", id.0) data-subject=id.to_string()>
            <div><b dir="auto">{member.name.clone()}</b> {me} {gone}
                <p class="soft">{w.role(member.role.code())} " · " {member.login.clone()} " · " {last}</p></div>
            <details class="more" open=was_refused(&[api::CHANGE_STAFF, api::RESET_PASSWORD, api::DISABLE, api::ENABLE], Some((Field::Staff, id.0)))>
                <summary class="button" aria-label=w.change_member(&name)>{w.change()}</summary>
                <ActForm act=api::CHANGE_STAFF next="/team" about=(Field::Staff, id.0)>
                    <TextField field=Field::Name label=w.field_staff_name() value=name/>
                    <Select field=Field::Role label=w.field_role() options=roles(w) value=role.code()/>
                    <button class="button main">{w.save()}</button>
                </ActForm>
                {password}
                {switch}
            </details>
        </li>
    }
    .into_any()
}

/// The open sessions, each with a button that ends it.
pub(crate) fn session_list(
    w: Lang,
    sessions: Vec<OpenSession>,
    now: Option<NaiveDateTime>,
    next: &'static str,
) -> AnyView {
    let lines = sessions.into_iter().map(|session| {
        let id = session.id;
        let at = |time: domain::time::HouseTime| w.moment(time.local, now.unwrap_or(time.local));
        let kind = if session.shared { w.session_shared() } else { w.session_own() };
        let end = if session.mine {
            view! { <span class="pill here">{w.session_this()}</span> }.into_any()
        } else {
            view! {
                <ActForm act=api::END_SESSION next=next about=(Field::Session, id.0) class="one-tap">
                    <button class="button">{w.act_end_session()}</button>
                </ActForm>
            }.into_any()
        };
        view! { <li><b>{session.initials.0.clone()}</b><span>{kind} " · " {w.session_since(&at(session.since), &at(session.last_used))}</span>{end}</li> }
    }).collect_view();
    view! { <ul class="sessions">{lines}</ul> }.into_any()
}
