//! What travels from a tap to the house: acts that change it, queries that do not.

use serde::{Serialize, de::DeserializeOwned};

use crate::{access::Permission, ids::ActId, events::Area, refused::Fault, time::HouseTime};

/// Something a member of staff does that changes the house.
pub trait Act: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What the house answers when it is done: ids and versions, never a name.
    type Done: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// The stable name: audit, matrix and tests use it.
    const NAME: &'static str;
    /// What one must hold to do it.
    const NEEDS: Permission;
    /// The parts of the house it changes, told to the other screens.
    const CHANGES: &'static [Area];

    /// The rules that need no data: the form runs them before sending, the door runs them again.
    fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>>;
}

/// Something a member of staff asks of the house.
pub trait Query: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What the house answers.
    type Answer: Serialize + DeserializeOwned + Send + Sync + 'static;

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
