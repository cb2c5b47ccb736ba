//! The store: the only access to the data.
//!
//! [`Store::act`] changes the house and [`Store::query`] reads it. Both check the permission matrix first. Every act
//! writes an audit record in its own transaction, and every query that opens a file writes one before it returns. SQL
//! occurs only in this crate and in `migrations/`.

mod access;
mod announcer;
mod audit;
pub mod backup;
mod board;
mod clock;
mod confirmation;
mod db;
mod dispatch;
mod events;
mod house;
pub mod import_write;
pub mod integrity;
mod measures;
mod observer;
mod open;
mod operation;
mod residents;
mod seal;
mod start_up;
mod stays;
mod store;
mod team;
#[cfg(feature = "testing")]
pub mod testing;

pub use access::{
    actor::Actor,
    session_secret::SessionSecret,
    sessions::{Session, SessionEnd},
    sign_in::{SignIn, SignedIn},
};
pub use announcer::Events;
pub use clock::{Clock, SetClock, SystemClock, WallClock, new_id};
pub use db::{Connections, DbError, Registered, Statement};
pub use dispatch::{ActContext, ActHandler, QueryContext, QueryHandler};
pub use house::record::House;
pub use observer::{Observer, milliseconds};
pub use start_up::StartUp;
pub use stays::export::ExportedStay;
pub use store::{Engine, Settings, Store};
