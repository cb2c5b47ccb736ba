//! The one door to the data.
//!
//! [`Store::act`] changes the house, [`Store::ask`] reads it; nothing else outside this crate reaches
//! the data. Both ask the permission matrix first; every act and every opening of a file leaves its
//! line in the audit, an act's in the same transaction. SQL stands here and in `migrations/` only.

mod access;
mod audit;
pub mod backup;
mod board;
pub mod import_write;
pub mod integrity;
mod clock;
mod db;
mod dispatch;
mod events;
mod measures;
mod house;
mod residents;
mod seal;
mod start_up;
mod stays;
mod store;
mod team;
#[cfg(feature = "testing")]
pub mod testing;

pub use access::{Actor, Session, SessionEnd, SignIn, SignedIn};
pub use clock::{Clock, SetClock, SystemClock, WallClock, new_id};
pub use db::{DbError, Registered, Statement};
pub use dispatch::{Answer, QueryContext, ActContext, ActHandler};
pub use events::Events;
pub use start_up::StartUp;
pub use stays::export::ExportedStay;
pub use store::{Engine, House, Settings, Store};
