//! The queries about residents.

use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::Query,
    ids::ResidentId,
    residents::{Found, ResidentFile},
};

/// The query for the files that match a name or a number. The words are sent in the body of the request and never stand
/// in an address, which browsers and logs keep.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FindResidents {
    /// A name in any spelling, or the number of a file. An empty text finds the residents who are in the house.
    pub words: String,
}

impl Query for FindResidents {
    type Output = Vec<Found>;
    const NAME: &'static str = "residents.find";
    const NEEDS: Permission = Permission::OpenResidents;
}

/// The query for a resident's file. The store records in the audit who opened it.
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
