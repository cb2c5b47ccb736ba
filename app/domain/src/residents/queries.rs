//! What staff ask about residents.

use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    ids::ResidentId,
    residents::{Found, ResidentFile},
};

/// Files that answer to a name or a number. Never by address: the words travel in a body.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FindResidents {
    /// A name as it was heard, or a file number. Empty: those who are here.
    pub words: String,
}

impl Query for FindResidents {
    type Output = Vec<Found>;
    const NAME: &'static str = "residents.find";
    const NEEDS: Permission = Permission::OpenResidents;
}

/// Opens a file; who opened it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenResident {
    /// The file.
    pub resident: ResidentId,
}

impl Query for OpenResident {
    type Output = ResidentFile;
    const NAME: &'static str = "residents.open";
    const NEEDS: Permission = Permission::OpenResidents;
}
