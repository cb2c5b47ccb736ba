//! Who did and opened what.

use domain::audit::{AuditPage, ReadAudit};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answered;
#[cfg(feature = "ssr")]
use crate::api::dispatch::ask;

/// A page of the audit.
#[server(name = AskAudit, prefix = "/api", endpoint = "audit", input = Json)]
pub async fn audit(filter: ReadAudit) -> Answered<AuditPage> {
    ask(filter).await
}
