//! Staff, their accounts and their sessions.

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

/// Shortest password, in characters (TRUST AU-03).
pub const PASSWORD_MIN: usize = 15;
/// Longest password, in characters.
pub const PASSWORD_MAX: usize = 256;
/// Longest login, in characters.
pub const LOGIN_MAX: usize = 40;

const TEAM: &[Area] = &[Area::Team];

/// Who is signed in, for the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The account.
    pub staff: StaffId,
    /// Her initials.
    pub initials: Initials,
    /// Her role.
    pub role: Role,
    /// Seconds without a touch before the screen locks.
    pub idle_s: u32,
    /// The house's clock when the page was made.
    pub now: HouseTime,
    /// The house's version when the page was made.
    pub version: i64,
    /// Whether this is an invented house.
    pub demo: bool,
}

/// The team and who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Everyone, those who may sign in first.
    pub members: Vec<Member>,
    /// Sessions open now.
    pub sessions: Vec<OpenSession>,
}

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub id: StaffId,
    /// Her name.
    pub name: String,
    /// Her login.
    pub login: String,
    /// Her role.
    pub role: Role,
    /// Since when she may no longer sign in.
    pub disabled: Option<HouseTime>,
    /// When she last signed in.
    pub last_sign_in: Option<HouseTime>,
    /// Whether it is the reader herself.
    pub me: bool,
}

/// A session open now. Its secret is never here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// The session, for ending it.
    pub id: SessionId,
    /// Whose.
    pub staff: StaffId,
    /// Her initials.
    pub initials: Initials,
    /// Whether on a shared tablet.
    pub shared: bool,
    /// Since when.
    pub since: HouseTime,
    /// When it was last used.
    pub last_used: HouseTime,
    /// Whether it is the reader's own.
    pub mine: bool,
}

/// Asks for the team and all sessions.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct SeeTeam {}

impl Query for SeeTeam {
    type Output = Team;
    const NAME: &'static str = "team.see";
    const NEEDS: Permission = Permission::ManageTeam;
}

/// Asks for one's own sessions.
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
    /// What she signs in with.
    pub login: String,
    /// Her name.
    pub name: String,
    /// Her role.
    pub role: Role,
    /// Her first password.
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

/// Changes a member's name or role. It holds from her very next request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeStaff {
    /// Whom.
    pub staff: StaffId,
    /// Her name.
    pub name: String,
    /// Her role.
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

/// Someone may no longer sign in; her sessions end at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DisableStaff {
    /// Whom.
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

/// Someone may sign in again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnableStaff {
    /// Whom.
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

/// Gives someone else a new password; her sessions end.
#[derive(Clone, Serialize, Deserialize)]
pub struct ResetPassword {
    /// Whom.
    pub staff: StaffId,
    /// The new password, to be changed by her.
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

/// Changes one's own password; one's other sessions end.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The present one.
    pub current: String,
    /// The new one.
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

/// Ends a session: one's own, or anyone's for those who manage the team.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndSession {
    /// Which.
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

/// Ends every session but one's own: a tablet was lost.
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

/// Opens a real house for the first time, with the code printed by the server.
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenHouse {
    /// The one-time code.
    pub code: String,
    /// The name the house goes by in the program; never its address.
    pub alias: String,
    /// The first account.
    pub first: AddStaff,
}

impl OpenHouse {
    /// The rules that need no data.
    ///
    /// # Errors
    /// Every fault found.
    pub fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
        self.first.check(now)
    }

    /// Reads it from a form.
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

/// Long enough, and not made of what anyone would try first (TRUST AU-03).
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
