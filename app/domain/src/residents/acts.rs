//! The acts on residents' files. Each act replaces one part of a file; the store keeps the earlier version. The store
//! authorises each act by its `NEEDS` before it runs it.

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

/// A file and one of its versions. In an act it is the version that the page showed, and the act is refused when the
/// file has changed since; in a response it is the version after the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    /// The file.
    pub resident: ResidentId,
    /// The version.
    pub version: i64,
}

impl FileVersion {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let resident = reader.required_value(Field::Resident);
        let version = reader.required_value(Field::Version);
        Some(Self { resident: resident?, version: version? })
    }
}

/// Declares an act that replaces one part of a file: its name, its permission, its fields, its checks and how it is
/// read from a form.
macro_rules! replace {
    ($(#[$doc:meta])* $name:ident, $act:literal, $needs:ident, { $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? },
     check($this:ident, $now:ident, $faults:ident) $check:block, read($reader:ident) $read:block) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name {
            /// The file, and the version that the page showed.
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
    /// Replaces the resident's usual name, pronouns and languages.
    ReviseUsual, "resident.revise_usual", EditCare, {
        /// The usual name, pronouns and languages.
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
    /// Replaces the resident's emergency health.
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
    /// Replaces the resident's legal name and birth.
    ReviseIdentity, "resident.revise_identity", EditResidents, {
        /// The legal name; none if it is not needed.
        legal_name: Option<String>,
        /// The birth, as the resident gives it now.
        birth: SaidBirth,
    },
    check(this, now, faults) { check_birth(this.birth.on(now.local.date()), now.local.date(), &mut faults) },
    read(reader) {
        let legal_name = reader.text(Field::LegalName, SHORT);
        (Some(legal_name), Some(SaidBirth::read(&mut reader)))
    }
}

replace! {
    /// Replaces the health notes that an emergency does not require.
    ReviseHealth, "resident.revise_health", EditResidents, {
        /// The notes; an empty text removes them.
        health: String,
    },
    check(_this, _now, _faults) {},
    read(reader) { (Some(reader.text(Field::Health, NOTE).unwrap_or_default()),) }
}

replace! {
    /// Replaces what night staff must know and whom the resident fears.
    ReviseSafety, "resident.revise_safety", EditResidents, {
        /// What night staff must know.
        watch: String,
        /// Whom the resident fears and why.
        safety: String,
    },
    check(_this, _now, _faults) {},
    read(reader) {
        let watch = reader.text(Field::Watch, NOTE).unwrap_or_default();
        (Some(watch), Some(reader.text(Field::Safety, NOTE).unwrap_or_default()))
    }
}

replace! {
    /// Replaces the resident's emergency contact.
    ReviseContact, "resident.revise_contact", EditResidents, {
        /// The emergency contact.
        contact: Contact,
    },
    check(this, _now, faults) {
        let contact = &this.contact;
        // A name or a relation without a telephone number is of no use in an emergency.
        if contact.phone.is_none() && (contact.name.is_some() || contact.relation.is_some()) {
            faults.push(Fault::new(Field::ContactPhone, FaultCode::Missing));
        }
    },
    read(reader) { (Some(Contact::read(&mut reader)),) }
}
