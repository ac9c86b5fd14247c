//! Publishing: a generation of the articles as they are, with models that are kept or trained.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::Serialize;

use crate::article::{Article, Unpublished};
use crate::audience::Visibility;
use crate::confidence::RecentDrift;
use crate::error::Result;
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::clean::CleanFeedback;
use crate::knowledge_base::group_conflict::{GroupConflict, group_conflicts};
use crate::knowledge_base::models::{ModelInfo, ModelSource, drift};
use crate::knowledge_base::vectors::PublishedVectors;
use crate::knowledge_base::writer::Writer;
use crate::search::copies::copy_sets;
use crate::snapshot::deny_list::{DenyList, DenyListFile};
use crate::snapshot::manifest::LogMarks;
use crate::snapshot::prepared::Prepared;
use crate::snapshot::vector_file::VectorCounts;
use crate::storage::identity::{FirstChange, Owner};
use crate::storage::log_head::LogMark;
use crate::storage::store::Store;
use crate::timestamp::Timestamp;

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

/// A generation whose files are written, and what its publish reports.
pub(super) struct Ready {
    pub prepared: Prepared,
    pub settled: DenyListFile,
    left_out: BTreeMap<String, Unpublished>,
    conflicts: Vec<GroupConflict>,
    copies: Vec<Vec<String>>,
    vectors: Option<VectorCounts>,
    /// The mark of the log of tickets that the models were made with.
    tickets: Option<LogMark>,
}

impl Writer {
    /// Publishes the articles that are visible at `now` as the next generation, and switches to it.
    ///
    /// The existing models are kept; [`train`](Self::train) makes new ones. If readers no longer see an article that
    /// their model knows, or feedback was [forgotten](crate::KnowledgeBase::forget), the model is trained again without it, on
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
    /// [`Storage`](crate::ErrorKind::Storage) when writing fails, [`Damaged`](crate::ErrorKind::Damaged) or
    /// [`OtherVersion`](crate::ErrorKind::OtherVersion) when the feedback log cannot be used, [`Incomplete`](crate::ErrorKind::Incomplete)
    /// while articles that were lost are missing, [`InvalidInput`](crate::ErrorKind::InvalidInput) for articles in more than 10,000
    /// locales. The generation before stays in use. It can be tried again with another writer; a change that reached the
    /// disk already is part of its publish.
    pub fn publish(&mut self, now: Timestamp) -> Result<Published> {
        self.publish_with_progress(now, |_| ControlFlow::Continue(()))
    }

    /// Publishes like [`publish`](Self::publish), and calls `progress` for every article. When `progress` breaks,
    /// nothing is changed.
    ///
    /// # Errors
    /// As [`publish`](Self::publish), and [`Interrupted`](crate::ErrorKind::Interrupted).
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
    /// As [`publish_and_train`](Self::publish_and_train), and [`InvalidInput`](crate::ErrorKind::InvalidInput) for feedback that
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
        let knowledge_base = &self.knowledge_base.clone();
        let store = &knowledge_base.inner.store;
        let ready = self.get_ready(store, now, models, &mut progress)?;
        let next_publish_at = self.workspace.next_change_after(now);
        self.save_workspace(ready.settled.log_home(None))?;
        let mut prepared = ready.prepared;
        prepared.set_logs(LogMarks {
            articles: self.workspace.mark(),
            tickets: ready.tickets,
        });
        let generation = prepared.commit(store, now)?;
        let published = Published {
            generation: generation.number(),
            articles: generation.article_counts(),
            left_out: ready.left_out,
            conflicts: ready.conflicts,
            copies: ready.copies,
            next_publish_at,
            drift: drift(&generation),
            vectors: PublishedVectors::of(&generation, ready.vectors),
            models: ModelInfo::of_generation(&generation),
        };
        knowledge_base.go_on_with_published(generation, ready.settled.list)?;
        Ok(published)
    }

    /// Writes the files of the next generation, except for its manifest, to `store`.
    pub(super) fn get_ready(
        &self,
        store: &Store,
        now: Timestamp,
        models: &ModelSource,
        progress: &mut impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Ready> {
        self.check_usable()?;
        self.workspace.check_complete()?;
        let knowledge_base = &self.knowledge_base;
        let settled = knowledge_base.settle(FirstChange::At(now))?;
        let home = knowledge_base.tickets_home(&settled)?;
        settled.check_seen(&knowledge_base.lock_denied(), &knowledge_base.inner.store)?;
        let (articles, left_out) = self.workspace.visible_at(now, &settled.list);
        let conflicts = group_conflicts(&articles)?;
        let copies = copy_sets(articles.values().flatten().copied())?;
        let (mut prepared, vectors) =
            self.prepare(store, &articles, &home.owner, &settled.list, progress)?;
        let tickets = match models {
            ModelSource::Before => {
                knowledge_base.keep_models(&mut prepared, store, &home, now, &articles)?
            }
            models => knowledge_base.train_models(&mut prepared, store, &home, now, models)?,
        };
        Ok(Ready {
            prepared,
            settled,
            left_out,
            conflicts,
            copies,
            vectors,
            tickets,
        })
    }

    /// Prepares a generation of these articles in `store`, with their vectors and without models.
    fn prepare(
        &self,
        store: &Store,
        articles: &BTreeMap<Visibility, Vec<&Article>>,
        owner: &Owner,
        denied: &DenyList,
        progress: &mut impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(Prepared, Option<VectorCounts>)> {
        let knowledge_base = &self.knowledge_base;
        let mut so_far = Progress {
            done: 0,
            total: articles.values().map(Vec::len).sum(),
            embedded: 0,
        };
        let mut prepared = knowledge_base.current().prepare(
            store,
            owner,
            articles,
            self.workspace.settings(),
            &mut || {
                so_far.done += 1;
                progress(so_far)
            },
        )?;
        prepared.set_denied(denied)?;
        let model = knowledge_base.embedder.as_deref();
        let vectors = prepared.add_vectors(store, model, &mut |texts| {
            so_far.embedded += texts;
            progress(so_far)
        })?;
        Ok((prepared, vectors))
    }
}
