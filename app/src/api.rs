//! The endpoints that the browser asks: one row each for the acts and the queries.
//!
//! A row gives an endpoint its path and the act or query behind it. What one must hold, under which kind the audit
//! keeps it, what it changes and what checks the form are constants and functions of that act or query (`domain`);
//! what runs it is its handler (`store`). Each row becomes a Leptos server function; the server's router and the
//! permission guard read the same rows ([`endpoints`]).
#![expect(missing_docs, reason = "the server macro makes a public struct of each function's arguments")]

use domain::{
    act::{Act, Query},
    audit::queries::ReadAudit,
    board::{OpenBed, SeeBoard},
    confirmation::SeeConfirmation,
    events::Area,
    fields::{Fields, Form},
    house::{SeePlan, acts as house},
    measures::SeeMeasures,
    refused::Fault,
    residents::{
        acts as residents,
        queries::{FindResidents, OpenResident},
    },
    stays::{
        acts as stays,
        queries::{CheckAdmission, ListStays, OpenStay},
    },
    team,
    time::HouseTime,
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use crate::dispatch::{self, RunAct};
use crate::{answered::Answered, words::Lang};

/// An act as its form knows it.
#[derive(Clone, Copy)]
pub struct ActEndpoint {
    /// Where it is sent, with JavaScript or without.
    pub path: &'static str,
    /// The act's name.
    pub name: &'static str,
    /// The rules that need no data: the form runs them before sending, the dispatch runs them again.
    pub check: fn(&Fields, HouseTime) -> Result<(), Vec<Fault>>,
    /// What it changes.
    pub changes: &'static [Area],
    /// What one must hold.
    pub needs: domain::access::Permission,
    /// What is said once it is done.
    pub says: Says,
    /// Runs it for a form submitted without JavaScript.
    #[cfg(feature = "ssr")]
    pub run: RunAct,
}

/// What is said once an act is done, from what it concerned.
#[derive(Clone, Copy)]
pub enum Says {
    /// The same whatever it concerned.
    Plainly(fn(Lang) -> &'static str),
    /// Of the bed of a label.
    OfBed(fn(Lang, &str) -> String),
    /// Of a resident or a thing by its name, and without it where there is none.
    OfName(fn(Lang, &str) -> String, fn(Lang) -> &'static str),
    /// Of the resident of a name in the bed of a label; without the name, of the bed.
    OfNameInBed(fn(Lang, &str, &str) -> String, fn(Lang, &str) -> String),
}

fn check<A: Form>(fields: &Fields, now: HouseTime) -> Result<(), Vec<Fault>> {
    A::read(fields)?.check(now)
}

/// Declares the acts: a constant for forms and a server function for each.
macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident $function:ident: $act:ty = $path:literal, $says:ident($($word:ident),+);)*) => {
        $($(#[$doc])* pub const $name: ActEndpoint = ActEndpoint {
            path: $path,
            name: <$act as Act>::NAME,
            check: check::<$act>,
            changes: <$act as Act>::CHANGES,
            needs: <$act as Act>::NEEDS,
            says: Says::$says($(Lang::$word),+),
            #[cfg(feature = "ssr")]
            run: dispatch::run_act::<$act>,
        };)*

        /// Every act that can be sent.
        pub const ACTS: &[ActEndpoint] = &[$($name),*];

        $($(#[$doc])*
        #[server(prefix = "", endpoint = $path)]
        pub async fn $function(id: String, #[server(default)] fields: Fields) -> Answered<<$act as Act>::Output> {
            dispatch::act::<$act>(id, fields).await
        })*
    };
}

/// Declares the queries: a server function for each.
macro_rules! queries {
    ($($(#[$doc:meta])* $function:ident: $query:ty = $path:literal;)*) => {
        $($(#[$doc])*
        #[server(prefix = "", endpoint = $path, input = Json)]
        pub async fn $function(query: $query) -> Answered<<$query as Query>::Output> {
            dispatch::query(query).await
        })*

        /// Every query that can be asked.
        #[cfg(feature = "ssr")]
        const QUERIES: &[Endpoint] = &[$(Endpoint {
            path: $path,
            name: <$query as Query>::NAME,
            acts: false,
            needs: <$query as Query>::NEEDS,
        }),*];
    };
}

acts! {
    /// Admits a resident.
    ADMIT stay_admit: stays::Admit = "/api/stay_admit", OfNameInBed(done_admitted, done_admitted_unnamed);
    /// Moves a resident to another bed.
    TRANSFER stay_transfer: stays::Transfer = "/api/stay_transfer", OfNameInBed(done_transferred, done_transferred_unnamed);
    /// Two residents change beds.
    SWAP stay_swap: stays::Swap = "/api/stay_swap", OfNameInBed(done_swapped, done_swapped_unnamed);
    /// A resident leaves.
    DEPART stay_depart: stays::Depart = "/api/stay_depart", OfNameInBed(done_departed, done_departed_unnamed);
    /// Puts the dates of a stay right.
    CORRECT stay_correct: stays::Correct = "/api/stay_correct", OfName(done_corrected, done_corrected_unnamed);
    /// Undoes the last change of a stay.
    UNDO stay_undo: stays::Undo = "/api/stay_undo", OfName(done_undone, done_undone_unnamed);
    /// Changes usual name, pronouns and languages.
    USUAL resident_usual: residents::ReviseUsual = "/api/resident_usual", OfName(done_file, done_file_unnamed);
    /// Changes emergency health.
    CARE resident_care: residents::ReviseCare = "/api/resident_care", OfName(done_file, done_file_unnamed);
    /// Changes legal name and birth.
    IDENTITY resident_identity: residents::ReviseIdentity = "/api/resident_identity", OfName(done_file, done_file_unnamed);
    /// Changes health beyond the emergency.
    HEALTH resident_health: residents::ReviseHealth = "/api/resident_health", OfName(done_file, done_file_unnamed);
    /// Changes what night staff must know and whom she fears.
    SAFETY resident_safety: residents::ReviseSafety = "/api/resident_safety", OfName(done_file, done_file_unnamed);
    /// Changes the emergency contact.
    CONTACT resident_contact: residents::ReviseContact = "/api/resident_contact", OfName(done_file, done_file_unnamed);
    /// Changes the name of the house in the program and its settings.
    CONFIGURE house_configure: house::ConfigureHouse = "/api/house_configure", OfName(done_saved_named, done_saved);
    /// Adds a floor.
    ADD_FLOOR floor_add: house::AddFloor = "/api/floor_add", OfName(done_added_named, done_added);
    /// Renames a floor.
    CHANGE_FLOOR floor_change: house::ChangeFloor = "/api/floor_change", OfName(done_saved_named, done_saved);
    /// Takes an empty floor out.
    RETIRE_FLOOR floor_retire: house::RetireFloor = "/api/floor_retire", OfName(done_removed_named, done_removed);
    /// Adds a room with its beds.
    ADD_ROOM room_add: house::AddRoom = "/api/room_add", OfName(done_added_named, done_added);
    /// Changes a room.
    CHANGE_ROOM room_change: house::ChangeRoom = "/api/room_change", OfName(done_saved_named, done_saved);
    /// Takes a room without beds out.
    RETIRE_ROOM room_retire: house::RetireRoom = "/api/room_retire", OfName(done_removed_named, done_removed);
    /// Adds a bed.
    ADD_BED bed_add: house::AddBed = "/api/bed_add", OfName(done_added_named, done_added);
    /// Changes a bed.
    CHANGE_BED bed_change: house::ChangeBed = "/api/bed_change", OfName(done_saved_named, done_saved);
    /// Takes an empty bed out.
    RETIRE_BED bed_retire: house::RetireBed = "/api/bed_retire", OfName(done_removed_named, done_removed);
    /// The bed has been prepared.
    PREPARE bed_prepare: house::PrepareBed = "/api/bed_prepare", OfBed(done_bed_prepared);
    /// The bed is to prepare.
    SOIL bed_soil: house::SoilBed = "/api/bed_soil", OfBed(done_bed_soiled);
    /// The bed is out of service, now or from a planned moment on.
    CLOSE bed_close: house::CloseBed = "/api/bed_close", OfBed(done_bed_closed);
    /// The bed is back in service.
    REOPEN bed_reopen: house::ReopenBed = "/api/bed_reopen", OfBed(done_bed_reopened);
    /// Adds a member of staff.
    ADD_STAFF staff_add: team::AddStaff = "/api/staff_add", OfName(done_added_named, done_added);
    /// Changes a member's name or role.
    CHANGE_STAFF staff_change: team::ChangeStaff = "/api/staff_change", OfName(done_account, done_account_unnamed);
    /// Closes an account.
    DISABLE staff_disable: team::DisableStaff = "/api/staff_disable", OfName(done_account, done_account_unnamed);
    /// Reopens an account.
    ENABLE staff_enable: team::EnableStaff = "/api/staff_enable", OfName(done_account, done_account_unnamed);
    /// Replaces someone's password.
    RESET_PASSWORD staff_reset_password: team::ResetPassword = "/api/staff_reset_password", OfName(done_account, done_account_unnamed);
    /// Changes one's own password.
    MY_PASSWORD my_password: team::ChangePassword = "/api/my_password", Plainly(done_password);
    /// Ends a session.
    END_SESSION session_end: team::EndSession = "/api/session_end", Plainly(done_session_ended);
    /// Ends every session but one's own.
    END_ALL sessions_end_all: team::EndAllSessions = "/api/sessions_end_all", Plainly(done_sessions_ended);
}

queries! {
    /// The board of a wall-clock time, or of the present.
    board: SeeBoard = "/api/board";
    /// The sheet of a bed.
    bed_sheet: OpenBed = "/api/bed_sheet";
    /// A page of the stays that match a filter.
    stay_list: ListStays = "/api/stay_list";
    /// One stay, whole.
    stay_open: OpenStay = "/api/stay_open";
    /// The check that explains itself beside an admission.
    admission_check: CheckAdmission = "/api/admission_check";
    /// Files that match a name or a number; without words, those who are present.
    resident_find: FindResidents = "/api/resident_find";
    /// Opens a file.
    resident_open: OpenResident = "/api/resident_open";
    /// The measures of a period, or of the fiscal year so far.
    measures: SeeMeasures = "/api/measures";
    /// The plan of the house.
    house_plan: SeePlan = "/api/house_plan";
    /// The team and its sessions.
    team: team::SeeTeam = "/api/team";
    /// One's own sessions.
    my_sessions: team::MySessions = "/api/my_sessions";
    /// A page of the audit.
    audit: ReadAudit = "/api/audit";
    /// What an act of one's own did.
    confirmation: SeeConfirmation = "/api/confirmation";
}

/// Somebody touched the screen: the session goes on.
#[server(prefix = "", endpoint = "/api/still_here", input = Json)]
pub async fn still_here() -> Answered<()> {
    dispatch::touch().await
}

/// An endpoint, for the router, the permission guard and the tests.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its path.
    pub path: &'static str,
    /// The name of the act or query behind it.
    pub name: &'static str,
    /// Whether it changes the house.
    pub acts: bool,
    /// What one must hold.
    pub needs: domain::access::Permission,
}

/// Every endpoint: acts, queries, and the one that keeps a session alive.
#[cfg(feature = "ssr")]
pub fn endpoints() -> impl Iterator<Item = Endpoint> {
    const TOUCH: Endpoint = Endpoint {
        path: <StillHere as leptos::server_fn::ServerFn>::PATH,
        name: "access.still_here",
        acts: false,
        needs: domain::access::Permission::SignedIn,
    };
    let acts = ACTS.iter().map(|act| Endpoint { path: act.path, name: act.name, acts: true, needs: act.needs });
    acts.chain(QUERIES.iter().copied()).chain([TOUCH])
}

/// The act that takes back a change of a bed.
pub fn opposite(change: house::BedChange) -> ActEndpoint {
    match change {
        house::BedChange::Prepared => SOIL,
        house::BedChange::Soiled => PREPARE,
        house::BedChange::Closed => REOPEN,
    }
}
