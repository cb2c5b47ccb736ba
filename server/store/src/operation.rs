//! One act or query under way, and how its end is recorded: in its span, in the log and by the observer.

use std::{sync::Arc, time::Instant};

use domain::refused::Refused;
use tracing::{Level, Span};

use crate::{
    observer::{Observer, milliseconds},
    store::Store,
};

/// The outcome of what was done or answered.
pub(crate) const DONE: &str = "done";
/// The outcome of an act that had been done before: the kept answer was given again.
pub(crate) const REPLAYED: &str = "replayed";
/// The outcome of an operation that did not come to its end: it panicked, or its client went away.
const INTERRUPTED: &str = "interrupted";

impl Store {
    /// Sets who is told how acts, queries and sign-ins end. The first one stays.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        self.0.observer.set(observer).ok();
    }

    /// Tells the observer how a sign-in ended.
    pub(crate) fn observe_sign_in<T>(&self, outcome: &Result<T, Refused>) {
        if let Some(observer) = self.0.observer.get() {
            observer.sign_in_ended(code_of(outcome));
        }
    }
}

/// The code of an outcome: of the refusal, where it was refused.
pub(crate) fn code_of<T>(outcome: &Result<T, Refused>) -> &'static str {
    outcome.as_ref().map_or_else(Refused::code, |_| DONE)
}

/// Which kind of operation runs in a span.
#[derive(Clone, Copy)]
pub(crate) enum OperationKind {
    Act,
    Query,
}

/// An act or a query under way, and its span. Its end is recorded when this value is dropped, so that an operation that
/// panics or that is given up is recorded too.
pub(crate) struct Operation<'a> {
    store: &'a Store,
    kind: OperationKind,
    name: &'static str,
    pub(crate) span: Span,
    begun: Instant,
    outcome: &'static str,
}

impl<'a> Operation<'a> {
    pub(crate) fn begin(store: &'a Store, kind: OperationKind, name: &'static str, span: Span) -> Self {
        Self { store, kind, name, span, begun: Instant::now(), outcome: INTERRUPTED }
    }

    /// Says how it ended.
    pub(crate) fn end(mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for Operation<'_> {
    fn drop(&mut self) {
        let took = self.begun.elapsed();
        let outcome = self.outcome;
        // Formatting the fields is half the cost of a span: it is done only for a line that is written.
        if tracing::enabled!(Level::DEBUG) {
            tracing::record_all!(self.span, outcome = outcome, duration_ms = milliseconds(took));
            self.span.in_scope(|| match self.kind {
                OperationKind::Act => tracing::debug!("act finished"),
                OperationKind::Query => tracing::debug!("query finished"),
            });
        }
        if let Some(observer) = self.store.0.observer.get() {
            match self.kind {
                OperationKind::Act => observer.act_ended(self.name, outcome, took),
                OperationKind::Query => observer.query_ended(self.name, outcome, took),
            }
        }
    }
}
