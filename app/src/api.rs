//! The HTTP endpoints of the acts and the queries, in two tables with one row for each.
//!
//! A row gives an endpoint its path and its act or query. The required permission, the kind of the audit line, the
//! areas changed and the checks of the form are constants and functions of that act or query (`domain`); its handler is
//! in `store`. Each row becomes a Leptos server function. The server's router and the permission guard read the same
//! rows ([`endpoints`]). The guard, the dispatch and the store each authorise a request by the permission of its row.
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

/// What a form needs to know about its act.
#[derive(Clone, Copy)]
pub struct ActEndpoint {
    /// The path to which the form is sent, with or without JavaScript.
    pub path: &'static str,
    /// The name of the act.
    pub name: &'static str,
    /// Checks the rules that need no stored data. The form calls it before it sends the act, with the latest time that
    /// it received from the server; the server runs the same rules again.
    pub check: fn(&Fields, HouseTime) -> Result<(), Vec<Fault>>,
    /// The areas of data that the act changes.
    pub changes: &'static [Area],
    /// The permission that the member of staff must hold.
    pub needs: domain::access::Permission,
    /// How the confirmation of the act is worded.
    pub says: Says,
    /// Runs the act for a form that was submitted without JavaScript.
    #[cfg(feature = "ssr")]
    pub run: RunAct,
}

/// The wording of the confirmation of an act, by what the sentence names.
#[derive(Clone, Copy)]
pub enum Says {
    /// The sentence names nothing.
    Plainly(fn(Lang) -> &'static str),
    /// The sentence names a bed by its label.
    OfBed(fn(Lang, &str) -> String),
    /// The sentence names a resident or a thing; the second function applies when the name is not known.
    OfName(fn(Lang, &str) -> String, fn(Lang) -> &'static str),
    /// The sentence names a resident and the label of a bed; the second function applies when the name is not known.
    OfNameInBed(fn(Lang, &str, &str) -> String, fn(Lang, &str) -> String),
}

fn check<A: Form>(fields: &Fields, now: HouseTime) -> Result<(), Vec<Fault>> {
    A::read(fields)?.check(now)
}

/// Declares the acts. Each gets a constant, for forms, and a server function.
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

        /// Every act that a page can send.
        pub const ACTS: &[ActEndpoint] = &[$($name),*];

        $($(#[$doc])*
        #[server(prefix = "", endpoint = $path)]
        pub async fn $function(id: String, #[server(default)] fields: Fields) -> Answered<<$act as Act>::Output> {
            dispatch::act::<$act>(id, fields).await
        })*
    };
}

/// Declares the queries. Each gets a server function.
macro_rules! queries {
    ($($(#[$doc:meta])* $function:ident: $query:ty = $path:literal;)*) => {
        $($(#[$doc])*
        #[server(prefix = "", endpoint = $path, input = Json)]
        pub async fn $function(query: $query) -> Answered<<$query as Query>::Output> {
            dispatch::query(query).await
        })*

        /// Every query that a page can send.
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
    /// Lets two residents change beds.
    SWAP stay_swap: stays::Swap = "/api/stay_swap", OfNameInBed(done_swapped, done_swapped_unnamed);
    /// Discharges a resident.
    DEPART stay_depart: stays::Depart = "/api/stay_depart", OfNameInBed(done_departed, done_departed_unnamed);
    /// Corrects the dates, the reason or the destination of a stay.
    CORRECT stay_correct: stays::Correct = "/api/stay_correct", OfName(done_corrected, done_corrected_unnamed);
    /// Undoes the last change of a stay.
    UNDO stay_undo: stays::Undo = "/api/stay_undo", OfName(done_undone, done_undone_unnamed);
    /// Replaces a resident's usual name, pronouns and languages.
    USUAL resident_usual: residents::ReviseUsual = "/api/resident_usual", OfName(done_file, done_file_unnamed);
    /// Replaces a resident's emergency health.
    CARE resident_care: residents::ReviseCare = "/api/resident_care", OfName(done_file, done_file_unnamed);
    /// Replaces a resident's legal name and birth.
    IDENTITY resident_identity: residents::ReviseIdentity = "/api/resident_identity", OfName(done_file, done_file_unnamed);
    /// Replaces a resident's health notes that an emergency does not require.
    HEALTH resident_health: residents::ReviseHealth = "/api/resident_health", OfName(done_file, done_file_unnamed);
    /// Replaces what night staff must know about a resident and whom the resident fears.
    SAFETY resident_safety: residents::ReviseSafety = "/api/resident_safety", OfName(done_file, done_file_unnamed);
    /// Replaces a resident's emergency contact.
    CONTACT resident_contact: residents::ReviseContact = "/api/resident_contact", OfName(done_file, done_file_unnamed);
    /// Changes the name of the house in the program and its settings.
    CONFIGURE house_configure: house::ConfigureHouse = "/api/house_configure", OfName(done_saved_named, done_saved);
    /// Adds a floor.
    ADD_FLOOR floor_add: house::AddFloor = "/api/floor_add", OfName(done_added_named, done_added);
    /// Renames a floor.
    CHANGE_FLOOR floor_change: house::ChangeFloor = "/api/floor_change", OfName(done_saved_named, done_saved);
    /// Removes an empty floor.
    RETIRE_FLOOR floor_retire: house::RetireFloor = "/api/floor_retire", OfName(done_removed_named, done_removed);
    /// Adds a room with its beds.
    ADD_ROOM room_add: house::AddRoom = "/api/room_add", OfName(done_added_named, done_added);
    /// Changes a room.
    CHANGE_ROOM room_change: house::ChangeRoom = "/api/room_change", OfName(done_saved_named, done_saved);
    /// Removes a room without beds.
    RETIRE_ROOM room_retire: house::RetireRoom = "/api/room_retire", OfName(done_removed_named, done_removed);
    /// Adds a bed.
    ADD_BED bed_add: house::AddBed = "/api/bed_add", OfName(done_added_named, done_added);
    /// Changes a bed.
    CHANGE_BED bed_change: house::ChangeBed = "/api/bed_change", OfName(done_saved_named, done_saved);
    /// Removes an empty bed.
    RETIRE_BED bed_retire: house::RetireBed = "/api/bed_retire", OfName(done_removed_named, done_removed);
    /// Records that a bed has been prepared.
    PREPARE bed_prepare: house::PrepareBed = "/api/bed_prepare", OfBed(done_bed_prepared);
    /// Records that a bed is to be prepared.
    SOIL bed_soil: house::SoilBed = "/api/bed_soil", OfBed(done_bed_soiled);
    /// Takes a bed out of service, now or from a planned moment on.
    CLOSE bed_close: house::CloseBed = "/api/bed_close", OfBed(done_bed_closed);
    /// Puts a bed back in service.
    REOPEN bed_reopen: house::ReopenBed = "/api/bed_reopen", OfBed(done_bed_reopened);
    /// Adds a member of staff.
    ADD_STAFF staff_add: team::AddStaff = "/api/staff_add", OfName(done_added_named, done_added);
    /// Changes the name or the role of a member of staff.
    CHANGE_STAFF staff_change: team::ChangeStaff = "/api/staff_change", OfName(done_account, done_account_unnamed);
    /// Disables an account.
    DISABLE staff_disable: team::DisableStaff = "/api/staff_disable", OfName(done_account, done_account_unnamed);
    /// Enables a disabled account.
    ENABLE staff_enable: team::EnableStaff = "/api/staff_enable", OfName(done_account, done_account_unnamed);
    /// Sets a new password for another member of staff.
    RESET_PASSWORD staff_reset_password: team::ResetPassword = "/api/staff_reset_password", OfName(done_account, done_account_unnamed);
    /// Changes the password of the member of staff who sends the act.
    MY_PASSWORD my_password: team::ChangePassword = "/api/my_password", Plainly(done_password);
    /// Ends a session.
    END_SESSION session_end: team::EndSession = "/api/session_end", Plainly(done_session_ended);
    /// Ends every session except the one that sends the act.
    END_ALL sessions_end_all: team::EndAllSessions = "/api/sessions_end_all", Plainly(done_sessions_ended);
}

queries! {
    /// The board at a wall-clock time, or at present.
    board: SeeBoard = "/api/board";
    /// The sheet of a bed.
    bed_sheet: OpenBed = "/api/bed_sheet";
    /// A page of the stays that match a filter.
    stay_list: ListStays = "/api/stay_list";
    /// One stay, with its beds and its trail.
    stay_open: OpenStay = "/api/stay_open";
    /// The check of an admission form.
    admission_check: CheckAdmission = "/api/admission_check";
    /// The files that match a name or a number; without words, those of the residents who are in the house.
    resident_find: FindResidents = "/api/resident_find";
    /// A resident's file.
    resident_open: OpenResident = "/api/resident_open";
    /// The measures of a period, or of the present fiscal year up to the last night that is over.
    measures: SeeMeasures = "/api/measures";
    /// The plan of the house.
    house_plan: SeePlan = "/api/house_plan";
    /// The accounts and the open sessions of the house.
    team: team::SeeTeam = "/api/team";
    /// The reader's own open sessions.
    my_sessions: team::MySessions = "/api/my_sessions";
    /// A page of the audit.
    audit: ReadAudit = "/api/audit";
    /// The confirmation of an act of the reader.
    confirmation: SeeConfirmation = "/api/confirmation";
}

/// Records activity on the screen, which extends the session.
#[server(prefix = "", endpoint = "/api/still_here", input = Json)]
pub async fn still_here() -> Answered<()> {
    dispatch::touch().await
}

/// An endpoint, as the router, the permission guard and the tests need it.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The path.
    pub path: &'static str,
    /// The name of its act or query.
    pub name: &'static str,
    /// Whether it is an act and so changes data.
    pub acts: bool,
    /// The permission that the request's session must hold.
    pub needs: domain::access::Permission,
}

/// Every endpoint: the acts, the queries, and the one that extends a session.
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

/// The act that undoes a change of a bed.
pub fn opposite(change: house::BedChange) -> ActEndpoint {
    match change {
        house::BedChange::Prepared => SOIL,
        house::BedChange::Soiled => PREPARE,
        house::BedChange::Closed => REOPEN,
    }
}
