//! Types, rules and measures shared by the browser and the house.
//!
//! This crate reads no clock, makes no id and does no input or output: instants, ids and facts are
//! arguments. What is here means the same on a tablet, in the house and in a test.

pub mod access;
pub mod act;
pub mod audit;
pub mod beds;
pub mod board;
pub mod codes;
pub mod confirmation;
pub mod events;
pub mod fields;
pub mod house;
pub mod ids;
pub mod measures;
pub mod refused;
pub mod residents;
pub mod stays;
pub mod team;
pub mod time;
pub mod undo;

#[cfg(test)]
mod testing;
