//! Opens a PostgreSQL database, and refuses a server that could lose committed transactions.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    ConnectOptions as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    db::{engine::Engine, migrate},
    start_up::StartUp,
};

const VERSION_MIN: i64 = 150_000;

/// Opens the database at a URL, checks the server's version and durability settings, and migrates it to the current
/// schema.
pub(crate) async fn open(url: &str) -> Result<Engine, StartUp> {
    let options = PgConnectOptions::from_str(url).map_err(|_| StartUp::BadAddress)?.disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(StartUp::unreachable)?;
    let version: String =
        sqlx::query_scalar("SHOW server_version_num").fetch_one(&pool).await.map_err(StartUp::engine)?;
    if version.parse::<i64>().unwrap_or(0) < VERSION_MIN {
        return Err(StartUp::OldPostgres { found: version });
    }
    for (statement, wanted, what) in [
        ("SHOW fsync", "on", "fsync"),
        ("SHOW synchronous_commit", "on", "synchronous_commit"),
        ("SHOW full_page_writes", "on", "full_page_writes"),
    ] {
        let found: String = sqlx::query_scalar(statement).fetch_one(&pool).await.map_err(StartUp::engine)?;
        if found != wanted {
            return Err(StartUp::UnsafeSetting { what });
        }
    }
    migrate::postgres(&pool).await?;
    Ok(Engine::Postgres(pool))
}
