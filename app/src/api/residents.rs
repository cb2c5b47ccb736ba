//! Residents: finding, opening and revising their files.

use domain::{
    fields::Fields,
    residents::{Found, ResidentFile, acts::FileVersion},
};
use leptos::{prelude::*, server_fn::codec::Json};
use uuid::Uuid;

use crate::api::Answered;
#[cfg(feature = "ssr")]
use {
    crate::api::dispatch::{act, ask},
    domain::ids::ResidentId,
    domain::residents::acts::{ReviseCare, ReviseContact, ReviseHealth, ReviseIdentity, ReviseSafety, ReviseUsual},
    domain::residents::queries::{FindResidents, OpenResident},
};

/// Files that answer to a name or a number; without words, those who are here.
#[server(name = AskResidentFind, prefix = "/api", endpoint = "resident_find", input = Json)]
pub async fn resident_find(words: String) -> Answered<Vec<Found>> {
    ask(FindResidents { words }).await
}

/// Opens a file.
#[server(name = AskResidentOpen, prefix = "/api", endpoint = "resident_open", input = Json)]
pub async fn resident_open(resident: Uuid) -> Answered<ResidentFile> {
    ask(OpenResident { resident: ResidentId(resident) }).await
}

/// Changes what she is called by.
#[server(prefix = "/api", endpoint = "resident_usual")]
pub async fn resident_usual(id: String, #[server(default)] fields: Fields) -> Answered<FileVersion> {
    act::<ReviseUsual>(id, fields).await
}

/// Changes what an emergency needs.
#[server(prefix = "/api", endpoint = "resident_care")]
pub async fn resident_care(id: String, #[server(default)] fields: Fields) -> Answered<FileVersion> {
    act::<ReviseCare>(id, fields).await
}

/// Changes legal name and birth.
#[server(prefix = "/api", endpoint = "resident_identity")]
pub async fn resident_identity(id: String, #[server(default)] fields: Fields) -> Answered<FileVersion> {
    act::<ReviseIdentity>(id, fields).await
}

/// Changes health beyond the emergency.
#[server(prefix = "/api", endpoint = "resident_health")]
pub async fn resident_health(id: String, #[server(default)] fields: Fields) -> Answered<FileVersion> {
    act::<ReviseHealth>(id, fields).await
}

/// Changes what the night must know and whom she fears.
#[server(prefix = "/api", endpoint = "resident_safety")]
pub async fn resident_safety(id: String, #[server(default)] fields: Fields) -> Answered<FileVersion> {
    act::<ReviseSafety>(id, fields).await
}

/// Changes the emergency contact.
#[server(prefix = "/api", endpoint = "resident_contact")]
pub async fn resident_contact(id: String, #[server(default)] fields: Fields) -> Answered<FileVersion> {
    act::<ReviseContact>(id, fields).await
}
