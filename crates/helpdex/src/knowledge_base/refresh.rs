//! Switches a handle to a newer generation.

use std::sync::{Arc, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;

impl KnowledgeBase {
    /// Switches to a newer generation, if this or another process has published one, of the [ideas](Self::ideas) too.
    /// Returns whether it switched.
    ///
    /// It also follows a folder that was replaced by an older copy or by another build of the same knowledge base, and
    /// [`warnings`](Self::warnings) says so. It refuses a folder that knows fewer erasures or [denials](Self::deny)
    /// than this handle has seen; a process that opens such a folder for the first time cannot notice that.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`Damaged`](ErrorKind::Damaged) for a folder that was restored from before
    /// something was forgotten or denied, [`OtherOwner`](ErrorKind::OtherOwner) for another knowledge base in its place; the generation before stays in use.
    pub fn refresh(&self) -> Result<bool> {
        let switched = self.refresh_own()?;
        // Ideas that nobody has asked yet are opened in their newest generation.
        let ideas = self.inner.pools.ideas().clone();
        let also = ideas.map_or(Ok(false), |ideas| ideas.refresh_own())?;
        Ok(switched || also)
    }

    fn refresh_own(&self) -> Result<bool> {
        let store = &self.inner.store;
        let mut denied = self.lock_denied();
        // Before the generation: an article that is denied meanwhile is one of an older generation.
        let Some(mut file) = self.read_denied(&denied)? else {
            return Ok(false);
        };
        if file.list != *denied {
            self.go_on_with(None, file.list.clone(), &mut denied)?;
        }
        let current = self.current();
        let is_replaced = current.is_replaced(store)?;
        let after = if is_replaced { 0 } else { current.number() };
        let Some(mut other) = Generation::open_newest_after(after, store, &current, &file.owner)?
        else {
            return Ok(false);
        };
        if other.erasures() < current.erasures() {
            return Err(self.restored_before_erasure());
        }
        if file.list.version() < other.listed().version() {
            // Somebody may have denied and published since it was read.
            file = self.read_denied(&denied)?.unwrap_or(file);
            file.check_published(other.listed(), store)?;
        }
        if is_replaced {
            other.warn(format!(
                "the folder was restored or replaced: generation {} that was in use is not there any more, and {} is used",
                current.number(),
                other.number()
            ));
        }
        self.replace(other, file.list, &mut denied)?;
        Ok(true)
    }

    fn restored_before_erasure(&self) -> Error {
        let error = Error::new(
            ErrorKind::Damaged,
            "the folder was restored from before something was forgotten, so that it may know that again; restore a later copy, \
             or forget it again and open the knowledge base anew",
        );
        match self.inner.store.folder() {
            Some(folder) => error.at_path(folder),
            None => error,
        }
    }

    /// Switches to the generation that was just published with this list. Articles that were denied meanwhile are
    /// denied in it too.
    pub(super) fn go_on_with_published(
        &self,
        generation: Generation,
        list: DenyList,
    ) -> Result<()> {
        let mut denied = self.lock_denied();
        let file = self.read_denied(&denied)?;
        let list = file.map_or(list, |file| file.list);
        self.go_on_with(Some(generation), list, &mut denied)
    }

    /// Switches to the generation, if it is newer than the current one, and hides the articles that the list denies.
    /// Stores the list in `denied`.
    pub(super) fn go_on_with(
        &self,
        generation: Option<Generation>,
        list: DenyList,
        denied: &mut DenyList,
    ) -> Result<()> {
        let current = self.current();
        // A slow refresh must not undo a publish that went on meanwhile.
        let newer = generation.filter(|generation| generation.number() > current.number());
        let generation = newer.unwrap_or_else(|| (*current).clone());
        self.replace(generation, list, denied)
    }

    fn replace(
        &self,
        mut generation: Generation,
        list: DenyList,
        denied: &mut DenyList,
    ) -> Result<()> {
        generation.set_denied(&list)?;
        let current = self.inner.current.write();
        *current.unwrap_or_else(PoisonError::into_inner) = Arc::new(generation);
        *denied = list;
        Ok(())
    }
}
