//! The program stopped in the middle: killed, without power, without room.
//!
//! Each test drives the real program as a process of its own, over HTTP. What the test knows of an act
//! stands in ledgers: `intent` before the act is sent, `ack` once its answer is there, both synced.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod browser;
mod house;
mod ledger;
mod load;
mod mounts;
mod truth;

mod disk_full;
mod killed;
mod powercut;
