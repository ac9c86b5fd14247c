//! Purges a knowledge base: no byte of removed articles is left.

use super::KnowledgeBase;
use crate::error::{Error, ErrorKind, Result};
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::Manifest;
use crate::snapshot::prepared;
use crate::workspace::Workspace;

impl KnowledgeBase {
    /// Purges [removed](Self::remove) and replaced articles: rewrites the log of articles without them, and deletes
    /// every generation but the newest. When this returns, no file of the folder contains a byte of a removed article.
    ///
    /// Without it the log is written anew once it is more than twice as large as what it holds, and a generation goes three
    /// publishes later. Whoever has an older generation open goes on with it until they [refresh](Self::refresh). Drafts,
    /// articles outside of their time and [denied](Self::deny) ones stay in the log: they can be shown again.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) when something was changed or denied since the newest publish:
    /// publish first. [`IndexLocked`](ErrorKind::IndexLocked) when another process is changing it,
    /// [`Storage`](ErrorKind::Storage) when writing fails, [`IndexFormat`](ErrorKind::IndexFormat) when what
    /// is there is damaged. It can be tried again.
    pub fn purge(&self) -> Result<()> {
        let mut guard = self.lock_workspace();
        let workspace = self.open_workspace(&mut guard)?;
        let has_changes = workspace.has_changes();
        let purged = self.purge_from(workspace);
        if self.inner.store.folder().is_some() && !has_changes {
            // Gives the lock back: another process may change it next.
            *guard = None;
        }
        purged
    }

    fn purge_from(&self, workspace: &mut Workspace) -> Result<()> {
        let store = &self.inner.store;
        let Some(file) = self.read_denied(&DenyList::default())? else {
            return not_published();
        };
        self.check_names_tenant(&file.owner)?;
        workspace.check_complete()?;
        let empty = Generation::empty();
        let Some(newest) = Generation::open_newest_after(0, store, &empty, &file.owner)? else {
            return not_published();
        };
        if let Some(warning) = newest.warnings().first() {
            // The older ones are needed.
            let message = format!("{warning}; publish first");
            return Err(Error::new(ErrorKind::IndexFormat, message));
        }
        let Some(newest) = Manifest::newest(store, Some(&file.owner))? else {
            return not_published();
        };
        let (articles, _) = workspace.visible_at(newest.published_at, &file.list);
        if workspace.has_changes() || !prepared::shows(&newest, &articles) {
            return not_published();
        }
        workspace.rewrite()?;
        prepared::remove_older(store, &file.owner)
    }
}

fn not_published() -> Result<()> {
    Err(Error::invalid(
        "something was changed or denied since the newest publish, so that it may still be there; publish first",
    ))
}
