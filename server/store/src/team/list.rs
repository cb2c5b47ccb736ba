//! The queries for the team and for open sessions.

use uuid::Uuid;

use domain::{
    ids::{SessionId, StaffId},
    refused::Refused,
    team::{Member, MySessions, OpenSession, SeeTeam, Team},
    time::Instant,
};

use crate::{
    access::sessions,
    db::{DbError, args, statement},
    dispatch::{QueryContext, QueryHandler},
    seal::FieldRef,
    team::{accounts::role, names::initials},
};

statement!(
    MEMBERS = "SELECT id, login_sealed, name_sealed, role, disabled_at, last_sign_in_at FROM staff
    WHERE house = $1 ORDER BY created_at"
);

statement!(
    SESSIONS = "SELECT s.id, s.staff, p.name_sealed, s.shared, s.created_at, s.last_seen_at, s.expires_at
    FROM sessions s JOIN staff p ON p.id = s.staff WHERE s.house = $1 AND s.ended_at IS NULL AND p.disabled_at IS NULL
    ORDER BY s.last_seen_at DESC"
);

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: Uuid,
    login_sealed: Vec<u8>,
    name_sealed: Vec<u8>,
    role: String,
    disabled_at: Option<Instant>,
    last_sign_in_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    staff: Uuid,
    name_sealed: Vec<u8>,
    shared: bool,
    created_at: Instant,
    last_seen_at: Instant,
    expires_at: Instant,
}

impl QueryHandler for SeeTeam {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<Team, Refused> {
        let (store, house, me) = (ctx.store, ctx.house, ctx.actor.staff());
        let rows = ctx.tx().await?.all::<MemberRow>(&MEMBERS, args![house.id]).await?;
        let keys = &store.0.keys;
        let mut members = rows
            .into_iter()
            .map(|row| {
                Ok(Member {
                    id: StaffId(row.id),
                    name: keys.open_text(&row.name_sealed, &FieldRef::new("staff", "name", row.id))?,
                    login: keys.open_text(&row.login_sealed, &FieldRef::new("staff", "login", row.id))?,
                    role: role(&row.role)?,
                    disabled: row.disabled_at.map(|at| house.wall.at(at)),
                    last_sign_in: row.last_sign_in_at.map(|at| house.wall.at(at)),
                    me: me == Some(StaffId(row.id)),
                })
            })
            .collect::<Result<Vec<_>, DbError>>()?;
        members.sort_by_key(|member| member.disabled.is_some());
        Ok(Team { members, sessions: open_sessions(ctx, None).await? })
    }
}

impl QueryHandler for MySessions {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<Vec<OpenSession>, Refused> {
        let me = ctx.actor.staff().ok_or(Refused::SignIn)?;
        open_sessions(ctx, Some(me)).await
    }
}

/// Reads the sessions that are neither ended, expired nor idle for too long: of one member of staff, or of all when
/// `of` is `None`. Does not authorise; the caller must.
async fn open_sessions(ctx: &mut QueryContext<'_>, of: Option<StaffId>) -> Result<Vec<OpenSession>, Refused> {
    let (store, house, now, mine) = (ctx.store, ctx.house, ctx.now.at, ctx.actor.session());
    let rows = ctx.tx().await?.all::<SessionRow>(&SESSIONS, args![house.id]).await?;
    let open = rows
        .into_iter()
        .filter(|row| of.is_none_or(|staff| staff.0 == row.staff))
        .filter(|row| {
            let idle = i64::from(sessions::idle(house, row.shared));
            row.expires_at > now && now - row.last_seen_at <= chrono::TimeDelta::seconds(idle)
        })
        .map(|row| {
            Ok(OpenSession {
                id: SessionId(row.id),
                staff: StaffId(row.staff),
                initials: initials(store, row.staff, &row.name_sealed)?,
                shared: row.shared,
                since: house.wall.at(row.created_at),
                last_used: house.wall.at(row.last_seen_at),
                mine: mine == Some(SessionId(row.id)),
            })
        })
        .collect::<Result<Vec<_>, DbError>>()?;
    Ok(open)
}
