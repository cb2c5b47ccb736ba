use std::process::ExitCode;

use app::words::Lang;
use store::Settings;

use crate::cli::outcome::{Failed, open};

/// Creates a demonstration house with invented data. Fails when a house exists already.
pub async fn run(w: Lang, settings: &Settings, beds: u16, years: u16, seed: u64) -> Result<ExitCode, Failed> {
    let store = open(settings).await?;
    if store.house().is_some() {
        store.close().await;
        return Err(Failed(w.cli_house_exists().to_owned()));
    }
    let import = crate::demo::house(store.clock_now(), beds, years, seed);
    let written = store.write_import(import, |_, _| {}).await;
    store.close().await;
    let written = written?;
    let n = |n: usize| w.number(i64::try_from(n).unwrap_or(i64::MAX));
    println!("{}", w.cli_demo_done(&n(written.beds), &n(written.residents), &n(written.stays)));
    Ok(ExitCode::SUCCESS)
}
