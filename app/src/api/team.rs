//! The team, and one's own session.

use domain::{
    fields::Fields,
    ids::StaffId,
    team::{OpenSession, Team},
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answered;
#[cfg(feature = "ssr")]
use {
    crate::api::dispatch::{act, ask, signed_in},
    domain::team::{
        AddStaff, ChangePassword, ChangeStaff, DisableStaff, EnableStaff, EndAllSessions, EndSession, MySessions,
        ResetPassword, SeeTeam,
    },
};

/// The team and its sessions.
#[server(name = AskTeam, prefix = "/api", endpoint = "team", input = Json)]
pub async fn team() -> Answered<Team> {
    ask(SeeTeam {}).await
}

/// One's own sessions.
#[server(name = AskMySessions, prefix = "/api", endpoint = "my_sessions", input = Json)]
pub async fn my_sessions() -> Answered<Vec<OpenSession>> {
    ask(MySessions {}).await
}

/// Someone touched the screen: the session goes on.
#[server(prefix = "/api", endpoint = "still_here", input = Json)]
pub async fn still_here() -> Answered<()> {
    signed_in(|visit| async move {
        match &visit.session {
            Some(session) => visit.store.touch(session).await,
            None => Ok(()),
        }
    })
    .await
}

/// Adds a member of staff.
#[server(prefix = "/api", endpoint = "staff_add")]
pub async fn staff_add(id: String, #[server(default)] fields: Fields) -> Answered<StaffId> {
    act::<AddStaff>(id, fields).await
}

/// Changes a member's name or role.
#[server(prefix = "/api", endpoint = "staff_change")]
pub async fn staff_change(id: String, #[server(default)] fields: Fields) -> Answered<StaffId> {
    act::<ChangeStaff>(id, fields).await
}

/// Someone may no longer sign in.
#[server(prefix = "/api", endpoint = "staff_disable")]
pub async fn staff_disable(id: String, #[server(default)] fields: Fields) -> Answered<StaffId> {
    act::<DisableStaff>(id, fields).await
}

/// Someone may sign in again.
#[server(prefix = "/api", endpoint = "staff_enable")]
pub async fn staff_enable(id: String, #[server(default)] fields: Fields) -> Answered<StaffId> {
    act::<EnableStaff>(id, fields).await
}

/// Gives someone a new password.
#[server(prefix = "/api", endpoint = "staff_reset_password")]
pub async fn staff_reset_password(id: String, #[server(default)] fields: Fields) -> Answered<StaffId> {
    act::<ResetPassword>(id, fields).await
}

/// Changes one's own password.
#[server(prefix = "/api", endpoint = "my_password")]
pub async fn my_password(id: String, #[server(default)] fields: Fields) -> Answered<()> {
    act::<ChangePassword>(id, fields).await
}

/// Ends a session.
#[server(prefix = "/api", endpoint = "session_end")]
pub async fn session_end(id: String, #[server(default)] fields: Fields) -> Answered<()> {
    act::<EndSession>(id, fields).await
}

/// Ends every session but one's own.
#[server(prefix = "/api", endpoint = "sessions_end_all")]
pub async fn sessions_end_all(id: String, #[server(default)] fields: Fields) -> Answered<()> {
    act::<EndAllSessions>(id, fields).await
}
