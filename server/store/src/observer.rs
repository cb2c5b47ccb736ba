//! Who is told how acts, queries and sign-ins end: a name, the code of an outcome and a duration, never a value.

use std::time::Duration;

/// Told how each act, query and sign-in ended. It is called on the path of every request, so it must not wait.
pub trait Observer: Send + Sync + 'static {
    /// An act ended, under the code of its outcome.
    fn act_ended(&self, name: &'static str, outcome: &'static str, took: Duration);

    /// A query ended, under the code of its outcome.
    fn query_ended(&self, name: &'static str, outcome: &'static str, took: Duration);

    /// A sign-in was accepted or refused, under the code of its outcome.
    fn sign_in_ended(&self, outcome: &'static str);
}

/// A duration as the field `duration_ms` of a span holds it: milliseconds, to the microsecond.
pub fn milliseconds(took: Duration) -> f64 {
    took.as_micros() as f64 / 1_000.0
}
