//! The acts on the plan of the house, for the coordinator, and on the condition of its beds, for night staff too. The
//! store authorises each act by its `NEEDS` before it runs it.

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

/// The maximum length of the label of a bed, in characters.
pub const LABEL: usize = 12;

/// Declares an act on the house: its name, its permission, its areas, its response, its fields and how a form gives
/// them, and its checks.
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
    /// Adds a floor above the existing ones.
    AddFloor("house.add_floor", EditHouse, PLAN) -> FloorId {
        /// The name.
        name: String = |r| r.required_text(Field::Name, SHORT),
    }
}

act! {
    /// Renames a floor.
    ChangeFloor("house.change_floor", EditHouse, PLAN) -> FloorId {
        /// The floor.
        floor: FloorId = |r| r.required_value(Field::Floor),
        /// The name.
        name: String = |r| r.required_text(Field::Name, SHORT),
    }
}

act! {
    /// Removes an empty floor from the house. Its history is kept.
    RetireFloor("house.retire_floor", EditHouse, PLAN) -> FloorId {
        /// The floor.
        floor: FloorId = |r| r.required_value(Field::Floor),
    }
}

act! {
    /// Adds a room to a floor, together with its beds.
    AddRoom("house.add_room", EditHouse, PLAN) -> RoomId {
        /// The floor.
        floor: FloorId = |r| r.required_value(Field::Floor),
        /// The name.
        name: String = |r| r.required_text(Field::Name, SHORT),
        /// Whether wheelchair users can use the room.
        accessible: bool = |r| Some(r.flag(Field::Accessible.code())),
        /// The labels of its beds, one to twelve of them.
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
    /// Changes the name, the floor or the accessibility of a room.
    ChangeRoom("house.change_room", EditHouse, PLAN) -> RoomId {
        /// The room.
        room: RoomId = |r| r.required_value(Field::Room),
        /// The floor of the room.
        floor: FloorId = |r| r.required_value(Field::Floor),
        /// The name.
        name: String = |r| r.required_text(Field::Name, SHORT),
        /// Whether wheelchair users can use the room.
        accessible: bool = |r| Some(r.flag(Field::Accessible.code())),
    }
}

act! {
    /// Removes a room without beds from the house. Its history is kept.
    RetireRoom("house.retire_room", EditHouse, PLAN) -> RoomId {
        /// The room.
        room: RoomId = |r| r.required_value(Field::Room),
    }
}

act! {
    /// Adds a bed to a room, from now or from a past moment on.
    AddBed("house.add_bed", EditHouse, PLAN) -> BedId {
        /// The room.
        room: RoomId = |r| r.required_value(Field::Room),
        /// The label, such as `3B`.
        label: String = |r| r.required_text(Field::Label, SHORT),
        /// A note to night staff about the bed.
        note: Option<String> = |r| Some(r.text(Field::Note, SENTENCE)),
        /// Since when the bed is in the house.
        since: When = |r| Some(r.when(Field::At)),
    }
    check(this, now, faults) {
        check_label(&this.label, faults);
        not_in_future(this.since, Field::At, now, faults);
    }
}

act! {
    /// Changes the label, the room or the note of a bed, from now on.
    ChangeBed("house.change_bed", EditHouse, PLAN) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
        /// The room of the bed.
        room: RoomId = |r| r.required_value(Field::Room),
        /// The label, such as `3B`.
        label: String = |r| r.required_text(Field::Label, SHORT),
        /// A note to night staff about the bed.
        note: Option<String> = |r| Some(r.text(Field::Note, SENTENCE)),
    }
    check(this, _now, faults) { check_label(&this.label, faults) }
}

act! {
    /// Removes an empty bed from the house, from now or from a past moment on. Its history is kept.
    RetireBed("house.retire_bed", EditHouse, PLAN) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
        /// Since when the bed is no longer in the house.
        at: When = |r| Some(r.when(Field::At)),
    }
    check(this, now, faults) { not_in_future(this.at, Field::At, now, faults) }
}

act! {
    /// Records that a bed has been made and can be given.
    PrepareBed("bed.prepare", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
    }
}

act! {
    /// Records that a bed must be made before it can be given.
    SoilBed("bed.soil", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
    }
}

act! {
    /// Takes a bed out of service during a half-open period, whose end may be unknown.
    CloseBed("bed.close", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
        /// Why the bed is out of service.
        reason: OutOfServiceReason = |r| r.required_code(Field::Reason, OutOfServiceReason::from_code),
        /// The first moment of the period; it may lie in the future.
        since: When = |r| Some(r.when(Field::At)),
        /// The end of the period, if it is known.
        until: Option<When> = |r| Some(match r.when(Field::Until) { When::Now => None, until => Some(until) }),
    }
    check(this, now, faults) {
        if this.until.is_some_and(|until| until.since(this.since, now) <= TimeDelta::zero()) {
            faults.push(Fault::new(Field::Until, FaultCode::Reversed));
        }
    }
}

act! {
    /// Puts a bed back in service, or cancels its planned period out of service.
    ReopenBed("bed.reopen", HandleBeds, BEDS) -> BedId {
        /// The bed.
        bed: BedId = |r| r.required_value(Field::Bed),
    }
}

act! {
    /// Changes the name of the house in the program, and its settings.
    ConfigureHouse("house.configure", EditHouse, PLAN) -> () {
        /// The name of the house in the program; never its postal address.
        alias: String = |r| r.required_text(Field::Alias, SHORT),
        /// Seconds without activity after which a session on a shared tablet ends.
        idle_shared_s: u32 = |r| r.required_value(Field::IdleShared),
        /// Seconds without activity after which a session on a personal computer ends.
        idle_own_s: u32 = |r| r.required_value(Field::IdleOwn),
    }
    check(this, _now, faults) {
        // OWASP recommends two to five minutes for applications of high value; NIST AAL2 allows thirty at most.
        if !(30..=600).contains(&this.idle_shared_s) {
            faults.push(Fault::limit(Field::IdleShared, FaultCode::OutOfRange, 600));
        }
        if !(60..=1_800).contains(&this.idle_own_s) {
            faults.push(Fault::limit(Field::IdleOwn, FaultCode::OutOfRange, 1_800));
        }
    }
}

codes! {
    /// A change of a bed that the opposite act undoes. The code is the name of the act that made the change.
    pub enum BedChange {
        /// The bed was prepared; `SoilBed` undoes that.
        Prepared = "bed.prepare",
        /// The bed was marked as to be prepared; `PrepareBed` undoes that.
        Soiled = "bed.soil",
        /// The bed was taken out of service; `ReopenBed` undoes that.
        Closed = "bed.close",
    }
}

/// Splits labels that were typed in one line, such as `3A, 3B`.
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
