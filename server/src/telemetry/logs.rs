//! The log, written to standard error as lines of text or of JSON.

use std::{any::Any, panic};

use clap::ValueEnum;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// The format of the lines of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text for a human reader.
    #[default]
    Text,
    /// One JSON object per line, for a log collector.
    Json,
}

/// Initialises the log of this process.
pub fn start(format: LogFormat) {
    // tower-sessions warns about every malformed session cookie, and any client can send one.
    let usual = "info,tower_sessions=error";
    let filter = EnvFilter::try_from_env("VEILLEUSE_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match format {
        LogFormat::Text => log.init(),
        // The list of spans ends with the current span, so the current span is not written separately.
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).with_span_list(true).init(),
    }
    log_panics();
}

/// Logs panics as errors. A panic message may contain values, so only a message that is a literal of the source is
/// logged.
fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
        tracing::error!(error = literal(info.payload()), place, "a task panicked");
    }));
}

/// Returns a panic message that is a literal of the source, or `None` for one that was formatted from values.
fn literal(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref::<&'static str>().copied()
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, panic::catch_unwind};

    use super::literal;

    #[test]
    fn a_panic_is_quoted_only_where_it_quotes_no_value() {
        let name = black_box("Serinette".to_owned());
        let with_value = catch_unwind(move || panic!("no bed for {name}")).unwrap_err();
        assert_eq!(literal(&*with_value), None);
        let of_the_source = catch_unwind(|| panic!("no bed")).unwrap_err();
        assert_eq!(literal(&*of_the_source), Some("no bed"));
    }
}
