//! Acts that replace parts of a resident's file. The replaced versions are kept.

use domain::{
    audit::SubjectKind,
    refused::{Conflict, Refused},
    residents::{
        Identity, Part,
        acts::{FileVersion, ReviseCare, ReviseContact, ReviseHealth, ReviseIdentity, ReviseSafety, ReviseUsual},
    },
};

use crate::{
    db::{args, statement},
    dispatch::{ActContext, ActHandler},
    residents::file,
    team::names::initials,
};

statement!(
    SUPERSEDE =
        "UPDATE resident_parts SET superseded_at = $3 WHERE resident = $1 AND facet = $2 AND superseded_at IS NULL"
);

statement!(
    NEW_VERSION =
        "UPDATE residents SET version = version + 1, changed_at = $3, changed_by = $4 WHERE id = $1 AND version = $2"
);

statement!(LAST_VERSION = "SELECT max(version) FROM resident_parts WHERE resident = $1 AND facet = $2");

/// Replaces parts of a file; the replaced rows are kept with `superseded_at` set. Does not authorise; the act that
/// calls it does.
///
/// # Errors
/// Returns `Refused::NotFound` when the house has no such file, and `Conflict::Changed` when the file is no longer at
/// the version `seen`.
async fn revise(ctx: &mut ActContext<'_>, seen: FileVersion, parts: Vec<Part>) -> Result<FileVersion, Refused> {
    let (house, store, now, by) = (ctx.house, ctx.store, ctx.now, ctx.actor.staff());
    let row = file::header(ctx.tx, seen.resident, house).await?.ok_or(Refused::NotFound)?;
    ctx.about(SubjectKind::Resident, seen.resident.0);
    ctx.concerning(seen.resident);
    if row.version != seen.version {
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
    let key = file::key(ctx.tx, store, seen.resident).await?.ok_or(Refused::NotFound)?;
    for part in parts {
        let facet = part.facet();
        let (last,) = ctx.tx.one::<(Option<i64>,)>(&LAST_VERSION, args![seen.resident, facet.code()]).await?;
        let version = last.unwrap_or(0) + 1;
        ctx.tx.run(&SUPERSEDE, args![seen.resident, facet.code(), now.at]).await?;
        file::write_part(ctx.tx, &key, seen.resident, &part, version, now.at, by).await?;
    }
    ctx.tx.run_one(&NEW_VERSION, args![seen.resident, seen.version, now.at, by]).await?;
    Ok(FileVersion { resident: seen.resident, version: seen.version + 1 })
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
