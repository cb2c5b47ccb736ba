use std::{
    io::{IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
};

use app::words::Lang;
use store::{Engine, Settings, WallClock, import_write::Known};

use crate::{
    cli::outcome::{Failed, open},
    hmis::{ReadError, Report, Selection, plan, source},
};

/// The largest number of rows not imported that are printed as text; `--json` prints all of them.
const SHOWN: usize = 40;
const ZONE: &str = "America/Toronto";

/// Imports a project of an HMIS folder, entirely or not at all. A dry run writes nothing.
pub async fn run(
    w: Lang,
    settings: &Settings,
    folder: &Path,
    project: &str,
    coc: Option<&str>,
    dry_run: bool,
    json: bool,
) -> Result<ExitCode, Failed> {
    let selection = Selection { project, coc };
    eprintln!("{}", w.hmis_reading(&folder.display().to_string()));
    // A dry run does not create a database where there is none.
    if dry_run && !holds_data(settings) {
        let wall = WallClock::of(ZONE).ok_or_else(|| Failed(w.start_up_zone(ZONE)))?;
        let (_, mut report) =
            plan(folder, &selection, &wall, &Known::default(), &|_| Vec::new()).map_err(|e| failed(w, e))?;
        report.dry_run = true;
        return print(w, &report, json);
    }
    let store = open(settings).await?;
    let known = store.known_of(&source(&selection)).await?;
    let wall = store.house().map(|house| house.wall).or_else(|| WallClock::of(ZONE));
    let wall = wall.ok_or_else(|| Failed(w.start_up_zone(ZONE)))?;
    let planned = plan(folder, &selection, &wall, &known, &|parts| store.row_digest(parts));
    let (mut import, mut report) = match planned {
        Ok(planned) => planned,
        Err(error) => {
            store.close().await;
            return Err(failed(w, error));
        }
    };
    report.dry_run = dry_run;
    let nothing_new = report.taken.beds + report.taken.residents + report.taken.stays == 0;
    if !dry_run && !nothing_new {
        import.report = serde_json::to_string(&report).map_err(|error| Failed(error.to_string()))?;
        let outcome = store.write_import(import, progress(w)).await;
        if let Err(refused) = outcome {
            store.close().await;
            return Err(refused.into());
        }
    }
    store.close().await;
    print(w, &report, json)
}

fn holds_data(settings: &Settings) -> bool {
    match &settings.engine {
        Engine::Embedded { dir } => dir.join("veilleuse.db").exists(),
        Engine::Postgres { .. } => true,
    }
}

/// Returns a callback that prints the progress of an import at every tenth: on a terminal it overwrites one line.
fn progress(w: Lang) -> impl FnMut(usize, usize) + Send {
    let last = AtomicUsize::new(usize::MAX);
    let in_place = std::io::stderr().is_terminal();
    move |done, total| {
        let tenth = (done * 10).checked_div(total).unwrap_or(10);
        if last.swap(tenth, Ordering::Relaxed) == tenth && !(in_place && done == total) {
            return;
        }
        let n = |n: usize| w.number(i64::try_from(n).unwrap_or(i64::MAX));
        let text = w.hmis_writing(&n(done), &n(total));
        if in_place {
            eprint!("\r{text}   ");
            if done == total {
                eprintln!();
            }
            std::io::stderr().flush().ok();
        } else {
            eprintln!("{text}");
        }
    }
}

fn print(w: Lang, report: &Report, json: bool) -> Result<ExitCode, Failed> {
    if json {
        let text = serde_json::to_string(report).map_err(|error| Failed(error.to_string()))?;
        println!("{text}");
        return Ok(ExitCode::SUCCESS);
    }
    let n = |n: usize| w.number(i64::try_from(n).unwrap_or(i64::MAX));
    let taken = report.taken;
    println!(
        "{}",
        w.hmis_taken(
            &n(taken.beds),
            &n(taken.beds_added),
            &n(taken.residents),
            &n(taken.stays),
            &w.number(taken.bed_nights)
        )
    );
    if report.known.stays + report.known.residents > 0 {
        println!("{}", w.hmis_known(&n(report.known.residents), &n(report.known.stays)));
    }
    if !report.columns_dropped.is_empty() {
        println!("{}", w.hmis_dropped(&report.columns_dropped.join(", ")));
    }
    if !report.not_taken.is_empty() {
        println!("{}", w.hmis_not_taken(i64::try_from(report.not_taken.len()).unwrap_or(i64::MAX)));
        for row in report.not_taken.iter().take(SHOWN) {
            println!("  {}", w.hmis_not_taken_line(row.file, &row.line.to_string(), &row.key, w.hmis_why(row.why)));
        }
        if report.not_taken.len() > SHOWN {
            println!("  {}", w.hmis_and_more(&n(report.not_taken.len() - SHOWN)));
        }
    }
    if report.dry_run {
        println!("{}", w.hmis_dry());
    }
    Ok(ExitCode::SUCCESS)
}

fn failed(w: Lang, error: ReadError) -> Failed {
    Failed(match error {
        ReadError::NotAFolder { folder, files } => w.hmis_not_a_folder(&folder, &files),
        ReadError::NotCsv { file, line, what } => w.hmis_not_csv(file, &line.to_string(), what),
        ReadError::NoColumn { file, column } => w.hmis_no_column(file, column),
        ReadError::NoProject { project, known } => w.hmis_no_project(&project, &known),
    })
}
