//! The query that finds residents by name or file number. A search with words writes an audit row.

use domain::{
    audit::SubjectKind,
    refused::Refused,
    residents::{Found, queries::FindResidents},
};

use crate::{
    dispatch::{QueryContext, QueryHandler},
    residents::search,
};

/// The maximum number of files returned for a name.
const FOUND: usize = 12;

impl QueryHandler for FindResidents {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<Vec<Found>, Refused> {
        let (store, house, now) = (ctx.store, ctx.house, ctx.now);
        let everyone = search::everyone(ctx.tx().await?, store, house, now).await?;
        let words = self.words.trim();
        let found = if words.is_empty() {
            let mut here: Vec<Found> = everyone.into_iter().filter(|found| found.present.is_some()).collect();
            here.sort_by_key(|a| a.name.to_lowercase());
            here
        } else if let Ok(number) = words.trim_start_matches('#').parse::<i64>() {
            everyone.into_iter().filter(|found| found.number == number).collect()
        } else {
            let mut found = search::alike(&everyone, words, None);
            // A prefix of at least two letters also matches, because people search while they type.
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
