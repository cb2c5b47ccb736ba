//! The command line: one module per command. Settings come from flags, then from `VEILLEUSE_*` environment variables,
//! then from a TOML file.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on its terminal")]

mod backup;
mod demo;
mod import;
mod measures;
mod outcome;
mod serve;
mod staff;
mod words;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use app::words::Lang;
use chrono::NaiveDate;
use clap::{Parser, Subcommand, ValueEnum};
use domain::access::Role;
use serde::Deserialize;
use store::{Engine, Settings};

use crate::telemetry::logs::LogFormat;
use outcome::Failed;
use words::terminal_language;

/// Keeps the beds, the stays, the house rules and the log of a small confidential residence.
#[derive(Parser)]
#[command(name = "veilleuse", version)]
struct Cli {
    /// The data folder.
    #[arg(long, env = "VEILLEUSE_DATA", global = true)]
    data: Option<PathBuf>,
    /// The URL of a PostgreSQL database, used instead of the data folder.
    #[arg(long, env = "VEILLEUSE_DATABASE_URL", global = true, hide_env_values = true)]
    database_url: Option<String>,
    /// The file that holds the house key; the default is beside the data folder.
    #[arg(long, env = "VEILLEUSE_KEY_FILE", global = true)]
    key_file: Option<PathBuf>,
    /// A settings file (TOML).
    #[arg(long, env = "VEILLEUSE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the application over HTTP.
    Serve {
        /// The address to listen on.
        #[arg(long, env = "VEILLEUSE_LISTEN")]
        listen: Option<SocketAddr>,
        /// The origin under which a TLS proxy serves the application: https://name.
        #[arg(long, env = "VEILLEUSE_ORIGIN")]
        origin: Option<String>,
        /// The folder of the built files.
        #[arg(long, env = "VEILLEUSE_SITE")]
        site: Option<PathBuf>,
        /// The format of the log.
        #[arg(long, env = "VEILLEUSE_LOG_FORMAT", value_enum)]
        log_format: Option<LogFormat>,
        /// The loopback address for Prometheus metrics (/metrics); off unless given.
        #[arg(long, env = "VEILLEUSE_METRICS_LISTEN")]
        metrics_listen: Option<SocketAddr>,
    },
    /// Creates a demonstration house with invented data.
    Demo {
        /// The number of beds.
        #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=200))]
        beds: u16,
        /// The number of years of history.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(0..=30))]
        years: u16,
        /// The random seed; the same seed creates the same house.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Imports data from another system.
    Import {
        #[command(subcommand)]
        from: From,
    },
    /// Computes the measures of a period.
    Measures {
        /// The first night.
        #[arg(long)]
        from: NaiveDate,
        /// The last night.
        #[arg(long)]
        to: NaiveDate,
        /// Nights for a point-in-time count.
        #[arg(long)]
        census: Vec<NaiveDate>,
        /// Writes one JSON object to standard output.
        #[arg(long)]
        json: bool,
    },
    /// Manages accounts.
    Staff {
        #[command(subcommand)]
        act: StaffAct,
    },
    /// Writes an encrypted backup.
    Backup {
        /// The backup file.
        file: PathBuf,
    },
    /// Restores a backup into an empty data folder.
    Restore {
        /// The backup file.
        file: PathBuf,
    },
    /// Checks the integrity of the data.
    Check,
}

#[derive(Subcommand)]
enum From {
    /// An HMIS CSV folder, FY2022 to FY2026.
    Hmis {
        /// The folder.
        folder: PathBuf,
        /// The project to import.
        #[arg(long)]
        project: String,
        /// Imports only households of this continuum of care.
        #[arg(long)]
        coc: Option<String>,
        /// Reports what would be imported, without writing anything.
        #[arg(long)]
        dry_run: bool,
        /// Writes one JSON object to standard output.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum StaffAct {
    /// Adds an account.
    Add {
        /// The role of the account.
        #[arg(long, value_enum)]
        role: RoleArg,
        /// The login of the account.
        #[arg(long)]
        login: String,
        /// The name of the member of staff.
        #[arg(long)]
        name: String,
        /// Reads the password from standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    Night,
    Coordinator,
    Management,
}

impl RoleArg {
    const fn role(self) -> Role {
        match self {
            Self::Night => Role::Night,
            Self::Coordinator => Role::Coordinator,
            Self::Management => Role::Management,
        }
    }
}

/// The content of a settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    data: Option<PathBuf>,
    database_url: Option<String>,
    key_file: Option<PathBuf>,
    listen: Option<SocketAddr>,
    origin: Option<String>,
    site: Option<PathBuf>,
    log_format: Option<LogFormat>,
    metrics_listen: Option<SocketAddr>,
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let w = terminal_language();
    // Leptos views are deeply nested types: rendering them can overflow the default stack of a worker thread.
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(8 << 20).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli, w)) {
        Ok(code) => code,
        Err(Failed(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli, w: Lang) -> Result<ExitCode, Failed> {
    let config = read_config(w, cli.config.as_deref())?;
    let data = cli.data.or(config.data).unwrap_or_else(|| PathBuf::from("veilleuse-data"));
    let engine = match cli.database_url.or(config.database_url) {
        Some(url) => Engine::Postgres { url },
        None => Engine::Embedded { dir: data.clone() },
    };
    let key_file = cli.key_file.or(config.key_file).unwrap_or_else(|| beside(&data));
    let settings = Settings { engine, key_file };
    match cli.command {
        Command::Serve { listen, origin, site, log_format, metrics_listen } => {
            let serving = serve::Serving {
                listen: listen.or(config.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
                origin: origin.or(config.origin),
                site: site.or(config.site),
                log_format: log_format.or(config.log_format).unwrap_or_default(),
                metrics_listen: metrics_listen.or(config.metrics_listen),
            };
            serve::run(w, &settings, serving).await
        }
        Command::Demo { beds, years, seed } => demo::run(w, &settings, beds, years, seed).await,
        Command::Import { from: From::Hmis { folder, project, coc, dry_run, json } } => {
            import::run(w, &settings, &folder, &project, coc.as_deref(), dry_run, json).await
        }
        Command::Measures { from, to, census, json } => measures::run(w, &settings, from, to, census, json).await,
        Command::Staff { act: StaffAct::Add { role, login, name, .. } } => {
            staff::add(w, &settings, role.role(), login, name).await
        }
        Command::Backup { file } => backup::backup(w, &settings, &file).await,
        Command::Restore { file } => backup::restore(w, &settings, &file).await,
        Command::Check => backup::check(w, &settings).await,
    }
}

/// Returns the default path of the key file: beside the data folder, never in it, so that a copy of the folder does not
/// include the key that decrypts it.
fn beside(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    while name.to_string_lossy().ends_with('/') && name.len() > 1 {
        let text = name.to_string_lossy().trim_end_matches('/').to_owned();
        name = text.into();
    }
    name.push(".key");
    PathBuf::from(name)
}

fn read_config(w: Lang, path: Option<&Path>) -> Result<ConfigFile, Failed> {
    let Some(path) = path else { return Ok(ConfigFile::default()) };
    let bad = |what: String| Failed(w.cli_bad_settings(&path.display().to_string(), &what));
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    toml::from_str(&text).map_err(|error| bad(error.message().to_owned()))
}
