//! Telemetry for the operator of the machine: the log and the metrics. Both contain names of operations, codes, ids and
//! durations, and no personal data.

pub mod logs;
pub mod metrics;
