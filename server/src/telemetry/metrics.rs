//! Metrics in the OpenMetrics text format, which Prometheus reads. Labels contain only codes, names of operations and
//! route patterns, so their number is bounded and they contain nothing that a user typed.

use std::time::Duration;

use chrono::TimeDelta;
use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};
use store::{Observer, Store};

/// The media type of the text that [`Metrics::text`] returns.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const PREFIX: &str = "veilleuse";

/// The upper bounds of the latency buckets, in seconds. A tap should be answered within 0.1 s; hashing a password and
/// reading years of history take longer.
const LATENCIES: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status_class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ActLabels {
    act: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueryLabels {
    query: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignInLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConnectionLabels {
    engine: &'static str,
    pool: &'static str,
    state: &'static str,
}

/// The metrics accumulated since the start of the process.
pub struct Metrics {
    counted: Registry,
    requests: Family<RequestLabels, Histogram>,
    acts: Family<ActLabels, Histogram>,
    queries: Family<QueryLabels, Histogram>,
    sign_ins: Family<SignInLabels, Counter>,
}

impl Metrics {
    /// Creates metrics with all counters at zero.
    pub fn new() -> Self {
        let mut counted = Registry::with_prefix(PREFIX);
        let requests = latencies(&mut counted, "http_request_duration", "Time until the headers of a response");
        let acts = latencies(&mut counted, "act_duration", "Time that acts took");
        let queries = latencies(&mut counted, "query_duration", "Time that queries took");
        let sign_ins = Family::default();
        counted.register("sign_ins", "Sign-ins with a password", sign_ins.clone());
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        counted.register("build", "The program", version);
        Self { counted, requests, acts, queries, sign_ins }
    }

    /// Counts a request. `method` must be a code and `route` a pattern, never text that the client sent.
    pub fn request_ended(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let status_class = match status {
            0..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        let labels = RequestLabels { method, route: route.to_owned(), status_class };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Returns the accumulated metrics and the present values as OpenMetrics text.
    ///
    /// # Errors
    /// Returns an error when the text cannot be formatted.
    pub async fn text(&self, store: &Store) -> Result<String, std::fmt::Error> {
        let now = present(store).await;
        let mut text = String::new();
        encode_registry(&mut text, &self.counted)?;
        encode_registry(&mut text, &now)?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for Metrics {
    fn act_ended(&self, act: &'static str, outcome: &'static str, took: Duration) {
        self.acts.get_or_create(&ActLabels { act, outcome }).observe(took.as_secs_f64());
    }

    fn query_ended(&self, query: &'static str, outcome: &'static str, took: Duration) {
        self.queries.get_or_create(&QueryLabels { query, outcome }).observe(took.as_secs_f64());
    }

    fn sign_in_ended(&self, outcome: &'static str) {
        self.sign_ins.get_or_create(&SignInLabels { outcome }).inc();
    }
}

/// Reads the present values. They are read only on request, so they cost nothing in between; a value that is unknown is
/// omitted.
async fn present(store: &Store) -> Registry {
    let mut now = Registry::with_prefix(PREFIX);
    let connections = Family::<ConnectionLabels, Gauge>::default();
    for pool in store.connections() {
        for (state, found) in [("in_use", pool.in_use), ("idle", pool.idle)] {
            let labels = ConnectionLabels { engine: pool.engine, pool: pool.pool, state };
            connections.get_or_create(&labels).set(i64::try_from(found).unwrap_or(i64::MAX));
        }
    }
    now.register("database_connections", "Open connections to the database", connections);
    let statements = ConstCounter::new(store.statements_run());
    now.register("database_statements", "Statements run since the data was opened", statements);
    let streams = ConstGauge::new(i64::try_from(store.event_streams()).unwrap_or(i64::MAX));
    now.register("event_streams", "Open event streams", streams);
    if let Ok(version) = store.version().await {
        let version = ConstGauge::new(version);
        now.register("house_version", "The version of the house: it grows by one with every act", version);
    }
    if let Some(at) = store.last_backup() {
        // If the clock was set back, the age of the backup is 0, not negative.
        let age = ConstGauge::new((store.clock_now() - at).max(TimeDelta::zero()).num_seconds());
        now.register_with_unit("last_backup_age", "Age of the newest copy made by backup", Unit::Seconds, age);
    }
    now
}

/// Registers a latency histogram for each set of labels. Its `_count` is the number of observations.
fn latencies<L>(registry: &mut Registry, name: &str, help: &str) -> Family<L, Histogram>
where
    L: EncodeLabelSet + Clone + std::fmt::Debug + Eq + std::hash::Hash + Send + Sync + 'static,
{
    let family = Family::<L, Histogram>::new_with_constructor(|| Histogram::new(LATENCIES));
    registry.register_with_unit(name, help, Unit::Seconds, family.clone());
    family
}
