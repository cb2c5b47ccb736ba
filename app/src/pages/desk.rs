//! The page for admitting a resident: a short form, with a check of the admission beside it.

use domain::{
    beds::{BedChoice, BedStateCode},
    fields::Fields,
    refused::Field,
    residents::{CareFlag, Found, Language},
    stays::queries::{AdmissionCheck, Check, CheckAbout, CheckAdmission, Verdict},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    answered::Answered,
    api::{self, AdmissionCheck as AdmissionCheckQuery},
    client,
    components::{
        act_form::ActForm,
        bed_picks::BedPicks,
        field::{Chips, TextField, Tick, name_of},
        page::Page,
        text_area::TextArea,
        waiting::{Missing, Waiting},
    },
    context::use_refused_form,
    form_state::use_form,
    query::{QueryResource, use_query},
    words::{Lang, use_words},
};

/// The page for admitting a resident.
#[component]
pub fn Desk() -> impl IntoView {
    let query = use_query_map();
    // The first check is of the form that was refused, or else of the query parameters.
    let refused = use_refused_form().and_then(|form| form.peek_if(|form| form.form == api::ADMIT.path));
    let first = refused.map_or_else(
        || {
            let query = query.get_untracked();
            let mut fields = Fields::default();
            for field in [Field::Bed, Field::Resident] {
                if let Some(id) = query.get(field.code()).filter(|id| uuid::Uuid::parse_str(id).is_ok()) {
                    fields.set(field.code(), id);
                }
            }
            fields
        },
        |form| form.fields,
    );
    let (fields, set_fields) = signal(first.clone());
    let check = use_query(|| 0, move || AdmissionCheckQuery { query: CheckAdmission { fields: fields.get() } });
    let typing = RwSignal::new(0_u32);
    let changed = Callback::new(move |event: leptos::ev::Event| {
        let typed = client::fields_around(&event);
        typing.update(|n| *n += 1);
        let mine = typing.get_untracked();
        leptos::task::spawn_local(async move {
            client::pause_ms(DEBOUNCE_MS).await;
            // The page may have been left meanwhile, which disposes the signal.
            if typing.try_get_untracked() == Some(mine) {
                set_fields.set(typed);
            }
        });
    });
    let chosen = first.get(Field::Bed.code()).unwrap_or_default().to_owned();
    view! {
        <Page>
            <Transition fallback=|| view! { <Waiting/> }>
                <Admission check chosen=chosen.clone() fields changed/>
            </Transition>
        </Page>
    }
}

/// The data from which the form is rendered: the file that was chosen, if any, and the beds.
type FormContents = (Option<Found>, Vec<BedChoice>);

/// The form, and the check beside it. The form is rendered once, from the first response; later responses only render
/// the check again, so that they do not change what was typed.
#[component]
fn Admission(
    check: QueryResource<AdmissionCheck>,
    /// The id of the bed that is chosen initially.
    chosen: String,
    /// The fields of the form when it was last checked.
    fields: ReadSignal<Fields>,
    /// A callback for each change in the form.
    changed: Callback<leptos::ev::Event>,
) -> impl IntoView {
    let w = use_words();
    let at_first = Memo::new(move |drawn: Option<&Option<Answered<FormContents>>>| match drawn {
        Some(Some(Ok(first))) => Some(Ok(first.clone())),
        _ => check.get().map(|response| response.map(|check| (check.known, check.beds))),
    });
    let form = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(form) = form.get() {
            client::focus_first_empty_field(&form);
        }
    });
    move || {
        at_first.get().map(|first_response| match first_response {
            Ok((known, beds)) => {
                let chosen = chosen.clone();
                view! {
                    <div class="cols" node_ref=form on:input=move |event| changed.run(event)>
                        <ActForm act=api::ADMIT next="/" instead="/desk?bed=" class="admission">
                            {identity(w, known)}
                            <div class="two">
                                <TextField field=Field::Arrival label=w.field_arrival() hint=w.hint_now() kind="datetime-local"/>
                                <TextField field=Field::ExpectedDeparture label=w.field_expected() hint=w.hint_expected() kind="date"/>
                            </div>
                            <fieldset>
                                <legend>{w.field_bed()} <small>{w.hint_beds()}</small></legend>
                                <BedPicks beds chosen/>
                            </fieldset>
                            {care(w)}
                            <Alike check chosen=move || fields.with(|fields| fields.get(Field::Resident.code()).map(str::to_owned))/>
                            <AgeReason check/>
                            <More/>
                            <div class="foot"><button class="button main">{w.act_admit()}</button></div>
                        </ActForm>
                        <section class="panel check" aria-live="polite">
                            <h2>{w.desk_checked()}</h2>
                            {move || check.get().map(|response| match response {
                                Ok(check) => checks(w, check),
                                Err(denied) => view! { <Missing denied/> }.into_any(),
                            })}
                        </section>
                    </div>
                }
                .into_any()
            }
            Err(denied) => view! { <Missing denied/> }.into_any(),
        })
    }
}

/// The time without typing after which the form is checked, in milliseconds.
const DEBOUNCE_MS: u32 = 350;

fn identity(w: Lang, known: Option<Found>) -> AnyView {
    if let Some(found) = known {
        let about = found.age.map(|age| w.years(i64::from(age))).unwrap_or_default();
        return view! {
            <input type="hidden" name=name_of(Field::Resident) value=found.id.to_string()/>
            <p class="known"><b dir="auto">{found.name}</b><span>{w.sheet_file_short(&found.number.to_string())} " · " {about}</span>
                <a class="bare" href="/desk">{w.desk_someone_else()}</a></p>
        }
        .into_any();
    }
    view! {
        <div class="two">
            <TextField field=Field::Name label=w.field_name() required=true autofocus=true/>
            <TextField field=Field::Age label=w.field_age() hint=w.hint_age() keyboard="numeric"/>
        </div>
    }
    .into_any()
}

fn care(w: Lang) -> AnyView {
    let flags = CareFlag::ALL.iter().map(|flag| (flag.code(), w.care(flag.code()))).collect();
    view! {
        <Chips field=Field::CareFlags legend=w.field_care() hint=w.hint_night_sees() options=flags/>
        <TextField field=Field::WhatToDo label=w.field_what_to_do() hint=w.hint_one_sentence()/>
    }
    .into_any()
}

/// The files that are probably the resident's, one of which can be chosen. The list stays while a name is typed,
/// whatever was chosen.
#[component]
fn Alike(
    check: QueryResource<AdmissionCheck>,
    /// The id of the chosen file; `none` means that it is none of them.
    chosen: impl Fn() -> Option<String> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let w = use_words();
    let alike = Memo::new(move |_| check.get().and_then(Result::ok).map(|check| check.alike).unwrap_or_default());
    move || {
        let alike = alike.get();
        (!alike.is_empty()).then(|| {
            let chosen = untrack(chosen);
            let checked = |id: &str| chosen.as_deref() == Some(id);
            view! {
                <fieldset class="alike">
                    <legend>{w.desk_alike()}</legend>
                    {alike.into_iter().map(|found| {
                        let about = [
                            found.age.map(|age| w.years(i64::from(age))),
                            found.last_arrival.map(|at| w.desk_last_here(&w.date(at.local.date()))),
                        ];
                        let about: Vec<String> = about.into_iter().flatten().collect();
                        let id = found.id.to_string();
                        view! {
                            <label class="pick line">
                                <input type="radio" name=name_of(Field::Resident) checked=checked(&id) value=id disabled=found.present.is_some()/>
                                <b dir="auto">{found.name}</b>
                                <span>{w.sheet_file_short(&found.number.to_string())} " · " {about.join(" · ")}
                                    {found.present.is_some().then(|| format!(" · {}", w.desk_present()))}</span>
                            </label>
                        }
                    }).collect_view()}
                    <label class="pick line">
                        <input type="radio" name=name_of(Field::Resident) value="none" checked=checked("none")/>
                        <b>{w.desk_none_of_them()}</b>
                    </label>
                </fieldset>
            }
        })
    }
}

/// The field for the reason, shown once the age requires one.
#[component]
fn AgeReason(check: QueryResource<AdmissionCheck>) -> impl IntoView {
    let w = use_words();
    let form = use_form();
    let asked = Memo::new(move |_| {
        let outside = check
            .get()
            .and_then(Result::ok)
            .is_some_and(|check| check.checks.iter().any(|check| matches!(check.about, CheckAbout::AgeOutside { .. })));
        let was_refused =
            form.is_some_and(|form| form.faults.get().iter().any(|fault| fault.field == Field::AgeReason));
        outside || was_refused
    });
    move || {
        asked.get().then(
            || view! { <TextField field=Field::AgeReason label=w.field_age_reason() hint=w.hint_one_sentence()/> },
        )
    }
}

/// The fields that can be completed after the admission.
const WAITS: [Field; 7] = [
    Field::BirthDate,
    Field::Pronouns,
    Field::Languages,
    Field::Watch,
    Field::ContactName,
    Field::ContactRelation,
    Field::ContactPhone,
];

/// The part of the form that can be completed after the admission.
#[component]
fn More() -> impl IntoView {
    let w = use_words();
    let languages = Language::ALL.iter().map(|language| (language.code(), w.language(language.code()))).collect();
    // A fault in one of these fields opens the part.
    let form = use_form();
    let has_fault = move || form.is_some_and(|form| form.faults.get().iter().any(|fault| WAITS.contains(&fault.field)));
    view! {
        <details class="more panel" open=has_fault>
            <summary>{w.desk_more()}</summary>
            <div class="two">
                <TextField field=Field::BirthDate label=w.field_birth_date() hint=w.hint_optional() kind="date"/>
                <TextField field=Field::Pronouns label=w.field_pronouns() hint=w.hint_optional()/>
            </div>
            <Chips field=Field::Languages legend=w.field_languages() options=languages/>
            <TextArea field=Field::Watch label=w.field_watch() hint=w.hint_night_sees()/>
            <div class="two">
                <TextField field=Field::ContactName label=w.field_contact_name()/>
                <TextField field=Field::ContactRelation label=w.field_contact_relation()/>
            </div>
            <div class="two">
                <TextField field=Field::ContactPhone label=w.field_contact_phone() kind="tel"/>
                <Tick field=Field::MaySayPresent label=w.field_may_say_present()/>
            </div>
        </details>
    }
    .into_any()
}

fn checks(w: Lang, check: AdmissionCheck) -> AnyView {
    view! {
        <ul class="checks">
            {check.checks.into_iter().map(|check| check_line(w, check)).collect_view()}
        </ul>
    }
    .into_any()
}

fn check_line(w: Lang, check: Check) -> AnyView {
    let (class, mark) = match check.verdict {
        Verdict::Fine => ("ok", "✓"),
        Verdict::Mind => ("warn", "!"),
        Verdict::Stop => ("stop", "×"),
    };
    let (title, sentence) = check_words(w, &check.about);
    view! {
        <li class=class>
            <span class="mark" role="img" aria-label=w.verdict(check.verdict.code())>{mark}</span>
            <span><b>{title}</b>{(!sentence.is_empty()).then(|| view! { <small>{sentence}</small> })}</span>
        </li>
    }
    .into_any()
}

fn check_words(w: Lang, about: &CheckAbout) -> (String, String) {
    let say = |title: String, sentence: &str| (title, sentence.to_owned());
    match about {
        CheckAbout::NoBed => say(w.check_no_bed().into(), ""),
        CheckAbout::BedFree { label } => say(w.check_bed_free(label), ""),
        CheckAbout::BedReadyByLateEntry { label } => {
            say(w.check_bed_by_late_entry(label), w.check_bed_by_late_entry_sentence())
        }
        CheckAbout::BedNotFree { label, state } => {
            let why = match state {
                BedStateCode::Occupied => w.check_bed_taken(label),
                other => w.check_bed_not_ready(label, w.bed_state(other.code())),
            };
            say(why, w.check_bed_choose())
        }
        CheckAbout::HouseFull => say(w.check_full().into(), w.check_full_sentence()),
        CheckAbout::AgeUnknown => say(w.check_age_unknown().into(), w.check_age_unknown_sentence()),
        CheckAbout::AgeUsual { age } => say(w.check_age_usual(i64::from(*age)), ""),
        CheckAbout::AgeOutside { age, reason_given } => {
            let sentence = if *reason_given { w.check_age_reason_given() } else { w.check_age_reason() };
            say(w.check_age_outside(i64::from(*age)), sentence)
        }
        CheckAbout::FirstVisit => say(w.check_first_visit().into(), w.check_first_visit_sentence()),
        CheckAbout::LooksLike { files, answered } => {
            let sentence = if *answered { w.check_alike_answered() } else { w.check_alike_sentence() };
            say(w.check_alike(i64::from(*files)), sentence)
        }
        CheckAbout::Returning { stays } => say(w.check_returning(*stays), ""),
        CheckAbout::AlreadyHere => say(w.check_already_here().into(), w.check_already_here_sentence()),
        CheckAbout::LateEntry => say(w.check_late().into(), w.check_late_sentence()),
        CheckAbout::ArrivalWrong => say(w.check_arrival_wrong().into(), w.check_arrival_wrong_sentence()),
    }
}
