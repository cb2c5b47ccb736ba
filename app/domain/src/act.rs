//! What travels from a tap to the house: acts that change it, queries that do not.

use serde::{Serialize, de::DeserializeOwned};

use chrono::TimeDelta;

use crate::{
    access::Permission,
    audit::AuditKind,
    events::Area,
    ids::ActId,
    refused::{Fault, FaultCode, Field},
    time::{HouseTime, When},
};

/// Something a member of staff does that changes the house.
pub trait Act: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What the house answers when it is done: ids and versions, never a name.
    type Output: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// The stable name: audit, matrix and tests use it.
    const NAME: &'static str;
    /// What one must hold to do it.
    const NEEDS: Permission;
    /// The parts of the house it changes, told to the other screens.
    const CHANGES: &'static [Area];
    /// The kind under which the audit keeps it.
    const AUDIT: AuditKind;

    /// The rules that need no data: the form runs them before sending, the door runs them again.
    fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>>;
}

/// Something a member of staff asks of the house.
pub trait Query: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What the house answers.
    type Output: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The stable name: audit, matrix and tests use it.
    const NAME: &'static str;
    /// What one must hold to ask it.
    const NEEDS: Permission;
}

/// An act with the id its client gave it, so that sending it twice changes the house once.
#[derive(Clone, Debug)]
pub struct Envelope<A> {
    /// The act's id, made before sending.
    pub id: ActId,
    /// The act.
    pub act: A,
}

/// The result of a check: no fault, or every fault found.
///
/// # Errors
/// The faults, when there are any.
pub fn checked(faults: Vec<Fault>) -> Result<(), Vec<Fault>> {
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Adds a fault when something that happened is said to happen in the future. One minute is tolerated: the
/// clock of a tablet and the clock of the server are never quite the same.
pub fn not_in_future(when: When, field: Field, now: HouseTime, faults: &mut Vec<Fault>) {
    if when.since(When::Now, now) > TimeDelta::minutes(1) {
        faults.push(Fault::new(field, FaultCode::InFuture));
    }
}
