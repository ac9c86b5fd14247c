//! The knowledge bases that the service answers from: a single one, or one for each tenant.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use helpdex::vectors::Embedder;
use helpdex::{ErrorKind, KnowledgeBase, Pool, Result};

use crate::clock;
use crate::config::Config;
use crate::problem::Problem;

/// The knowledge bases of the service, which are kept open and up to date.
pub(crate) struct KnowledgeBases {
    home: Home,
    /// The model that embeds tickets.
    embedder: Option<Arc<dyn Embedder>>,
    refresh_every: Duration,
    /// The moment at which each open knowledge base was last looked at for a newer generation, by tenant.
    refreshed: Mutex<BTreeMap<Option<String>, Instant>>,
}

/// The place of the knowledge bases.
enum Home {
    One(KnowledgeBase),
    Tenants { folder: PathBuf, pool: Arc<Pool> },
}

impl KnowledgeBases {
    /// Opens a single knowledge base; those of tenants are opened by the first request for each.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`].
    pub(crate) fn open(config: &Config) -> Result<Self> {
        let home = match (&config.knowledge_base, &config.tenants) {
            (Some(folder), _) => Home::One(open_as_its_tenant(folder)?),
            (None, folder) => Home::Tenants {
                folder: folder.clone().unwrap_or_default(),
                pool: Arc::new(Pool::new(config.pool_bytes)),
            },
        };
        Ok(Self {
            home,
            embedder: config.embedder.clone(),
            refresh_every: Duration::from_millis(config.refresh_ms),
            refreshed: Mutex::default(),
        })
    }

    /// Returns the knowledge base of a tenant. From time to time it is looked at for a newer generation; if that cannot
    /// be used, the previous one is kept, and the log says why.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`]; not found for a name that no folder of a tenant can have.
    pub(crate) fn of(&self, tenant: Option<&str>) -> std::result::Result<KnowledgeBase, Problem> {
        let knowledge_base = match &self.home {
            Home::One(knowledge_base) => knowledge_base.clone(),
            Home::Tenants { folder, pool } => {
                let name = tenant.filter(|name| is_tenant_name(name)).ok_or_else(|| {
                    Problem::not_found(
                        "there is no knowledge base of this tenant; name another one",
                    )
                })?;
                pool.open_of_tenant(folder.join(name), name)?
            }
        };
        if self.is_due(tenant) {
            self.refresh(&knowledge_base, tenant);
        }
        Ok(match &self.embedder {
            Some(embedder) => knowledge_base.with_embedder(Arc::clone(embedder))?,
            None => knowledge_base,
        })
    }

    /// Returns the number of open knowledge bases.
    pub(crate) fn open_count(&self) -> usize {
        match &self.home {
            Home::One(_) => 1,
            Home::Tenants { pool, .. } => pool.len(),
        }
    }

    /// Whether the service can answer: the single knowledge base has a generation, or the folder of the tenants exists.
    pub(crate) fn is_ready(&self) -> bool {
        match &self.home {
            Home::One(knowledge_base) => {
                if self.is_due(None) {
                    self.refresh(knowledge_base, None);
                }
                knowledge_base.generation() > 0
            }
            Home::Tenants { folder, .. } => folder.is_dir(),
        }
    }

    /// Whether the knowledge base of the tenant must be looked at for a newer generation now; only one of several
    /// callers gets `true`.
    fn is_due(&self, tenant: Option<&str>) -> bool {
        let now = clock::instant();
        let key = tenant.map(str::to_owned);
        // A change under the lock cannot panic half-way.
        let mut refreshed = self
            .refreshed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let last = refreshed.get(&key);
        if last.is_some_and(|last| now.saturating_duration_since(*last) < self.refresh_every) {
            return false;
        }
        refreshed.insert(key, now);
        true
    }

    fn refresh(&self, knowledge_base: &KnowledgeBase, tenant: Option<&str>) {
        let Err(error) = knowledge_base.refresh() else {
            return;
        };
        tracing::warn!(kind = error.kind().name(), %error, "the newest generation cannot be used");
        if let (ErrorKind::OtherOwner, Home::Tenants { folder, pool }, Some(name)) =
            (error.kind(), &self.home, tenant)
        {
            // Another knowledge base was put into its place: who asks next opens that one.
            pool.let_go(folder.join(name), Some(name));
        }
    }
}

/// Opens the knowledge base of a folder for its tenant, if it has one: who configures the folder of a single knowledge base
/// means whatever tenant it belongs to.
fn open_as_its_tenant(folder: &Path) -> Result<KnowledgeBase> {
    let knowledge_base = KnowledgeBase::open(folder)?;
    match knowledge_base.tenant() {
        Some(tenant) => KnowledgeBase::builder(folder).tenant(tenant).open(),
        None => Ok(knowledge_base),
    }
}

/// Whether a tenant may have this name: whether it is the name of a folder and leads to no other place.
pub(crate) fn is_tenant_name(name: &str) -> bool {
    const MAX_BYTES: usize = 255;
    (1..=MAX_BYTES).contains(&name.len())
        && !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && Path::new(name).file_name().is_some_and(|only| only == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_tenant_leads_out_of_its_folder() {
        for name in ["acme", "acme-2", "a.b", "A_1"] {
            assert!(is_tenant_name(name), "{name}");
        }
        for name in [
            "", ".", "..", "../acme", "a/b", "a\\b", "/etc", ".hidden", "a\0b", "a b", "ä",
            "a%2f..",
        ] {
            assert!(!is_tenant_name(name), "{name}");
        }
        assert!(!is_tenant_name(&"a".repeat(256)));
    }
}
