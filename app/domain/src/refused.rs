//! Every way the house says no: one closed list, a sentence for each in both languages, and no free
//! text from the data.

use serde::{Deserialize, Serialize};

use crate::{
    access::Initials,
    beds::{BedChoice, BedName},
    codes::codes,
    time::HouseTime,
};

/// A refusal. Each has a sentence and a next step in `locales/`; the door maps it to a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refused {
    /// Nobody is signed in, or the session is over (401).
    #[error("sign in first")]
    SignIn,
    /// She is signed in and may not do this (403).
    #[error("not allowed")]
    NotAllowed,
    /// It does not exist, or she may not know that it does (404).
    #[error("not found")]
    NotFound,
    /// What was sent cannot be right (422); each fault names its field.
    #[error("{} fault(s)", .0.len())]
    Faults(Vec<Fault>),
    /// Somebody or something is in the way (409).
    #[error("conflict")]
    Conflict(Box<Conflict>),
    /// Too many tries (429).
    #[error("try again in {seconds} s")]
    TooMany {
        /// Seconds to wait before the next try.
        seconds: u32,
    },
    /// Nothing can be written now; reading still works (507).
    #[error("the disk is full")]
    DiskFull,
    /// The house cannot answer now (503).
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

    /// A stable code for the audit and for tests.
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

/// One thing wrong with what was sent, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field of the form.
    pub field: Field,
    /// What is wrong with it.
    pub code: FaultCode,
    /// The limit that was passed, where there is one.
    pub limit: Option<i64>,
}

impl Fault {
    /// A fault without a limit.
    pub const fn new(field: Field, code: FaultCode) -> Self {
        Self { field, code, limit: None }
    }

    /// A fault with the limit that was passed.
    pub const fn limit(field: Field, code: FaultCode, limit: i64) -> Self {
        Self { field, code, limit: Some(limit) }
    }
}

codes! {
    /// What can be wrong with a field.
    pub enum FaultCode {
        /// Nothing was given.
        Missing = "missing",
        /// Longer than the limit.
        TooLong = "too_long",
        /// Shorter than the limit.
        TooShort = "too_short",
        /// Not a number, date, time, identifier or code of the list.
        NotUnderstood = "not_understood",
        /// Outside what is possible.
        OutOfRange = "out_of_range",
        /// In the future.
        InFuture = "in_future",
        /// The departure is before the arrival, or the end before the beginning.
        Reversed = "reversed",
        /// Before the stay began.
        BeforeArrival = "before_arrival",
        /// After the stay ended.
        AfterDeparture = "after_departure",
        /// The clocks went forward: that time did not exist.
        TimeDidNotExist = "time_did_not_exist",
        /// The clocks went back: that time happened twice, and which is not said.
        TimeHappenedTwice = "time_happened_twice",
        /// Nothing would change.
        NoChange = "no_change",
        /// A reason is needed: the age is outside what the house usually admits.
        AgeNeedsReason = "age_needs_reason",
        /// Too easy to guess.
        TooEasy = "too_easy",
        /// Wrong secret.
        Wrong = "wrong",
        /// The two do not agree.
        Differs = "differs",
    }
}

codes! {
    /// The fields of the forms; the code is the field's name in the form.
    pub enum Field {
        /// The whole form.
        Form = "form",
        /// The act's own id.
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
        /// A name shown on screen: floor, room, staff, resident.
        Name = "name",
        /// The label of a bed.
        Label = "label",
        /// A place in an order.
        Position = "position",
        /// Whether wheelchair users can use it.
        Accessible = "accessible",
        /// A note.
        Note = "note",
        /// The moment something happened.
        At = "at",
        /// Minutes from UTC, for an hour that happens twice.
        Offset = "offset",
        /// The moment of arrival.
        Arrival = "arrival",
        /// The moment of departure.
        Departure = "departure",
        /// The day she expects to leave.
        ExpectedDeparture = "expected_departure",
        /// Until when.
        Until = "until",
        /// Why.
        Reason = "reason",
        /// Where she goes.
        Destination = "destination",
        /// Why someone outside the usual ages is admitted.
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
        /// Health beyond the emergency.
        Health = "health",
        /// What night staff must know.
        Watch = "watch",
        /// Whom she fears.
        Safety = "safety",
        /// Name of the emergency contact.
        ContactName = "contact_name",
        /// Relation of the emergency contact.
        ContactRelation = "contact_relation",
        /// Telephone of the emergency contact.
        ContactPhone = "contact_phone",
        /// Whether one may say that she is here.
        MaySayPresent = "may_say_present",
        /// The version that was seen.
        Version = "version",
        /// Words searched for.
        Search = "search",
        /// First date of a period.
        From = "from",
        /// Last date of a period.
        To = "to",
        /// Login of a member of staff.
        Login = "login",
        /// Password.
        Password = "password",
        /// The present password.
        CurrentPassword = "current_password",
        /// Role.
        Role = "role",
        /// Member of staff.
        Staff = "staff",
        /// A session.
        Session = "session",
        /// The one-time setup code.
        Code = "code",
        /// The house's alias.
        Alias = "alias",
        /// The house's time zone.
        Zone = "zone",
        /// Seconds before a shared tablet locks.
        IdleShared = "idle_shared_s",
        /// Seconds before one's own post locks.
        IdleOwn = "idle_own_s",
    }
}

/// What is in the way of an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conflict {
    /// Somebody is in the bed at that time.
    BedTaken {
        /// The bed asked for.
        bed: BedName,
        /// Since when it is taken.
        since: HouseTime,
        /// Who recorded it.
        by: Option<Initials>,
        /// The nearest beds free at that time.
        nearest: Vec<BedChoice>,
    },
    /// The bed is to prepare.
    BedToPrepare {
        /// The bed asked for.
        bed: BedName,
        /// The nearest beds free at that time.
        nearest: Vec<BedChoice>,
    },
    /// The bed is out of service.
    BedOutOfService {
        /// The bed asked for.
        bed: BedName,
        /// Until when, if that is known.
        until: Option<HouseTime>,
        /// The nearest beds free at that time.
        nearest: Vec<BedChoice>,
    },
    /// The bed is not in the house at that time.
    BedNotInHouse {
        /// The nearest beds free at that time.
        nearest: Vec<BedChoice>,
    },
    /// She is already in the house at that time.
    AlreadyHere {
        /// In which bed.
        bed: Option<BedName>,
        /// Since when.
        since: HouseTime,
        /// Who recorded it.
        by: Option<Initials>,
    },
    /// Someone else changed it since it was read.
    Changed {
        /// The version it has now.
        version: i64,
        /// When it was changed.
        at: HouseTime,
        /// Who changed it.
        by: Option<Initials>,
    },
    /// Somebody else was in that bed then.
    BedOverlap,
    /// She was elsewhere in the house then, or had another stay.
    PersonOverlap,
    /// The stay has already ended.
    StayEnded {
        /// When.
        at: HouseTime,
        /// Who recorded it.
        by: Option<Initials>,
    },
    /// The stay has not ended.
    StayNotEnded,
    /// Another bed in the house carries this label.
    LabelTaken,
    /// The bed, room or floor is not empty.
    NotEmpty,
    /// The bed is already so.
    AlreadySo,
    /// Only the last change of a stay can be undone.
    NotTheLastChange,
    /// Another account has this login.
    LoginTaken,
    /// The house would be left without anyone able to manage it.
    LastManager,
    /// This act's id was used for something else.
    ActIdUsed,
    /// A file that looks like the same person exists.
    LooksLike {
        /// How many files look alike.
        files: u32,
    },
    /// The folder already holds a house.
    HouseExists,
    /// The folder holds no house yet.
    NoHouse,
}

impl Conflict {
    /// A stable code for the audit, the words and tests.
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

    /// The free beds it proposes instead.
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
