//! Stays: lists, timelines, and what is done with them.

use domain::{
    fields::Fields,
    stays::{
        Timeline,
        acts::{Admitted, StayVersion},
        queries::{AdmissionCheck, StayFilter, StayList},
    },
};
use leptos::{prelude::*, server_fn::codec::Json};
use uuid::Uuid;

use crate::api::Answered;
#[cfg(feature = "ssr")]
use {
    crate::api::dispatch::{act, ask},
    domain::ids::StayId,
    domain::stays::acts::{Admit, Correct, Depart, Swap, Transfer, Undo},
    domain::stays::queries::{CheckAdmission, ListStays, OpenStay},
};

/// A page of the stays that answer to a filter.
#[server(name = AskStayList, prefix = "/api", endpoint = "stay_list", input = Json)]
pub async fn stay_list(filter: StayFilter, skip: u32) -> Answered<StayList> {
    ask(ListStays { filter, skip, take: 0 }).await
}

/// One stay, whole.
#[server(name = AskStayOpen, prefix = "/api", endpoint = "stay_open", input = Json)]
pub async fn stay_open(stay: Uuid) -> Answered<Timeline> {
    ask(OpenStay { stay: StayId(stay) }).await
}

/// The check that explains itself beside an admission.
#[server(name = AskAdmissionCheck, prefix = "/api", endpoint = "admission_check", input = Json)]
pub async fn admission_check(fields: Fields) -> Answered<AdmissionCheck> {
    ask(CheckAdmission { fields }).await
}

/// Admits a resident.
#[server(prefix = "/api", endpoint = "stay_admit")]
pub async fn stay_admit(id: String, #[server(default)] fields: Fields) -> Answered<Admitted> {
    act::<Admit>(id, fields).await
}

/// Moves a resident to another bed.
#[server(prefix = "/api", endpoint = "stay_transfer")]
pub async fn stay_transfer(id: String, #[server(default)] fields: Fields) -> Answered<StayVersion> {
    act::<Transfer>(id, fields).await
}

/// Two residents change beds.
#[server(prefix = "/api", endpoint = "stay_swap")]
pub async fn stay_swap(id: String, #[server(default)] fields: Fields) -> Answered<StayVersion> {
    act::<Swap>(id, fields).await
}

/// A resident leaves.
#[server(prefix = "/api", endpoint = "stay_depart")]
pub async fn stay_depart(id: String, #[server(default)] fields: Fields) -> Answered<StayVersion> {
    act::<Depart>(id, fields).await
}

/// Puts the dates of a stay right.
#[server(prefix = "/api", endpoint = "stay_correct")]
pub async fn stay_correct(id: String, #[server(default)] fields: Fields) -> Answered<StayVersion> {
    act::<Correct>(id, fields).await
}

/// Undoes the last change of a stay.
#[server(prefix = "/api", endpoint = "stay_undo")]
pub async fn stay_undo(id: String, #[server(default)] fields: Fields) -> Answered<StayVersion> {
    act::<Undo>(id, fields).await
}
