//! The writing side, which holds the lock, and changes articles and settings.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};

use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
use crate::knowledge_base::handle::KnowledgeBase;
use crate::settings::Settings;
use crate::snapshot::deny_list::DenyList;
use crate::storage::identity::FirstChange;
use crate::storage::log_head::LogHome;
use crate::timestamp::Timestamp;
use crate::workspace::{Changes, Workspace, locked};

/// Changes the articles and settings of a knowledge base, and publishes them: made by [`KnowledgeBase::writer`].
///
/// It holds the lock of the knowledge base until it is dropped: one writer at a time, in all processes. Changes are gathered
/// in memory until [`publish`](Self::publish); when that returns, they survive a crash and a power cut. Changes that are not
/// published are lost when the writer is dropped.
///
/// Feedback and denials need no writer: [`KnowledgeBase::learn`] and [`KnowledgeBase::deny`] wait for nobody.
///
/// ```
/// use helpdex::{Article, ArticleFields, KnowledgeBase, Visibility};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let mut writer = knowledge_base.writer()?;
/// let changes = writer.upsert([Article::new(ArticleFields {
///     id: "reset-password".into(),
///     locale: "en".into(),
///     title: "Reset your password".into(),
///     visibility: Visibility::Public,
///     ..ArticleFields::default()
/// })?])?;
/// assert_eq!(changes.added, 1);
/// assert_eq!(writer.publish("2026-03-01".parse()?)?.generation, 1);
/// assert_eq!(writer.remove(["reset-password"])?.removed, 1);
/// drop(writer);
/// // That was not published.
/// assert_eq!(knowledge_base.writer()?.upsert([])?.added, 0);
/// # Ok::<(), helpdex::Error>(())
/// ```
pub struct Writer {
    pub(super) knowledge_base: KnowledgeBase,
    pub(super) workspace: Workspace,
    /// The articles of an in-memory knowledge base as they were last published; put back when the writer is dropped.
    saved: Option<Workspace>,
    /// Whether a write failed, so that the content of the log is not known.
    is_broken: bool,
}

impl KnowledgeBase {
    /// Takes the lock, reads the articles and switches to the newest generation: see [`Writer`].
    ///
    /// ```
    /// use helpdex::{ErrorKind, KnowledgeBase};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let writer = knowledge_base.writer()?;
    /// assert_eq!(knowledge_base.writer().err().unwrap().kind(), ErrorKind::IndexLocked);
    /// drop(writer);
    /// assert!(knowledge_base.writer().is_ok());
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IndexLocked`](ErrorKind::IndexLocked) while another process or writer changes it,
    /// [`InvalidInput`](ErrorKind::InvalidInput) when it was opened read-only,
    /// [`OtherOwner`](ErrorKind::OtherOwner) for the knowledge base of a tenant that was not named,
    /// [`Damaged`](ErrorKind::Damaged) or [`OtherVersion`](ErrorKind::OtherVersion) when the log of articles cannot be used,
    /// [`Storage`](ErrorKind::Storage) when it cannot be read.
    pub fn writer(&self) -> Result<Writer> {
        self.check_writable()?;
        let workspace = match self.work_folder() {
            Some(work) => self.open_workspace(&work)?,
            None => self.lock_in_memory().take().ok_or_else(locked)?,
        };
        let saved = match self.inner.store.folder() {
            Some(_) => None,
            None => Some(workspace.copy_in_memory()),
        };
        let writer = Writer {
            knowledge_base: self.clone(),
            workspace,
            saved,
            is_broken: false,
        };
        match self.refresh() {
            // A generation that cannot be used is made anew by the next publish.
            Err(error) if !error.kind().is_unusable_file() => Err(error),
            _ => Ok(writer),
        }
    }

    fn open_workspace(&self, work: &Path) -> Result<Workspace> {
        let access = self.prepare_work_folder(work)?;
        Workspace::open(work, access, || {
            let Some(file) = self.read_denied(&DenyList::default())? else {
                return Ok(None);
            };
            self.check_names_tenant(&file.owner)?;
            self.articles_home(&file).map(Some)
        })
    }

    /// Locks the workspace of an in-memory knowledge base. A lock that a panic poisoned is used all the same: the
    /// workspace is only ever replaced as a whole.
    fn lock_in_memory(&self) -> MutexGuard<'_, Option<Workspace>> {
        let in_memory = self.inner.in_memory.lock();
        in_memory.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(saved) = self.saved.take() {
            *self.knowledge_base.lock_in_memory() = Some(saved);
        }
    }
}

impl Writer {
    /// Adds articles, or replaces the articles with the same ids. If an id occurs twice, the last article is used.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for an article of another [kind](crate::pools);
    /// [`Storage`](ErrorKind::Storage) when a write failed before: drop the writer and get another one. Nothing is added
    /// then.
    pub fn upsert(&mut self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.check_usable()?;
        let articles = self.of_own_kind(articles)?;
        Ok(self.workspace.upsert(articles))
    }

    fn of_own_kind(&self, articles: impl IntoIterator<Item = Article>) -> Result<Vec<Article>> {
        let articles: Vec<Article> = articles.into_iter().collect();
        articles
            .iter()
            .try_for_each(|article| self.knowledge_base.check_kind(article))?;
        Ok(articles)
    }

    /// Removes the articles with these ids; ids without an article are skipped.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn remove<S: AsRef<str>>(&mut self, ids: impl IntoIterator<Item = S>) -> Result<Changes> {
        self.check_usable()?;
        let ids = ids.into_iter();
        let removed = ids.filter(|id| self.workspace.remove(id.as_ref())).count();
        Ok(Changes {
            removed,
            ..Changes::default()
        })
    }

    /// Makes `articles` the full list: adds and replaces like [`upsert`](Self::upsert), and removes all other articles.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn sync(&mut self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.check_usable()?;
        let articles = self.of_own_kind(articles)?;
        let ids: BTreeSet<String> = articles
            .iter()
            .map(|article| article.id().to_owned())
            .collect();
        let mut changes = self.workspace.upsert(articles);
        changes.removed = self.workspace.retain(&ids);
        Ok(changes)
    }

    /// Returns the articles in the order of their ids, drafts and unpublished changes included: for an export.
    pub fn articles(&self) -> impl Iterator<Item = &Article> {
        self.workspace.articles()
    }

    /// Returns the settings, including changes that are not published yet.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.workspace.settings()
    }

    /// Replaces the settings. Every reader uses them from the next publish on.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert), and [`InvalidInput`](ErrorKind::InvalidInput) for a setting out of range.
    pub fn set_settings(&mut self, settings: Settings) -> Result<()> {
        self.check_usable()?;
        settings.check()?;
        self.workspace.set_settings(settings);
        Ok(())
    }

    /// Keeps the changes without a publish: when this returns, they survive a crash and a power cut, and the next publish of
    /// any writer shows them. For a service that takes changes one by one and publishes later.
    ///
    /// ```
    /// use helpdex::{Article, ArticleFields, KnowledgeBase};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let article = |title: &str| {
    ///     let (id, locale, title) = ("pin".into(), "en".into(), title.into());
    ///     Article::new(ArticleFields { id, locale, title, ..ArticleFields::default() })
    /// };
    /// let mut writer = knowledge_base.writer()?;
    /// writer.upsert([article("Reset your PIN")?])?;
    /// writer.save("2026-03-01".parse()?)?;
    /// drop(writer);
    /// assert_eq!(knowledge_base.generation(), 0);
    /// assert_eq!(knowledge_base.writer()?.upsert([article("Reset your PIN")?])?.unchanged, 1);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub fn save(&mut self, now: Timestamp) -> Result<()> {
        self.check_usable()?;
        self.workspace.check_complete()?;
        let settled = self.knowledge_base.settle(FirstChange::At(now))?;
        self.save_workspace(settled.log_home(None))
    }

    pub(super) fn save_workspace(&mut self, home: LogHome) -> Result<()> {
        if let Err(error) = self.workspace.save(home) {
            self.break_off();
            return Err(error);
        }
        if self.saved.is_some() {
            self.saved = Some(self.workspace.copy_in_memory());
        }
        Ok(())
    }

    /// Refuses every change from now on, because a write failed.
    pub(super) fn break_off(&mut self) {
        self.is_broken = true;
    }

    pub(super) fn check_usable(&self) -> Result<()> {
        if self.is_broken {
            return Err(Error::new(
                ErrorKind::Storage,
                "a write failed before, so that nobody knows what the log holds; drop the writer and get another one",
            ));
        }
        Ok(())
    }
}
