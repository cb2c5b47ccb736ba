use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A value bound to a statement, typed even when it is absent (`NULL`).
#[derive(Clone)]
pub(crate) enum Value {
    Bool(Option<bool>),
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    At(Option<DateTime<Utc>>),
    Day(Option<NaiveDate>),
    Id(Option<Uuid>),
}

macro_rules! values {
    ($($type:ty => $variant:ident),* $(,)?) => { $(
        impl From<$type> for Value {
            fn from(value: $type) -> Self { Self::$variant(Some(value)) }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self { Self::$variant(value) }
        }
    )* };
}
values!(bool => Bool, i64 => Int, String => Text, Vec<u8> => Bytes, DateTime<Utc> => At, NaiveDate => Day, Uuid => Id);

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

macro_rules! ids {
    ($($type:ty),* $(,)?) => { $(
        impl From<$type> for Value {
            fn from(id: $type) -> Self { Self::Id(Some(id.0)) }
        }
        impl From<Option<$type>> for Value {
            fn from(id: Option<$type>) -> Self { Self::Id(id.map(|id| id.0)) }
        }
    )* };
}
ids!(
    domain::ids::HouseId,
    domain::ids::FloorId,
    domain::ids::RoomId,
    domain::ids::BedId,
    domain::ids::ConditionId,
    domain::ids::ResidentId,
    domain::ids::StayId,
    domain::ids::AssignmentId,
    domain::ids::TrailId,
    domain::ids::StaffId,
    domain::ids::DeviceId,
    domain::ids::SessionId,
    domain::ids::ActId,
    domain::ids::ImportId,
);

/// Builds the values of a statement, in the order of its parameters `$1`, `$2`, …
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::db::value::Value::from($value)),*] };
}
pub(crate) use args;
