//! Finds residents by name. No plain-text index of names is stored, so every name is decrypted in memory for each
//! search.

use uuid::Uuid;

use domain::{
    access::Facet,
    ids::{ResidentId, StayId},
    refused::Refused,
    residents::{
        Birth, Found, Identity, Part, Usual,
        search::{LIKELY, likeness},
    },
    time::{HouseTime, Instant},
};

use crate::{
    db::{DbError, Tx, args, statement},
    house::record::House,
    residents::file::{Sealed, open_part},
    store::Store,
};

statement!(EVERYONE = "SELECT n.id, n.number, k.wrapped, u.version AS usual_version, u.sealed AS usual_sealed,
        i.version AS identity_version, i.sealed AS identity_sealed,
        (SELECT s.id FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL AND s.departed_at IS NULL LIMIT 1) AS present,
        (SELECT max(s.arrived_at) FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL) AS last_arrival,
        (SELECT count(*) FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL) AS stays
    FROM residents n JOIN resident_keys k ON k.resident = n.id
    JOIN resident_parts u ON u.resident = n.id AND u.facet = 'usual' AND u.superseded_at IS NULL
    LEFT JOIN resident_parts i ON i.resident = n.id AND i.facet = 'identity' AND i.superseded_at IS NULL
    WHERE n.house = $1");

statement!(ONE = "SELECT n.id, n.number, k.wrapped, u.version AS usual_version, u.sealed AS usual_sealed,
        i.version AS identity_version, i.sealed AS identity_sealed,
        (SELECT s.id FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL AND s.departed_at IS NULL LIMIT 1) AS present,
        (SELECT max(s.arrived_at) FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL) AS last_arrival,
        (SELECT count(*) FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL) AS stays
    FROM residents n JOIN resident_keys k ON k.resident = n.id
    JOIN resident_parts u ON u.resident = n.id AND u.facet = 'usual' AND u.superseded_at IS NULL
    LEFT JOIN resident_parts i ON i.resident = n.id AND i.facet = 'identity' AND i.superseded_at IS NULL
    WHERE n.house = $1 AND n.id = $2");

#[derive(sqlx::FromRow)]
struct EveryoneRow {
    id: Uuid,
    number: i64,
    wrapped: Vec<u8>,
    usual_version: i64,
    usual_sealed: Vec<u8>,
    identity_version: Option<i64>,
    identity_sealed: Option<Vec<u8>>,
    present: Option<Uuid>,
    last_arrival: Option<Instant>,
    stays: i64,
}

/// Reads every file of the house with the decrypted name and the age.
///
/// Does not authorise; the caller must, and must show no more than it needs.
pub(crate) async fn everyone(tx: &mut Tx, store: &Store, house: &House, now: HouseTime) -> Result<Vec<Found>, Refused> {
    let rows = tx.all::<EveryoneRow>(&EVERYONE, args![house.id]).await?;
    Ok(rows.into_iter().map(|row| found(store, house, row, now)).collect::<Result<_, _>>()?)
}

/// Reads one file of the house like [`everyone`]; `None` when the house has no such file. Does not authorise; the
/// caller must.
pub(crate) async fn one(
    tx: &mut Tx,
    store: &Store,
    house: &House,
    resident: ResidentId,
    now: HouseTime,
) -> Result<Option<Found>, Refused> {
    let row = tx.maybe::<EveryoneRow>(&ONE, args![house.id, resident]).await?;
    Ok(row.map(|row| found(store, house, row, now)).transpose()?)
}

fn found(store: &Store, house: &House, row: EveryoneRow, now: HouseTime) -> Result<Found, DbError> {
    let resident = ResidentId(row.id);
    let key = store.0.keys.resident_key(row.id, &row.wrapped)?;
    let usual = Sealed { facet: Facet::Usual, version: row.usual_version, sealed: row.usual_sealed };
    let Part::Usual(Usual { name, .. }) = open_part(&key, resident, &usual)? else { return Err(DbError::Sealed) };
    let birth = match row.identity_version.zip(row.identity_sealed) {
        Some((version, sealed)) => {
            match open_part(&key, resident, &Sealed { facet: Facet::Identity, version, sealed })? {
                Part::Identity(Identity { birth, .. }) => birth,
                _ => return Err(DbError::Sealed),
            }
        }
        None => Birth::Unknown,
    };
    Ok(Found {
        id: resident,
        number: row.number,
        name,
        age: birth.age_on(now.local.date()),
        present: row.present.map(StayId),
        last_arrival: row.last_arrival.map(|at| house.wall.at(at)),
        stays: row.stays,
    })
}

/// Returns the files most similar to a name, best match first: those whose names score at least `LIKELY` in `likeness`
/// and, when both ages are known, whose ages differ by at most two years.
pub(crate) fn alike(everyone: &[Found], name: &str, age: Option<u8>) -> Vec<Found> {
    let mut scored: Vec<(u8, &Found)> = everyone
        .iter()
        .map(|found| (likeness(name, &found.name), found))
        .filter(|(score, found)| {
            *score >= LIKELY && age.zip(found.age).is_none_or(|(said, known)| said.abs_diff(known) <= 2)
        })
        .collect();
    scored.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| y.last_arrival.cmp(&x.last_arrival)));
    scored.into_iter().map(|(_, found)| found.clone()).collect()
}
