//! Types, rules and measures shared by the browser and the server.
//!
//! Veilleuse manages the beds of a women's shelter. "House" is the residence itself, which is also the tenant of a
//! database; "act" is the program's word for a command. Residents live in the house; members of staff use the program.
//!
//! This crate reads no clock, generates no id and does no input or output: instants, ids and facts are arguments of
//! its functions. The same code therefore gives the same result in the browser, on the server and in a test. Nothing
//! here authorises anything: the server checks the permission of each act and query before it runs it.

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
