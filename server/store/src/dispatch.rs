//! How an act travels, and how a query does.
//!
//! An act: is it permitted, was it seen before, does it hold? Then, in one transaction, the change, its line in the
//! audit, its version and its response; then the other screens are told. A query goes the same way without changing
//! anything; one that opens a file leaves a line.

use std::future::Future;
use tracing::{Instrument as _, field::Empty};
use uuid::Uuid;

use domain::{
    act::{Act, Envelope, Query},
    audit::{AuditKind, SubjectKind},
    events::Area,
    ids::{ActId, ResidentId},
    refused::{Conflict, Field, Refused},
    time::{HouseTime, Instant, When},
};

use crate::{
    access::{actor::Actor, sessions},
    audit::{write as audit, write::Line},
    db::{DbError, Tx, args, statement},
    house::record::House,
    operation::{DONE, Operation, OperationKind, REPLAYED, code_of},
    store::Store,
};

/// An act that the store can do.
pub trait ActHandler: Act {
    /// Whether it has slow work to do before the transaction, such as hashing a password: nothing slow
    /// may hold the house's lock.
    const PREPARES: bool = false;

    /// That work. It may change the act, never the house.
    fn prepare(&mut self, store: &Store, actor: &Actor) -> impl Future<Output = Result<(), Refused>> + Send {
        let _ = (store, actor);
        async { Ok(()) }
    }

    /// Does it, inside the door's transaction. Whatever it wrote is undone when it refuses.
    fn handle(self, ctx: &mut ActContext<'_>) -> impl Future<Output = Result<Self::Output, Refused>> + Send;
}

/// A question that the store can answer.
pub trait QueryHandler: Query {
    /// Answers it, from one consistent moment of the data.
    fn handle(self, ctx: &mut QueryContext<'_>) -> impl Future<Output = Result<Self::Output, Refused>> + Send;
}

/// An act under way.
pub struct ActContext<'a> {
    pub(crate) store: &'a Store,
    pub(crate) tx: &'a mut Tx,
    pub(crate) actor: &'a Actor,
    pub(crate) house: &'a House,
    pub(crate) now: HouseTime,
    pub(crate) act: ActId,
    subject: Option<(SubjectKind, Uuid)>,
    resident: Option<ResidentId>,
    house_changed: bool,
}

impl ActContext<'_> {
    /// Says that the house itself is to be read again.
    pub(crate) fn house_changed(&mut self) {
        self.house_changed = true;
    }

    /// Says what the act is about, for the audit and the other screens.
    pub(crate) fn about(&mut self, kind: SubjectKind, subject: Uuid) {
        self.subject = Some((kind, subject));
    }

    /// Says whose file it concerns.
    pub(crate) fn concerning(&mut self, resident: ResidentId) {
        self.resident = Some(resident);
    }

    /// The instant of something that happened. It is never later than the present instant of the server: the act's
    /// `check` tolerates a tablet's clock that is a minute fast, and such an instant becomes the present one.
    ///
    /// # Errors
    /// A fault of that field: a time that did not exist, or one that happened twice without saying which.
    pub(crate) fn happened(&self, when: When, field: Field) -> Result<Instant, Refused> {
        Ok(self.planned(when, field)?.min(self.now.at))
    }

    /// The instant of something planned: it may be in the future.
    ///
    /// # Errors
    /// As for [`ActContext::happened`].
    pub(crate) fn planned(&self, when: When, field: Field) -> Result<Instant, Refused> {
        self.house.wall.instant(when, self.now.at).map_err(|code| Refused::fault(field, code))
    }
}

/// A question under way.
pub struct QueryContext<'a> {
    pub(crate) store: &'a Store,
    pub(crate) actor: &'a Actor,
    pub(crate) house: &'a House,
    pub(crate) now: HouseTime,
    tx: Option<Tx>,
    opened: Vec<(SubjectKind, Uuid, Option<ResidentId>)>,
}

impl QueryContext<'_> {
    /// The consistent moment the answer is read from; begun at the first need.
    pub(crate) async fn tx(&mut self) -> Result<&mut Tx, Refused> {
        if self.tx.is_none() {
            self.tx = Some(self.store.0.db.read().await?);
        }
        self.tx.as_mut().ok_or(Refused::Unavailable)
    }

    /// Says that something was opened: it will be in the audit before the answer is given.
    pub(crate) fn opens(&mut self, kind: SubjectKind, subject: Uuid, resident: Option<ResidentId>) {
        self.opened.push((kind, subject, resident));
    }
}

statement!(BUMP = "UPDATE houses SET version = version + 1 WHERE id = $1 RETURNING version");

statement!(SEEN = "SELECT staff, name, digest, answer FROM acts WHERE id = $1");

statement!(KEEP = "INSERT INTO acts (id, house, staff, name, digest, answer, at) VALUES ($1, $2, $3, $4, $5, $6, $7)");

statement!(CHANGED = "INSERT INTO changes (house, version, areas, subject) VALUES ($1, $2, $3, $4)");

#[derive(sqlx::FromRow)]
struct SeenRow {
    staff: Option<Uuid>,
    name: String,
    digest: Vec<u8>,
    answer: String,
}

impl Store {
    /// Does an act, once, whatever happens to the connection that brought it.
    ///
    /// # Errors
    /// A refusal; then nothing has changed.
    pub async fn act<A: ActHandler>(&self, actor: &Actor, envelope: Envelope<A>) -> Result<A::Output, Refused> {
        let (store, actor) = (self.clone(), actor.clone());
        let work = async move {
            let (id, role) = (envelope.id, actor.role_code());
            // At this level the span is there whatever the filter lets through: an error is logged with its act.
            let span = tracing::error_span!(
                "act", act.name = A::NAME, act.id = %id, role, outcome = Empty, duration_ms = Empty
            );
            let operation = Operation::begin(&store, OperationKind::Act, A::NAME, span);
            let outcome = store.act_to_the_end(&actor, envelope).instrument(operation.span.clone()).await;
            operation.end(outcome.as_ref().map_or_else(Refused::code, |(_, code)| code));
            outcome.map(|(done, _)| done)
        };
        tokio::spawn(work.in_current_span()).await.unwrap_or_else(|_| {
            tracing::error!(act.name = A::NAME, "an act broke off");
            Err(Refused::Unavailable)
        })
    }

    /// Answers a question.
    ///
    /// # Errors
    /// A refusal.
    pub async fn query<Q: QueryHandler>(&self, actor: &Actor, query: Q) -> Result<Q::Output, Refused> {
        let role = actor.role_code();
        // At this level the span is there whatever the filter lets through: an error is logged with its query.
        let span = tracing::error_span!("query", query.name = Q::NAME, role, outcome = Empty, duration_ms = Empty);
        let operation = Operation::begin(self, OperationKind::Query, Q::NAME, span);
        let answer = self.answer(actor, query).instrument(operation.span.clone()).await;
        operation.end(code_of(&answer));
        answer
    }

    async fn answer<Q: QueryHandler>(&self, actor: &Actor, query: Q) -> Result<Q::Output, Refused> {
        let house = self.the_house()?;
        let now = house.wall.at(self.0.clock.now());
        if !actor.may(Q::NEEDS) {
            self.note_refusal(actor, Q::NAME, None, &Refused::NotAllowed).await;
            return Err(Refused::NotAllowed);
        }
        let mut ctx = QueryContext { store: self, actor, house: &house, now, tx: None, opened: Vec::new() };
        let answer = query.handle(&mut ctx).await;
        let QueryContext { tx, opened, .. } = ctx;
        if let Some(tx) = tx {
            tx.rollback().await?;
        }
        match &answer {
            Ok(_) if !opened.is_empty() => self.note_openings(actor, &house, now, Q::NAME, &opened).await?,
            Err(refused @ Refused::NotFound) => self.note_refusal(actor, Q::NAME, None, refused).await,
            _ => {}
        }
        answer
    }

    /// Does an act. Gives its answer and the code of its outcome: it was done now, or before.
    async fn act_to_the_end<A: ActHandler>(
        &self,
        actor: &Actor,
        envelope: Envelope<A>,
    ) -> Result<(A::Output, &'static str), Refused> {
        let id = envelope.id;
        let outcome = self.transact(actor, envelope).await;
        match &outcome {
            Ok(_) => self.0.announcer.wake(),
            // What a form got wrong is told to her, not kept; what was refused her is.
            Err(Refused::NotAllowed | Refused::NotFound | Refused::Conflict(_)) => {
                if let Err(refused) = &outcome {
                    self.note_refusal(actor, A::NAME, Some(id), refused).await;
                }
            }
            // At once, while the ballast's room is still there.
            Err(Refused::DiskFull) => self.0.db.make_room().await,
            Err(_) => {}
        }
        outcome
    }

    async fn transact<A: ActHandler>(
        &self,
        actor: &Actor,
        envelope: Envelope<A>,
    ) -> Result<(A::Output, &'static str), Refused> {
        let house = self.the_house()?;
        if !actor.may(A::NEEDS) {
            return Err(Refused::NotAllowed);
        }
        let Envelope { id, mut act } = envelope;
        let body = serde_json::to_vec(&act).map_err(|_| Refused::Unavailable)?;
        let digest = self.0.keys.digest("act", &[A::NAME.as_bytes(), &body]);
        if A::PREPARES && self.0.db.maybe::<SeenRow>(&SEEN, args![id]).await?.is_none() {
            act.check(self.now()?).map_err(Refused::Faults)?;
            act.prepare(self, actor).await?;
        }
        let mut tx = self.0.db.write().await?;
        match self.in_transaction(actor, &house, PreparedAct { id, act, digest }, &mut tx).await {
            Ok(Outcome { done, house_changed }) => {
                tx.commit().await?;
                if house_changed {
                    self.reload_house().await.map_err(|_| Refused::Unavailable)?;
                }
                Ok((done, DONE))
            }
            Err(Stop::Replayed(done)) => {
                tx.rollback().await?;
                Ok((done, REPLAYED))
            }
            Err(Stop::Refused(refused)) => {
                tx.rollback().await?;
                Err(refused)
            }
        }
    }

    async fn in_transaction<A: ActHandler>(
        &self,
        actor: &Actor,
        house: &House,
        given: PreparedAct<A>,
        tx: &mut Tx,
    ) -> Result<Outcome<A::Output>, Stop<A::Output>> {
        let PreparedAct { id, act, digest } = given;
        // The version is also the house's lock: acts of one house follow one another.
        let version = next_version(tx, house).await?;
        // Read after the lock, so that instants follow the order of acts.
        let now = house.wall.at(self.0.clock.now());
        if let Some(seen) = tx.maybe::<SeenRow>(&SEEN, args![id]).await? {
            if seen.digest != digest || seen.name != A::NAME || seen.staff != actor.staff().map(|s| s.0) {
                return Err(Refused::conflict(Conflict::ActIdUsed).into());
            }
            let answer = serde_json::from_str(&seen.answer).map_err(|_| Refused::Unavailable)?;
            return Err(Stop::Replayed(answer));
        }
        self.0.db.room_for_an_act()?;
        sessions::still_valid(tx, actor, now.at).await?;
        if !A::PREPARES {
            act.check(now).map_err(Refused::Faults)?;
        }

        let mut ctx = ActContext {
            store: self,
            tx: &mut *tx,
            actor,
            house,
            now,
            act: id,
            subject: None,
            resident: None,
            house_changed: false,
        };
        let done = act.handle(&mut ctx).await?;
        let (subject, resident, house_changed) = (ctx.subject, ctx.resident, ctx.house_changed);

        let line = Line { subject, resident, act: Some(id), ..Line::new(A::NAME, A::AUDIT, "done") };
        audit::write(tx, Some(house), actor, now.at, &line).await?;
        note_change(tx, house, version, A::CHANGES, subject.map(|(_, id)| id)).await?;
        let answer = serde_json::to_string(&done).map_err(|_| Refused::Unavailable)?;
        tx.run_one(&KEEP, args![id, house.id, actor.staff(), A::NAME, digest, answer, now.at]).await?;
        self.0.announcer.notify_others(tx, &self.0.db).await?;
        Ok(Outcome { done, house_changed })
    }

    /// Refuses something to someone who may not do it, and keeps that she tried.
    pub async fn refuse(&self, actor: &Actor, what: &'static str) -> Refused {
        self.note_refusal(actor, what, None, &Refused::NotAllowed).await;
        Refused::NotAllowed
    }

    /// Keeps a refusal. When even that cannot be written, the refusal stands all the same.
    pub(crate) async fn note_refusal(&self, actor: &Actor, what: &'static str, act: Option<ActId>, refused: &Refused) {
        let line = Line { act, ..Line::new(what, AuditKind::Refused, refused.code()) };
        if let Err(error) = self.note(actor, &line).await {
            tracing::error!(audit.what = what, error = error.code(), "a refusal could not be kept");
        }
    }

    /// Keeps one line of the audit in a transaction of its own.
    pub(crate) async fn note(&self, actor: &Actor, line: &Line) -> Result<(), Refused> {
        let house = self.house();
        let written = async || {
            let mut tx = self.0.db.write().await?;
            let now = self.0.clock.now();
            audit::write(&mut tx, house.as_deref(), actor, now, line).await?;
            tx.commit().await
        };
        match written().await {
            Err(DbError::Full) => {
                self.0.db.make_room().await;
                Ok(written().await?)
            }
            other => Ok(other?),
        }
    }

    async fn note_openings(
        &self,
        actor: &Actor,
        house: &House,
        now: HouseTime,
        what: &'static str,
        opened: &[(SubjectKind, Uuid, Option<ResidentId>)],
    ) -> Result<(), Refused> {
        let written = async || {
            let mut tx = self.0.db.write().await?;
            for (kind, subject, resident) in opened {
                let line = Line {
                    subject: Some((*kind, *subject)),
                    resident: *resident,
                    ..Line::new(what, AuditKind::Opened, "done")
                };
                audit::write(&mut tx, Some(house), actor, now.at, &line).await?;
            }
            tx.commit().await
        };
        let outcome = match written().await {
            Err(DbError::Full) => {
                self.0.db.make_room().await;
                written().await
            }
            other => other,
        };
        match outcome.map_err(Refused::from) {
            // At three in the morning an allergy must be readable on a full disk. The log keeps the
            // opening instead: ids only.
            Err(Refused::DiskFull) => {
                let staff = actor.staff().map(|id| id.to_string());
                tracing::error!(
                    audit.what = what,
                    staff.id = staff,
                    "the disk is full: an opening is kept in this log only"
                );
                Ok(())
            }
            other => other,
        }
    }
}

/// Writes a version for the other screens.
pub(crate) async fn note_change(
    tx: &mut Tx,
    house: &House,
    version: i64,
    areas: &[Area],
    subject: Option<Uuid>,
) -> Result<(), DbError> {
    let areas: Vec<&str> = areas.iter().map(|area| area.code()).collect();
    tx.run_one(&CHANGED, args![house.id, version, areas.join(" "), subject]).await
}

/// The house's lock, and its next version.
pub(crate) async fn next_version(tx: &mut Tx, house: &House) -> Result<i64, DbError> {
    let (version,) = tx.one::<(i64,)>(&BUMP, args![house.id]).await?;
    tx.will_be(version);
    Ok(version)
}

/// An act as it enters the transaction.
struct PreparedAct<A> {
    id: ActId,
    act: A,
    digest: Vec<u8>,
}

/// How the transaction ends when the act is done.
struct Outcome<D> {
    done: D,
    house_changed: bool,
}

/// Why the transaction stops before its end.
enum Stop<D> {
    /// The act had been done before; this is what it answered.
    Replayed(D),
    Refused(Refused),
}

impl<D> From<Refused> for Stop<D> {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl<D> From<DbError> for Stop<D> {
    fn from(error: DbError) -> Self {
        Self::Refused(error.into())
    }
}
