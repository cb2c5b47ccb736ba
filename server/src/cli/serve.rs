use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use app::{request::Assets, words::Lang};
use store::Settings;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::{
    cli::outcome::{Failed, open},
    http::{Origin, Shared, find_site, read_assets, router, serve},
};

/// Opens the house to browsers until told to stop.
pub async fn run(
    w: Lang,
    settings: &Settings,
    listen: SocketAddr,
    origin: Option<String>,
    site: Option<PathBuf>,
) -> Result<ExitCode, Failed> {
    // tower-sessions warns of each cookie that does not have the form of one of its ids: anyone can send those.
    let usual = "info,tower_sessions=error";
    let filter = EnvFilter::try_from_env("VEILLEUSE_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    let origin = match origin {
        Some(origin) => Origin::parse(&origin).ok_or_else(|| Failed(w.cli_bad_origin().to_owned()))?,
        None if listen.ip().is_loopback() => Origin::Loopback,
        None => return Err(Failed(w.cli_needs_origin().to_owned())),
    };
    let store = open(settings).await?;
    let site = find_site(site.as_deref());
    let assets = match &site {
        Some(site) => read_assets(site).map_err(|error| Failed(format!("{}: {error}", site.display())))?,
        None => {
            eprintln!("{}", w.cli_no_site());
            Assets::default()
        }
    };
    let listener = TcpListener::bind(listen).await.map_err(|error| Failed(format!("{listen}: {error}")))?;
    let address = listener.local_addr().map_or_else(|_| listen.to_string(), |address| address.to_string());
    if let Some(code) = store.new_setup_code().await? {
        println!("{}", w.cli_setup_code(&code));
    }
    println!("{}", w.cli_listening(&format!("http://{address}")));
    let stopping = CancellationToken::new();
    let shared = Shared { store: store.clone(), origin, assets: Arc::new(assets), stopping: stopping.clone() };
    let stop = stopping.clone();
    tokio::spawn(async move {
        told_to_stop().await;
        eprintln!("{}", w.cli_stopping());
        stop.cancel();
    });
    serve(listener, router(shared, site.as_deref()), stopping).await.map_err(|error| Failed(error.to_string()))?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            tokio::signal::ctrl_c().await.ok();
        }
    }
}
