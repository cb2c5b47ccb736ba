//! The observer of acts, queries and sign-ins, which receives the name, the code of the outcome and the duration of
//! each, and never a value.

use std::time::Duration;

/// Receives the outcome of every act, query and sign-in. It is called within the handling of each request, so its
/// methods must not block.
pub trait Observer: Send + Sync + 'static {
    /// Called when an act has ended. `name` is the name of the act, `outcome` the code of its outcome.
    fn act_ended(&self, name: &'static str, outcome: &'static str, took: Duration);

    /// Called when a query has ended. `name` is the name of the query, `outcome` the code of its outcome.
    fn query_ended(&self, name: &'static str, outcome: &'static str, took: Duration);

    /// Called when a sign-in was accepted or refused. `outcome` is the code of the outcome.
    fn sign_in_ended(&self, outcome: &'static str);
}

/// Converts a duration to milliseconds with a resolution of one microsecond, for the field `duration_ms` of a span.
pub fn milliseconds(took: Duration) -> f64 {
    took.as_micros() as f64 / 1_000.0
}
