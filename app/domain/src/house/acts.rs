//! What the coordinator changes in the house, and what the night does with its beds.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::{Act, checked, not_in_future},
    audit::AuditKind,
    beds::OutOfServiceReason,
    codes::codes,
    events::Area,
    fields::{Fields, Form, SENTENCE, SHORT},
    ids::{BedId, FloorId, RoomId},
    refused::{Fault, FaultCode, Field},
    time::{HouseTime, When},
};

const PLAN: &[Area] = &[Area::House, Area::Board];
const BEDS: &[Area] = &[Area::Board, Area::House];

/// Longest label of a bed, in characters.
pub const LABEL: usize = 12;

/// Declares an act of the house with its fields and how they are read.
macro_rules! act {
    ($(#[$doc:meta])* $name:ident($act:literal, $needs:ident, $changes:ident) -> $done:ty { $($(#[$fdoc:meta])* $field:ident: $type:ty = |$reader:ident| $read:expr),* $(,)? }
     $(check($this:ident, $now:ident, $faults:ident) $check:block)?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type),* }

        impl Act for $name {
            type Output = $done;
            const NAME: &'static str = $act;
            const NEEDS: Permission = Permission::$needs;
            const CHANGES: &'static [Area] = $changes;
            const AUDIT: AuditKind = AuditKind::Changed;

            fn check(&self, now: HouseTime) -> Result<(), Vec<Fault>> {
                let mut faults = Vec::new();
                let rules: fn(&Self, HouseTime, &mut Vec<Fault>) = |_this, _now, _faults| {
                    $(let ($this, $now, $faults) = (_this, _now, _faults);
                      $check;)?
                };
                rules(self, now, &mut faults);
                checked(faults)
            }
        }

        impl Form for $name {
            fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
                let mut reader = fields.reader();
                $(let $field = { let $reader = &mut reader; $read };)*
                reader.finish(|| Some(Self { $($field: $field?),* }))
            }
        }
    };
}

act! {
    /// Adds a floor above the others.
    AddFloor("house.add_floor", EditHouse, PLAN) -> FloorId {
        /// Its name.
        name: String = |r| r.required_text(Field::Name, SHORT),
    }
}

act! {
    /// Gives a floor another name.
    ChangeFloor("house.change_floor", EditHouse, PLAN) -> FloorId {
        /// The floor.
        floor: FloorId = |r| r.required_value(Field::Floor),
        /// Its name.
        name: String = |r| r.required_text(Field::Name, SHORT),
    }
}

act! {
    /// Takes an empty floor out of the house. Its past stays.
    RetireFloor("house.retire_floor", EditHouse, PLAN) -> FloorId {
        /// The floor.
        floor: FloorId = |r| r.required_value(Field::Floor),
    }
}

act! {
    /// Adds a room to a floor, with its beds.
    AddRoom("house.add_room", EditHouse, PLAN) -> RoomId {
        /// The floor.
        floor: FloorId = |r| r.required_value(Field::Floor),
        /// Its name.
        name: String = |r| r.required_text(Field::Name, SHORT),
        /// Whether wheelchair users can use it.
        accessible: bool = |r| Some(r.flag(Field::Accessible.code())),
        /// Labels of its beds.
        labels: Vec<String> = |r| r.required_text(Field::Label, SENTENCE).map(|text| split_labels(&text)),
    }
    check(this, _now, faults) {
        if this.labels.is_empty() || this.labels.len() > 12 {
            faults.push(Fault::limit(Field::Label, FaultCode::OutOfRange, 12));
        }
        for label in &this.labels { check_label(label, faults); }
    }
}

act! {
    /// Changes a room: name, floor, access.
    ChangeRoom("house.change_room", EditHouse, PLAN) -> RoomId {
        /// The room.
        room: RoomId = |r| r.required_value(Field::Room),
        /// Its floor.
        floor: FloorId = |r| r.required_value(Field::Floor),
        /// Its name.
        name: String = |r| r.required_text(Field::Name, SHORT),
        /// Whether wheelchair users can use it.
        accessible: bool = |r| Some(r.flag(Field::Accessible.code())),
    }
}

act! {
    /// Takes a room without beds out of the house. Its past stays.
    RetireRoom("house.retire_room", EditHouse, PLAN) -> RoomId {
        /// The room.
        room: RoomId = |r| r.required_value(Field::Room),
    }
}

act! {
    /// Adds a bed to a room, from now or from a past day on.
    AddBed("house.add_bed", EditHouse, PLAN) -> BedId {
        /// The room.
        room: RoomId = |r| r.required_value(Field::Room),
        /// Its label.
        label: String = |r| r.required_text(Field::Label, SHORT),
        /// What the night must know about it.
        note: Option<String> = |r| Some(r.text(Field::Note, SENTENCE)),
        /// Since when it is in the house.
        since: When = |r| Some(r.when(Field::At)),
    }
    check(this, now, faults) {
        check_label(&this.label, faults);
        not_in_future(this.since, Field::At, now, faults);
    }
}

act! {
    /// Changes a bed from now on: label, room, note.
    ChangeBed("house.change_bed", EditHouse, PLAN) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
        /// Its room.
        room: RoomId = |r| r.required_value(Field::Room),
        /// Its label.
        label: String = |r| r.required_text(Field::Label, SHORT),
        /// What the night must know about it.
        note: Option<String> = |r| Some(r.text(Field::Note, SENTENCE)),
    }
    check(this, _now, faults) { check_label(&this.label, faults) }
}

act! {
    /// Takes an empty bed out of the house, from now or from a past moment on. Its past stays.
    RetireBed("house.retire_bed", EditHouse, PLAN) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
        /// Since when.
        at: When = |r| Some(r.when(Field::At)),
    }
    check(this, now, faults) { not_in_future(this.at, Field::At, now, faults) }
}

act! {
    /// The bed is made: it can be given.
    PrepareBed("bed.prepare", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
    }
}

act! {
    /// The bed is to make before it can be given.
    SoilBed("bed.soil", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
    }
}

act! {
    /// The bed must not be given, from a moment on, until another if that is known.
    CloseBed("bed.close", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
        /// Why.
        reason: OutOfServiceReason = |r| r.required_code(Field::Reason, OutOfServiceReason::from_code),
        /// From; may be planned ahead.
        since: When = |r| Some(r.when(Field::At)),
        /// To, if that is known.
        until: Option<When> = |r| Some(match r.when(Field::Until) { When::Now => None, until => Some(until) }),
    }
    check(this, now, faults) {
        if this.until.is_some_and(|until| until.since(this.since, now) <= TimeDelta::zero()) {
            faults.push(Fault::new(Field::Until, FaultCode::Reversed));
        }
    }
}

act! {
    /// The bed can be given again, or its planned closing is called off.
    ReopenBed("bed.reopen", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
    }
}

act! {
    /// Changes the name the house goes by, and its own rules.
    ConfigureHouse("house.configure", EditHouse, PLAN) -> () {
        /// The name it goes by in the program; never its address.
        alias: String = |r| r.required_text(Field::Alias, SHORT),
        /// Seconds without a touch before a shared tablet asks who it is.
        idle_shared_s: u32 = |r| r.required_value(Field::IdleShared),
        /// The same for one's own post.
        idle_own_s: u32 = |r| r.required_value(Field::IdleOwn),
    }
    check(this, _now, faults) {
        // OWASP: two to five minutes for high value; NIST AAL2: thirty at most.
        if !(30..=600).contains(&this.idle_shared_s) {
            faults.push(Fault::limit(Field::IdleShared, FaultCode::OutOfRange, 600));
        }
        if !(60..=1_800).contains(&this.idle_own_s) {
            faults.push(Fault::limit(Field::IdleOwn, FaultCode::OutOfRange, 1_800));
        }
    }
}

codes! {
    /// A change of a bed that the opposite act takes back; the code is the name of the act that made it.
    pub enum BedChange {
        /// It was prepared; `SoilBed` takes that back.
        Prepared = "bed.prepare",
        /// It was marked to prepare; `PrepareBed` takes that back.
        Soiled = "bed.soil",
        /// It was taken out of service; `ReopenBed` takes that back.
        Closed = "bed.close",
    }
}

/// Labels typed in one line: `3A, 3B`.
fn split_labels(text: &str) -> Vec<String> {
    text.split([',', ';', ' ', '\n']).map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned).collect()
}

fn check_label(label: &str, faults: &mut Vec<Fault>) {
    if label.chars().count() > LABEL {
        faults.push(Fault::limit(Field::Label, FaultCode::TooLong, LABEL as i64));
    }
}

#[cfg(test)]
mod tests;
