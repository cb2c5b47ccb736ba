//! The endpoints and screens of the program, as the tests walk them.

use std::sync::LazyLock;

use app::{
    api::{Endpoint, endpoints},
    pages::SCREENS,
};
use domain::access::Permission;

/// Every server function.
pub static FUNCTIONS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| endpoints().collect());

/// Every screen, with `{id}` where its path has an id, and what it needs.
pub static PAGES: LazyLock<Vec<(String, Permission)>> =
    LazyLock::new(|| SCREENS.iter().map(|screen| (screen.path.replace(":id", "{id}"), screen.needs)).collect());
