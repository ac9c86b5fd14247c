//! The options with which a knowledge base is opened.

use crate::article::fields::ArticleKind;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::files::Access;
use crate::storage::identity::{Identity, Owner, tenant_name};

/// The options with which a knowledge base was opened.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenOptions {
    pub(super) tenant: Option<String>,
    pub(super) identity: Option<Identity>,
    pub(super) shared_files: bool,
    pub(super) read_only: bool,
    /// The kind of its articles.
    pub(super) kind: ArticleKind,
}

impl OpenOptions {
    pub(super) fn access(&self) -> Access {
        if self.shared_files {
            Access::Umask
        } else {
            Access::Owner
        }
    }

    /// Refuses a knowledge base whose owner is not the one that these options name.
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
        Err(Error::new(ErrorKind::OtherOwner, message))
    }
}
