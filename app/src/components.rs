//! Components that several pages use, named for what they show.

pub mod act_form;
pub mod bed_picks;
pub mod care;
#[cfg(feature = "ssr")]
pub mod chart;
pub mod confirmation;
pub mod field;
pub mod icon;
pub mod lamp;
pub mod not_found;
pub mod page;
pub mod refusal;
pub mod text_area;
pub mod waiting;
