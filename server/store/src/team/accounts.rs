//! Reads and writes of staff accounts. The functions here do not authorise; the acts and queries that call them do.

use domain::{
    access::{Permission, Role},
    audit::SubjectKind,
    ids::{HouseId, StaffId},
    refused::{Conflict, Refused},
    team::AddStaff,
    time::Instant,
};

use crate::{
    clock::new_id,
    db::{Db, DbError, Tx, args, statement},
    dispatch::ActContext,
    house::record::House,
    seal::FieldRef,
    store::Store,
};

statement!(
    NEW_STAFF =
        "INSERT INTO staff (id, house, login_digest, login_sealed, name_sealed, role, password_hash, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);

/// Normalises a login: case and surrounding white space do not distinguish two logins.
pub(crate) fn login_key(login: &str) -> String {
    login.trim().to_lowercase()
}

statement!(MEMBER = "SELECT role, password_hash, disabled_at FROM staff WHERE id = $1 AND house = $2");

statement!(
    MANAGERS = "SELECT count(*) FROM staff WHERE house = $1 AND disabled_at IS NULL AND role IN ('coordinator', 'management') AND id <> $2"
);

#[derive(sqlx::FromRow)]
pub(crate) struct AccountRow {
    pub(crate) role: String,
    pub(crate) password_hash: String,
    pub(crate) disabled_at: Option<Instant>,
}

/// Reads an account of this house inside an act and marks it as the subject of the act.
///
/// # Errors
/// Returns `Refused::NotFound` when the house has no such account.
pub(crate) async fn account(ctx: &mut ActContext<'_>, staff: StaffId) -> Result<AccountRow, Refused> {
    ctx.about(SubjectKind::Staff, staff.0);
    ctx.tx.maybe::<AccountRow>(&MEMBER, args![staff, ctx.house.id]).await?.ok_or(Refused::NotFound)
}

/// Refuses the act if no other enabled account can manage the team, so that the house never loses its last manager
///.
///
/// # Errors
/// Returns `Conflict::LastManager`.
pub(crate) async fn someone_else_manages(ctx: &mut ActContext<'_>, but: StaffId) -> Result<(), Refused> {
    let (others,) = ctx.tx.one::<(i64,)>(&MANAGERS, args![ctx.house.id, but]).await?;
    if others == 0 { Err(Refused::conflict(Conflict::LastManager)) } else { Ok(()) }
}

/// Whether a role may manage the team.
pub(crate) fn manages(role: Role) -> bool {
    Permission::ManageTeam.held_by(role)
}

/// Reads the code of a role from the `staff` table.
pub(crate) fn role(code: &str) -> Result<Role, DbError> {
    Role::from_code(code).ok_or(DbError::Inconsistent { table: "staff", column: "role" })
}

impl Store {
    /// Inserts an account. `hashed` is the hash of its password, computed by the caller before the transaction because
    /// hashing is slow. Does not authorise; the caller must.
    pub(crate) async fn insert_staff(
        &self,
        tx: &mut Tx,
        house: HouseId,
        account: &AddStaff,
        hashed: &str,
        now: Instant,
    ) -> Result<StaffId, Refused> {
        let staff = StaffId(new_id());
        let keys = &self.0.keys;
        let digest = keys.digest("login", &[login_key(&account.login).as_bytes()]);
        let login = keys.seal_text(&account.login, &FieldRef::new("staff", "login", staff.0));
        let name = keys.seal_text(&account.name, &FieldRef::new("staff", "name", staff.0));
        tx.run_one(&NEW_STAFF, args![staff, house, digest, login, name, account.role.code(), hashed, now]).await?;
        Ok(staff)
    }
}

/// Reads an account of this house outside a transaction. Returns `None` when the house has no such account.
pub(crate) async fn read(db: &Db, staff: StaffId, house: &House) -> Result<Option<AccountRow>, DbError> {
    db.maybe::<AccountRow>(&MEMBER, args![staff, house.id]).await
}
