//! Other people's data: the published figures of HUD's samples, and folders that are not right.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use store::testing::{On, new_database};

use crate::command::Program;

/// Where the samples are: a folder that holds `hmis-fy2022` and others.
const SAMPLES: &str = "VEILLEUSE_SAMPLES";

/// A folder of the samples; none, said aloud, where there are none.
pub fn sample(name: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests are told of the samples by the environment")]
    let Ok(samples) = std::env::var(SAMPLES) else {
        println!("SKIPPED: {name}: {SAMPLES} does not name the folder of the samples");
        return None;
    };
    let folder = Path::new(&samples).join(name);
    assert!(folder.is_dir(), "{} is not there", folder.display());
    Some(folder)
}

async fn program_on(on: On) -> Option<Program> {
    let database = match on {
        On::Sqlite => None,
        On::Postgres => Some(new_database().await?),
    };
    Some(Program { database, ..Program::new() })
}

fn import(program: &Program, folder: &Path, project: &str, rest: &[&str]) -> Value {
    let mut args = vec!["import", "hmis", folder.to_str().unwrap(), "--project", project, "--json"];
    args.extend(rest);
    serde_json::from_str(&program.done(&args).out).unwrap()
}

fn measures(program: &Program, from: &str, to: &str, census: &[&str]) -> Value {
    let mut args = vec!["measures", "--from", from, "--to", to, "--json"];
    for night in census {
        args.extend(["--census", night]);
    }
    serde_json::from_str(&program.done(&args).out).unwrap()
}

/// Dates of HUD's four counts.
const COUNTS: [&str; 4] = ["2021-10-31", "2022-01-31", "2022-04-30", "2022-07-31"];

/// HUD's own results: bed-nights (row 56) and people (row 53) of the period and of the four nights,
/// for all households of a project.
fn published(folder: &Path) -> BTreeMap<String, BTreeMap<(u8, u8), i64>> {
    let mut all: BTreeMap<String, BTreeMap<(u8, u8), i64>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(folder.join("expected/LSACalculated.csv")).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        // Value, Cohort, Universe, HHType, Population, SystemPath, ProjectID, ReportRow, ReportID.
        if &row[2] == "10" && &row[3] == "0" && &row[4] == "0" && !row[6].is_empty() {
            let (cohort, report_row): (u8, u8) = (row[1].parse().unwrap(), row[7].parse().unwrap());
            all.entry(row[6].to_owned()).or_default().insert((cohort, report_row), row[0].parse().unwrap());
        }
    }
    all
}

async fn the_sixty_six_figures(on: On) {
    let Some(folder) = sample("hmis-fy2022") else { return };
    let published = published(&folder);
    let projects = ["1544", "1546", "1547", "1548", "1557", "1558", "1559", "1560", "1561", "1562", "1563"];
    let mut compared = 0;
    for project in projects {
        let Some(program) = program_on(on).await else { return };
        import(&program, &folder, project, &["--coc", "XX-500"]);
        let ours = measures(&program, "2021-10-01", "2022-09-30", &COUNTS);
        let theirs = &published[project];
        // HUD writes no row for a count of nought.
        let of = |cohort: u8, row: u8| theirs.get(&(cohort, row)).copied().unwrap_or(0);
        let mut pairs = vec![
            ("bed-nights", ours["bed_nights"].as_i64().unwrap(), of(1, 56)),
            ("people", ours["people_served"].as_i64().unwrap(), of(1, 53)),
        ];
        for (i, night) in COUNTS.iter().enumerate() {
            pairs.push((night, ours["census"][night].as_i64().unwrap(), of(10 + u8::try_from(i).unwrap(), 53)));
        }
        assert!(of(1, 56) > 0 && of(1, 53) > 0, "HUD publishes figures of {project}");
        for (what, ours, theirs) in pairs {
            assert_eq!(ours, theirs, "{what} of project {project}");
            compared += 1;
        }
        program.done(&["check"]);
    }
    assert_eq!(compared, 66);
    println!("HUD's sample of 2022 on {on:?}: {compared} figures compared, all equal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hud_2022_sixty_six_published_figures_on_sqlite() {
    the_sixty_six_figures(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hud_2022_sixty_six_published_figures_on_postgres() {
    the_sixty_six_figures(On::Postgres).await;
}

/// The cell of a published table, by the beginning of its row.
fn cell(folder: &Path, table: &str, row: &str, column: usize) -> i64 {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(folder.join("expected").join(table))
        .unwrap();
    let found =
        reader.records().map(Result::unwrap).find(|record| record.get(0).is_some_and(|cell| cell.starts_with(row)));
    found.unwrap_or_else(|| panic!("{table} has no {row}"))[column].trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hud_2021_transitional_housing_has_the_published_lengths_and_counts() {
    let Some(folder) = sample("hmis-fy2021-th") else { return };
    for on in [On::Sqlite, On::Postgres] {
        let Some(program) = program_on(on).await else { continue };
        import(&program, &folder, "242", &[]);
        let counts =
            [("2020-10-28", "October"), ("2021-01-27", "January"), ("2021-04-28", "April"), ("2021-07-28", "July")];
        let ours = measures(&program, "2020-10-01", "2021-09-30", &counts.map(|(night, _)| night));
        let rounded = |key: &str| ours["length_of_stay"][key].as_f64().unwrap().round() as i64;
        assert_eq!(rounded("completed_mean"), cell(&folder, "Q22b.csv", "m. Average", 1));
        assert_eq!(rounded("completed_median"), cell(&folder, "Q22b.csv", "n. Median", 1));
        assert_eq!(rounded("ongoing_mean"), cell(&folder, "Q22b.csv", "m. Average", 2));
        assert_eq!(ours["people_served"], cell(&folder, "Q5a.csv", "1. Total number of persons served", 1));
        for (night, month) in counts {
            assert_eq!(ours["census"][night], cell(&folder, "Q7b.csv", month, 1), "{night}");
        }
        println!("HUD's transitional housing of 2021 on {on:?}: {ours}");
    }
}

#[test]
fn every_project_of_2024_is_taken_in_whole() {
    let Some(folder) = sample("hmis-fy2024") else { return };
    let mut projects = 0;
    for row in csv::Reader::from_path(folder.join("Project.csv")).unwrap().records() {
        let project = row.unwrap()[0].to_owned();
        let program = Program::new();
        let report = import(&program, &folder, &project, &[]);
        program.done(&["check"]);
        projects += 1;
        println!("{project}: {}", report["taken"]);
    }
    assert!(projects >= 10);
}

#[test]
fn a_second_import_changes_nothing_and_a_try_writes_nothing() {
    let Some(folder) = sample("hmis-fy2022") else { return };
    let program = Program::new();
    let tried = import(&program, &folder, "1557", &["--dry-run"]);
    assert!(!program.data().join("veilleuse.db").exists(), "a try on an empty place leaves it empty");
    let first = import(&program, &folder, "1557", &[]);
    assert_eq!((&tried["taken"], &tried["not_taken"]), (&first["taken"], &first["not_taken"]));
    assert!(first["taken"]["stays"].as_i64().unwrap() > 0);
    let before = measures(&program, "2021-10-01", "2022-09-30", &COUNTS);
    let again = import(&program, &folder, "1557", &[]);
    assert_eq!(
        (again["taken"]["stays"].as_i64(), again["taken"]["residents"].as_i64(), again["taken"]["beds"].as_i64()),
        (Some(0), Some(0), Some(0))
    );
    assert_eq!(again["known"]["stays"], first["taken"]["stays"]);
    assert_eq!(measures(&program, "2021-10-01", "2022-09-30", &COUNTS), before);
    program.done(&["check"]);
    let dropped = first["columns_dropped"].to_string();
    for column in ["SSN", "LastName", "Ethnicity", "White"] {
        assert!(dropped.contains(&format!("\"{column}\"")), "{column} is dropped: {dropped}");
    }
}

/// Writes a folder of its own from a sample, with one file changed.
fn altered(folder: &Path, file: &str, change: impl Fn(String) -> String) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let path = copy.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(text.clone());
    assert_ne!(text, changed, "the folder is altered");
    fs::write(&path, changed).unwrap();
    copy
}

#[test]
fn a_folder_that_is_not_right_is_refused_in_words_and_nothing_is_taken() {
    let program = Program::new();
    let empty = tempfile::tempdir().unwrap();
    let refused = |folder: &Path, words: &[&str]| {
        let ended = program.run(&["import", "hmis", folder.to_str().unwrap(), "--project", "1557"]);
        assert_ne!(ended.code, 0, "{ended:?}");
        for word in words {
            assert!(ended.err.contains(word), "{word} in {}", ended.err);
        }
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
        let house = program.run(&["measures", "--from", "2022-01-01", "--to", "2022-02-01"]);
        assert!(house.err.contains("pas encore de maison"), "nothing was taken: {house:?}");
    };
    refused(empty.path(), &["Project.csv"]);
    refused(Path::new("/nonexistent"), &["/nonexistent"]);
    let Some(folder) = sample("hmis-fy2022") else { return };
    let ended = program.run(&["import", "hmis", folder.to_str().unwrap(), "--project", "999"]);
    assert!(ended.code != 0 && ended.err.contains("999"), "{ended:?}");
    let no_column = altered(&folder, "Enrollment.csv", |text| text.replacen("EntryDate", "Entrance", 1));
    refused(no_column.path(), &["Enrollment.csv", "EntryDate"]);
    let cut = altered(&folder, "Enrollment.csv", |text| {
        let cut: String = text.chars().take(text.chars().count() / 2).collect();
        format!("{cut}\n\"never closed")
    });
    refused(cut.path(), &["Enrollment.csv"]);
    let binary = altered(&folder, "Client.csv", |_| "\0\u{1}\u{2}".repeat(100));
    refused(binary.path(), &["Client.csv"]);
}

#[test]
fn rows_that_make_no_sense_are_reported_one_by_one_and_the_rest_is_taken() {
    let Some(folder) = sample("hmis-fy2022") else { return };
    let whole = import(&Program::new(), &folder, "1557", &[]);
    let mut changed = 0;
    // Every exit of the year 2022 is put before every arrival.
    let reversed = altered(&folder, "Exit.csv", |text| text.replace("2022-0", "1950-0"));
    let program = Program::new();
    let report = import(&program, reversed.path(), "1557", &[]);
    for row in report["not_taken"].as_array().unwrap() {
        assert!(row["line"].as_u64().unwrap() >= 2 && row["file"].is_string() && row["why"].is_string(), "{row}");
        changed += 1;
    }
    assert!(changed > whole["not_taken"].as_array().unwrap().len(), "{report}");
    program.done(&["check"]);
}

/// A small export of 2026 as they come: a mark at the beginning, columns in another order and more than
/// the standard's, dates written three ways, rows deleted, doubled, cut, reversed and overlapping. What
/// can be taken is taken, and every other row is named with its reason.
#[test]
fn an_untidy_folder_of_2026_is_taken_in_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "Project.csv",
        "\u{feff}ProjectName,ProjectID,ProjectType,OperatingStartDate,Colour\nRefuge,P1,0,2020-01-01,blue\nElse,P2,0,2020-01-01,red\n",
    );
    write(
        "Inventory.csv",
        "InventoryEndDate,InventoryStartDate,BedInventory,ProjectID,InventoryID,DateDeleted\n,1/1/25,3,P1,I1,\n,2025-01-01,9,P1,I2,2025-02-01 10:00:00\n",
    );
    write(
        "Client.csv",
        "PersonalID,FirstName,LastName,SSN,Sex,DOB,DateDeleted\nA,Ada,X,1,0,2000-05-05,\nB,Béa,X,2,0,,\nC,Cleo,X,3,0,5/6/99,\nD,Dora,X,4,0,1999-01-01,2025-01-01\n",
    );
    write(
        "Enrollment.csv",
        "EnrollmentID,PersonalID,ProjectID,EntryDate,HouseholdID,RelationshipToHoH,DateDeleted\n\
         E1,A,P1,2025-01-10 10:30:00,H1,1,\nE2,B,P1,1/5/25,H2,1,\nE3,C,P1,2025-01-15,H3,1,\nE4,A,P1,2025-01-15,H1,1,\n\
         E5,A,P1,01/18/2025,H1,1,\nE6,D,P1,2025-01-02,H4,1,\nE7,C,P1,2025-02-10,H3,1,\nE8,C,P1,2025-01-20,H3,1,2025-03-01\n\
         E9,C,P1,soon,H3,1,\nE10,C,P2,2025-01-01,H3,1,\nE1,A,P1,2025-01-10,H1,1,\nE11,C,P1\n",
    );
    write(
        "Exit.csv",
        "EnrollmentID,ExitDate,Destination\nE1,2025-01-20,410\nE3,2025-01-15,99\nE4,2025-01-18,410\nE5,1/25/2025 08:00:00,435\nE7,2025-02-01,410\n",
    );
    let program = Program::new();
    let report = import(&program, folder.path(), "P1", &[]);
    let mut why: Vec<String> = report["not_taken"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {}", row["key"].as_str().unwrap(), row["why"].as_str().unwrap()))
        .collect();
    why.sort();
    let expected = [
        " cells",
        "E1 twice",
        "E4 overlap_inside",
        "E5 overlap_clipped",
        "E6 no_client",
        "E7 reversed",
        "E8 deleted",
        "E9 no_entry",
        "I2 deleted",
    ];
    assert_eq!(why, expected);
    assert_eq!((report["taken"]["beds"].as_i64(), report["taken"]["stays"].as_i64()), (Some(3), Some(4)));
    // By hand: E1 sleeps the nights of 10 to 19, E2 those of 5 to 31, E5 what is left of it, 20 to 24.
    let ours =
        measures(&program, "2025-01-01", "2025-01-31", &["2025-01-04", "2025-01-15", "2025-01-24", "2025-01-25"]);
    assert_eq!(ours["bed_nights"], 10 + 27 + 5, "{ours}");
    assert_eq!(ours["bed_nights_available"], 3 * 31);
    assert_eq!(ours["people_served"], 2, "E3 came and left on one day");
    assert_eq!(
        ours["census"],
        serde_json::json!({ "2025-01-04": 0, "2025-01-15": 2, "2025-01-24": 2, "2025-01-25": 1 })
    );
    program.done(&["check"]);
    let again = import(&program, folder.path(), "P1", &[]);
    assert_eq!(again["taken"]["stays"], 0);
}
