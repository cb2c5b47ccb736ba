//! The wiring around the house: HTTP, sign-in, live events, exports, import, the invented house and
//! the command line. What may be done is decided in `store` and `domain`, not here.
#![recursion_limit = "256"]

pub mod cli;
pub mod demo;
pub mod hmis;
pub mod http;
pub mod telemetry;
