//! Residents' files: sealed parts, who may read which, and finding a person again without any
//! readable index of names.

use domain::{
    access::{Facet, Initials},
    audit::SubjectKind,
    ids::{ResidentId, StaffId, StayId},
    refused::{Conflict, Refused},
    residents::{
        Birth, Found, Identity, Opening, Part, ResidentFile, Usual,
        acts::{FileVersion, ReviseCare, ReviseContact, ReviseHealth, ReviseIdentity, ReviseSafety, ReviseUsual},
        queries::{FindResidents, OpenResident},
        search::{LIKELY, likeness},
    },
    stays::queries::StayFilter,
    time::{HouseTime, Instant},
};
use uuid::Uuid;

use crate::{
    clock::new_id,
    db::{DbError, Tx, args, statement},
    dispatch::{Answer, QueryContext, ActContext, ActHandler},
    seal::{FieldRef, ResidentKey},
    stays::{history, list},
    store::{House, Store},
};

/// Files shown for a search.
const FOUND: usize = 12;

/// One sealed part, as it is kept.
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
    SUPERSEDE =
        "UPDATE resident_parts SET superseded_at = $3 WHERE resident = $1 AND facet = $2 AND superseded_at IS NULL"
);

statement!(
    NEW_VERSION =
        "UPDATE residents SET version = version + 1, changed_at = $3, changed_by = $4 WHERE id = $1 AND version = $2"
);

statement!(
    FILE = "SELECT n.number, n.version, n.changed_at, n.changed_by, p.name_sealed FROM residents n
    LEFT JOIN staff p ON p.id = n.changed_by WHERE n.id = $1 AND n.house = $2"
);

statement!(
    PARTS = "SELECT p.facet, p.version, p.sealed, k.wrapped FROM resident_parts p
    JOIN resident_keys k ON k.resident = p.resident WHERE p.resident = $1 AND p.superseded_at IS NULL"
);

statement!(LAST_VERSION = "SELECT max(version) FROM resident_parts WHERE resident = $1 AND facet = $2");

statement!(
    OPENINGS = "SELECT a.at, a.staff, p.name_sealed FROM audit a JOIN staff p ON p.id = a.staff
    WHERE a.resident = $1 AND a.kind = 'opened' ORDER BY a.seq DESC LIMIT 8"
);

statement!(EVERYONE = "SELECT n.id, n.number, k.wrapped, u.version AS usual_version, u.sealed AS usual_sealed,
        i.version AS identity_version, i.sealed AS identity_sealed,
        (SELECT s.id FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL AND s.departed_at IS NULL LIMIT 1) AS present,
        (SELECT max(s.arrived_at) FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL) AS last_arrival,
        (SELECT count(*) FROM stays s WHERE s.resident = n.id AND s.voided_at IS NULL) AS stays
    FROM residents n JOIN resident_keys k ON k.resident = n.id
    JOIN resident_parts u ON u.resident = n.id AND u.facet = 'usual' AND u.superseded_at IS NULL
    LEFT JOIN resident_parts i ON i.resident = n.id AND i.facet = 'identity' AND i.superseded_at IS NULL
    WHERE n.house = $1");

#[derive(sqlx::FromRow)]
struct FileRow {
    number: i64,
    version: i64,
    changed_at: Instant,
    changed_by: Option<Uuid>,
    name_sealed: Option<Vec<u8>>,
}

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

/// Opens one part with the key it was sealed with.
pub(crate) fn open_part(key: &ResidentKey, resident: ResidentId, sealed: &Sealed) -> Result<Part, DbError> {
    let place = part_place(resident, sealed.facet, sealed.version);
    let part: Part = key.open(&sealed.sealed, &place)?;
    if part.facet() == sealed.facet { Ok(part) } else { Err(DbError::Sealed) }
}

/// All present parts of a file, whoever asks: the caller keeps from the reader what is not hers.
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

/// Opens a new file.
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
        let sealed = key.seal(part, &part_place(resident, part.facet(), 1))?;
        tx.run_one(&PART, args![resident, part.facet().code(), 1, sealed, now, by]).await?;
    }
    Ok((resident, key))
}

/// The key of a file that exists.
pub(crate) async fn key(tx: &mut Tx, store: &Store, resident: ResidentId) -> Result<Option<ResidentKey>, DbError> {
    statement!(WRAPPED = "SELECT wrapped FROM resident_keys WHERE resident = $1");
    match tx.maybe::<(Vec<u8>,)>(&WRAPPED, args![resident]).await? {
        Some((wrapped,)) => store.0.keys.resident_key(resident.0, &wrapped).map(Some),
        None => Ok(None),
    }
}

/// Every file with what is needed to find it again, opened here and dropped by the caller.
pub(crate) async fn everyone(tx: &mut Tx, store: &Store, house: &House, now: HouseTime) -> Result<Vec<Found>, Refused> {
    let rows = tx.all::<EveryoneRow>(&EVERYONE, args![house.id]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let resident = ResidentId(row.id);
        let key = store.0.keys.resident_key(row.id, &row.wrapped)?;
        let usual = Sealed { facet: Facet::Usual, version: row.usual_version, sealed: row.usual_sealed };
        let name = match open_part(&key, resident, &usual)? {
            Part::Usual(Usual { name, .. }) => name,
            _ => return Err(DbError::Sealed.into()),
        };
        let birth = match row.identity_version.zip(row.identity_sealed) {
            Some((version, sealed)) => {
                match open_part(&key, resident, &Sealed { facet: Facet::Identity, version, sealed })? {
                    Part::Identity(Identity { birth, .. }) => birth,
                    _ => return Err(DbError::Sealed.into()),
                }
            }
            None => Birth::Unknown,
        };
        found.push(Found {
            id: resident,
            number: row.number,
            name,
            age: birth.age_on(now.local.date()),
            present: row.present.map(StayId),
            last_arrival: row.last_arrival.map(|at| house.wall.at(at)),
            stays: row.stays,
        });
    }
    Ok(found)
}

/// The likeliest files for a name and, where it is known, an age: names that sound alike, ages within
/// two years when both are known.
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

impl Answer for FindResidents {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<Vec<Found>, Refused> {
        let (store, house, now) = (ctx.store, ctx.house, ctx.now);
        let everyone = everyone(ctx.tx().await?, store, house, now).await?;
        let words = self.words.trim();
        let found = if words.is_empty() {
            let mut here: Vec<Found> = everyone.into_iter().filter(|found| found.present.is_some()).collect();
            here.sort_by_key(|a| a.name.to_lowercase());
            here
        } else if let Ok(number) = words.trim_start_matches('#').parse::<i64>() {
            everyone.into_iter().filter(|found| found.number == number).collect()
        } else {
            let mut found = alike(&everyone, words, None);
            // A beginning of two letters is how people search as they type.
            let begun = domain::residents::search::fold(words);
            for other in &everyone {
                if begun.chars().count() >= 2
                    && domain::residents::search::fold(&other.name).starts_with(&begun)
                    && !found.iter().any(|known| known.id == other.id)
                {
                    found.push(other.clone());
                }
            }
            found.truncate(FOUND);
            found
        };
        if !words.is_empty() {
            ctx.opens(SubjectKind::House, ctx.house.id.0, None);
        }
        Ok(found)
    }
}

impl Answer for OpenResident {
    async fn answer(self, ctx: &mut QueryContext<'_>) -> Result<ResidentFile, Refused> {
        let (store, house, now, role) = (ctx.store, ctx.house, ctx.now, ctx.actor.reads_as());
        let tx = ctx.tx().await?;
        let file = tx.maybe::<FileRow>(&FILE, args![self.resident, house.id]).await?.ok_or(Refused::NotFound)?;
        let parts = parts(tx, store, self.resident).await?;
        let age = parts.iter().find_map(|part| match part {
            Part::Identity(identity) => identity.birth.age_on(now.local.date()),
            _ => None,
        });
        let openings = tx
            .all::<(Instant, Uuid, Vec<u8>)>(&OPENINGS, args![self.resident])
            .await?
            .into_iter()
            .map(|(at, staff, sealed)| Ok(Opening { at: house.wall.at(at), by: initials(store, staff, &sealed)? }))
            .collect::<Result<Vec<_>, DbError>>()?;
        let filter = StayFilter { resident: Some(self.resident), ..StayFilter::default() };
        let history = history::load(tx, store, house).await?;
        let chosen = history.filter(&filter, now);
        let stays = list::lines(tx, store, house, &history, &chosen, now).await?;
        ctx.opens(SubjectKind::Resident, self.resident.0, Some(self.resident));
        Ok(ResidentFile {
            id: self.resident,
            number: file.number,
            version: file.version,
            age,
            parts: parts.into_iter().filter(|part| part.facet().read_by(role)).collect(),
            stays,
            openings,
        })
    }
}

/// Replaces parts of a file; what they were is kept, superseded.
async fn revise(ctx: &mut ActContext<'_>, file: FileVersion, parts: Vec<Part>) -> Result<FileVersion, Refused> {
    let (house, store, now, by) = (ctx.house, ctx.store, ctx.now, ctx.actor.staff());
    let row = ctx.tx.maybe::<FileRow>(&FILE, args![file.resident, house.id]).await?.ok_or(Refused::NotFound)?;
    ctx.about(SubjectKind::Resident, file.resident.0);
    ctx.concerning(file.resident);
    if row.version != file.version {
        let by = match (row.changed_by, row.name_sealed) {
            (Some(staff), Some(sealed)) => Some(initials(store, staff, &sealed)?),
            _ => None,
        };
        return Err(Refused::conflict(Conflict::Changed {
            version: row.version,
            at: house.wall.at(row.changed_at),
            by,
        }));
    }
    let key = key(ctx.tx, store, file.resident).await?.ok_or(Refused::NotFound)?;
    for part in parts {
        let facet = part.facet();
        let (last,) = ctx.tx.one::<(Option<i64>,)>(&LAST_VERSION, args![file.resident, facet.code()]).await?;
        let version = last.unwrap_or(0) + 1;
        let sealed = key.seal(&part, &part_place(file.resident, facet, version))?;
        ctx.tx.run(&SUPERSEDE, args![file.resident, facet.code(), now.at]).await?;
        ctx.tx.run_one(&PART, args![file.resident, facet.code(), version, sealed, now.at, by]).await?;
    }
    ctx.tx.run_one(&NEW_VERSION, args![file.resident, file.version, now.at, by]).await?;
    Ok(FileVersion { resident: file.resident, version: file.version + 1 })
}

impl ActHandler for ReviseUsual {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FileVersion, Refused> {
        revise(ctx, self.file, vec![Part::Usual(self.usual)]).await
    }
}

impl ActHandler for ReviseCare {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FileVersion, Refused> {
        revise(ctx, self.file, vec![Part::Care(self.care)]).await
    }
}

impl ActHandler for ReviseIdentity {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FileVersion, Refused> {
        let birth = self.birth.on(ctx.now.local.date());
        revise(ctx, self.file, vec![Part::Identity(Identity { legal_name: self.legal_name, birth })]).await
    }
}

impl ActHandler for ReviseHealth {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FileVersion, Refused> {
        revise(ctx, self.file, vec![Part::Health(self.health)]).await
    }
}

impl ActHandler for ReviseSafety {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FileVersion, Refused> {
        revise(ctx, self.file, vec![Part::Watch(self.watch), Part::Safety(self.safety)]).await
    }
}

impl ActHandler for ReviseContact {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<FileVersion, Refused> {
        revise(ctx, self.file, vec![Part::Contact(self.contact)]).await
    }
}

/// The initials of a member of staff, from her sealed name.
pub(crate) fn initials(store: &Store, staff: Uuid, sealed: &[u8]) -> Result<Initials, DbError> {
    store.0.keys.open_text(sealed, &FieldRef::new("staff", "name", staff)).map(|name| Initials::of(&name))
}

fn part_place(resident: ResidentId, facet: Facet, version: i64) -> FieldRef {
    FieldRef { table: "resident_parts", column: facet.code(), row: resident.0, version }
}
