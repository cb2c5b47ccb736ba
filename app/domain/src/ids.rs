//! Opaque identifiers, one type per kind of thing, so that a bed can never be passed for a stay.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

ids! {
    /// A house: one residence, its beds and its people.
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
    /// A resident's time in one bed, inside a stay.
    AssignmentId,
    /// One entry of the trail a stay keeps of its changes.
    TrailId,
    /// A member of staff.
    StaffId,
    /// A tablet or computer that has already been signed in from.
    DeviceId,
    /// A signed-in session, as it is listed: never the secret in the cookie.
    SessionId,
    /// An act, named by the client before it is sent, so that sending twice is harmless.
    ActId,
    /// One import of other people's data.
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
