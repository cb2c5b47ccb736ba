//! The export of stays as a CSV file for a spreadsheet: numbers, codes and dates, never a name.

use app::{pages::stays::filter_from, request::RequestContext, words::Lang};
use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use store::ExportedStay;

use crate::http::{
    form_body::FormBody,
    shared::{BODY_LIMIT, Shared, plain, plain_refusal},
};

/// Responds with the stays that match a filter, as CSV. The store checks the permission and writes the audit row.
pub async fn stays(State(shared): State<Shared>, request: Request) -> Response {
    let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let Some(session) = context.session else { return plain(StatusCode::UNAUTHORIZED, "sign_in") };
    let Ok(body) = to_bytes(request.into_body(), BODY_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    let form = FormBody::read(&body);
    let filter = filter_from(|name| form.get(name).map(str::to_owned));
    match shared.store.export_stays(&session.actor, &filter).await {
        Ok(stays) => match table(context.page.lang, &stays) {
            Ok(table) => (
                [
                    (CONTENT_TYPE, "text/csv; charset=utf-8"),
                    (CONTENT_DISPOSITION, "attachment; filename=\"export.csv\""),
                ],
                table,
            )
                .into_response(),
            Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        },
        Err(refused) => plain_refusal(&refused),
    }
}

fn table(w: Lang, stays: &[ExportedStay]) -> Result<Vec<u8>, csv::Error> {
    // The byte order mark tells spreadsheets that the file is UTF-8.
    let mut out = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    out.write_record([
        w.field_file_number(),
        w.col_bed(),
        w.col_arrival(),
        w.col_departure(),
        w.col_night(),
        w.col_nights(),
        w.field_departure_reason(),
        w.field_destination(),
        w.field_age(),
    ])?;
    for stay in stays {
        let cells = [
            stay.number.to_string(),
            stay.beds.join(" > "),
            stay.arrived.local.to_string(),
            stay.departed.map(|at| at.local.to_string()).unwrap_or_default(),
            stay.first_night.to_string(),
            stay.nights.to_string(),
            stay.reason.map(|reason| reason.code().to_owned()).unwrap_or_default(),
            stay.destination.map(|to| to.code().to_owned()).unwrap_or_default(),
            stay.age.map(|age| age.to_string()).unwrap_or_default(),
        ];
        out.write_record(cells.iter().map(|cell| inert(cell)))?;
    }
    out.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Prefixes a cell that a spreadsheet would interpret as a formula with an apostrophe.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::inert;

    /// EX-01: whatever a label contains, a spreadsheet shows it as text and executes nothing.
    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\tx", "\r=1"] {
            assert!(inert(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(inert("3B"), "3B");
    }
}
