//! The keys of the service, and what each permits.

use std::fmt::Write as _;
use std::sync::Arc;

use helpdex::{Error, Result};

use crate::config::{ANY_TENANT, Config, ServerKey, SiteKey};

/// The number of random bytes in a server key: as many as the hash of a key has.
const KEY_BYTES: usize = 32;

/// Makes a server key from random bytes of the system. Returns the key and its hash; the configuration gets the hash.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when the system gives no random bytes.
pub fn new_server_key() -> Result<(String, String)> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::new(
            helpdex::ErrorKind::Storage,
            format!("the system gives no random bytes: {error}"),
        )
    })?;
    let mut key = String::from("server_");
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    let hash = blake3::hash(key.as_bytes()).to_hex().to_string();
    Ok((key, hash))
}

/// What a key permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Permission {
    /// Public suggestions on this machine only, because the service has no keys.
    Open,
    /// Suggestions and events for the public, from pages of the origins of this key.
    Site(Arc<SiteKey>),
    /// Everything that the service can do.
    Server {
        /// The name of the key in logs.
        id: Arc<str>,
        /// The tenant that the key is for.
        tenant: Option<Arc<str>>,
    },
}

/// The configured keys. A key is compared with all of them in constant time, so that the time of an answer reveals
/// nothing about a key.
pub(crate) struct Keys {
    site: Vec<(blake3::Hash, Arc<SiteKey>)>,
    server: Vec<(blake3::Hash, Permission)>,
}

impl Keys {
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for the hash of a server key that is not 64 hexadecimal
    /// digits.
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let site = config.site_keys.iter().cloned();
        let site = site.map(|key| (blake3::hash(key.key.as_bytes()), Arc::new(key)));
        let server: Result<Vec<_>> = config.server_keys.iter().map(server_key).collect();
        Ok(Self {
            site: site.collect(),
            server: server?,
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.site.is_empty() && self.server.is_empty()
    }

    /// Returns what the key permits; `None` if it is not configured.
    pub(crate) fn find(&self, key: &str) -> Option<Permission> {
        // A hash compares in constant time, and every one is compared.
        let hash = blake3::hash(key.as_bytes());
        let mut found = None;
        for (known, site) in &self.site {
            if *known == hash {
                found = Some(Permission::Site(Arc::clone(site)));
            }
        }
        for (known, server) in &self.server {
            if *known == hash {
                found = Some(server.clone());
            }
        }
        found
    }

    /// Whether pages of this origin may use any of the site keys.
    pub(crate) fn know_origin(&self, origin: &str) -> bool {
        self.site
            .iter()
            .any(|(_, key)| key.origins.contains(origin))
    }
}

fn server_key(key: &ServerKey) -> Result<(blake3::Hash, Permission)> {
    let hash = blake3::Hash::from_hex(&key.blake3).map_err(|_| {
        Error::invalid(format!(
            "server key {:?} has no BLAKE3 hash of 64 hexadecimal digits; take the one that helpdex serve --new-key prints",
            key.id
        ))
    })?;
    let permission = Permission::Server {
        id: key.id.as_str().into(),
        tenant: key.tenant.as_deref().map(Into::into),
    };
    Ok((hash, permission))
}

impl Permission {
    /// Returns the name of the key in logs.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Open => "-",
            Self::Site(key) => &key.id,
            Self::Server { id, .. } => id,
        }
    }

    /// Returns the tenant of the key; `None` if there is a single knowledge base, or if each request names its tenant.
    pub(crate) fn tenant(&self) -> Option<&str> {
        match self {
            Self::Open => None,
            Self::Site(key) => key.tenant.as_deref(),
            Self::Server { tenant, .. } => tenant.as_deref().filter(|name| *name != ANY_TENANT),
        }
    }

    /// Whether the key is for every tenant, so that each request must name one.
    pub(crate) fn is_for_any_tenant(&self) -> bool {
        matches!(self, Self::Server { tenant: Some(tenant), .. } if &**tenant == ANY_TENANT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_found_by_its_hash_and_no_other_one_is() {
        let (key, hash) = new_server_key().unwrap();
        let (other, _) = new_server_key().unwrap();
        let config = Config {
            server_keys: vec![ServerKey {
                id: "backend".into(),
                blake3: hash.clone(),
                tenant: None,
            }],
            ..Config::default()
        };
        let keys = Keys::new(&config).unwrap();
        assert_eq!(keys.find(&key).unwrap().id(), "backend");
        for wrong in [&other, &hash, &String::new(), &key[1..].to_owned()] {
            assert_eq!(keys.find(wrong), None);
        }
    }
}
