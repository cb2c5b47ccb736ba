//! One page per thing a person does, named for it. Those of `quiet` are drawn by the server alone.

pub mod desk;
pub mod tonight;
pub mod veil;

#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod measures;
#[cfg(feature = "ssr")]
pub mod house;
#[cfg(feature = "ssr")]
pub mod resident;
#[cfg(feature = "ssr")]
pub mod residents;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod stay;
#[cfg(feature = "ssr")]
pub mod stays;
#[cfg(feature = "ssr")]
pub mod team;
