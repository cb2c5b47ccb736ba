//! The server around the store: HTTP, sign-in, event streams, telemetry, exports, imports, the demonstration house and
//! the command line. Permissions and rules are enforced in `store` and `domain`, not here.
#![recursion_limit = "256"]

pub mod cli;
pub mod demo;
pub mod hmis;
pub mod http;
pub mod telemetry;
