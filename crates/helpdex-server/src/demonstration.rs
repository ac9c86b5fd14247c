//! The keys of the demonstration, which its page gets from the service.

use std::net::SocketAddr;

use helpdex::{Error, Result};

use crate::access::keys::new_server_key;
use crate::config::{Config, ReaderTokens, ServerKey, SiteKey};

/// The keys of a demonstration, which are new for each start.
pub(crate) struct Demonstration {
    /// The site key, with which the customer's half of the page asks.
    pub site_key: String,
    /// The server key, with which the agent's half of the page asks.
    pub server_key: String,
    /// The secret that signs tokens of a signed-in reader.
    pub secret: String,
}

impl Demonstration {
    /// Makes keys, and adds them to the configuration for the pages of this address.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for an address that other machines reach, because the page
    /// gives its keys to everybody.
    pub(crate) fn configure(config: &mut Config, address: SocketAddr) -> Result<Self> {
        if !address.ip().is_loopback() {
            return Err(Error::invalid(format!(
                "the demonstration is for this machine only, and {address} is another address; listen on 127.0.0.1"
            )));
        }
        let (site_key, _) = new_server_key()?;
        let (secret, _) = new_server_key()?;
        let (server_key, hash) = new_server_key()?;
        let port = address.port();
        let origins = ["127.0.0.1", "localhost", "[::1]"];
        config.site_keys.push(SiteKey {
            id: "demonstration".into(),
            key: site_key.clone(),
            tenant: None,
            origins: origins.map(|host| format!("http://{host}:{port}")).into(),
        });
        config.server_keys.push(ServerKey {
            id: "demonstration".into(),
            blake3: hash,
            tenant: None,
        });
        config.reader_tokens.push(ReaderTokens {
            tenant: None,
            secret: Some(secret.clone()),
            secret_file: None,
            public_key: None,
        });
        Ok(Self {
            site_key,
            server_key,
            secret,
        })
    }
}
