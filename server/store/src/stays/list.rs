//! The query for lists of stays. The filter works on facts without names; only the names of the rows shown are
//! decrypted.

use std::collections::HashMap;

use uuid::Uuid;

use domain::{
    access::Facet,
    ids::ResidentId,
    refused::Refused,
    residents::{Part, Usual},
    stays::{
        DepartureLine, StayLine,
        queries::{ListStays, StayList},
    },
    time::HouseTime,
};

use crate::{
    db::{DbError, Tx, args, statement},
    dispatch::{QueryContext, QueryHandler},
    house::record::House,
    residents::file::{Sealed, open_part},
    stays::{
        history,
        history_cache::{History, StayRecord},
    },
    store::Store,
};

/// The default and the maximum number of rows on a page.
const PAGE: (u32, u32) = (50, 500);

statement!(NAMES = sqlite "SELECT p.resident, p.version, p.sealed, k.wrapped FROM resident_parts p
        JOIN resident_keys k ON k.resident = p.resident
        WHERE p.facet = 'usual' AND p.superseded_at IS NULL
            AND p.resident IN (SELECT unhex(j.value) FROM json_each($1) j)",
    postgres "SELECT p.resident, p.version, p.sealed, k.wrapped FROM resident_parts p
        JOIN resident_keys k ON k.resident = p.resident
        WHERE p.facet = 'usual' AND p.superseded_at IS NULL
            AND p.resident IN (SELECT j::uuid FROM jsonb_array_elements_text($1::jsonb) j)");

impl QueryHandler for ListStays {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<StayList, Refused> {
        let (store, house, now) = (ctx.store, ctx.house, ctx.now);
        let tx = ctx.tx().await?;
        let history = history::load(tx, store, house).await?;
        let chosen = history.filter(&self.filter, now);
        let take = match self.take {
            0 => PAGE.0,
            take => take.min(PAGE.1),
        };
        let page: Vec<&StayRecord> = chosen.iter().skip(self.skip as usize).take(take as usize).copied().collect();
        Ok(StayList {
            lines: lines(tx, store, house, &history, &page, now).await?,
            total: chosen.len() as i64,
            bed_nights: history::bed_nights(&chosen, &self.filter, now),
            beds: history.beds.iter().map(|bed| bed.name.clone()).collect(),
        })
    }
}

/// Builds rows for the screen. A resident who is present is shown with the usual name, one who has left with its
/// initial.
///
/// Decrypts usual names and does not authorise; the caller must.
pub(crate) async fn lines(
    tx: &mut Tx,
    store: &Store,
    house: &House,
    history: &History,
    records: &[&StayRecord],
    now: HouseTime,
) -> Result<Vec<StayLine>, DbError> {
    let names = names(tx, store, records.iter().map(|record| record.resident)).await?;
    Ok(records
        .iter()
        .map(|record| {
            let name = names.get(&record.resident).map_or("", String::as_str);
            let mut beds: Vec<String> = record.beds.iter().map(|span| history.label(span.bed).to_owned()).collect();
            beds.dedup();
            StayLine {
                id: record.id,
                resident: record.resident,
                number: record.number,
                name: if record.departure.is_none() { name.to_owned() } else { initial(name) },
                beds,
                arrived: house.wall.at(record.arrived),
                departure: record.departure.map(|departure| DepartureLine {
                    at: house.wall.at(departure.at),
                    reason: departure.reason,
                    destination: departure.destination,
                }),
                nights: record.length(now),
                date_only: record.date_only,
            }
        })
        .collect())
}

/// Decrypts the usual names of the given residents. Does not authorise; the caller must, and must show only what the
/// reader's role may read.
pub(crate) async fn names(
    tx: &mut Tx,
    store: &Store,
    residents: impl Iterator<Item = ResidentId>,
) -> Result<HashMap<ResidentId, String>, DbError> {
    let mut ids: Vec<String> = residents.map(|id| id.0.simple().to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    let list = serde_json::to_string(&ids).map_err(|_| DbError::Sealed)?;
    let rows = tx.all::<(Uuid, i64, Vec<u8>, Vec<u8>)>(&NAMES, args![list]).await?;
    rows.into_iter()
        .map(|(id, version, sealed, wrapped)| {
            let resident = ResidentId(id);
            let key = store.0.keys.resident_key(id, &wrapped)?;
            match open_part(&key, resident, &Sealed { facet: Facet::Usual, version, sealed })? {
                Part::Usual(Usual { name, .. }) => Ok((resident, name)),
                _ => Err(DbError::Sealed),
            }
        })
        .collect()
}

/// Returns the initial of a name in upper case, followed by a full stop.
fn initial(name: &str) -> String {
    name.chars().next().map_or_else(String::new, |first| format!("{}.", first.to_uppercase()))
}
