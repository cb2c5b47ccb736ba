//! An act or query under way, and the recording of its outcome in its span, in the log and by the observer.

use std::{sync::Arc, time::Instant};

use domain::refused::Refused;
use tracing::{Level, Span};

use crate::{
    observer::{Observer, milliseconds},
    store::Store,
};

/// The outcome of an act, query or sign-in that succeeded.
pub(crate) const DONE: &str = "done";
/// The outcome of an idempotent replay: the act had been executed before, and its stored result was returned again.
pub(crate) const REPLAYED: &str = "replayed";
/// The outcome of an operation that did not finish, because it panicked or its client disconnected.
const INTERRUPTED: &str = "interrupted";

impl Store {
    /// Sets the observer of acts, queries and sign-ins. Only the first call has an effect.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        self.0.observer.set(observer).ok();
    }

    /// Reports the outcome of a sign-in to the observer.
    pub(crate) fn observe_sign_in<T>(&self, outcome: &Result<T, Refused>) {
        if let Some(observer) = self.0.observer.get() {
            observer.sign_in_ended(code_of(outcome));
        }
    }
}

/// Returns the code of an outcome: [`DONE`], or the code of the refusal.
pub(crate) fn code_of<T>(outcome: &Result<T, Refused>) -> &'static str {
    outcome.as_ref().map_or_else(Refused::code, |_| DONE)
}

/// The kind of operation that a span covers.
#[derive(Clone, Copy)]
pub(crate) enum OperationKind {
    Act,
    Query,
}

/// An act or query under way, with its span. The outcome is recorded when this value is dropped, so that an operation
/// that panics or is cancelled is recorded too.
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

    /// Ends the operation with an outcome.
    pub(crate) fn end(mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for Operation<'_> {
    fn drop(&mut self) {
        let took = self.begun.elapsed();
        let outcome = self.outcome;
        // Formatting the fields is half the cost of a span, so it is done only when the line is written.
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
