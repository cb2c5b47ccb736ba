//! The plan of the house and the state of its beds. Details hold during an interval: a change closes one row and
//! opens the next, so the plan of any past night stays true.

mod bed_conditions;
mod beds;
pub(crate) mod conditions;
mod configure;
pub(crate) mod details;
pub(crate) mod first_opening;
mod floors;
mod plan;
pub(crate) mod record;
mod rooms;
