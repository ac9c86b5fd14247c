//! Denies articles, so that nobody sees them any more.

use std::sync::{MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::deny_list::{self, DenyList};
use crate::snapshot::manifest::numbers;
use crate::storage::identity::FirstChange;

impl KnowledgeBase {
    /// Hides articles from everybody, including agents, in every generation: for articles that must not be visible a
    /// moment longer. Returns the number of ids that were not denied before; an id may be unknown.
    ///
    /// Denied articles are treated as if they did not exist: they are left out before anything is counted or scored.
    /// Only the models still contain them, until the next publish trains without them.
    ///
    /// The denial is effective in this process when this returns, in others once they [refresh](Self::refresh) or open
    /// the knowledge base. It survives a crash and a power cut, and waits for no writer.
    ///
    /// ```
    /// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, Timestamp, Visibility};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let mut writer = knowledge_base.writer()?;
    /// writer.upsert([Article::new(ArticleFields {
    ///     id: "prices".into(),
    ///     locale: "en".into(),
    ///     title: "Prices of next year".into(),
    ///     visibility: Visibility::Public,
    ///     ..ArticleFields::default()
    /// })?])?;
    /// let now: Timestamp = "2026-03-01".parse()?;
    /// writer.publish(now)?;
    /// knowledge_base.deny(["prices"])?;
    /// assert!(knowledge_base.locales(&Audience::public(), now).is_empty());
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty id, [`Damaged`](crate::ErrorKind::Damaged) when the list is
    /// damaged, [`Storage`](crate::ErrorKind::Storage) when it cannot be read or written. What was denied before stays so.
    pub fn deny<S: AsRef<str>>(&self, ids: impl IntoIterator<Item = S>) -> Result<usize> {
        let ids: Vec<S> = ids.into_iter().collect();
        if ids.iter().any(|id| id.as_ref().is_empty()) {
            return Err(Error::invalid(
                "the id of an article to deny is empty; an id needs at least 1 character",
            ));
        }
        let names: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        self.change_denied(FirstChange::Denied(&names), |list, _| list.deny(&names))
    }

    /// Shows [denied](Self::deny) articles again, from the newest published generation on. Publish the corrected
    /// articles first. An older generation, which is used only when newer ones are damaged, still hides them. Returns
    /// the number of ids that were denied.
    ///
    /// # Errors
    /// As [`deny`](Self::deny).
    pub fn allow<S: AsRef<str>>(&self, ids: impl IntoIterator<Item = S>) -> Result<usize> {
        let first = FirstChange::Denied(&[]);
        self.change_denied(first, |list, newest| list.allow(ids, newest))
    }

    /// Returns the ids of the articles that are [denied](Self::deny), in order, as last read from the list.
    #[must_use]
    pub fn denied(&self) -> Vec<String> {
        self.lock_denied().ids().map(str::to_owned).collect()
    }

    fn change_denied(
        &self,
        first: FirstChange<'_>,
        change: impl FnOnce(&mut DenyList, u64) -> usize,
    ) -> Result<usize> {
        self.check_writable()?;
        let store = &self.inner.store;
        let mut denied = self.lock_denied();
        self.settle(first)?;
        let _lock_file = self.lock_denied_file()?;
        let file = self.read_denied(&denied)?;
        let mut file = file.ok_or_else(|| deny_list::missing(store))?;
        let mut published = numbers(&store.list()?);
        let (oldest, newest) = (published.next(), published.next_back());
        let newest = newest.or(oldest).unwrap_or(0).max(self.generation());
        let changed = change(&mut file.list, newest);
        if let Some(oldest) = oldest {
            file.list.forget_before(oldest);
        }
        file.write(store)?;
        self.go_on_with(None, file.list, &mut denied)?;
        Ok(changed)
    }

    /// Locks the list of denied articles. A lock that a panic poisoned is used all the same: the list is only ever
    /// replaced as a whole.
    pub(super) fn lock_denied(&self) -> MutexGuard<'_, DenyList> {
        let denied = self.inner.denied.lock();
        denied.unwrap_or_else(PoisonError::into_inner)
    }
}
