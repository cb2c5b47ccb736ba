//! Dispatch of acts (commands) and queries.
//!
//! An act is authorised, checked for a replay, and validated. One transaction then holds its changes, its audit record,
//! its version and its response; afterwards the event streams are notified. A query is authorised in the same way and
//! changes nothing, except that a query that opens a resident's file writes an audit record.

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

/// An act that the store can run.
pub trait ActHandler: Act {
    /// Whether the act has slow work to do before the transaction, such as hashing a password. Slow work must not run
    /// while the transaction holds the house's lock.
    const PREPARES: bool = false;

    /// Does the slow work. It may change the act, but must not write to the database.
    fn prepare(&mut self, store: &Store, actor: &Actor) -> impl Future<Output = Result<(), Refused>> + Send {
        let _ = (store, actor);
        async { Ok(()) }
    }

    /// Runs the act inside the act's transaction, which is rolled back if this returns an error. Does not authorise;
    /// the caller must.
    fn handle(self, ctx: &mut ActContext<'_>) -> impl Future<Output = Result<Self::Output, Refused>> + Send;
}

/// A query that the store can run.
pub trait QueryHandler: Query {
    /// Runs the query. Everything it reads comes from one consistent snapshot. Does not authorise; the caller must.
    fn handle(self, ctx: &mut QueryContext<'_>) -> impl Future<Output = Result<Self::Output, Refused>> + Send;
}

/// The context of an act that is being run.
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
    /// Marks the cached `House` as changed: it is reloaded after the commit.
    pub(crate) fn house_changed(&mut self) {
        self.house_changed = true;
    }

    /// Sets the subject of the act, for the audit and the event stream.
    pub(crate) fn about(&mut self, kind: SubjectKind, subject: Uuid) {
        self.subject = Some((kind, subject));
    }

    /// Sets the resident whom the act concerns, for the audit.
    pub(crate) fn concerning(&mut self, resident: ResidentId) {
        self.resident = Some(resident);
    }

    /// Returns the instant of a past event. It is never later than the server's current time: the act's `check`
    /// tolerates a client clock that is a minute fast, and such an instant is replaced by the current time.
    ///
    /// # Errors
    /// Returns a fault of the field for a local time that did not exist, or that occurred twice without saying which.
    pub(crate) fn happened(&self, when: When, field: Field) -> Result<Instant, Refused> {
        Ok(self.planned(when, field)?.min(self.now.at))
    }

    /// Returns the instant of a planned event, which may be in the future.
    ///
    /// # Errors
    /// As for [`ActContext::happened`].
    pub(crate) fn planned(&self, when: When, field: Field) -> Result<Instant, Refused> {
        self.house.wall.instant(when, self.now.at).map_err(|code| Refused::fault(field, code))
    }
}

/// The context of a query that is being run.
pub struct QueryContext<'a> {
    pub(crate) store: &'a Store,
    pub(crate) actor: &'a Actor,
    pub(crate) house: &'a House,
    pub(crate) now: HouseTime,
    tx: Option<Tx>,
    opened: Vec<(SubjectKind, Uuid, Option<ResidentId>)>,
}

impl QueryContext<'_> {
    /// Returns the query's read transaction, which gives a consistent snapshot. It begins with the first call.
    pub(crate) async fn tx(&mut self) -> Result<&mut Tx, Refused> {
        if self.tx.is_none() {
            self.tx = Some(self.store.0.db.read().await?);
        }
        self.tx.as_mut().ok_or(Refused::Unavailable)
    }

    /// Records that a subject was opened. The audit record is written before the response is returned.
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
    /// Authorises and runs an act. It runs to completion even if the client's connection closes. An act with an id that
    /// has been run already is not run again: its stored response is returned.
    ///
    /// # Errors
    /// Returns a refusal; then nothing has changed.
    pub async fn act<A: ActHandler>(&self, actor: &Actor, envelope: Envelope<A>) -> Result<A::Output, Refused> {
        let (store, actor) = (self.clone(), actor.clone());
        let work = async move {
            let (id, role) = (envelope.id, actor.role_code());
            // At level ERROR the span is enabled under every log filter, so that an error is logged with its act.
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

    /// Authorises and runs a query.
    ///
    /// # Errors
    /// Returns a refusal.
    pub async fn query<Q: QueryHandler>(&self, actor: &Actor, query: Q) -> Result<Q::Output, Refused> {
        let role = actor.role_code();
        // At level ERROR the span is enabled under every log filter, so that an error is logged with its query.
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

    /// Runs an act and returns its response with the code of its outcome: run now, or replayed.
    async fn act_to_the_end<A: ActHandler>(
        &self,
        actor: &Actor,
        envelope: Envelope<A>,
    ) -> Result<(A::Output, &'static str), Refused> {
        let id = envelope.id;
        let outcome = self.transact(actor, envelope).await;
        match &outcome {
            Ok(_) => self.0.announcer.wake(),
            // Validation faults are only returned; refusals are also written to the audit.
            Err(Refused::NotAllowed | Refused::NotFound | Refused::Conflict(_)) => {
                if let Err(refused) = &outcome {
                    self.note_refusal(actor, A::NAME, Some(id), refused).await;
                }
            }
            // The failed write has released the ballast file. The write-ahead log is checkpointed at once, while that
            // space is still free.
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
        // Incrementing the version also locks the house's row, so acts of one house run one after another.
        let version = next_version(tx, house).await?;
        // The clock is read after taking the lock, so that instants follow the order of acts.
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

    /// Writes a missing permission to the audit and returns `NotAllowed`.
    pub async fn refuse(&self, actor: &Actor, what: &'static str) -> Refused {
        self.note_refusal(actor, what, None, &Refused::NotAllowed).await;
        Refused::NotAllowed
    }

    /// Writes a refusal to the audit. If that fails, the failure is logged and the refusal stands.
    pub(crate) async fn note_refusal(&self, actor: &Actor, what: &'static str, act: Option<ActId>, refused: &Refused) {
        let line = Line { act, ..Line::new(what, AuditKind::Refused, refused.code()) };
        if let Err(error) = self.note(actor, &line).await {
            tracing::error!(audit.what = what, error = error.code(), "a refusal could not be kept");
        }
    }

    /// Writes one audit record in a transaction of its own.
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
            // Emergency health information must be readable even when the disk is full. The opening is written to the
            // log instead, with ids only.
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

/// Writes a change record, from which event streams are sent.
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

/// Locks the house's row and returns its next version.
pub(crate) async fn next_version(tx: &mut Tx, house: &House) -> Result<i64, DbError> {
    let (version,) = tx.one::<(i64,)>(&BUMP, args![house.id]).await?;
    tx.will_be(version);
    Ok(version)
}

/// An act with its id and digest, ready for the transaction.
struct PreparedAct<A> {
    id: ActId,
    act: A,
    digest: Vec<u8>,
}

/// The result of an act, before the commit.
struct Outcome<D> {
    done: D,
    house_changed: bool,
}

/// Why the transaction is rolled back.
enum Stop<D> {
    /// The act has been run before; this is its stored response.
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
