//! The limits of requests.

use std::fmt;

use helpdex::{Error, Result};
use serde::Deserialize;

/// The limits of requests. A request beyond a limit is refused, and none waits for an unlimited time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The most bytes of a request's body, and of a line of a batch; default 400,000, enough for a ticket of 256 KiB in
    /// JSON.
    pub body_bytes: usize,
    /// The most bytes of a request that changes articles; default 8 MB.
    pub articles_body_bytes: usize,
    /// The milliseconds in which the head of a request, and then its body, must arrive; default 10,000.
    pub read_ms: u64,
    /// The most milliseconds for an answer, including the wait for a processor; default 1,000.
    pub time_budget_ms: u64,
    /// The most requests that are worked on or wait for a processor; default 64. Further ones get the status 503.
    pub concurrent_requests: usize,
    /// The most open connections; default 1,024. Further ones wait in the queue of the system.
    pub connections: usize,
    /// The most requests with one key in a minute; default 6,000.
    pub requests_per_minute_of_key: u32,
    /// The most requests from one address in a minute; default 240. A draft asks about once a second while its customer
    /// types. Requests with a server key are not counted.
    pub requests_per_minute_of_address: u32,
    /// The most seconds for which a reader token may be valid; default 3,600.
    pub reader_token_seconds: u32,
    /// The most seconds for which the service waits, when it is told to stop, for requests that are being answered;
    /// default 10.
    pub shutdown_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 400_000,
            articles_body_bytes: 8_000_000,
            read_ms: 10_000,
            time_budget_ms: 1_000,
            concurrent_requests: 64,
            connections: 1_024,
            requests_per_minute_of_key: 6_000,
            requests_per_minute_of_address: 240,
            reader_token_seconds: 3_600,
            shutdown_seconds: 10,
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<()> {
        let least_one = [
            ("body_bytes", self.body_bytes as u64),
            ("articles_body_bytes", self.articles_body_bytes as u64),
            ("read_ms", self.read_ms),
            ("time_budget_ms", self.time_budget_ms),
            ("concurrent_requests", self.concurrent_requests as u64),
            ("connections", self.connections as u64),
            (
                "requests_per_minute_of_key",
                self.requests_per_minute_of_key.into(),
            ),
            (
                "requests_per_minute_of_address",
                self.requests_per_minute_of_address.into(),
            ),
            ("reader_token_seconds", self.reader_token_seconds.into()),
        ];
        match least_one.into_iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(Error::invalid(format!(
                "limit {name} is 0; give at least 1, or leave it out"
            ))),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} bytes a body, {} ms an answer, {} requests at once, {} requests a minute and key, {} a minute and address",
            self.body_bytes,
            self.time_budget_ms,
            self.concurrent_requests,
            self.requests_per_minute_of_key,
            self.requests_per_minute_of_address
        )
    }
}
