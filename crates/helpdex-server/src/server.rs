//! The service, which listens on an address and answers requests.

use std::net::SocketAddr;

use axum::Router;
use helpdex::{Error, ErrorKind, Result};
use tokio::net::TcpListener;

use crate::config::{Config, Limits};
use crate::demonstration::Demonstration;
use crate::{app, connections, state};

/// The service, which listens from [`bind`](Self::bind) on and answers while it [runs](Self::run).
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    limits: Limits,
}

impl Server {
    /// Opens the configured knowledge bases and listens.
    ///
    /// # Errors
    /// As [`Config::check`], as [`KnowledgeBase::open`](helpdex::KnowledgeBase::open), and
    /// [`Storage`](ErrorKind::Storage) when the address cannot be listened on.
    pub async fn bind(config: Config) -> Result<Self> {
        config.check()?;
        let (listener, address) = listen(config.listen).await?;
        Self::of(config, None, listener, address)
    }

    /// Opens the configured knowledge bases and listens, with a page on which one types tickets as a customer and
    /// answers them as an agent. It is for this machine only, and its keys are new for each start.
    ///
    /// # Errors
    /// As [`bind`](Self::bind), and [`InvalidInput`](ErrorKind::InvalidInput) for an address that other machines reach.
    pub async fn bind_demonstration(mut config: Config) -> Result<Self> {
        let (listener, address) = listen(config.listen).await?;
        let demonstration = Demonstration::configure(&mut config, address)?;
        Self::of(config, Some(demonstration), listener, address)
    }

    fn of(
        config: Config,
        demonstration: Option<Demonstration>,
        listener: TcpListener,
        address: SocketAddr,
    ) -> Result<Self> {
        let limits = config.limits.clone();
        let state = state::new(config, demonstration)?;
        Ok(Self {
            listener,
            address,
            router: app::router(&state),
            limits,
        })
    }

    /// Returns the address on which the service listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `stop` is done. Then it finishes the requests that are being answered, for at most [as
    /// many seconds](Limits::shutdown_seconds) as the limits say.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        connections::serve(self.listener, self.router, &self.limits, stop).await;
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| cannot_listen(address, error))?;
    let bound = listener.local_addr();
    Ok((
        listener,
        bound.map_err(|error| cannot_listen(address, error))?,
    ))
}

fn cannot_listen(address: SocketAddr, error: std::io::Error) -> Error {
    Error::new(
        ErrorKind::Storage,
        format!(
            "cannot listen on {address}: {error}; stop what listens there, or give another address"
        ),
    )
    .caused_by(error)
}
