//! Opaque identifiers (UUIDs), one type for each kind of thing, so that the compiler refuses a bed's id where a stay's
//! is expected.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

ids! {
    /// A house: one residence with its beds, residents and staff; the tenant of a database.
    HouseId,
    /// A floor of the house.
    FloorId,
    /// A room.
    RoomId,
    /// A bed, the unit of capacity.
    BedId,
    /// A period during which a bed is to prepare or out of service.
    ConditionId,
    /// A resident's file.
    ResidentId,
    /// A stay, from arrival to departure.
    StayId,
    /// A resident's time in one bed, within a stay.
    AssignmentId,
    /// One entry of the trail: the record of every change of a stay.
    TrailId,
    /// A member of staff.
    StaffId,
    /// A tablet or computer from which somebody has signed in.
    DeviceId,
    /// A session, as lists name it; not the secret in the session cookie.
    SessionId,
    /// An act. The client generates the id before it sends the act, so that sending it again is idempotent.
    ActId,
    /// One import of data from another program.
    ImportId,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )* };
}
use ids;
