//! The matrix of what can be asked of the server and who may: one row for each server function and
//! each route of its own. The code obeys it (the page guard) and tests walk it: a function without a
//! row fails the build's tests.

use domain::{
    access::Permission,
    act::{Act, Query},
    audit::ReadAudit,
    board::{OpenBed, SeeBoard},
    house::{SeePlan, acts as house},
    measures::SeeMeasures,
    residents::{
        acts as residents,
        queries::{FindResidents, OpenResident},
    },
    stays::{
        acts as stays,
        queries::{CheckAdmission, ListStays, OpenStay},
    },
    team,
};

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The path.
    pub path: &'static str,
    /// The name of the act or question behind it.
    pub name: &'static str,
    /// Whether it changes the house.
    pub acts: bool,
    /// What one must hold.
    pub needs: Permission,
}

const fn act<A: Act>(path: &'static str) -> Row {
    Row { path, name: A::NAME, acts: true, needs: A::NEEDS }
}

const fn ask<Q: Query>(path: &'static str) -> Row {
    Row { path, name: Q::NAME, acts: false, needs: Q::NEEDS }
}

/// Every server function.
pub const FUNCTIONS: &[Row] = &[
    ask::<SeeBoard>("/api/board"),
    ask::<OpenBed>("/api/bed_sheet"),
    ask::<ListStays>("/api/stay_list"),
    ask::<OpenStay>("/api/stay_open"),
    ask::<CheckAdmission>("/api/admission_check"),
    act::<stays::Admit>("/api/stay_admit"),
    act::<stays::Transfer>("/api/stay_transfer"),
    act::<stays::Swap>("/api/stay_swap"),
    act::<stays::Depart>("/api/stay_depart"),
    act::<stays::Correct>("/api/stay_correct"),
    act::<stays::Undo>("/api/stay_undo"),
    ask::<FindResidents>("/api/resident_find"),
    ask::<OpenResident>("/api/resident_open"),
    act::<residents::ReviseUsual>("/api/resident_usual"),
    act::<residents::ReviseCare>("/api/resident_care"),
    act::<residents::ReviseIdentity>("/api/resident_identity"),
    act::<residents::ReviseHealth>("/api/resident_health"),
    act::<residents::ReviseSafety>("/api/resident_safety"),
    act::<residents::ReviseContact>("/api/resident_contact"),
    ask::<SeeMeasures>("/api/figures"),
    ask::<SeePlan>("/api/house_plan"),
    act::<house::ConfigureHouse>("/api/house_configure"),
    act::<house::AddFloor>("/api/floor_add"),
    act::<house::ChangeFloor>("/api/floor_change"),
    act::<house::RetireFloor>("/api/floor_retire"),
    act::<house::AddRoom>("/api/room_add"),
    act::<house::ChangeRoom>("/api/room_change"),
    act::<house::RetireRoom>("/api/room_retire"),
    act::<house::AddBed>("/api/bed_add"),
    act::<house::ChangeBed>("/api/bed_change"),
    act::<house::RetireBed>("/api/bed_retire"),
    act::<house::PrepareBed>("/api/bed_prepare"),
    act::<house::SoilBed>("/api/bed_soil"),
    act::<house::CloseBed>("/api/bed_close"),
    act::<house::ReopenBed>("/api/bed_reopen"),
    ask::<team::SeeTeam>("/api/team"),
    ask::<team::MySessions>("/api/my_sessions"),
    Row { path: "/api/still_here", name: "access.still_here", acts: false, needs: Permission::SignedIn },
    act::<team::AddStaff>("/api/staff_add"),
    act::<team::ChangeStaff>("/api/staff_change"),
    act::<team::DisableStaff>("/api/staff_disable"),
    act::<team::EnableStaff>("/api/staff_enable"),
    act::<team::ResetPassword>("/api/staff_reset_password"),
    act::<team::ChangePassword>("/api/my_password"),
    act::<team::EndSession>("/api/session_end"),
    act::<team::EndAllSessions>("/api/sessions_end_all"),
    ask::<ReadAudit>("/api/audit"),
];

/// What a page needs to be shown. A page is not a protection: what is on it is asked for again.
pub const PAGES: &[(&str, Permission)] = &[
    ("/", Permission::SeeBoard),
    ("/desk", Permission::MoveResidents),
    ("/residents", Permission::OpenResidents),
    ("/stays", Permission::SeeStays),
    ("/figures", Permission::SeeMeasures),
    ("/house", Permission::SeeHouse),
    ("/team", Permission::ManageTeam),
    ("/audit", Permission::ReadAudit),
    ("/session", Permission::SignedIn),
    ("/veil", Permission::SignedIn),
];

/// What one must hold to be shown the page of a path; none where there is no such page.
pub fn page_needs(path: &str) -> Option<Permission> {
    let first = path.trim_end_matches('/').split('/').nth(1).unwrap_or_default();
    let root = format!("/{first}");
    PAGES.iter().find(|(page, _)| *page == root).map(|(_, needs)| *needs)
}
