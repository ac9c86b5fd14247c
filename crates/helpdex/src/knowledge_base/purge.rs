//! Purges a knowledge base, so that no byte of removed articles is left.

use crate::error::{Error, ErrorKind, Result};
use crate::knowledge_base::writer::Writer;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::Manifest;
use crate::snapshot::prepared;

impl Writer {
    /// Purges [removed](Self::remove) and replaced articles: rewrites the log of articles without them, and deletes
    /// every generation but the newest. When this returns, no file of the folder contains a byte of a removed article.
    ///
    /// Without a purge, the log is rewritten when it is more than twice as large as its content, and a generation is
    /// deleted three publishes later. Handles that have an older generation open use it until they
    /// [refresh](crate::KnowledgeBase::refresh). Drafts, [denied](crate::KnowledgeBase::deny) articles, and articles
    /// before or after the time in which they are valid stay in the log, because they can be shown again.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) when something was changed or denied since the newest publish:
    /// publish first. [`Storage`](ErrorKind::Storage) when writing fails, [`Damaged`](ErrorKind::Damaged) when what
    /// is there is damaged. It can be tried again with another writer.
    pub fn purge(&mut self) -> Result<()> {
        self.check_usable()?;
        let knowledge_base = &self.knowledge_base;
        let store = &knowledge_base.inner.store;
        let Some(file) = knowledge_base.read_denied(&DenyList::default())? else {
            return not_published();
        };
        knowledge_base.check_names_tenant(&file.owner)?;
        self.workspace.check_complete()?;
        let empty = Generation::empty();
        let Some(newest) = Generation::open_newest_after(0, store, &empty, &file.owner)? else {
            return not_published();
        };
        if let Some(warning) = newest.warnings().first() {
            // The older ones are needed.
            let message = format!("{warning}; publish first");
            return Err(Error::new(ErrorKind::Damaged, message));
        }
        let Some(newest) = Manifest::newest(store, Some(&file.owner))? else {
            return not_published();
        };
        let (articles, _) = self.workspace.visible_at(newest.published_at, &file.list);
        if self.workspace.has_changes() || !prepared::shows(&newest, &articles) {
            return not_published();
        }
        if let Err(error) = self.workspace.rewrite() {
            self.break_off();
            return Err(error);
        }
        prepared::remove_older(store, &file.owner)
    }
}

fn not_published() -> Result<()> {
    Err(Error::invalid(
        "something was changed or denied since the newest publish, so that it may still be there; publish first",
    ))
}
