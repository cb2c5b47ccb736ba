//! What a screen drawn by the server is asked for with.

use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// What a screen drawn by the server is asked for with.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// The id in its path; nil where there is none or it cannot be read.
    pub id: Uuid,
    /// The query of its address.
    pub query: ParamsMap,
}
