//! The acts a form can send: where to, the rules it runs before sending, and what they change.

use domain::{
    fields::{Fields, Form},
    house::acts as house,
    events::Area,
    refused::Fault,
    residents::acts as residents,
    stays::acts as stays,
    team,
    time::HouseTime,
};

/// An act as its form knows it.
#[derive(Clone, Copy)]
pub struct ActOf {
    /// Where it is sent, with JavaScript or without.
    pub path: &'static str,
    /// The same rules as the door's, run before sending.
    pub check: fn(&Fields, HouseTime) -> Result<(), Vec<Fault>>,
    /// What it changes.
    pub changes: &'static [Area],
}

const fn of<A: Form>(path: &'static str) -> ActOf {
    ActOf { path, check: check::<A>, changes: A::CHANGES }
}

fn check<A: Form>(fields: &Fields, now: HouseTime) -> Result<(), Vec<Fault>> {
    A::read(fields)?.check(now)
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident: $act:ty = $path:literal;)*) => {
        $($(#[$doc])* pub const $name: ActOf = of::<$act>($path);)*

        /// Every act a form can send.
        pub const ALL: &[ActOf] = &[$($name),*];
    };
}

acts! {
    /// Admits a resident.
    ADMIT: stays::Admit = "/api/stay_admit";
    /// Moves a resident.
    TRANSFER: stays::Transfer = "/api/stay_transfer";
    /// Two residents change beds.
    SWAP: stays::Swap = "/api/stay_swap";
    /// A resident leaves.
    DEPART: stays::Depart = "/api/stay_depart";
    /// Dates are put right.
    CORRECT: stays::Correct = "/api/stay_correct";
    /// The last change is undone.
    UNDO: stays::Undo = "/api/stay_undo";
    /// Usual name and languages.
    USUAL: residents::ReviseUsual = "/api/resident_usual";
    /// Emergency health.
    CARE: residents::ReviseCare = "/api/resident_care";
    /// Legal name and birth.
    IDENTITY: residents::ReviseIdentity = "/api/resident_identity";
    /// Health beyond the emergency.
    HEALTH: residents::ReviseHealth = "/api/resident_health";
    /// What the night must know, whom she fears.
    SAFETY: residents::ReviseSafety = "/api/resident_safety";
    /// Emergency contact.
    CONTACT: residents::ReviseContact = "/api/resident_contact";
    /// The house's name and rules.
    CONFIGURE: house::ConfigureHouse = "/api/house_configure";
    /// A floor more.
    ADD_FLOOR: house::AddFloor = "/api/floor_add";
    /// A floor's name.
    CHANGE_FLOOR: house::ChangeFloor = "/api/floor_change";
    /// A floor less.
    RETIRE_FLOOR: house::RetireFloor = "/api/floor_retire";
    /// A room more.
    ADD_ROOM: house::AddRoom = "/api/room_add";
    /// A room changed.
    CHANGE_ROOM: house::ChangeRoom = "/api/room_change";
    /// A room less.
    RETIRE_ROOM: house::RetireRoom = "/api/room_retire";
    /// A bed more.
    ADD_BED: house::AddBed = "/api/bed_add";
    /// A bed changed.
    CHANGE_BED: house::ChangeBed = "/api/bed_change";
    /// A bed less.
    RETIRE_BED: house::RetireBed = "/api/bed_retire";
    /// A bed made.
    PREPARE: house::PrepareBed = "/api/bed_prepare";
    /// A bed to make.
    SOIL: house::SoilBed = "/api/bed_soil";
    /// A bed out of service.
    CLOSE: house::CloseBed = "/api/bed_close";
    /// A bed back in service.
    REOPEN: house::ReopenBed = "/api/bed_reopen";
    /// A member of staff more.
    ADD_STAFF: team::AddStaff = "/api/staff_add";
    /// A member's name or role.
    CHANGE_STAFF: team::ChangeStaff = "/api/staff_change";
    /// Someone may no longer sign in.
    DISABLE: team::DisableStaff = "/api/staff_disable";
    /// Someone may sign in again.
    ENABLE: team::EnableStaff = "/api/staff_enable";
    /// A new password for someone.
    RESET_PASSWORD: team::ResetPassword = "/api/staff_reset_password";
    /// One's own password.
    MY_PASSWORD: team::ChangePassword = "/api/my_password";
    /// A session ended.
    END_SESSION: team::EndSession = "/api/session_end";
    /// All sessions ended.
    END_ALL: team::EndAllSessions = "/api/sessions_end_all";
}
