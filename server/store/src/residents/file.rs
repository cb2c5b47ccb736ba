//! Residents' files as rows. Each part is encrypted with the key of its resident. The functions here do not authorise;
//! the acts and queries that call them must.

use uuid::Uuid;

use domain::{
    access::Facet,
    ids::{ResidentId, StaffId},
    residents::Part,
    time::Instant,
};

use crate::{
    clock::new_id,
    db::{DbError, Tx, args, statement},
    house::record::House,
    seal::{FieldRef, ResidentKey},
    store::Store,
};

/// One encrypted part as it is stored.
pub(crate) struct Sealed {
    pub(crate) facet: Facet,
    pub(crate) version: i64,
    pub(crate) sealed: Vec<u8>,
}

statement!(NUMBER = "UPDATE houses SET next_number = next_number + 1 WHERE id = $1 RETURNING next_number - 1");

statement!(
    INSERT =
        "INSERT INTO residents (id, house, number, created_at, changed_at, changed_by) VALUES ($1, $2, $3, $4, $4, $5)"
);

statement!(KEY = "INSERT INTO resident_keys (resident, wrapped) VALUES ($1, $2)");

statement!(
    PART = "INSERT INTO resident_parts (resident, facet, version, sealed, written_at, written_by) VALUES ($1, $2, $3, $4, $5, $6)"
);

statement!(
    PARTS = "SELECT p.facet, p.version, p.sealed, k.wrapped FROM resident_parts p
    JOIN resident_keys k ON k.resident = p.resident WHERE p.resident = $1 AND p.superseded_at IS NULL"
);

/// Decrypts one part with the key of its resident. The associated data (AEAD) binds the ciphertext to the resident,
/// facet and version of its row. Does not authorise; the caller must.
///
/// # Errors
/// Returns `DbError::Sealed` when the part does not decrypt or is of another facet.
pub(crate) fn open_part(key: &ResidentKey, resident: ResidentId, sealed: &Sealed) -> Result<Part, DbError> {
    let place = part_place(resident, sealed.facet, sealed.version);
    let part: Part = key.open(&sealed.sealed, &place)?;
    if part.facet() == sealed.facet { Ok(part) } else { Err(DbError::Sealed) }
}

/// Reads and decrypts all current parts of a file, of every facet. Does not authorise; the caller must remove the parts
/// that the reader's role may not read (`Facet::read_by`).
pub(crate) async fn parts(tx: &mut Tx, store: &Store, resident: ResidentId) -> Result<Vec<Part>, DbError> {
    let rows = tx.all::<(String, i64, Vec<u8>, Vec<u8>)>(&PARTS, args![resident]).await?;
    rows.into_iter()
        .map(|(facet, version, sealed, wrapped)| {
            let facet =
                Facet::from_code(&facet).ok_or(DbError::Inconsistent { table: "resident_parts", column: "facet" })?;
            let key = store.0.keys.resident_key(resident.0, &wrapped)?;
            open_part(&key, resident, &Sealed { facet, version, sealed })
        })
        .collect()
}

/// Inserts a new file with its parts, the next file number of the house and a new key. Does not authorise; the caller
/// must.
pub(crate) async fn insert(
    tx: &mut Tx,
    store: &Store,
    house: &House,
    parts: &[Part],
    now: Instant,
    by: Option<StaffId>,
) -> Result<(ResidentId, ResidentKey), DbError> {
    let resident = ResidentId(new_id());
    let (number,) = tx.one::<(i64,)>(&NUMBER, args![house.id]).await?;
    tx.run_one(&INSERT, args![resident, house.id, number, now, by]).await?;
    let (key, wrapped) = store.0.keys.new_resident_key(resident.0);
    tx.run_one(&KEY, args![resident, wrapped]).await?;
    for part in parts {
        write_part(tx, &key, resident, part, 1, now, by).await?;
    }
    Ok((resident, key))
}

/// Reads and unwraps the key of a resident, or returns `None` when there is no such file. Does not authorise; the
/// caller must.
pub(crate) async fn key(tx: &mut Tx, store: &Store, resident: ResidentId) -> Result<Option<ResidentKey>, DbError> {
    statement!(WRAPPED = "SELECT wrapped FROM resident_keys WHERE resident = $1");
    match tx.maybe::<(Vec<u8>,)>(&WRAPPED, args![resident]).await? {
        Some((wrapped,)) => store.0.keys.resident_key(resident.0, &wrapped).map(Some),
        None => Ok(None),
    }
}

/// The associated data (AEAD) of a part: its table, facet, resident and version.
fn part_place(resident: ResidentId, facet: Facet, version: i64) -> FieldRef {
    FieldRef { table: "resident_parts", column: facet.code(), row: resident.0, version }
}

statement!(
    FILE = "SELECT n.number, n.version, n.changed_at, n.changed_by, p.name_sealed FROM residents n
    LEFT JOIN staff p ON p.id = n.changed_by WHERE n.id = $1 AND n.house = $2"
);

#[derive(sqlx::FromRow)]
pub(crate) struct FileRow {
    pub(crate) number: i64,
    pub(crate) version: i64,
    pub(crate) changed_at: Instant,
    pub(crate) changed_by: Option<Uuid>,
    pub(crate) name_sealed: Option<Vec<u8>>,
}

/// Reads the number, version and last change of a file of this house; `None` when the house has no such file. Does not
/// authorise; the caller must.
pub(crate) async fn header(tx: &mut Tx, resident: ResidentId, house: &House) -> Result<Option<FileRow>, DbError> {
    tx.maybe::<FileRow>(&FILE, args![resident, house.id]).await
}

/// Encrypts one version of a part with the key of its resident and inserts it.
pub(crate) async fn write_part(
    tx: &mut Tx,
    key: &ResidentKey,
    resident: ResidentId,
    part: &Part,
    version: i64,
    now: Instant,
    by: Option<StaffId>,
) -> Result<(), DbError> {
    let facet = part.facet();
    let sealed = key.seal(part, &part_place(resident, facet, version))?;
    tx.run_one(&PART, args![resident, facet.code(), version, sealed, now, by]).await
}
