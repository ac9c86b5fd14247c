//! The options with which a knowledge base is opened for changes.

use crate::error::{Error, ErrorKind, Result};
use crate::storage::files::Access;
use crate::storage::identity::{Identity, Owner, tenant_name};

/// Options for opening a knowledge base for changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenOptions {
    /// The tenant, for a host with several. A folder of another tenant, or of none, is refused.
    pub tenant: Option<String>,
    /// The identity of a new knowledge base, and the one that an older one must have. Without one it is derived from
    /// the tenant, the folder and the time of the first change: the `now` of the first publish, or the newest verdict that is
    /// learned before; from the ids, when articles are denied first. Two machines with the same folder, tenant and second
    /// derive the same.
    pub identity: Option<Identity>,
    /// Whether the files of a new knowledge base get the usual permissions of the process, on Unix by its umask. By
    /// default only their owner can read them (mode 0600, folders 0700). Existing folders keep their mode.
    pub shared_files: bool,
}

impl OpenOptions {
    pub(super) fn access(&self) -> Access {
        if self.shared_files {
            Access::Umask
        } else {
            Access::Owner
        }
    }

    /// Refuses a knowledge base of another owner than these name.
    pub(super) fn check(&self, found: &Owner) -> Result<()> {
        let message = match (&self.tenant, self.identity) {
            (Some(tenant), _) if found.tenant.as_ref() != Some(tenant) => format!(
                "the knowledge base is of {}, not of {tenant:?}; put the files of {tenant:?} there, or build it in a folder of \
                 its own",
                tenant_name(found.tenant.as_deref())
            ),
            (_, Some(identity)) if found.knowledge_base != identity => format!(
                "the knowledge base has the identity {}, not {identity}; put the files of {identity} there, or build it in a \
                 folder of its own",
                found.knowledge_base
            ),
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::IndexFormat, message))
    }
}
