//! The query that opens a resident's file. It returns only the parts that the reader's role may read, and writes an
//! audit row that records the opening.

use uuid::Uuid;

use domain::{
    audit::SubjectKind,
    refused::Refused,
    residents::{Opening, Part, ResidentFile, queries::OpenResident},
    stays::queries::StayFilter,
    time::Instant,
};

use crate::{
    db::{DbError, args, statement},
    dispatch::{QueryContext, QueryHandler},
    residents::file,
    stays::{history, list},
    team::names::initials,
};

statement!(
    OPENINGS = "SELECT a.at, a.staff, p.name_sealed FROM audit a JOIN staff p ON p.id = a.staff
    WHERE a.resident = $1 AND a.kind = 'opened' ORDER BY a.seq DESC LIMIT 8"
);

impl QueryHandler for OpenResident {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<ResidentFile, Refused> {
        let (store, house, now, role) = (ctx.store, ctx.house, ctx.now, ctx.actor.reads_as());
        let tx = ctx.tx().await?;
        let header = file::header(tx, self.resident, house).await?.ok_or(Refused::NotFound)?;
        let parts = file::parts(tx, store, self.resident).await?;
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
            number: header.number,
            version: header.version,
            age,
            parts: parts.into_iter().filter(|part| part.facet().read_by(role)).collect(),
            stays,
            openings,
        })
    }
}
