//! What the program tells of itself to whoever keeps the machine: its log and its metrics. Both hold names of
//! operations, codes, ids and durations, and nothing of anyone (TRUST LG-01).

pub mod logs;
pub mod metrics;
