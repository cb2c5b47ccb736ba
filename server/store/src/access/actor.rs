//! The proof that somebody may act: who acts, with which role, from which session and device.

use domain::{
    access::{Initials, Permission, Role},
    ids::{DeviceId, SessionId, StaffId},
};

/// Someone who got in. Only the store makes one: from a valid session, or for the command line of
/// the machine itself. Holding one is the proof.
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

    /// The command line on the machine that holds the data and its key.
    pub fn operator() -> Self {
        Self { kind: Kind::Operator }
    }

    /// Someone who has not got in, for what is kept of her tries.
    pub(crate) fn nobody() -> Self {
        Self { kind: Kind::Nobody }
    }

    /// Whether she may. The command line may do everything that is not one's own session.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.kind {
            Kind::Staff(actor) => permission.held_by(actor.role),
            Kind::Operator => permission != Permission::SignedIn,
            Kind::Nobody => false,
        }
    }

    /// Her account; none for the command line.
    pub fn staff(&self) -> Option<StaffId> {
        self.as_staff().map(|actor| actor.staff)
    }

    /// Her role; none for the command line.
    pub fn role(&self) -> Option<Role> {
        self.as_staff().map(|actor| actor.role)
    }

    /// Who acts, as the field `role` of a span: a role, the command line, or nobody.
    pub(crate) fn role_code(&self) -> &'static str {
        match &self.kind {
            Kind::Staff(actor) => actor.role.code(),
            Kind::Operator => "operator",
            Kind::Nobody => "nobody",
        }
    }

    /// Her session; none for the command line.
    pub fn session(&self) -> Option<SessionId> {
        self.as_staff().map(|actor| actor.session)
    }

    /// Her initials; none for the command line.
    pub fn initials(&self) -> Option<&Initials> {
        self.as_staff().map(|actor| &actor.initials)
    }

    /// The role whose readings apply: the command line reads what a coordinator reads.
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
