use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use app::{request::Assets, words::Lang};
use store::Settings;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    cli::outcome::{Failed, open},
    http::{Origin, Shared, find_site, metrics_router, read_assets, router, serve},
    telemetry::{
        logs::{self, LogFormat},
        metrics::Metrics,
    },
};

/// The settings of a server.
pub struct Serving {
    pub listen: SocketAddr,
    pub origin: Option<String>,
    pub site: Option<PathBuf>,
    pub log_format: LogFormat,
    pub metrics_listen: Option<SocketAddr>,
}

/// Serves the application over HTTP until the process is told to stop.
pub async fn run(w: Lang, settings: &Settings, serving: Serving) -> Result<ExitCode, Failed> {
    let Serving { listen, origin, site, log_format, metrics_listen } = serving;
    logs::start(log_format);
    let origin = match origin {
        Some(origin) => Origin::parse(&origin).ok_or_else(|| Failed(w.cli_bad_origin().to_owned()))?,
        None if listen.ip().is_loopback() => Origin::Loopback,
        None => return Err(Failed(w.cli_needs_origin().to_owned())),
    };
    // Metrics are served without TLS and without sign-in, and tonight's number of admissions is confidential.
    if metrics_listen.is_some_and(|address| !address.ip().is_loopback()) {
        return Err(Failed(w.cli_metrics_loopback().to_owned()));
    }
    let store = open(settings).await?;
    let site = find_site(site.as_deref());
    let assets = match &site {
        Some(site) => read_assets(site).map_err(|error| Failed(format!("{}: {error}", site.display())))?,
        None => {
            match log_format {
                LogFormat::Text => eprintln!("{}", w.cli_no_site()),
                LogFormat::Json => tracing::warn!("the files of the site are missing"),
            }
            Assets::default()
        }
    };
    let (listener, address) = bind(listen).await?;
    if let Some(code) = store.new_setup_code().await? {
        println!("{}", w.cli_setup_code(&code));
    }
    let stopping = CancellationToken::new();
    let told_to_stop = told_to_stop();
    let (mut metrics, mut metrics_server) = (None, None);
    if let Some(listen) = metrics_listen {
        let (listener, address) = bind(listen).await?;
        println!("{}", w.cli_metrics_listening(&format!("http://{address}/metrics")));
        let counted = Arc::new(Metrics::new());
        store.observe(counted.clone());
        let router = metrics_router(counted.clone(), store.clone());
        metrics_server = Some(tokio::spawn(serve(listener, router, stopping.clone())));
        metrics = Some(counted);
    }
    println!("{}", w.cli_listening(&format!("http://{address}")));
    let assets = Arc::new(assets);
    let shared = Shared { store: store.clone(), origin, assets, stopping: stopping.clone(), metrics };
    let stop = stopping.clone();
    tokio::spawn(async move {
        told_to_stop.await;
        match log_format {
            LogFormat::Text => eprintln!("{}", w.cli_stopping()),
            LogFormat::Json => tracing::info!("stopping: requests already received are being finished"),
        }
        stop.cancel();
    });
    serve(listener, router(shared, site.as_deref()), stopping).await.map_err(|error| Failed(error.to_string()))?;
    if let Some(server) = metrics_server {
        server.await.ok();
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Binds a listener and returns it with its address, which differs from the given one for port 0.
async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), Failed> {
    let failed = |error: std::io::Error| Failed(format!("{listen}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Returns a future that completes when the process is told to stop. The signal handlers are installed by the call, not
/// when the future is first polled.
fn told_to_stop() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    async move {
        match terminate {
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
}
