//! The figures and the nights they are made of.

use chrono::NaiveDate;
use domain::measures::MeasuresReport;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answered;
#[cfg(feature = "ssr")]
use {crate::api::dispatch::ask, domain::measures::SeeMeasures, domain::time::Period};

/// The figures of a period, or of the fiscal year so far.
#[server(name = AskMeasures, prefix = "/api", endpoint = "figures", input = Json)]
pub async fn figures(period: Option<(NaiveDate, NaiveDate)>) -> Answered<MeasuresReport> {
    let period = period.map(|(from, to)| Period { from, to });
    ask(SeeMeasures { period, census: Vec::new() }).await
}
