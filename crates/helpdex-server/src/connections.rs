//! Accepts connections up to a limit, and ends them when the service stops.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use crate::config::Limits;

/// The most bytes of the head of a request: 16 KiB, as common proxies allow.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The pause after a connection that could not be accepted because the process has too many files open.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers connections until `stop` is done, then closes them: at once those without a request in work, the others
/// after its answer.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(
        limits.connections.min(Semaphore::MAX_PERMITS),
    ));
    let mut connections = http1::Builder::new();
    connections
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.read_ms))
        .max_buf_size(MAX_HEAD_BYTES);
    let open = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accept = async {
            // It is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accept => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, address)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        let connection = connections.serve_connection(
            TokioIo::new(without_delay(stream)),
            service_fn({
                let router = router.clone();
                move |request| answer(router.clone(), address, request)
            }),
        );
        let connection = open.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // It fails when the client goes away, or sends what is no HTTP: nobody is left to be told.
            let _ = connection.await;
        });
    }
    drop(listener);
    let patience = Duration::from_secs(limits.shutdown_seconds);
    if timeout(patience, open.shutdown()).await.is_err() {
        tracing::warn!(
            "requests were cut off, because they took longer than the service may take to stop"
        );
    }
}

/// Makes the connection send small answers at once.
fn without_delay(stream: TcpStream) -> TcpStream {
    // Without it answers are as right, and slower.
    let _ = stream.set_nodelay(true);
    stream
}

async fn answer(
    router: Router,
    address: SocketAddr,
    request: Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(address));
    router.oneshot(request).await
}
