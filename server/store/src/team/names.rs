//! Names of staff, which are sealed.

use uuid::Uuid;

use domain::access::Initials;

use crate::{db::DbError, seal::FieldRef, store::Store};

/// The initials of a member of staff, from her sealed name.
pub(crate) fn initials(store: &Store, staff: Uuid, sealed: &[u8]) -> Result<Initials, DbError> {
    store.0.keys.open_text(sealed, &FieldRef::new("staff", "name", staff)).map(|name| Initials::of(&name))
}
