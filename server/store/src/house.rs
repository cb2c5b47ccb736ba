//! The plan of the house (floors, rooms, beds) and the conditions of its beds. The details of the plan are rows with a
//! half-open validity interval: a change sets the `until` of one row and inserts the next, so the plan of any past
//! night can still be read.

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
