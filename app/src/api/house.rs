//! The plan of the house and the state of its beds.

use domain::{
    fields::Fields,
    house::Plan,
    ids::{BedId, FloorId, RoomId},
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answered;
#[cfg(feature = "ssr")]
use {
    crate::api::dispatch::{act, ask},
    domain::house::SeePlan,
    domain::house::acts::{
        AddBed, AddFloor, AddRoom, ChangeBed, ChangeFloor, ChangeRoom, CloseBed, ConfigureHouse, PrepareBed, ReopenBed,
        RetireBed, RetireFloor, RetireRoom, SoilBed,
    },
};

/// The plan of the house.
#[server(name = AskHousePlan, prefix = "/api", endpoint = "house_plan", input = Json)]
pub async fn house_plan() -> Answered<Plan> {
    ask(SeePlan {}).await
}

/// Changes the house's name in the program and its rules.
#[server(prefix = "/api", endpoint = "house_configure")]
pub async fn house_configure(id: String, #[server(default)] fields: Fields) -> Answered<()> {
    act::<ConfigureHouse>(id, fields).await
}

/// Adds a floor.
#[server(prefix = "/api", endpoint = "floor_add")]
pub async fn floor_add(id: String, #[server(default)] fields: Fields) -> Answered<FloorId> {
    act::<AddFloor>(id, fields).await
}

/// Renames a floor.
#[server(prefix = "/api", endpoint = "floor_change")]
pub async fn floor_change(id: String, #[server(default)] fields: Fields) -> Answered<FloorId> {
    act::<ChangeFloor>(id, fields).await
}

/// Takes an empty floor out.
#[server(prefix = "/api", endpoint = "floor_retire")]
pub async fn floor_retire(id: String, #[server(default)] fields: Fields) -> Answered<FloorId> {
    act::<RetireFloor>(id, fields).await
}

/// Adds a room with its beds.
#[server(prefix = "/api", endpoint = "room_add")]
pub async fn room_add(id: String, #[server(default)] fields: Fields) -> Answered<RoomId> {
    act::<AddRoom>(id, fields).await
}

/// Changes a room.
#[server(prefix = "/api", endpoint = "room_change")]
pub async fn room_change(id: String, #[server(default)] fields: Fields) -> Answered<RoomId> {
    act::<ChangeRoom>(id, fields).await
}

/// Takes a room without beds out.
#[server(prefix = "/api", endpoint = "room_retire")]
pub async fn room_retire(id: String, #[server(default)] fields: Fields) -> Answered<RoomId> {
    act::<RetireRoom>(id, fields).await
}

/// Adds a bed.
#[server(prefix = "/api", endpoint = "bed_add")]
pub async fn bed_add(id: String, #[server(default)] fields: Fields) -> Answered<BedId> {
    act::<AddBed>(id, fields).await
}

/// Changes a bed.
#[server(prefix = "/api", endpoint = "bed_change")]
pub async fn bed_change(id: String, #[server(default)] fields: Fields) -> Answered<BedId> {
    act::<ChangeBed>(id, fields).await
}

/// Takes an empty bed out.
#[server(prefix = "/api", endpoint = "bed_retire")]
pub async fn bed_retire(id: String, #[server(default)] fields: Fields) -> Answered<BedId> {
    act::<RetireBed>(id, fields).await
}

/// The bed is made.
#[server(prefix = "/api", endpoint = "bed_prepare")]
pub async fn bed_prepare(id: String, #[server(default)] fields: Fields) -> Answered<BedId> {
    act::<PrepareBed>(id, fields).await
}

/// The bed is to make.
#[server(prefix = "/api", endpoint = "bed_soil")]
pub async fn bed_soil(id: String, #[server(default)] fields: Fields) -> Answered<BedId> {
    act::<SoilBed>(id, fields).await
}

/// The bed is out of service.
#[server(prefix = "/api", endpoint = "bed_close")]
pub async fn bed_close(id: String, #[server(default)] fields: Fields) -> Answered<BedId> {
    act::<CloseBed>(id, fields).await
}

/// The bed is back in service.
#[server(prefix = "/api", endpoint = "bed_reopen")]
pub async fn bed_reopen(id: String, #[server(default)] fields: Fields) -> Answered<BedId> {
    act::<ReopenBed>(id, fields).await
}
