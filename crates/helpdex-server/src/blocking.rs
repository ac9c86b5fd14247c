//! Runs the service in a program that has no asynchronous runtime.

use std::net::SocketAddr;

use helpdex::{Audience, Error, ErrorKind, Result};
use rmcp::ServiceExt as _;
use rmcp::transport::stdio;
use tokio::runtime::Runtime;

use crate::config::Config;
use crate::mcp::Tools;
use crate::server::Server;
use crate::state;

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

/// Serves the tools for agents of language models on standard input and output, until the input ends. They return what
/// `audience` may see of the configured knowledge base; nothing else of the process may write to standard output.
///
/// # Errors
/// As [`Config::check`], as [`KnowledgeBase::open`](helpdex::KnowledgeBase::open), and [`Storage`](ErrorKind::Storage)
/// when the system gives no threads, or the client does not begin as the protocol says.
pub fn serve_tools_on_stdio(config: Config, audience: Audience) -> Result<()> {
    let tools = Tools::new(state::new(config, None)?, None, audience);
    runtime()?.block_on(async {
        let service = tools.serve(stdio()).await;
        let service = service.map_err(|error| {
            let message = "the client does not begin as the Model Context Protocol says; start the command from a client";
            Error::new(ErrorKind::Storage, message).caused_by(error)
        })?;
        // It ends with the input of the client; how it ended changes nothing.
        let _ = service.waiting().await;
        Ok(())
    })
}

fn run(bind: impl Future<Output = Result<Server>>, listens: impl FnOnce(SocketAddr)) -> Result<()> {
    runtime()?.block_on(async {
        let server = bind.await?;
        listens(server.address());
        server.run(signal()).await;
        Ok(())
    })
}

fn runtime() -> Result<Runtime> {
    Runtime::new().map_err(|error| {
        let message = format!("the system gives no threads: {error}");
        Error::new(ErrorKind::Storage, message).caused_by(error)
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
