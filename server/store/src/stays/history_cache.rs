//! Cache of all stays and beds as facts without names, kept in memory for one version of the house.

use std::sync::Arc;

use domain::{
    beds::BedName,
    ids::{ResidentId, StayId},
    measures::{BedService, StayNights},
    stays::{BedSpan, Departure},
    time::Instant,
};

/// The whole history of a house. It contains no names.
pub(crate) struct History {
    /// Every stay except those undone as a whole, ordered by arrival.
    pub(crate) stays: Vec<StayRecord>,
    /// Every bed that was ever in the plan, in the natural order of the latest labels.
    pub(crate) beds: Vec<BedRecord>,
}

/// One stay of the history.
pub(crate) struct StayRecord {
    pub(crate) id: StayId,
    pub(crate) resident: ResidentId,
    pub(crate) number: i64,
    pub(crate) arrived: Instant,
    pub(crate) departure: Option<Departure>,
    pub(crate) age: Option<i64>,
    pub(crate) date_only: bool,
    pub(crate) beds: Vec<BedSpan>,
    pub(crate) nights: StayNights,
}

/// One bed of the history.
pub(crate) struct BedRecord {
    pub(crate) name: BedName,
    pub(crate) service: BedService,
}

/// The last history read, with the version of the house at which it was read.
#[derive(Default)]
pub(crate) struct HistoryCache(pub(crate) Option<(i64, Arc<History>)>);
