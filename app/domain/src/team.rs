//! Members of staff, their accounts and their sessions. The store authorises each act by its `NEEDS` before it runs it.

use serde::{Deserialize, Serialize};

use crate::{
    access::{Initials, Permission, Role},
    act::{Act, Query, checked},
    audit::AuditKind,
    events::Area,
    fields::{Fields, Form, SHORT},
    ids::{SessionId, StaffId},
    refused::{Fault, FaultCode, Field},
    time::HouseTime,
};

/// The minimum length of a password, in characters.
pub const PASSWORD_MIN: usize = 15;
/// The maximum length of a password, in characters.
pub const PASSWORD_MAX: usize = 256;
/// The maximum length of a login, in characters.
pub const LOGIN_MAX: usize = 40;

const TEAM: &[Area] = &[Area::Team];

/// The member of staff who is signed in, as the page needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The account.
    pub staff: StaffId,
    /// The initials of the member of staff.
    pub initials: Initials,
    /// The role of the member of staff.
    pub role: Role,
    /// Seconds without activity after which the page goes to the sign-in page.
    pub idle_s: u32,
    /// The time at which the server rendered the page.
    pub now: HouseTime,
    /// The version of the house at which the server rendered the page.
    pub version: i64,
    /// Whether this is a demo house with invented data.
    pub demo: bool,
}

/// The accounts of the house and the open sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// All accounts; those that may sign in come first.
    pub members: Vec<Member>,
    /// The sessions that are open now.
    pub sessions: Vec<OpenSession>,
}

/// The account of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub id: StaffId,
    /// The name of the member of staff.
    pub name: String,
    /// The login.
    pub login: String,
    /// The role.
    pub role: Role,
    /// Since when the account is disabled; none for an account that may sign in.
    pub disabled: Option<HouseTime>,
    /// The last time that the member of staff signed in.
    pub last_sign_in: Option<HouseTime>,
    /// Whether this is the account of the reader.
    pub me: bool,
}

/// An open session. The secret of its cookie is not part of this value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// The session, for ending it.
    pub id: SessionId,
    /// The account of the session.
    pub staff: StaffId,
    /// The initials of the member of staff.
    pub initials: Initials,
    /// Whether the session is on a shared tablet.
    pub shared: bool,
    /// When the session began.
    pub since: HouseTime,
    /// When the session was last used.
    pub last_used: HouseTime,
    /// Whether this is the session of the reader's own request.
    pub mine: bool,
}

/// The query for all accounts and all open sessions of the house.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct SeeTeam {}

impl Query for SeeTeam {
    type Output = Team;
    const NAME: &'static str = "team.see";
    const NEEDS: Permission = Permission::ManageTeam;
}

/// The query for the reader's own open sessions.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct MySessions {}

impl Query for MySessions {
    type Output = Vec<OpenSession>;
    const NAME: &'static str = "team.my_sessions";
    const NEEDS: Permission = Permission::SignedIn;
}

/// Adds a member of staff.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddStaff {
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The first password.
    pub password: String,
}

impl Act for AddStaff {
    type Output = StaffId;
    const NAME: &'static str = "team.add";
    const NEEDS: Permission = Permission::ManageTeam;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        check_login(&self.login, &mut faults);
        check_password(&self.password, Field::Password, &[&self.login, &self.name], &mut faults);
        checked(faults)
    }
}

impl Form for AddStaff {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let login = reader.required_text(Field::Login, LOGIN_MAX);
        let name = reader.required_text(Field::Name, SHORT);
        let role = reader.required_code(Field::Role, Role::from_code);
        let password = reader.secret(Field::Password, PASSWORD_MAX);
        reader.finish(|| Some(Self { login: login?, name: name?, role: role?, password: password? }))
    }
}

/// Changes the name or the role of a member of staff. A new role applies from that member's next request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeStaff {
    /// The account.
    pub staff: StaffId,
    /// The new name.
    pub name: String,
    /// The new role.
    pub role: Role,
}

impl Act for ChangeStaff {
    type Output = StaffId;
    const NAME: &'static str = "team.change";
    const NEEDS: Permission = Permission::ManageTeam;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        Ok(())
    }
}

impl Form for ChangeStaff {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let staff = reader.required_value(Field::Staff);
        let name = reader.required_text(Field::Name, SHORT);
        let role = reader.required_code(Field::Role, Role::from_code);
        reader.finish(|| Some(Self { staff: staff?, name: name?, role: role? }))
    }
}

/// Disables an account: it can no longer sign in, and its sessions end at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DisableStaff {
    /// The account.
    pub staff: StaffId,
}

impl Act for DisableStaff {
    type Output = StaffId;
    const NAME: &'static str = "team.disable";
    const NEEDS: Permission = Permission::ManageTeam;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        Ok(())
    }
}

impl Form for DisableStaff {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let staff = reader.required_value(Field::Staff);
        reader.finish(|| Some(Self { staff: staff? }))
    }
}

/// Enables a disabled account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnableStaff {
    /// The account.
    pub staff: StaffId,
}

impl Act for EnableStaff {
    type Output = StaffId;
    const NAME: &'static str = "team.enable";
    const NEEDS: Permission = Permission::ManageTeam;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        Ok(())
    }
}

impl Form for EnableStaff {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let staff = reader.required_value(Field::Staff);
        reader.finish(|| Some(Self { staff: staff? }))
    }
}

/// Sets a new password for another member of staff, whose sessions end.
#[derive(Clone, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The account.
    pub staff: StaffId,
    /// The new password, which that member of staff should then change.
    pub password: String,
}

impl Act for ResetPassword {
    type Output = StaffId;
    const NAME: &'static str = "team.reset_password";
    const NEEDS: Permission = Permission::ManageTeam;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Changed;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        check_password(&self.password, Field::Password, &[], &mut faults);
        checked(faults)
    }
}

impl Form for ResetPassword {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let staff = reader.required_value(Field::Staff);
        let password = reader.secret(Field::Password, PASSWORD_MAX);
        reader.finish(|| Some(Self { staff: staff?, password: password? }))
    }
}

/// Changes the password of the member of staff who sends the act, whose other sessions end.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The current password.
    pub current: String,
    /// The new password.
    pub password: String,
}

impl Act for ChangePassword {
    type Output = ();
    const NAME: &'static str = "team.change_password";
    const NEEDS: Permission = Permission::SignedIn;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Access;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        check_password(&self.password, Field::Password, &[], &mut faults);
        if self.password == self.current {
            faults.push(Fault::new(Field::Password, FaultCode::NoChange));
        }
        checked(faults)
    }
}

impl Form for ChangePassword {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let current = reader.secret(Field::CurrentPassword, PASSWORD_MAX);
        let password = reader.secret(Field::Password, PASSWORD_MAX);
        reader.finish(|| Some(Self { current: current?, password: password? }))
    }
}

/// Ends a session. `NEEDS` allows every signed-in member of staff to send this act, so its handler must also authorise:
/// only a role with `ManageTeam` may end a session of somebody else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndSession {
    /// The session to end.
    pub session: SessionId,
}

impl Act for EndSession {
    type Output = ();
    const NAME: &'static str = "team.end_session";
    const NEEDS: Permission = Permission::SignedIn;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Access;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        Ok(())
    }
}

impl Form for EndSession {
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let session = reader.required_value(Field::Session);
        reader.finish(|| Some(Self { session: session? }))
    }
}

/// Ends every session of the house except the one that sends the act, for example because a tablet was lost.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndAllSessions {}

impl Act for EndAllSessions {
    type Output = ();
    const NAME: &'static str = "team.end_all_sessions";
    const NEEDS: Permission = Permission::ManageTeam;
    const CHANGES: &'static [Area] = TEAM;
    const AUDIT: AuditKind = AuditKind::Access;

    fn check(&self, _now: HouseTime) -> Result<(), Vec<Fault>> {
        Ok(())
    }
}

impl Form for EndAllSessions {
    fn read(_fields: &Fields) -> Result<Self, Vec<Fault>> {
        Ok(Self {})
    }
}

/// The request that sets up a new house: it creates the first account. There is no session yet; the caller must
/// authorise by comparing `code` with the one-time setup code that the server printed.
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenHouse {
    /// The one-time setup code.
    pub code: String,
    /// The name of the house in the program; never its postal address.
    pub alias: String,
    /// The first account.
    pub first: AddStaff,
}

impl OpenHouse {
    /// Checks the rules that need no stored data.
    ///
    /// # Errors
    /// Every fault found.
    pub fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
        self.first.check(now)
    }

    /// Parses the request from a form.
    ///
    /// # Errors
    /// Every fault found.
    pub fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut reader = fields.reader();
        let code = reader.required_text(Field::Code, SHORT);
        let alias = reader.required_text(Field::Alias, SHORT);
        let own = reader.finish(|| Some((code?, alias?)));
        match (own, AddStaff::read(fields)) {
            (Ok((code, alias)), Ok(first)) => Ok(Self { code, alias, first }),
            (own, first) => Err(own.err().into_iter().chain(first.err()).flatten().collect()),
        }
    }
}

fn check_login(login: &str, faults: &mut Vec<Fault>) {
    if !login.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@')) {
        faults.push(Fault::new(Field::Login, FaultCode::NotUnderstood));
    }
}

/// Adds the fault of a password that is too short, too long or too easy to guess. `context` holds words
/// that the password must not be built on, such as the login.
pub fn check_password(password: &str, field: Field, context: &[&str], faults: &mut Vec<Fault>) {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        faults.push(Fault::limit(field, FaultCode::TooShort, PASSWORD_MIN as i64));
    } else if length > PASSWORD_MAX {
        faults.push(Fault::limit(field, FaultCode::TooLong, PASSWORD_MAX as i64));
    } else if too_easy(password, context) {
        faults.push(Fault::new(field, FaultCode::TooEasy));
    }
}

fn too_easy(password: &str, context: &[&str]) -> bool {
    let folded = password.to_lowercase();
    let mut letters: Vec<char> = folded.chars().collect();
    let runs = letters.windows(2).filter(|pair| (pair[1] as i64 - pair[0] as i64).abs() <= 1).count();
    let length = letters.len();
    letters.sort_unstable();
    letters.dedup();
    let built_on_a_word = ["veilleuse", "lasortie", "password", "motdepasse", "azerty", "qwerty", "bienvenue"]
        .iter()
        .copied()
        .chain(context.iter().copied().filter(|word| word.chars().count() >= 4))
        .any(|word| folded.contains(&word.to_lowercase()) && length < word.chars().count() + 10);
    letters.len() < 5 || runs * 2 > length || built_on_a_word
}

#[cfg(test)]
mod tests;
