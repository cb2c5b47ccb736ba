//! The page of one resident's file: the parts that the reader's role may see, each with its own form.

use domain::{
    access::{Facet, Permission, Role},
    ids::ResidentId,
    refused::Field,
    residents::queries::OpenResident,
    residents::{Birth, CareFlag, Contact, Language, Part, ResidentFile},
};
use leptos::prelude::*;

use crate::{
    answered::Answered,
    api::{self, ActEndpoint, resident_open},
    components::{
        act_form::{ActForm, was_refused},
        care::care_view,
        field::{Chips, Hidden, TextField, Tick},
        text_area::TextArea,
    },
    context::use_page_data,
    page_request::PageRequest,
    page_state::use_page_state,
    pages::stays::stay_rows,
    words::Lang,
};

/// Renders the file of the resident whose id is in the path.
pub async fn draw(w: Lang, page: PageRequest) -> Answered<AnyView> {
    Ok(contents(w, resident_open(OpenResident { resident: ResidentId(page.id) }).await?))
}

fn contents(w: Lang, file: ResidentFile) -> AnyView {
    let role = use_page_data().user.map(|me| me.role);
    let name = file.name().to_owned();
    let present = file.stays.iter().any(|stay| stay.departure.is_none());
    let again = (!present).then(|| {
        view! { <a class="button main" href=format!("/desk?resident={}", file.id)>{w.act_readmit()}</a> }
    });
    let head = [Some(w.sheet_file_short(&file.number.to_string())), file.age.map(|age| w.years(i64::from(age)))];
    let head: Vec<String> = head.into_iter().flatten().collect();
    let now = use_page_state().now();
    let openings = file
        .openings
        .iter()
        .map(|opening| {
            let at = w.moment(opening.at.local, now.map_or(opening.at.local, |now| now.local));
            view! { <li>{opening.by.0.clone()} " · " {at}</li> }
        })
        .collect_view();
    view! {
        <div class="row"><div><h1 dir="auto">{name}</h1><p class="soft">{head.join(" · ")}</p></div>{again}</div>
        <div class="parts">
            {Facet::ALL.iter().filter(|facet| role.is_some_and(|role| facet.read_by(role))).map(|facet| part(w, &file, *facet, role)).collect_view()}
        </div>
        <section class="panel"><h2>{w.resident_stays()}</h2>{stay_rows(w, file.stays.clone(), false)}</section>
        <section class="panel"><h2>{w.resident_openings()}</h2><p class="soft">{w.resident_openings_sentence()}</p><ul class="openings">{openings}</ul></section>
    }
    .into_any()
}

/// A function that builds the fields of a part inside its form.
type FieldsOf = fn(Lang, &ResidentFile) -> AnyView;

fn part(w: Lang, file: &ResidentFile, facet: Facet, role: Option<Role>) -> Option<AnyView> {
    let editable = |needs: Permission| role.is_some_and(|role| needs.held_by(role));
    // The fields must be built inside their form, because its context contains the texts and the faults of a
    // submission that was refused.
    let (shown, act, fields): (AnyView, ActEndpoint, FieldsOf) = match facet {
        Facet::Usual => (usual_shown(w, file), api::USUAL, usual_fields),
        Facet::Care => {
            let care = file.care().cloned().unwrap_or_default();
            let shown = care_view(w, care).unwrap_or_else(|| nothing(w));
            (shown, api::CARE, care_fields)
        }
        Facet::Identity => (identity_shown(w, file), api::IDENTITY, identity_fields),
        Facet::Health => (text_shown(w, file, facet), api::HEALTH, text_fields),
        Facet::Watch => (text_shown(w, file, facet), api::SAFETY, safety_fields),
        // This part is edited in the form of the part for night staff.
        Facet::Safety => {
            let shown = view! { {text_shown(w, file, facet)}<p class="soft">{w.written_with(w.facet(Facet::Watch.code()))}</p> };
            (shown.into_any(), api::SAFETY, |_, _| ().into_any())
        }
        Facet::Contact => (contact_shown(w, file), api::CONTACT, contact_fields),
    };
    let needs = match facet {
        Facet::Usual | Facet::Care => Permission::EditCare,
        _ => Permission::EditResidents,
    };
    let (id, version) = (file.id, file.version.to_string());
    let edit = (editable(needs) && facet != Facet::Safety).then(|| {
        let file = file.clone();
        view! {
            <details class="more" open=was_refused(&[act], Some((Field::Resident, id.0)))>
                <summary class="button">{w.change()}</summary>
                <ActForm act next=format!("/residents/{id}") about=(Field::Resident, id.0)>
                    <Hidden field=Field::Version value=version/>
                    {fields(w, &file)}
                    <button class="button main">{w.save()}</button>
                </ActForm>
            </details>
        }
    });
    Some(view! { <section class="panel part"><h2>{w.facet(facet.code())}<small>{readers(w, facet)}</small></h2>{shown}{edit}</section> }.into_any())
}

/// The roles that may read this part, for the member of staff who edits it.
fn readers(w: Lang, facet: Facet) -> String {
    let readers: Vec<&str> = facet.readers().iter().map(|role| w.role_plural(role.code())).collect();
    w.read_by(&readers.join(", "))
}

fn nothing(w: Lang) -> AnyView {
    view! { <p class="soft">{w.nothing_written()}</p> }.into_any()
}

fn usual_shown(w: Lang, file: &ResidentFile) -> AnyView {
    let usual = file.usual().cloned().unwrap_or_default();
    let languages: Vec<&str> = usual.languages.iter().map(|language| w.language(language.code())).collect();
    let mut facts = vec![usual.name];
    facts.extend(usual.pronouns);
    facts.extend((!languages.is_empty()).then(|| languages.join(", ")));
    view! { <p dir="auto">{facts.join(" · ")}</p> }.into_any()
}

fn usual_fields(w: Lang, file: &ResidentFile) -> AnyView {
    let usual = file.usual().cloned().unwrap_or_default();
    let languages = Language::ALL.iter().map(|language| (language.code(), w.language(language.code()))).collect();
    let ticked = usual.languages.iter().map(|language| language.code()).collect();
    view! {
        <TextField field=Field::Name label=w.field_name() value=usual.name required=true/>
        <TextField field=Field::Pronouns label=w.field_pronouns() value=usual.pronouns.unwrap_or_default()/>
        <Chips field=Field::Languages legend=w.field_languages() options=languages ticked/>
    }
    .into_any()
}

fn care_fields(w: Lang, file: &ResidentFile) -> AnyView {
    let care = file.care().cloned().unwrap_or_default();
    let flags = CareFlag::ALL.iter().map(|flag| (flag.code(), w.care(flag.code()))).collect();
    let ticked = care.flags.iter().map(|flag| flag.code()).collect();
    view! {
        <Chips field=Field::CareFlags legend=w.field_care() options=flags ticked/>
        <TextField field=Field::WhatToDo label=w.field_what_to_do() hint=w.hint_one_sentence() value=care.what_to_do.unwrap_or_default()/>
    }
    .into_any()
}

fn identity_shown(w: Lang, file: &ResidentFile) -> AnyView {
    let Some(identity) = file.identity() else { return nothing(w) };
    let birth = match identity.birth {
        Birth::On(date) => Some(w.born(&w.date(date))),
        Birth::Aged { age, on } => Some(w.aged(i64::from(age), &w.date(on))),
        Birth::Unknown => None,
    };
    let facts: Vec<String> = identity.legal_name.clone().into_iter().chain(birth).collect();
    if facts.is_empty() {
        return nothing(w);
    }
    view! { <p dir="auto">{facts.join(" · ")}</p> }.into_any()
}

fn identity_fields(w: Lang, file: &ResidentFile) -> AnyView {
    let identity = file.identity().cloned().unwrap_or_default();
    let date = match identity.birth {
        Birth::On(date) => date.to_string(),
        _ => String::new(),
    };
    let age = match identity.birth {
        Birth::Aged { .. } => file.age.map(|age| age.to_string()).unwrap_or_default(),
        _ => String::new(),
    };
    view! {
        <TextField field=Field::LegalName label=w.field_legal_name() hint=w.hint_if_needed() value=identity.legal_name.unwrap_or_default()/>
        <div class="two">
            <TextField field=Field::BirthDate label=w.field_birth_date() hint=w.hint_optional() kind="date" value=date/>
            <TextField field=Field::Age label=w.field_age() hint=w.hint_age() keyboard="numeric" value=age/>
        </div>
    }
    .into_any()
}

fn text_shown(w: Lang, file: &ResidentFile, facet: Facet) -> AnyView {
    match file.text(facet).filter(|text| !text.is_empty()) {
        Some(text) => view! { <p class="text" dir="auto">{text.to_owned()}</p> }.into_any(),
        None => nothing(w),
    }
}

fn text_fields(w: Lang, file: &ResidentFile) -> AnyView {
    let text = file.text(Facet::Health).unwrap_or_default().to_owned();
    view! { <TextArea field=Field::Health label=w.field_health() value=text rows=5/> }.into_any()
}

fn safety_fields(w: Lang, file: &ResidentFile) -> AnyView {
    let watch = file.text(Facet::Watch).unwrap_or_default().to_owned();
    let safety = file.text(Facet::Safety).unwrap_or_default().to_owned();
    view! {
        <TextArea field=Field::Watch label=w.field_watch() hint=w.hint_night_sees() value=watch/>
        <TextArea field=Field::Safety label=w.field_safety() hint=w.hint_coordinator_only() value=safety rows=5/>
    }
    .into_any()
}

fn contact_shown(w: Lang, file: &ResidentFile) -> AnyView {
    let Some(contact) = file.contact().filter(|contact| contact.phone.is_some() || contact.name.is_some()) else {
        return nothing(w);
    };
    let Contact { name, relation, phone, may_say_present } = contact.clone();
    let facts: Vec<String> = [name, relation, phone].into_iter().flatten().collect();
    let may = if may_say_present { w.may_say_yes() } else { w.may_say_no() };
    view! { <p dir="auto">{facts.join(" · ")}</p><p class=if may_say_present { "soft" } else { "firm" }>{may}</p> }
        .into_any()
}

fn contact_fields(w: Lang, file: &ResidentFile) -> AnyView {
    let contact = file.parts.iter().find_map(|part| match part {
        Part::Contact(contact) => Some(contact.clone()),
        _ => None,
    });
    let contact = contact.unwrap_or_default();
    view! {
        <div class="two">
            <TextField field=Field::ContactName label=w.field_contact_name() value=contact.name.unwrap_or_default()/>
            <TextField field=Field::ContactRelation label=w.field_contact_relation() value=contact.relation.unwrap_or_default()/>
        </div>
        <TextField field=Field::ContactPhone label=w.field_contact_phone() kind="tel" value=contact.phone.unwrap_or_default()/>
        <Tick field=Field::MaySayPresent label=w.field_may_say_present() ticked=contact.may_say_present/>
    }
    .into_any()
}
