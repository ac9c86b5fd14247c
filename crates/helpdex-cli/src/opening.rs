//! Opens the knowledge base of a command.

use std::path::Path;

use helpdex::KnowledgeBase;

use crate::failure::Failure;
use crate::output::warn;

/// Opens a knowledge base and prints its warnings, such as that the newest generation cannot be used.
pub(crate) fn open_knowledge_base(
    kb: &Path,
    tenant: Option<&str>,
) -> Result<KnowledgeBase, Failure> {
    let mut builder = KnowledgeBase::builder(kb);
    if let Some(tenant) = tenant {
        builder = builder.tenant(tenant);
    }
    let knowledge_base = builder.open()?;
    warn_of(&knowledge_base);
    Ok(knowledge_base)
}

/// Prints the warnings of a knowledge base.
pub(crate) fn warn_of(knowledge_base: &KnowledgeBase) {
    for warning in knowledge_base.warnings() {
        warn(&warning);
    }
}
