//! What staff change in a resident's file. Each act replaces one part; what it was is kept.

use serde::{Deserialize, Serialize};

use crate::{
    access::Permission,
    act::{Act, checked},
    audit::AuditKind,
    events::Area,
    fields::{Fields, Form, NOTE, Reader, SENTENCE, SHORT},
    ids::ResidentId,
    refused::{Fault, FaultCode, Field},
    residents::{Care, CareFlag, Contact, Language, SaidBirth, Usual, check_birth},
    time::HouseTime,
};

const FILE: &[Area] = &[Area::Board, Area::Residents, Area::Stays];

/// Where a change of a file applies: the file, and the version that was on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    /// The file.
    pub resident: ResidentId,
    /// The version that was seen, or that now stands.
    pub version: i64,
}

impl FileVersion {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let resident = reader.required_value(Field::Resident);
        let version = reader.required_value(Field::Version);
        Some(Self { resident: resident?, version: version? })
    }
}

/// Declares an act that replaces one part of a file.
macro_rules! replace {
    ($(#[$doc:meta])* $name:ident, $act:literal, $needs:ident, { $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? },
     check($this:ident, $now:ident, $faults:ident) $check:block, read($reader:ident) $read:block) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name {
            /// The file and the version that was seen.
            pub file: FileVersion,
            $($(#[$fdoc])* pub $field: $type),*
        }

        impl Act for $name {
            type Output = FileVersion;
            const NAME: &'static str = $act;
            const NEEDS: Permission = Permission::$needs;
            const CHANGES: &'static [Area] = FILE;
            const AUDIT: AuditKind = AuditKind::Changed;

            fn check(&self, $now: HouseTime) -> Result<(), Vec<Fault>> {
                let ($this, mut $faults) = (self, Vec::new());
                $check;
                checked($faults)
            }
        }

        impl Form for $name {
            fn read(fields: &Fields) -> Result<Self, Vec<Fault>> {
                let mut $reader = fields.reader();
                let file = FileVersion::read(&mut $reader);
                $(let $field;)*
                ($($field,)*) = $read;
                $reader.finish(|| Some(Self { file: file?, $($field: $field?),* }))
            }
        }
    };
}

replace! {
    /// Changes what she is called by, her pronouns and her languages.
    ReviseUsual, "resident.revise_usual", EditCare, {
        /// What everyone calls her by.
        usual: Usual,
    },
    check(_this, _now, _faults) {},
    read(reader) {
        let name = reader.required_text(Field::Name, SHORT);
        let pronouns = reader.text(Field::Pronouns, SHORT);
        let languages = reader.flags(Field::Languages, Language::ALL, Language::code);
        (name.map(|name| Usual { name, pronouns, languages }),)
    }
}

replace! {
    /// Changes what an emergency needs.
    ReviseCare, "resident.revise_care", EditCare, {
        /// Emergency health.
        care: Care,
    },
    check(_this, _now, _faults) {},
    read(reader) {
        let flags = reader.flags(Field::CareFlags, CareFlag::ALL, CareFlag::code);
        let what_to_do = reader.text(Field::WhatToDo, SENTENCE);
        (Some(Care { flags, what_to_do }),)
    }
}

replace! {
    /// Changes legal name and birth.
    ReviseIdentity, "resident.revise_identity", EditResidents, {
        /// Legal name; none when it is not needed.
        legal_name: Option<String>,
        /// Birth as she says it now.
        birth: SaidBirth,
    },
    check(this, now, faults) { check_birth(this.birth.on(now.local.date()), now.local.date(), &mut faults) },
    read(reader) {
        let legal_name = reader.text(Field::LegalName, SHORT);
        (Some(legal_name), Some(SaidBirth::read(&mut reader)))
    }
}

replace! {
    /// Changes the health notes beyond the emergency.
    ReviseHealth, "resident.revise_health", EditResidents, {
        /// The notes; empty takes them away.
        health: String,
    },
    check(_this, _now, _faults) {},
    read(reader) { (Some(reader.text(Field::Health, NOTE).unwrap_or_default()),) }
}

replace! {
    /// Changes what the night must know and whom she fears.
    ReviseSafety, "resident.revise_safety", EditResidents, {
        /// What night staff must know.
        watch: String,
        /// Whom she fears and why.
        safety: String,
    },
    check(_this, _now, _faults) {},
    read(reader) {
        let watch = reader.text(Field::Watch, NOTE).unwrap_or_default();
        (Some(watch), Some(reader.text(Field::Safety, NOTE).unwrap_or_default()))
    }
}

replace! {
    /// Changes the emergency contact.
    ReviseContact, "resident.revise_contact", EditResidents, {
        /// Whom to call.
        contact: Contact,
    },
    check(this, _now, faults) {
        let contact = &this.contact;
        // A relation without a way to reach anyone helps nobody at three in the morning.
        if contact.phone.is_none() && (contact.name.is_some() || contact.relation.is_some()) {
            faults.push(Fault::new(Field::ContactPhone, FaultCode::Missing));
        }
    },
    read(reader) { (Some(Contact::read(&mut reader)),) }
}
