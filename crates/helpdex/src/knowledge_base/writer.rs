//! The writing side, which holds the lock, changes articles and settings, and publishes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};

use serde::Serialize;

use crate::article::{Article, Unpublished};
use crate::audience::Visibility;
use crate::confidence::RecentDrift;
use crate::error::{Error, ErrorKind, Result};
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::clean::CleanFeedback;
use crate::knowledge_base::group_conflict::{GroupConflict, group_conflicts};
use crate::knowledge_base::handle::KnowledgeBase;
use crate::knowledge_base::models::{ModelInfo, ModelSource, drift};
use crate::knowledge_base::vectors::PublishedVectors;
use crate::search::copies::copy_sets;
use crate::settings::Settings;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::manifest::LogMarks;
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

/// The result of a publish.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Published {
    /// The number of the new generation, from 1.
    pub generation: u64,
    /// The number of visible articles by visibility.
    pub articles: BTreeMap<Visibility, u32>,
    /// The reasons for articles that the generation does not show, by id.
    pub left_out: BTreeMap<String, Unpublished>,
    /// The groups that several visible articles of one locale name.
    pub conflicts: Vec<GroupConflict>,
    /// The sets of shown articles with nearly the same text, such as copies and versions of a page: the ids of each
    /// set, in order. An answer shows only one of those articles of a set that the reader may see.
    pub copies: Vec<Vec<String>>,
    /// The next moment at which an article begins or ends, so that another publish is needed; `None`: never.
    pub next_publish_at: Option<Timestamp>,
    /// The comparison of recent tickets with older ones, for the readers of each model; readers with too few tickets
    /// are left out.
    pub drift: BTreeMap<Visibility, RecentDrift>,
    /// The vectors of its articles; `None` when they have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vectors: Option<PublishedVectors>,
    /// The models in use, by the visibility whose readers they answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<Visibility, ModelInfo>,
}

/// The progress of a publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The number of articles that are done.
    pub done: usize,
    /// The most articles that may have to be done; articles whose file is unchanged are skipped.
    pub total: usize,
    /// Texts of articles that the embedder has embedded; 0 without one.
    pub embedded: usize,
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
    /// [`Storage`](ErrorKind::Storage) when a write failed before: drop the writer and get another one.
    pub fn upsert(&mut self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.check_usable()?;
        Ok(self.workspace.upsert(articles))
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
        let mut ids = BTreeSet::new();
        let articles = articles.into_iter().inspect(|article| {
            ids.insert(article.id().to_owned());
        });
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

    fn save_workspace(&mut self, home: LogHome) -> Result<()> {
        if let Err(error) = self.workspace.save(home) {
            self.break_off();
            return Err(error);
        }
        if self.saved.is_some() {
            self.saved = Some(self.workspace.copy_in_memory());
        }
        Ok(())
    }

    /// Publishes the articles that are visible at `now` as the next generation, and switches to it.
    ///
    /// The existing models are kept; [`train`](Self::train) makes new ones. If readers no longer see an article that
    /// their model knows, or feedback was [forgotten](KnowledgeBase::forget), the model is trained again without it, on
    /// feedback up to the same time as before. A model that was [trained on tickets of the host](Self::train_on) is
    /// dropped instead.
    ///
    /// ```
    /// use helpdex::{Article, ArticleFields, KnowledgeBase, Visibility};
    ///
    /// let mut writer = KnowledgeBase::in_memory().writer()?;
    /// writer.upsert([Article::new(ArticleFields {
    ///     id: "prices-2027".into(),
    ///     locale: "en".into(),
    ///     title: "Prices from January".into(),
    ///     visibility: Visibility::Public,
    ///     valid_from: Some("2027-01-01".parse()?),
    ///     ..ArticleFields::default()
    /// })?])?;
    /// let published = writer.publish("2026-12-01".parse()?)?;
    /// assert_eq!(published.left_out["prices-2027"].name(), "not_yet_valid");
    /// assert_eq!(published.next_publish_at, Some("2027-01-01".parse()?));
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when writing fails, [`Damaged`](ErrorKind::Damaged) or
    /// [`OtherVersion`](ErrorKind::OtherVersion) when the feedback log cannot be used, [`Incomplete`](ErrorKind::Incomplete)
    /// while articles that were lost are missing, [`InvalidInput`](ErrorKind::InvalidInput) for articles in more than 10,000
    /// locales. The generation before stays in use. It can be tried again with another writer; a change that reached the
    /// disk already is part of its publish.
    pub fn publish(&mut self, now: Timestamp) -> Result<Published> {
        self.publish_with_progress(now, |_| ControlFlow::Continue(()))
    }

    /// Publishes like [`publish`](Self::publish), and calls `progress` for every article. When `progress` breaks,
    /// nothing is changed.
    ///
    /// # Errors
    /// As [`publish`](Self::publish), and [`Interrupted`](ErrorKind::Interrupted).
    pub fn publish_with_progress(
        &mut self,
        now: Timestamp,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        self.publish_models(now, &ModelSource::Before, progress)
    }

    /// Publishes like [`publish_with_progress`](Self::publish_with_progress), with models that are trained for these
    /// articles as by [`train`](Self::train), in a single generation.
    ///
    /// # Errors
    /// As [`publish_with_progress`](Self::publish_with_progress).
    pub fn publish_and_train(
        &mut self,
        now: Timestamp,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        self.publish_models(now, &ModelSource::Log, progress)
    }

    /// Publishes like [`publish_and_train`](Self::publish_and_train), but trains on this feedback instead of the log:
    /// see [`train_on`](Self::train_on).
    ///
    /// # Errors
    /// As [`publish_and_train`](Self::publish_and_train), and [`InvalidInput`](ErrorKind::InvalidInput) for feedback that
    /// cannot be learned from.
    pub fn publish_and_train_on(
        &mut self,
        now: Timestamp,
        feedback: impl IntoIterator<Item = FeedbackEvent>,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        let feedback = ModelSource::Host(CleanFeedback::from_tickets(feedback)?);
        self.publish_models(now, &feedback, progress)
    }

    fn publish_models(
        &mut self,
        now: Timestamp,
        models: &ModelSource,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        self.check_usable()?;
        self.workspace.check_complete()?;
        let knowledge_base = &self.knowledge_base.clone();
        let store = &knowledge_base.inner.store;
        let settled = knowledge_base.settle(FirstChange::At(now))?;
        let articles_home = settled.log_home(None);
        let home = knowledge_base.tickets_home(&settled)?;
        settled.check_seen(&knowledge_base.lock_denied(), store)?;
        let (articles, left_out) = self.workspace.visible_at(now, &settled.list);
        let conflicts = group_conflicts(&articles)?;
        let copies = copy_sets(articles.values().flatten().copied())?;
        let total = articles.values().map(Vec::len).sum();
        let mut so_far = Progress {
            done: 0,
            total,
            embedded: 0,
        };
        let mut prepared = knowledge_base.current().prepare(
            store,
            &home.owner,
            &articles,
            self.workspace.settings(),
            &mut || {
                so_far.done += 1;
                progress(so_far)
            },
        )?;
        prepared.set_denied(&settled.list)?;
        let model = knowledge_base.embedder.as_deref();
        let vectors = prepared.add_vectors(store, model, &mut |texts| {
            so_far.embedded += texts;
            progress(so_far)
        })?;
        let tickets = match models {
            ModelSource::Before => {
                knowledge_base.keep_models(&mut prepared, &home, now, &articles)?
            }
            models => knowledge_base.train_models(&mut prepared, &home, now, models)?,
        };
        let next_publish_at = self.workspace.next_change_after(now);
        self.save_workspace(articles_home)?;
        prepared.set_logs(LogMarks {
            articles: self.workspace.mark(),
            tickets,
        });
        let generation = prepared.commit(store, now)?;
        let published = Published {
            generation: generation.number(),
            articles: generation.article_counts(),
            left_out,
            conflicts,
            copies,
            next_publish_at,
            drift: drift(&generation),
            vectors: PublishedVectors::of(&generation, vectors),
            models: ModelInfo::of_generation(&generation),
        };
        knowledge_base.go_on_with_published(generation, settled.list)?;
        Ok(published)
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
