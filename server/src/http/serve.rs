//! The accept loop: disables Nagle's algorithm so that small responses and events are not delayed, limits connections
//! and the time for a request head so that slow clients cannot exhaust the server, and shuts down gracefully.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::http::shared::Peer;

const HEAD_LIMIT: Duration = Duration::from_secs(10);
const CONNECTIONS: usize = 1_024;
/// Time that open requests have to finish when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(8);

/// Serves connections until `stopping` is cancelled, then waits for open requests to finish.
///
/// # Errors
/// Returns an error when the listener fails permanently.
pub async fn serve(listener: TcpListener, router: Router, stopping: CancellationToken) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let connections = TaskTracker::new();
    loop {
        let place = tokio::select! {
            () = stopping.cancelled() => break,
            place = places.clone().acquire_owned() => place,
        };
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            () = stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            // A temporary failure, for example no free file descriptors or an aborted connection: try again.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        stream.set_nodelay(true).ok();
        let (router, stopping) = (router.clone(), stopping.clone());
        connections.spawn(async move {
            let _place = place;
            let service = service_fn(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                router.clone().oneshot(request.map(axum::body::Body::new))
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_LIMIT)
                .max_headers(64)
                .serve_connection(TokioIo::new(stream), service);
            tokio::pin!(connection);
            tokio::select! {
                // Connection errors are caused by the client and are ignored.
                _ = connection.as_mut() => {}
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await.ok();
                }
            }
        });
    }
    connections.close();
    tokio::time::timeout(LAST_WORDS, connections.wait()).await.ok();
    Ok(())
}
