//! One page per thing a person does, named for it.

pub mod audit;
pub mod desk;
pub mod figures;
pub mod house;
pub mod resident;
pub mod residents;
pub mod session;
pub mod stay;
pub mod stays;
pub mod team;
pub mod tonight;
pub mod veil;
