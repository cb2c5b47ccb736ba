//! The figures and the nights they are made of.

use chrono::NaiveDate;
use domain::measures::Figures;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answered;
#[cfg(feature = "ssr")]
use {crate::api::door::ask, domain::measures::SeeFigures, domain::time::Period};

/// The figures of a period, or of the fiscal year so far.
#[server(name = AskFigures, prefix = "/api", endpoint = "figures", input = Json)]
pub async fn figures(period: Option<(NaiveDate, NaiveDate)>) -> Answered<Figures> {
    let period = period.map(|(from, to)| Period { from, to });
    ask(SeeFigures { period, census: Vec::new() }).await
}
