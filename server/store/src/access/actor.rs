//! The authenticated caller of an act or a query: its kind, role, session and device.

use domain::{
    access::{Initials, Permission, Role},
    ids::{DeviceId, SessionId, StaffId},
};

/// The authenticated caller of an act or a query. Other crates obtain a staff actor only from a valid session
/// (`Store::session`), so holding one proves authentication. It does not authorise anything by itself: [`Actor::may`]
/// does.
#[derive(Clone, Debug)]
pub struct Actor {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Staff(StaffActor),
    Operator,
    Nobody,
}

#[derive(Clone, Debug)]
pub(crate) struct StaffActor {
    pub(crate) staff: StaffId,
    pub(crate) role: Role,
    pub(crate) initials: Initials,
    pub(crate) session: SessionId,
    pub(crate) device: DeviceId,
}

impl Actor {
    pub(crate) fn signed_in(actor: StaffActor) -> Self {
        Self { kind: Kind::Staff(actor) }
    }

    /// Returns the actor of the command line. It is not authenticated here: whoever runs the command already has access
    /// to the data and its key. Request handlers must never use it.
    pub fn operator() -> Self {
        Self { kind: Kind::Operator }
    }

    /// Returns the actor of a request that is not authenticated. It holds no permission and is used for audit records.
    pub(crate) fn nobody() -> Self {
        Self { kind: Kind::Nobody }
    }

    /// Returns whether the actor holds a permission. The command line holds every permission except `SignedIn`, which
    /// requires a session.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.kind {
            Kind::Staff(actor) => permission.held_by(actor.role),
            Kind::Operator => permission != Permission::SignedIn,
            Kind::Nobody => false,
        }
    }

    /// Returns the account of a member of staff; `None` for the command line.
    pub fn staff(&self) -> Option<StaffId> {
        self.as_staff().map(|actor| actor.staff)
    }

    /// Returns the role of a member of staff; `None` for the command line.
    pub fn role(&self) -> Option<Role> {
        self.as_staff().map(|actor| actor.role)
    }

    /// Returns the value of the span field `role`: the code of a role, `operator` or `nobody`.
    pub(crate) fn role_code(&self) -> &'static str {
        match &self.kind {
            Kind::Staff(actor) => actor.role.code(),
            Kind::Operator => "operator",
            Kind::Nobody => "nobody",
        }
    }

    /// Returns the session of a member of staff; `None` for the command line.
    pub fn session(&self) -> Option<SessionId> {
        self.as_staff().map(|actor| actor.session)
    }

    /// Returns the initials of a member of staff; `None` for the command line.
    pub fn initials(&self) -> Option<&Initials> {
        self.as_staff().map(|actor| &actor.initials)
    }

    /// Returns the role that determines which data is readable: the command line reads what a coordinator reads.
    pub(crate) fn reads_as(&self) -> Role {
        self.role().unwrap_or(Role::Coordinator)
    }

    pub(crate) fn as_staff(&self) -> Option<&StaffActor> {
        match &self.kind {
            Kind::Staff(actor) => Some(actor),
            Kind::Operator | Kind::Nobody => None,
        }
    }
}
