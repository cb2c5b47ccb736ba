//! The page of the audit: who did or opened what, and when. It shows ids, codes and times, never the content.

use domain::{
    audit::{AuditKind, AuditLine, AuditPage as Lines, SubjectKind, queries::ReadAudit},
    fields::parse_date,
};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::{
    answered::Answered, api::audit, components::icon::Icon, page_request::PageRequest, page_state::use_page_state,
    words::Lang,
};

/// Renders the page of the audit, filtered by the query parameters.
pub async fn draw(w: Lang, page: PageRequest) -> Answered<AnyView> {
    let filter = filter_of(&page.query);
    let page = audit(filter.clone()).await?;
    Ok(contents(w, page, &filter))
}

fn contents(w: Lang, page: Lines, filter: &ReadAudit) -> AnyView {
    let now = use_page_state().now().map(|now| now.local);
    let more = page.more.then(|| page.lines.last().map(|line| line.seq)).flatten().map(|before| {
        let next = ReadAudit { before: Some(before), ..filter.clone() };
        view! { <p class="pager"><a class="button" href=address(&next)>{w.page_earlier()}</a></p> }
    });
    let rows = page.lines.into_iter().map(|line| row(w, line, now)).collect_view();
    let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let option =
        |code: String, label: String, selected: bool| view! { <option value=code selected=selected>{label}</option> };
    view! {
        <details class="filters panel" open=filter != &ReadAudit::default()>
            <summary><Icon name="filter"/>{w.filter()}</summary>
            <form method="get" action="/audit" class="grid">
                <label class="field"><span class="label">{w.field_staff()}</span><select name="staff"><option value="">{w.any()}</option>
                    {page.staff.into_iter().map(|(id, name)| option(id.to_string(), name, filter.staff == Some(id))).collect_view()}</select></label>
                <label class="field"><span class="label">{w.field_kind()}</span><select name="kind"><option value="">{w.any()}</option>
                    {AuditKind::ALL.iter().map(|kind| option(kind.code().into(), w.audit_kind(kind.code()).into(), filter.kind == Some(*kind))).collect_view()}</select></label>
                <label class="field"><span class="label">{w.field_file_number()}</span><input type="number" name="number" min="1" value=filter.number.map(|n| n.to_string()).unwrap_or_default()/></label>
                <label class="field"><span class="label">{w.field_period_from()}</span><input type="date" name="from" value=date(filter.from)/></label>
                <label class="field"><span class="label">{w.field_period_to()}</span><input type="date" name="to" value=date(filter.to)/></label>
                <div class="foot"><a class="bare" href="/audit">{w.filter_clear()}</a><button class="button main">{w.filter_apply()}</button></div>
            </form>
        </details>
        <p class="soft">{w.audit_sentence()}</p>
        <div class="scroll" tabindex="0" role="region" aria-label=w.audit_title()>
        <table class="list audit"><thead><tr>
            <th scope="col">{w.col_when()}</th><th scope="col">{w.col_who()}</th><th scope="col">{w.col_what()}</th>
            <th scope="col">{w.col_about()}</th><th scope="col">{w.col_outcome()}</th><th scope="col">{w.col_device()}</th>
        </tr></thead><tbody>{rows}</tbody></table>
        </div>
        {more}
    }
    .into_any()
}

fn row(w: Lang, line: AuditLine, now: Option<chrono::NaiveDateTime>) -> AnyView {
    let at = w.moment(line.at.local, now.unwrap_or(line.at.local));
    let who = match (&line.name, line.role) {
        (Some(name), Some(role)) => format!("{name} · {}", w.role(role.code())),
        (Some(name), None) => name.clone(),
        (None, _) if line.what == "access.sign_in" => w.nobody().to_owned(),
        (None, _) => w.by_machine().to_owned(),
    };
    let what = match w.audit_what(&line.what) {
        "" => line.what.clone(),
        known => known.to_owned(),
    };
    let about = match (line.number, &line.label, line.subject.map(|(kind, _)| kind)) {
        (Some(number), _, _) => w.sheet_file_short(&number.to_string()),
        (None, Some(label), Some(SubjectKind::Bed)) => w.bed_label(label),
        (None, _, Some(kind)) => w.subject(kind.code()).to_owned(),
        _ => String::new(),
    };
    let outcome = match line.outcome.as_str() {
        "done" => view! { <span class="pill here">{w.outcome_done()}</span> }.into_any(),
        code => view! { <span class="pill refused">{w.outcome(code)}</span> }.into_any(),
    };
    view! {
        <tr><td>{at}</td><td dir="auto">{who}</td><td>{what}</td><td>{about}</td><td>{outcome}</td><td><small>{line.device.unwrap_or_default()}</small></td></tr>
    }
    .into_any()
}

fn filter_of(query: &ParamsMap) -> ReadAudit {
    let text = |name: &str| query.get(name).filter(|text| !text.is_empty());
    ReadAudit {
        staff: text("staff").and_then(|id| id.parse().ok()),
        number: text("number").and_then(|n| n.parse().ok()),
        kind: text("kind").and_then(|code| AuditKind::from_code(&code)),
        from: text("from").and_then(|date| parse_date(&date)),
        to: text("to").and_then(|date| parse_date(&date)),
        before: text("before").and_then(|n| n.parse().ok()),
    }
}

fn address(filter: &ReadAudit) -> String {
    let all = [
        ("staff", filter.staff.map(|id| id.to_string())),
        ("number", filter.number.map(|n| n.to_string())),
        ("kind", filter.kind.map(|kind| kind.code().to_owned())),
        ("from", filter.from.map(|date| date.to_string())),
        ("to", filter.to.map(|date| date.to_string())),
        ("before", filter.before.map(|n| n.to_string())),
    ];
    let pairs: Vec<String> =
        all.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name}={value}"))).collect();
    format!("/audit?{}", pairs.join("&"))
}
