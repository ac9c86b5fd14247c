//! Runs the service in a program that has no asynchronous runtime.

use std::net::SocketAddr;

use helpdex::{Error, ErrorKind, Result};
use tokio::runtime::Runtime;

use crate::config::Config;
use crate::server::Server;

/// Runs the service until the process is told to stop: by an interrupt, and on Unix by SIGTERM. It calls `listens` with its
/// address as soon as it answers.
///
/// # Errors
/// As [`Server::bind`], and [`Storage`](ErrorKind::Storage) when the system gives no threads.
pub fn run_until_signal(config: Config, listens: impl FnOnce(SocketAddr)) -> Result<()> {
    run(Server::bind(config), listens)
}

/// Runs the service with the page of the demonstration, as [`run_until_signal`] runs it without.
///
/// # Errors
/// As [`Server::bind_demonstration`], and [`Storage`](ErrorKind::Storage) when the system gives no threads.
pub fn demonstrate_until_signal(config: Config, listens: impl FnOnce(SocketAddr)) -> Result<()> {
    run(Server::bind_demonstration(config), listens)
}

fn run(bind: impl Future<Output = Result<Server>>, listens: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = Runtime::new().map_err(|error| {
        let message = format!("the system gives no threads: {error}");
        Error::new(ErrorKind::Storage, message).caused_by(error)
    })?;
    runtime.block_on(async {
        let server = bind.await?;
        listens(server.address());
        server.run(signal()).await;
        Ok(())
    })
}

async fn signal() {
    // A process that cannot be told by a signal is ended by its supervisor.
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
