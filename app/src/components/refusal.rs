//! The texts of refusals: what happened and what to do next.

use domain::{
    access::Initials,
    refused::{Conflict, Fault, FaultCode, Refused},
    time::HouseTime,
};
use leptos::prelude::*;

use crate::{
    page_state::use_page_state,
    words::{Lang, use_words},
};

/// A refusal under a form, with the beds that could be given instead.
#[component]
pub fn Refusal(
    /// The refusal.
    refused: Refused,
    /// The beginning of the address to which a proposed bed links; the id of the bed follows it.
    #[prop(optional, into)]
    instead: Option<String>,
) -> impl IntoView {
    let w = use_words();
    // The focus moves to the refusal, so that it scrolls into view and a screen reader reads it.
    let said = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(said) = said.get() {
            said.focus().ok();
        }
    });
    let nearest = match &refused {
        Refused::Conflict(conflict) => conflict.nearest().to_vec(),
        _ => Vec::new(),
    };
    let offers = (!nearest.is_empty()).then(|| {
        view! {
            <p class="instead">{w.refused_instead()}
                {nearest.into_iter().map(|choice| {
                    let text = format!("{} · {}", choice.label, choice.floor);
                    match &instead {
                        Some(to) => view! { <a class="chip" href=format!("{to}{}", choice.bed)>{text}</a> }.into_any(),
                        None => view! { <span class="chip">{text}</span> }.into_any(),
                    }
                }).collect_view()}
            </p>
        }
    });
    view! {
        <div class="refusal" role="alert" tabindex="-1" node_ref=said>
            <p>{sentence(w, &refused, use_page_state().now())}</p>
            {offers}
        </div>
    }
}

/// The sentence of a refusal. With `now`, times are relative to it, as elsewhere on a page; without, they contain the
/// full date.
pub fn sentence(w: Lang, refused: &Refused, now: Option<HouseTime>) -> String {
    match refused {
        Refused::SignIn => w.refused_sign_in().into(),
        Refused::NotAllowed => w.refused_not_allowed().into(),
        Refused::NotFound => w.refused_not_found().into(),
        Refused::Faults(faults) => w.refused_faults(i64::try_from(faults.len()).unwrap_or(i64::MAX)),
        Refused::TooMany { seconds } => w.refused_too_many(i64::from(*seconds)),
        Refused::DiskFull => w.refused_disk_full().into(),
        Refused::Unavailable => w.refused_unavailable().into(),
        Refused::Conflict(conflict) => conflict_sentence(w, conflict, now),
    }
}

/// The sentence of a fault.
pub fn fault_sentence(w: Lang, fault: &Fault) -> String {
    let limit = fault.limit.unwrap_or_default();
    match fault.code {
        FaultCode::TooLong => w.fault_too_long(limit),
        FaultCode::TooShort => w.fault_too_short(limit),
        FaultCode::OutOfRange if fault.limit.is_some() => w.fault_out_of_range_limit(&w.number(limit)),
        code => w.fault(code.code()).into(),
    }
}

fn conflict_sentence(w: Lang, conflict: &Conflict, now: Option<HouseTime>) -> String {
    let at = |time: &HouseTime| w.moment(time.local, now.map_or(time.local, |now| now.local));
    let by = |by: &Option<Initials>| by.as_ref().map_or_else(String::new, |by| w.refused_by(&by.0));
    match conflict {
        Conflict::BedTaken { bed, since, by: who, .. } => w.conflict_bed_taken(&bed.label, &at(since), &by(who)),
        Conflict::BedToPrepare { bed, .. } => w.conflict_bed_to_prepare(&bed.label),
        Conflict::BedOutOfService { bed, until: Some(until), .. } => {
            w.conflict_bed_out_of_service_until(&bed.label, &at(until))
        }
        Conflict::BedOutOfService { bed, until: None, .. } => w.conflict_bed_out_of_service(&bed.label),
        Conflict::AlreadyHere { bed: Some(bed), since, by: who } => {
            w.conflict_already_here_in(&bed.label, &at(since), &by(who))
        }
        Conflict::AlreadyHere { bed: None, since, by: who } => w.conflict_already_here(&at(since), &by(who)),
        Conflict::Changed { at: when, by: who, .. } => w.conflict_changed(&at(when), &by(who)),
        Conflict::StayEnded { at: when, by: who } => w.conflict_stay_ended(&at(when), &by(who)),
        Conflict::LooksLike { files } => w.conflict_looks_like(i64::from(*files)),
        Conflict::BedNotInHouse { .. } => w.conflict_bed_not_in_house().into(),
        Conflict::BedOverlap => w.conflict_bed_overlap().into(),
        Conflict::PersonOverlap => w.conflict_person_overlap().into(),
        Conflict::StayNotEnded => w.conflict_stay_not_ended().into(),
        Conflict::LabelTaken => w.conflict_label_taken().into(),
        Conflict::NotEmpty => w.conflict_not_empty().into(),
        Conflict::AlreadySo => w.conflict_already_so().into(),
        Conflict::NotTheLastChange => w.conflict_not_the_last_change().into(),
        Conflict::LoginTaken => w.conflict_login_taken().into(),
        Conflict::LastManager => w.conflict_last_manager().into(),
        Conflict::ActIdUsed => w.conflict_act_id_used().into(),
        Conflict::HouseExists => w.conflict_house_exists().into(),
        Conflict::NoHouse => w.conflict_no_house().into(),
    }
}
