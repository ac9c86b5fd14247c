//! The readers for whom agents of language models ask.

use helpdex::{Audience, Error, Result, Visibility};
use serde::Deserialize;

/// The readers whose articles `/mcp` returns for a request with a server key that contains no reader token. A request
/// cannot change them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agents {
    /// `public`, which is the default, `signed_in`, or `internal` for an agent that only employees talk to.
    pub audience: Visibility,
    /// The user segments of signed-in readers; empty for the other audiences.
    pub user_segments: Vec<String>,
}

impl Default for Agents {
    fn default() -> Self {
        Self {
            audience: Visibility::Public,
            user_segments: Vec::new(),
        }
    }
}

impl Agents {
    /// Returns the audience.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for user segments of readers who are not signed in.
    pub fn audience(&self) -> Result<Audience> {
        Audience::from_name(self.audience.name(), self.user_segments.clone())
    }

    /// Checks that the audience exists, and that a server key protects what the public may not read.
    pub(super) fn check(&self, has_server_keys: bool) -> Result<()> {
        self.audience()?;
        if self.audience != Visibility::Public && !has_server_keys {
            return Err(Error::invalid(format!(
                "agents have the audience {:?}, and no server key is configured, without which /mcp answers for the public; \
                 configure server_keys, or remove the audience",
                self.audience.name()
            )));
        }
        Ok(())
    }
}
