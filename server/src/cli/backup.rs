use std::{path::Path, process::ExitCode};

use app::words::Lang;
use store::{Engine, Settings, StartUp};

use crate::cli::outcome::{Failed, open};

/// Makes an encrypted copy of the database.
pub async fn backup(w: Lang, settings: &Settings, file: &Path) -> Result<ExitCode, Failed> {
    let store = open(settings).await?;
    let outcome = store.backup(file).await;
    store.close().await;
    outcome?;
    println!("{}", w.cli_backup_done(&file.display().to_string()));
    Ok(ExitCode::SUCCESS)
}

/// Restores a copy into an empty data folder and checks its integrity there.
pub async fn restore(w: Lang, settings: &Settings, file: &Path) -> Result<ExitCode, Failed> {
    let Engine::Embedded { dir } = &settings.engine else { return Err(StartUp::BadAddress.into()) };
    store::backup::restore(file, dir, &settings.key_file).await?;
    let code = check(w, settings).await?;
    println!("{}", w.cli_restore_done(&dir.display().to_string()));
    Ok(code)
}

/// Checks the integrity of the data and prints every problem found.
pub async fn check(w: Lang, settings: &Settings) -> Result<ExitCode, Failed> {
    let store = open(settings).await?;
    let findings = store.check_integrity().await;
    store.close().await;
    let findings = findings?;
    if findings.wrong.is_empty() {
        let stays = w.number(i64::try_from(findings.stays).unwrap_or(i64::MAX));
        println!("{}", w.cli_check_done(&stays, &w.number(findings.acts)));
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}", w.cli_check_wrong(i64::try_from(findings.wrong.len()).unwrap_or(i64::MAX)));
    for line in &findings.wrong {
        eprintln!("  {line}");
    }
    Ok(ExitCode::FAILURE)
}
