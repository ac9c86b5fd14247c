//! The configuration: a file in TOML, then the environment, then what the caller sets; later values replace earlier
//! ones.

mod agents;
mod limits;

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use helpdex::vectors::Embedder;
use helpdex::{Error, Result};
use serde::Deserialize;

pub use self::agents::Agents;
pub use self::limits::Limits;

/// The tenant of a [server key](ServerKey) that may act for every tenant.
pub const ANY_TENANT: &str = "*";

/// The configuration of a [`Server`](crate::Server). Its `Display` form, which is printed at the start, contains no
/// secret.
///
/// ```
/// use helpdex_server::Config;
///
/// let config = Config::parse(r#"
///     knowledge_base = "/srv/helpdex/kb"
///     [[site_keys]]
///     id = "contact form"
///     key = "site_3f9c2a7be1d04f6a"
///     origins = ["https://www.example.com"]
/// "#)?;
/// assert_eq!(config.listen.to_string(), "127.0.0.1:7070");
/// assert!(!config.to_string().contains("3f9c2a7be1d04f6a"));
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The address to listen on; default `127.0.0.1:7070`. An address that other machines reach requires keys.
    pub listen: SocketAddr,
    /// The folder of one knowledge base.
    pub knowledge_base: Option<PathBuf>,
    /// The folder that holds the knowledge base of each tenant in a folder of the tenant's name.
    pub tenants: Option<PathBuf>,
    /// The most bytes of knowledge bases that are kept open with `tenants`; default 2 GB.
    pub pool_bytes: u64,
    /// The milliseconds between two looks for a newer generation and for denied articles; a request causes them.
    /// Default 1,000.
    pub refresh_ms: u64,
    /// The header in which a proxy states the address of the client, such as `X-Forwarded-For`; its last entry counts.
    /// Default: none, the address is that of the connection. Name a header only if every request comes through that
    /// proxy.
    pub client_address_header: Option<String>,
    /// The limits of requests.
    pub limits: Limits,
    /// The keys that browsers may know.
    pub site_keys: Vec<SiteKey>,
    /// The keys of the host's own programs.
    pub server_keys: Vec<ServerKey>,
    /// The keys that verify tokens of signed-in readers.
    pub reader_tokens: Vec<ReaderTokens>,
    /// The model that embeds tickets, which only the caller sets; `None` answers by words. A ticket whose vector is late or of
    /// another model than the articles is answered by words, and the answer says so.
    #[serde(skip)]
    pub embedder: Option<Arc<dyn Embedder>>,
    /// The readers for whom agents of language models ask.
    pub agents: Agents,
}

/// A key that a page may contain: it asks for suggestions and reports events, for the public, from its origins.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteKey {
    /// The name of the key in logs.
    pub id: String,
    /// The key, at least 16 characters.
    pub key: String,
    /// The tenant that the key asks for; `None` if there is a single knowledge base.
    #[serde(default)]
    pub tenant: Option<String>,
    /// The origins of the pages that may use the key, such as `https://www.example.com`.
    pub origins: BTreeSet<String>,
}

/// A key of the host's own programs, which permits everything. The configuration contains only its hash.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerKey {
    /// The name of the key in logs.
    pub id: String,
    /// The BLAKE3 hash of the key in 64 hexadecimal digits, as `helpdex serve --new-key` prints it.
    pub blake3: String,
    /// The tenant that the key is for, or `*` for every tenant, which each request then names in the header
    /// `Helpdex-Tenant`; `None` if there is a single knowledge base.
    #[serde(default)]
    pub tenant: Option<String>,
}

/// The key that verifies the tokens by which a host states who has signed in.
///
/// A token is a JWT with `exp`, at most [`Limits::reader_token_seconds`] ahead, the user segments of the reader in
/// `segments`, and `tenant` if the key is for every tenant.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderTokens {
    /// The tenant whose tokens the key verifies; `None`: those of every tenant, and each token names its tenant.
    #[serde(default)]
    pub tenant: Option<String>,
    /// The secret of HS256, at least 32 bytes; use `secret_file` to keep it out of the configuration.
    #[serde(default)]
    pub secret: Option<String>,
    /// The file with the secret of HS256; white space around the secret is ignored.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// The public key of `EdDSA` with Ed25519, 32 bytes in base64url without padding (the `x` of a JWK).
    #[serde(default)]
    pub public_key: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7070)),
            knowledge_base: None,
            tenants: None,
            pool_bytes: 2_000_000_000,
            refresh_ms: 1_000,
            client_address_header: None,
            limits: Limits::default(),
            site_keys: Vec::new(),
            server_keys: Vec::new(),
            reader_tokens: Vec::new(),
            embedder: None,
            agents: Agents::default(),
        }
    }
}

impl Config {
    /// Reads a configuration from a file in TOML. A relative path in it starts at the folder of the file.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) when it cannot be read, else as [`parse`](Self::parse).
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .map_err(|error| Error::storage("read the configuration", path, error))?;
        let mut config = Self::parse(&text).map_err(|error| error.at_path(path))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let secrets = config.reader_tokens.iter_mut();
        let paths = secrets.filter_map(|tokens| tokens.secret_file.as_mut());
        let paths = paths.chain(config.knowledge_base.as_mut());
        for relative in paths.chain(config.tenants.as_mut()) {
            *relative = folder.join(&*relative);
        }
        Ok(config)
    }

    /// Reads a configuration from a text in TOML.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a text that is not TOML, an unknown key or a value of
    /// another type. The message names the line and quotes nothing of it, since it may hold a secret.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            let message = error.message().lines().next().unwrap_or_default();
            // A message may quote the value that it refuses.
            let message = message
                .split([':', '"'])
                .next()
                .unwrap_or_default()
                .trim_end();
            Error::invalid(format!(
                "line {line} of the configuration: {message}; correct it as docs/serve.md shows"
            ))
        })
    }

    /// Replaces values by those of the environment: `HELPDEX_LISTEN`, `HELPDEX_KNOWLEDGE_BASE`, `HELPDEX_TENANTS`, and
    /// `HELPDEX_READER_SECRET`, the secret of HS256 for readers of every tenant. `variable` returns the value of an
    /// environment variable.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for an invalid address.
    pub fn with_environment(mut self, variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        if let Some(listen) = variable("HELPDEX_LISTEN") {
            self.listen = listen.parse().map_err(|_| {
                Error::invalid(format!(
                    "HELPDEX_LISTEN {listen:?} is no address; write it like 127.0.0.1:7070"
                ))
            })?;
        }
        if let Some(folder) = variable("HELPDEX_KNOWLEDGE_BASE") {
            self.knowledge_base = Some(folder.into());
        }
        if let Some(folder) = variable("HELPDEX_TENANTS") {
            self.tenants = Some(folder.into());
        }
        if let Some(secret) = variable("HELPDEX_READER_SECRET") {
            self.reader_tokens.push(ReaderTokens {
                tenant: None,
                secret: Some(secret),
                secret_file: None,
                public_key: None,
            });
        }
        Ok(self)
    }

    /// Whether any key is configured; if so, a request without a key is refused.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        !self.site_keys.is_empty() || !self.server_keys.is_empty()
    }

    /// Checks that the values are in range and fit together.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput), naming the value and the remedy.
    pub fn check(&self) -> Result<()> {
        self.limits.check()?;
        self.agents.check(!self.server_keys.is_empty())?;
        match (&self.knowledge_base, &self.tenants) {
            (None, None) => {
                return Err(Error::invalid(
                    "neither knowledge_base nor tenants is configured; name the folder of one",
                ));
            }
            (Some(_), Some(_)) => {
                return Err(Error::invalid(
                    "both knowledge_base and tenants are configured; give one of the two",
                ));
            }
            _ => {}
        }
        if !self.has_keys() && !self.listen.ip().is_loopback() {
            return Err(Error::invalid(format!(
                "without keys the service listens on the loopback only, and {} is another address; configure site_keys and \
                 server_keys, or listen on 127.0.0.1",
                self.listen
            )));
        }
        if !self.has_keys() && self.tenants.is_some() {
            return Err(Error::invalid(
                "tenants are told apart by their keys, and no key is configured; configure site_keys and server_keys",
            ));
        }
        self.site_keys.iter().try_for_each(SiteKey::check)?;
        let site = self.site_keys.iter().map(|key| (&key.id, &key.tenant));
        let server = self.server_keys.iter().map(|key| (&key.id, &key.tenant));
        for (id, tenant) in site.chain(server) {
            if tenant.is_some() != self.tenants.is_some() {
                return Err(Error::invalid(format!(
                    "key {id:?} must name a tenant exactly where the configuration has tenants; add or remove it"
                )));
            }
        }
        Ok(())
    }
}

impl SiteKey {
    fn check(&self) -> Result<()> {
        /// The fewest characters of a site key. Whoever guesses one learns nothing secret, but can use up its rate.
        const MIN_CHARS: usize = 16;
        if self.key.chars().count() < MIN_CHARS {
            return Err(Error::invalid(format!(
                "site key {:?} is shorter than {MIN_CHARS} characters; take a longer random one",
                self.id
            )));
        }
        if self.tenant.as_deref() == Some(ANY_TENANT) {
            return Err(Error::invalid(format!(
                "site key {:?} is for every tenant; name one",
                self.id
            )));
        }
        match self.origins.iter().find(|origin| !is_origin(origin)) {
            Some(origin) => Err(Error::invalid(format!(
                "origin {origin:?} of site key {:?} is none; write scheme and host, like https://www.example.com",
                self.id
            ))),
            None if self.origins.is_empty() => Err(Error::invalid(format!(
                "site key {:?} has no origins; name those of the pages that use it",
                self.id
            ))),
            None => Ok(()),
        }
    }
}

/// Whether a text is an origin: the scheme and host of a page, and nothing more.
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or(text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', '?', '#', '@']))
}

impl fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteKey")
            .field("id", &self.id)
            .field("tenant", &self.tenant)
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ReaderTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReaderTokens")
            .field("tenant", &self.tenant)
            .field("secret_file", &self.secret_file)
            .field("public_key", &self.public_key)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Config {
    /// Writes one line for each value that decides how the service behaves, and no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "listen: http://{}", self.listen)?;
        if let Some(folder) = &self.knowledge_base {
            writeln!(f, "knowledge base: {}", folder.display())?;
        }
        if let Some(folder) = &self.tenants {
            let megabytes = self.pool_bytes / 1_000_000;
            writeln!(f, "tenants: {}, {megabytes} MB kept open", folder.display())?;
        }
        if let Some(embedder) = &self.embedder {
            writeln!(f, "vectors of tickets: by {}", embedder.name())?;
        }
        writeln!(f, "limits: {}", self.limits)?;
        if !self.has_keys() {
            writeln!(f, "keys: none; public articles only, for this machine only")?;
        }
        for key in &self.site_keys {
            let origins: Vec<&str> = key.origins.iter().map(String::as_str).collect();
            let tenant = key.tenant.as_deref().unwrap_or("-");
            let origins = origins.join(" ");
            writeln!(
                f,
                "site key {:?}: tenant {tenant}, origins {origins}",
                key.id
            )?;
        }
        for key in &self.server_keys {
            let tenant = key.tenant.as_deref().unwrap_or("-");
            writeln!(f, "server key {:?}: tenant {tenant}", key.id)?;
        }
        for tokens in &self.reader_tokens {
            let algorithm = if tokens.public_key.is_some() {
                "EdDSA"
            } else {
                "HS256"
            };
            let tenant = tokens.tenant.as_deref().unwrap_or("-");
            writeln!(f, "reader tokens: {algorithm}, tenant {tenant}")?;
        }
        if self.agents != Agents::default() {
            writeln!(
                f,
                "agents of language models: {} articles",
                self.agents.audience.name()
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str, part: &str) {
        let error = Config::parse(text).and_then(|config| config.check());
        let error = error.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }

    #[test]
    fn a_configuration_that_would_open_the_service_is_refused() {
        check_refused("", "neither knowledge_base nor tenants");
        check_refused(
            "knowledge_base = \"a\"\ntenants = \"b\"",
            "both knowledge_base",
        );
        check_refused(
            "knowledge_base = \"a\"\nlisten = \"0.0.0.0:80\"",
            "loopback only",
        );
        check_refused("tenants = \"a\"", "no key is configured");
        let key = |rest: &str| format!("knowledge_base = \"a\"\n[[site_keys]]\nid = \"x\"\n{rest}");
        let long = "key = \"0123456789abcdef\"";
        check_refused(
            &key("key = \"short\"\norigins = [\"https://a.example\"]"),
            "shorter",
        );
        check_refused(&key(&format!("{long}\norigins = []")), "no origins");
        check_refused(&key(&format!("{long}\norigins = [\"*\"]")), "is none");
        check_refused(
            &key(&format!("{long}\norigins = [\"https://a.example/x\"]")),
            "is none",
        );
        let tenant = format!("{long}\ntenant = \"acme\"\norigins = [\"https://a.example\"]");
        check_refused(&key(&tenant), "exactly where");
        check_refused(
            "knowledge_base = \"a\"\n[limits]\nbody_bytes = 0",
            "body_bytes",
        );
        check_refused(
            "knowledge_base = \"a\"\n[agents]\naudience = \"internal\"",
            "no server key",
        );
        check_refused(
            "knowledge_base = \"a\"\n[agents]\nuser_segments = [\"gold\"]",
            "user segments",
        );
    }

    #[test]
    fn no_message_about_the_configuration_quotes_a_secret() {
        for text in [
            "[[reader_tokens]]\nsecret = marker",
            "[[reader_tokens]]\nsecret = [\"marker\"]",
            "[[site_keys]]\nid = \"a\"\nkey = \"marker\"\norigins = 7",
            "listen = \"marker\"",
        ] {
            let error = Config::parse(text).unwrap_err();
            assert!(!error.to_string().contains("marker"), "{error}");
            assert!(error.to_string().contains("line "), "{error}");
        }
        let config = Config {
            reader_tokens: vec![ReaderTokens {
                tenant: None,
                secret: Some("marker".into()),
                secret_file: None,
                public_key: None,
            }],
            ..Config::default()
        };
        assert!(!format!("{config} {config:?}").contains("marker"));
    }

    #[test]
    fn the_environment_replaces_the_file() {
        let config = Config::parse("knowledge_base = \"a\"").unwrap();
        let variable = |name: &str| match name {
            "HELPDEX_LISTEN" => Some("127.0.0.1:1".to_owned()),
            "HELPDEX_KNOWLEDGE_BASE" => Some("b".to_owned()),
            _ => None,
        };
        let config = config.with_environment(variable).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.knowledge_base, Some("b".into()));
        let error = Config::default().with_environment(|_| Some("everywhere".into()));
        assert!(error.unwrap_err().to_string().contains("HELPDEX_LISTEN"));
    }
}
