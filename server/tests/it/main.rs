//! The program from outside: over HTTP on a real socket, and as a command. Test ids in names (AC-02,
//! S-07, F12 …) are those of the threat model.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod app;

mod access;
mod bad_input;
mod browser;
mod canaries;
mod command;
mod contention;
mod endpoints;
mod errors;
mod export;
mod hmis;
mod live;
mod logs;
mod replay;
mod session_store;
mod sessions;
mod source;
mod telemetry;
