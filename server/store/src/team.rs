//! The team: accounts, roles, sessions. What changes an account ends its sessions in the same
//! transaction, so it holds from the very next request.

use domain::{
    access::{Permission, Role},
    audit::SubjectKind,
    ids::{SessionId, StaffId},
    refused::{Conflict, FaultCode, Field, Refused},
    team::{
        AddStaff, ChangePassword, ChangeStaff, DisableStaff, EnableStaff, EndAllSessions, EndSession, CurrentUser, Member,
        MySessions, OpenSession, ResetPassword, SeeTeam, Team,
    },
    time::Instant,
};
use uuid::Uuid;

use crate::{
    access::{Actor, Session, SessionEnd, sessions},
    db::{DbError, args, statement},
    dispatch::{Answer, QueryContext, ActContext, ActHandler},
    residents::initials,
    seal::FieldRef,
    store::Store,
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

statement!(MEMBER = "SELECT role, password_hash, disabled_at FROM staff WHERE id = $1 AND house = $2");

statement!(CHANGE = "UPDATE staff SET name_sealed = $2, role = $3 WHERE id = $1");

statement!(DISABLE = "UPDATE staff SET disabled_at = $2 WHERE id = $1");

statement!(PASSWORD = "UPDATE staff SET password_hash = $2 WHERE id = $1");

statement!(
    MANAGERS = "SELECT count(*) FROM staff WHERE house = $1 AND disabled_at IS NULL AND role IN ('coordinator', 'management') AND id <> $2"
);

statement!(SESSION_OF = "SELECT staff, ended_at FROM sessions WHERE id = $1 AND house = $2");

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

#[derive(sqlx::FromRow)]
struct AccountRow {
    role: String,
    password_hash: String,
    disabled_at: Option<Instant>,
}

impl Store {
    /// Who is signed in, for the page.
    ///
    /// # Errors
    /// When the data does not answer.
    pub async fn me(&self, session: &Session) -> Result<CurrentUser, Refused> {
        let house = self.the_house()?;
        let actor = session.actor.as_staff().ok_or(Refused::SignIn)?;
        Ok(CurrentUser {
            staff: actor.staff,
            initials: actor.initials.clone(),
            role: actor.role,
            idle_s: session.idle_s,
            now: self.now()?,
            version: self.version().await?,
            demo: house.demo,
        })
    }
}

impl Answer for SeeTeam {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<Team, Refused> {
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

impl Answer for MySessions {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<Vec<OpenSession>, Refused> {
        let me = ctx.actor.staff().ok_or(Refused::SignIn)?;
        open_sessions(ctx, Some(me)).await
    }
}

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

impl ActHandler for AddStaff {
    const PREPARES: bool = true;

    async fn prepare(&mut self, store: &Store, _actor: &Actor) -> Result<(), Refused> {
        self.password = store.hash(&self.password).await?;
        Ok(())
    }

    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let (store, house, now) = (ctx.store, ctx.house.id, ctx.now.at);
        let staff = store.insert_staff(ctx.tx, house, &self, &self.password, now).await?;
        ctx.about(SubjectKind::Staff, staff.0);
        Ok(staff)
    }
}

impl ActHandler for ChangeStaff {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let account = account(ctx, self.staff).await?;
        if manages(role(&account.role)?) && !manages(self.role) {
            someone_else_manages(ctx, self.staff).await?;
        }
        let name = ctx.store.0.keys.seal_text(&self.name, &FieldRef::new("staff", "name", self.staff.0));
        ctx.tx.run_one(&CHANGE, args![self.staff, name, self.role.code()]).await?;
        if account.role != self.role.code() {
            sessions::end_of_staff(ctx.tx, self.staff, None, ctx.now.at).await?;
        }
        Ok(self.staff)
    }
}

impl ActHandler for DisableStaff {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let account = account(ctx, self.staff).await?;
        if account.disabled_at.is_some() {
            return Err(Refused::conflict(Conflict::AlreadySo));
        }
        if manages(role(&account.role)?) {
            someone_else_manages(ctx, self.staff).await?;
        }
        ctx.tx.run_one(&DISABLE, args![self.staff, Some(ctx.now.at)]).await?;
        sessions::end_of_staff(ctx.tx, self.staff, None, ctx.now.at).await?;
        Ok(self.staff)
    }
}

impl ActHandler for EnableStaff {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        let account = account(ctx, self.staff).await?;
        if account.disabled_at.is_none() {
            return Err(Refused::conflict(Conflict::AlreadySo));
        }
        ctx.tx.run_one(&DISABLE, args![self.staff, None::<Instant>]).await?;
        Ok(self.staff)
    }
}

impl ActHandler for ResetPassword {
    const PREPARES: bool = true;

    async fn prepare(&mut self, store: &Store, _actor: &Actor) -> Result<(), Refused> {
        self.password = store.hash(&self.password).await?;
        Ok(())
    }

    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<StaffId, Refused> {
        account(ctx, self.staff).await?;
        ctx.tx.run_one(&PASSWORD, args![self.staff, self.password]).await?;
        sessions::end_of_staff(ctx.tx, self.staff, None, ctx.now.at).await?;
        Ok(self.staff)
    }
}

impl ActHandler for ChangePassword {
    const PREPARES: bool = true;

    async fn prepare(&mut self, store: &Store, actor: &Actor) -> Result<(), Refused> {
        let (staff, house) = (actor.staff().ok_or(Refused::SignIn)?, store.the_house()?);
        let account = store.0.db.maybe::<AccountRow>(&MEMBER, args![staff, house.id]).await?;
        let account = account.ok_or(Refused::SignIn)?;
        if !store.verify(&self.current, Some(&account.password_hash), true).await? {
            return Err(Refused::fault(Field::CurrentPassword, FaultCode::Wrong));
        }
        self.password = store.hash(&self.password).await?;
        Ok(())
    }

    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let (staff, session) = (ctx.actor.staff().ok_or(Refused::SignIn)?, ctx.actor.session());
        account(ctx, staff).await?;
        ctx.tx.run_one(&PASSWORD, args![staff, self.password]).await?;
        sessions::end_of_staff(ctx.tx, staff, session, ctx.now.at).await?;
        Ok(())
    }
}

impl ActHandler for EndSession {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let row = ctx.tx.maybe::<(Uuid, Option<Instant>)>(&SESSION_OF, args![self.session, ctx.house.id]).await?;
        // Someone else's session is not there for those who do not manage the team.
        let (staff, _) = row
            .filter(|(staff, _)| {
                ctx.actor.staff() == Some(StaffId(*staff)) || ctx.actor.may(Permission::ManageTeam)
            })
            .ok_or(Refused::NotFound)?;
        ctx.about(SubjectKind::Staff, staff);
        sessions::end(ctx.tx, self.session, SessionEnd::Ended, ctx.now.at).await?;
        Ok(())
    }
}

impl ActHandler for EndAllSessions {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let (house, but, now) = (ctx.house, ctx.actor.session(), ctx.now.at);
        sessions::end_others(ctx.tx, house, but, now).await?;
        Ok(())
    }
}

async fn account(ctx: &mut ActContext<'_>, staff: StaffId) -> Result<AccountRow, Refused> {
    ctx.about(SubjectKind::Staff, staff.0);
    ctx.tx.maybe::<AccountRow>(&MEMBER, args![staff, ctx.house.id]).await?.ok_or(Refused::NotFound)
}

/// The house is never left without anyone able to manage it (TRUST 7.9).
async fn someone_else_manages(ctx: &mut ActContext<'_>, but: StaffId) -> Result<(), Refused> {
    let (others,) = ctx.tx.one::<(i64,)>(&MANAGERS, args![ctx.house.id, but]).await?;
    if others == 0 { Err(Refused::conflict(Conflict::LastManager)) } else { Ok(()) }
}

fn manages(role: Role) -> bool {
    Permission::ManageTeam.held_by(role)
}

fn role(code: &str) -> Result<Role, DbError> {
    Role::from_code(code).ok_or(DbError::Inconsistent { table: "staff", column: "role" })
}
