//! The arguments of a screen that the server renders.

use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// The arguments of a screen that the server renders.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// The id in the path; nil if there is none or it cannot be parsed.
    pub id: Uuid,
    /// The query parameters of the address.
    pub query: ParamsMap,
}
