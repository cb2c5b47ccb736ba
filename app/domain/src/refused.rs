//! Refusals: the closed list of reasons for which the server refuses a request. Each has a sentence in both languages,
//! and none contains free text from the data.

use serde::{Deserialize, Serialize};

use crate::{
    access::Initials,
    beds::{BedChoice, BedName},
    codes::codes,
    time::HouseTime,
};

/// A refusal. Each has a sentence and a next step in `app/locales/`, and an HTTP status ([`Refused::status`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refused {
    /// The request has no session, or the session has ended (401).
    #[error("sign in first")]
    SignIn,
    /// The session is valid, but its role does not hold the permission (403).
    #[error("not allowed")]
    NotAllowed,
    /// The thing does not exist, or the reader may not know that it exists (404).
    #[error("not found")]
    NotFound,
    /// The request has faults (422); each names its field.
    #[error("{} fault(s)", .0.len())]
    Faults(Vec<Fault>),
    /// The request conflicts with the stored data (409).
    #[error("conflict")]
    Conflict(Box<Conflict>),
    /// There were too many attempts (429).
    #[error("try again in {seconds} s")]
    TooMany {
        /// Seconds to wait before the next attempt.
        seconds: u32,
    },
    /// The disk is full: nothing can be written, but reading still works (507).
    #[error("the disk is full")]
    DiskFull,
    /// The server cannot respond now; the same request may be sent again (503).
    #[error("unavailable")]
    Unavailable,
}

impl Refused {
    /// A refusal for one fault.
    pub fn fault(field: Field, code: FaultCode) -> Self {
        Self::Faults(vec![Fault::new(field, code)])
    }

    /// A refusal for one conflict.
    pub fn conflict(conflict: Conflict) -> Self {
        Self::Conflict(Box::new(conflict))
    }

    /// The HTTP status of this refusal.
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::Faults(_) => 422,
            Self::Conflict(_) => 409,
            Self::TooMany { .. } => 429,
            Self::DiskFull => 507,
            Self::Unavailable => 503,
        }
    }

    /// A stable code, for the audit and the tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::NotAllowed => "not_allowed",
            Self::NotFound => "not_found",
            Self::Faults(_) => "faults",
            Self::Conflict(conflict) => conflict.code(),
            Self::TooMany { .. } => "too_many",
            Self::DiskFull => "disk_full",
            Self::Unavailable => "unavailable",
        }
    }
}

/// One fault of a form, with its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field of the form that has the fault.
    pub field: Field,
    /// What is wrong with the field.
    pub code: FaultCode,
    /// The limit that was exceeded, where there is one, in the unit of the field.
    pub limit: Option<i64>,
}

impl Fault {
    /// A fault without a limit.
    pub const fn new(field: Field, code: FaultCode) -> Self {
        Self { field, code, limit: None }
    }

    /// A fault with the limit that was exceeded.
    pub const fn limit(field: Field, code: FaultCode, limit: i64) -> Self {
        Self { field, code, limit: Some(limit) }
    }
}

codes! {
    /// What can be wrong with a field.
    pub enum FaultCode {
        /// The field is empty.
        Missing = "missing",
        /// The text is longer than the limit, in characters.
        TooLong = "too_long",
        /// The text is shorter than the limit, in characters.
        TooShort = "too_short",
        /// The text is not a valid number, date, time, identifier or code.
        NotUnderstood = "not_understood",
        /// The value is outside the possible range.
        OutOfRange = "out_of_range",
        /// The time lies in the future.
        InFuture = "in_future",
        /// The departure is before the arrival, or the end before the beginning.
        Reversed = "reversed",
        /// The time is before the arrival of the stay.
        BeforeArrival = "before_arrival",
        /// The stay had already ended at that time.
        AfterDeparture = "after_departure",
        /// The wall-clock time did not exist, because the clocks went forward.
        TimeDidNotExist = "time_did_not_exist",
        /// The wall-clock time happened twice, because the clocks went back, and no offset says which one is meant.
        TimeHappenedTwice = "time_happened_twice",
        /// Nothing would change.
        NoChange = "no_change",
        /// A reason is required, because the age is outside what the house usually admits.
        AgeNeedsReason = "age_needs_reason",
        /// The password is too easy to guess.
        TooEasy = "too_easy",
        /// The password or code is wrong.
        Wrong = "wrong",
        /// The two values differ.
        Differs = "differs",
    }
}

codes! {
    /// The fields of the forms; the code is the field's name in the form.
    pub enum Field {
        /// The whole form.
        Form = "form",
        /// The id of the act.
        Act = "act",
        /// A resident.
        Resident = "resident",
        /// A stay.
        Stay = "stay",
        /// The other stay of a swap.
        OtherStay = "other_stay",
        /// An entry of a stay's trail.
        Trail = "trail",
        /// A bed.
        Bed = "bed",
        /// A room.
        Room = "room",
        /// A floor.
        Floor = "floor",
        /// The name of a floor, a room, a member of staff or a resident.
        Name = "name",
        /// The label of a bed.
        Label = "label",
        /// A position in an order.
        Position = "position",
        /// Whether wheelchair users can use a room.
        Accessible = "accessible",
        /// A note.
        Note = "note",
        /// The time of an event.
        At = "at",
        /// The minutes to add to UTC to get the wall-clock time, for an hour that happens twice.
        Offset = "offset",
        /// The time of an arrival.
        Arrival = "arrival",
        /// The time of a departure.
        Departure = "departure",
        /// The day on which the resident expects to leave.
        ExpectedDeparture = "expected_departure",
        /// The end of a period out of service.
        Until = "until",
        /// The reason of a departure or of a period out of service.
        Reason = "reason",
        /// The destination of a departure.
        Destination = "destination",
        /// The reason for admitting a resident outside the usual ages.
        AgeReason = "age_reason",
        /// Age in years.
        Age = "age",
        /// Birth date.
        BirthDate = "birth_date",
        /// Legal name.
        LegalName = "legal_name",
        /// Pronouns.
        Pronouns = "pronouns",
        /// Languages.
        Languages = "languages",
        /// Emergency flags.
        CareFlags = "care_flags",
        /// What to do in an emergency.
        WhatToDo = "what_to_do",
        /// Health information that an emergency does not require.
        Health = "health",
        /// What night staff must know.
        Watch = "watch",
        /// Whom the resident fears and why.
        Safety = "safety",
        /// Name of the emergency contact.
        ContactName = "contact_name",
        /// Relation of the emergency contact.
        ContactRelation = "contact_relation",
        /// Telephone of the emergency contact.
        ContactPhone = "contact_phone",
        /// Whether staff may tell the contact that the resident is in the house.
        MaySayPresent = "may_say_present",
        /// The version that the page showed.
        Version = "version",
        /// The words of a search.
        Search = "search",
        /// First date of a period.
        From = "from",
        /// Last date of a period.
        To = "to",
        /// Login of a member of staff.
        Login = "login",
        /// Password.
        Password = "password",
        /// The current password.
        CurrentPassword = "current_password",
        /// Role.
        Role = "role",
        /// Member of staff.
        Staff = "staff",
        /// A session.
        Session = "session",
        /// The one-time setup code.
        Code = "code",
        /// The name of the house in the program.
        Alias = "alias",
        /// The time zone of the house.
        Zone = "zone",
        /// Seconds without activity after which a session on a shared tablet ends.
        IdleShared = "idle_shared_s",
        /// Seconds without activity after which a session on a personal computer ends.
        IdleOwn = "idle_own_s",
    }
}

/// A conflict of an act with the stored data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conflict {
    /// Another resident is in the bed at that time.
    BedTaken {
        /// The requested bed.
        bed: BedName,
        /// Since when the bed is occupied.
        since: HouseTime,
        /// The initials of the member of staff who recorded it.
        by: Option<Initials>,
        /// The nearest beds that are free at that time.
        nearest: Vec<BedChoice>,
    },
    /// The bed is to prepare.
    BedToPrepare {
        /// The requested bed.
        bed: BedName,
        /// The nearest beds that are free at that time.
        nearest: Vec<BedChoice>,
    },
    /// The bed is out of service.
    BedOutOfService {
        /// The requested bed.
        bed: BedName,
        /// The end of the period out of service, if it is known.
        until: Option<HouseTime>,
        /// The nearest beds that are free at that time.
        nearest: Vec<BedChoice>,
    },
    /// The bed is not in the house at that time.
    BedNotInHouse {
        /// The nearest beds that are free at that time.
        nearest: Vec<BedChoice>,
    },
    /// The resident is already in the house at that time.
    AlreadyHere {
        /// The resident's bed.
        bed: Option<BedName>,
        /// Since when the resident is in the house.
        since: HouseTime,
        /// The initials of the member of staff who recorded it.
        by: Option<Initials>,
    },
    /// Somebody else has changed the thing since the page read it.
    Changed {
        /// The present version.
        version: i64,
        /// When it was changed.
        at: HouseTime,
        /// The initials of the member of staff who changed it.
        by: Option<Initials>,
    },
    /// Another resident was in that bed during part of that time.
    BedOverlap,
    /// The resident had another bed or another stay during part of that time.
    PersonOverlap,
    /// The stay has already ended.
    StayEnded {
        /// When the stay ended.
        at: HouseTime,
        /// The initials of the member of staff who recorded it.
        by: Option<Initials>,
    },
    /// The stay has not ended.
    StayNotEnded,
    /// Another bed in the house has this label.
    LabelTaken,
    /// The bed, room or floor is not empty.
    NotEmpty,
    /// The bed is already in that state.
    AlreadySo,
    /// Only the last change of a stay can be undone.
    NotTheLastChange,
    /// Another account has this login.
    LoginTaken,
    /// No account that may manage the team would be left.
    LastManager,
    /// The id of this act was already used for another act.
    ActIdUsed,
    /// A file that looks like the same person exists.
    LooksLike {
        /// The number of such files.
        files: u32,
    },
    /// The data folder already contains a house.
    HouseExists,
    /// The data folder contains no house yet.
    NoHouse,
}

impl Conflict {
    /// A stable code, for the audit, the locales and the tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BedTaken { .. } => "bed_taken",
            Self::BedToPrepare { .. } => "bed_to_prepare",
            Self::BedOutOfService { .. } => "bed_out_of_service",
            Self::BedNotInHouse { .. } => "bed_not_in_house",
            Self::AlreadyHere { .. } => "already_here",
            Self::Changed { .. } => "changed",
            Self::BedOverlap => "bed_overlap",
            Self::PersonOverlap => "person_overlap",
            Self::StayEnded { .. } => "stay_ended",
            Self::StayNotEnded => "stay_not_ended",
            Self::LabelTaken => "label_taken",
            Self::NotEmpty => "not_empty",
            Self::AlreadySo => "already_so",
            Self::NotTheLastChange => "not_the_last_change",
            Self::LoginTaken => "login_taken",
            Self::LastManager => "last_manager",
            Self::ActIdUsed => "act_id_used",
            Self::LooksLike { .. } => "looks_like",
            Self::HouseExists => "house_exists",
            Self::NoHouse => "no_house",
        }
    }

    /// The free beds that the refusal proposes instead; empty for conflicts that propose none.
    pub fn nearest(&self) -> &[BedChoice] {
        match self {
            Self::BedTaken { nearest, .. }
            | Self::BedToPrepare { nearest, .. }
            | Self::BedOutOfService { nearest, .. }
            | Self::BedNotInHouse { nearest } => nearest,
            _ => &[],
        }
    }
}
