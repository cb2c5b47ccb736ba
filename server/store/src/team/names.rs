//! Names of staff, which are stored encrypted.

use uuid::Uuid;

use domain::access::Initials;

use crate::{db::DbError, seal::FieldRef, store::Store};

/// Decrypts the name of a member of staff and returns its initials.
pub(crate) fn initials(store: &Store, staff: Uuid, sealed: &[u8]) -> Result<Initials, DbError> {
    store.0.keys.open_text(sealed, &FieldRef::new("staff", "name", staff)).map(|name| Initials::of(&name))
}
