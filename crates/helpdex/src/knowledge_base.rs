//! The handle that callers hold: change, publish, open, refresh, suggest, learn, forget.

mod batch;
mod deny;
mod draft;
mod group_conflict;
mod opening;
mod owner;
mod purge;
mod refresh;
mod repair;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use helpdex_text::Locale;
use serde::Serialize;

pub use self::batch::Batch;
pub use self::draft::Draft;
pub use self::group_conflict::GroupConflict;
use self::group_conflict::group_conflicts;
pub use self::opening::OpenOptions;
pub use self::repair::Repaired;
use self::snapshot::Snapshot;
use crate::article::{Article, Unpublished};
use crate::audience::{Audience, Visibility};
use crate::candidates::pool;
use crate::check::{self, CheckReport};
use crate::confidence::{LabelledPredictions, RecentDrift, recent_drift};
use crate::error::{Error, Result};
use crate::learning_log::record::NewVerdict;
use crate::learning_log::{Erasure, Learned, LearningLog};
use crate::model::labels::LARGEST_SET;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::LogMarks;
use crate::snapshot::prepared::Prepared;
use crate::solved_ticket::{Solved, SolvedTicket};
use crate::storage::identity::{FirstChange, Identity, Owner};
use crate::storage::log_head::{LogHome, LogMark};
use crate::storage::store::Store;
use crate::suggest::answer::Suggestions;
use crate::suggest::options::SuggestOptions;
use crate::suggest::question::Question;
use crate::suggest::{Session, suggest};
use crate::synonyms::Synonyms;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;
use crate::train;
use crate::workspace::{Changes, WORK_FOLDER, Workspace};

/// A help center, ready to be asked: articles go in, [`publish`](Self::publish) makes them visible,
/// [`suggest`](Self::suggest) answers tickets.
///
/// It is a cheap handle: clones share one knowledge base, and threads ask it while another one publishes or
/// refreshes; every answer comes from one published generation.
///
/// Changes of articles are gathered in memory until `publish`; when that returns, they survive a crash and a power cut.
/// What is learned survives at once, and answers go by it from the next `publish` on.
#[derive(Clone)]
pub struct KnowledgeBase {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    options: OpenOptions,
    /// The owner; unset before the first change.
    owner: OnceLock<Owner>,
    /// The denied articles, as last read. Code that replaces `current` holds this lock, so that no denied article comes
    /// back.
    denied: Mutex<DenyList>,
    current: RwLock<Arc<Generation>>,
    /// The writing side; opened at the first change.
    workspace: Mutex<Option<Workspace>>,
    learning_log: LearningLog,
}

/// The result of a publish.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Published {
    /// The number of the new generation, from 1.
    pub generation: u64,
    /// The number of visible articles by visibility.
    pub articles: BTreeMap<Visibility, u32>,
    /// The articles that it does not show, by id, and why.
    pub left_out: BTreeMap<String, Unpublished>,
    /// The conflicts: groups that several visible articles of one locale name.
    pub conflicts: Vec<GroupConflict>,
    /// The next moment at which an article begins or ends, so that another publish is due; `None`: never.
    pub next_publish_at: Option<Timestamp>,
    /// The drift of recent tickets, by visibility, where there are enough tickets to tell.
    pub drift: BTreeMap<Visibility, RecentDrift>,
}

/// The progress of a publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Articles done.
    pub done: usize,
    /// The number of articles to do at most; articles of unchanged files are skipped.
    pub total: usize,
}

impl KnowledgeBase {
    /// A knowledge base that lives in memory only, empty.
    #[must_use]
    pub fn in_memory() -> Self {
        let options = OpenOptions::default();
        Self::with(Store::in_memory(), options, None, Generation::empty())
    }

    /// Verifies every file of the knowledge base in `folder`: all generations, both logs, the list of denied articles.
    /// Changes nothing and takes no lock. Linear in the bytes.
    ///
    /// ```
    /// use helpdex::KnowledgeBase;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let folder = folder.path();
    /// KnowledgeBase::open_or_create(folder)?.publish("2026-03-01".parse()?)?;
    /// let report = KnowledgeBase::check(folder)?;
    /// assert!(report.is_whole());
    /// assert_eq!(report.generations, [1]);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IndexFormat`](crate::ErrorKind::IndexFormat) when there is no knowledge base, [`Storage`](crate::ErrorKind::Storage) when the
    /// folder cannot be read. What is damaged is in the report.
    pub fn check(folder: impl AsRef<Path>) -> Result<CheckReport> {
        check::check(folder.as_ref())
    }

    /// Adds articles, or replaces those of the same ids. Of an id that comes twice the last one counts.
    ///
    /// # Errors
    /// [`IndexLocked`](crate::ErrorKind::IndexLocked) when another process is changing it, [`Storage`](crate::ErrorKind::Storage)
    /// when what is there cannot be read, [`IndexFormat`](crate::ErrorKind::IndexFormat) when it is damaged or of another
    /// version.
    pub fn upsert(&self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.change(|workspace| workspace.upsert(articles))
    }

    /// Removes articles by id; unknown ids are ignored.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn remove<S: AsRef<str>>(&self, ids: impl IntoIterator<Item = S>) -> Result<Changes> {
        self.change(|workspace| {
            let removed = ids
                .into_iter()
                .filter(|id| workspace.remove(id.as_ref()))
                .count();
            Changes {
                removed,
                ..Changes::default()
            }
        })
    }

    /// Makes `articles` the full list: adds and replaces as [`upsert`](Self::upsert), and removes all others.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn sync(&self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.change(|workspace| {
            let mut ids = BTreeSet::new();
            let articles = articles.into_iter().inspect(|article| {
                ids.insert(article.id().to_owned());
            });
            let mut changes = workspace.upsert(articles);
            changes.removed = workspace.retain(&ids);
            changes
        })
    }

    /// Sets the fallback locales, whose articles are used when there is no translation in a ticket's language, first
    /// choice first. Without any, the locale with the most articles is used.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn set_fallback_locales(&self, locales: Vec<Locale>) -> Result<()> {
        self.change(|workspace| workspace.set_fallback_locales(locales))
    }

    /// Sets the synonyms of a locale, in place of the current ones. They widen the query of every audience's tickets
    /// from the next publish on.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn set_synonyms(&self, synonyms: Synonyms) -> Result<()> {
        self.change(|workspace| workspace.set_synonyms(synonyms))
    }

    /// Publishes the articles that are visible at `now` as the next generation, and switches to it.
    ///
    /// It learns from the solved tickets of the log: one model for each class of readers, from the verdicts on what they
    /// see. Where neither these nor the articles have changed, the model of before is used again.
    ///
    /// # Errors
    /// [`IndexLocked`](crate::ErrorKind::IndexLocked) when another process is changing it, [`Storage`](crate::ErrorKind::Storage)
    /// when writing fails, [`IndexFormat`](crate::ErrorKind::IndexFormat) when what is there is damaged or of another version,
    /// the log of solved tickets too, [`InvalidInput`](crate::ErrorKind::InvalidInput) for articles in more than 10,000 locales.
    /// The generation before stays in use, and publishing can be tried again; a change that reached the disk already
    /// is part of the next publish.
    pub fn publish(&self, now: Timestamp) -> Result<Published> {
        self.publish_with_progress(now, |_| ControlFlow::Continue(()))
    }

    /// Publishes as [`publish`](Self::publish) does and reports every article to `progress`. When `progress` breaks,
    /// nothing is changed. It is not called during training.
    ///
    /// # Errors
    /// As [`publish`](Self::publish), and [`Interrupted`](crate::ErrorKind::Interrupted).
    pub fn publish_with_progress(
        &self,
        now: Timestamp,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        self.publish_learning_from(now, None, progress)
    }

    /// Publishes as [`publish_with_progress`](Self::publish_with_progress) does, but learns from these tickets instead
    /// of those of the log, for a host that keeps its own. Only the model is kept, so the next publish needs the
    /// tickets again.
    ///
    /// To forget somebody, leave their tickets out: the models that know them go with their generations, of which the last
    /// three stay. [`forget`](Self::forget) knows the log alone.
    ///
    /// # Errors
    /// As [`publish_with_progress`](Self::publish_with_progress), and [`InvalidInput`](crate::ErrorKind::InvalidInput) for a ticket
    /// that cannot be learned.
    pub fn publish_with_tickets(
        &self,
        now: Timestamp,
        tickets: impl IntoIterator<Item = SolvedTicket>,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        self.publish_learning_from(now, Some(Solved::from_tickets(tickets)?), progress)
    }

    fn publish_learning_from(
        &self,
        now: Timestamp,
        tickets: Option<Vec<Solved>>,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        let mut guard = self.lock_workspace();
        let workspace = self.open_workspace(&mut guard)?;
        workspace.check_complete()?;
        let settled = self.settle(FirstChange::At(now))?;
        let articles_home = settled.log_home(None);
        let home = self.tickets_home(&settled)?;
        settled.check_seen(&self.lock_denied(), &self.inner.store)?;
        let (articles, left_out) = workspace.visible_at(now, &settled.list);
        let conflicts = group_conflicts(&articles)?;
        let total = articles.values().map(Vec::len).sum();
        let mut done = 0;
        let mut count = || {
            done += 1;
            progress(Progress { done, total })
        };
        let mut prepared = self.current().prepare(
            &self.inner.store,
            &home.owner,
            &articles,
            workspace.settings(),
            &mut count,
        )?;
        prepared.set_denied(&settled.list)?;
        let tickets_mark = self.learn_models(&mut prepared, &home, now, tickets)?;
        let next_publish_at = workspace.next_change_after(now);
        if let Err(error) = workspace.save(articles_home) {
            // What the log holds is known again only when it is opened again.
            *guard = None;
            return Err(error);
        }
        prepared.set_logs(LogMarks {
            articles: workspace.mark(),
            tickets: tickets_mark,
        });
        let generation = prepared.commit(&self.inner.store, now)?;
        let published = Published {
            generation: generation.number(),
            articles: generation.article_counts(),
            left_out,
            conflicts,
            next_publish_at,
            drift: generation
                .labels()
                .filter_map(|(class, labels)| Some((class, recent_drift(&labels)?)))
                .collect(),
        };
        self.go_on_with_published(generation, settled.list)?;
        if self.inner.store.folder().is_some() {
            // Gives the lock back: another process may change it next.
            *guard = None;
        }
        Ok(published)
    }

    /// Learns verdicts of people on tickets: adds them to a log, cleaned and with personal data masked. Known verdicts
    /// are skipped by their [key](SolvedTicket::key); the first one counts. An entry without text takes the text of
    /// another verdict on the same ticket that the same readers may know.
    ///
    /// When this returns they survive a crash and a power cut. It waits for nobody who changes articles, and works on a
    /// knowledge base that was opened for reading too; what threads learn at the same time is written together.
    /// Linear in the tickets' length; the first call reads the log.
    ///
    /// ```
    /// use helpdex::{KnowledgeBase, SolvedTicket, Ticket, Verdict};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let solved = SolvedTicket {
    ///     ticket_id: "4711".into(),
    ///     ticket: Ticket::from_text("Where is my money?"),
    ///     at: "2026-03-01T09:30:00Z".parse()?,
    ///     verdict: Verdict::Linked,
    ///     articles: vec!["refund".into()],
    ///     key: None,
    /// };
    /// let learned = knowledge_base.learn([solved.clone(), solved])?;
    /// assert_eq!((learned.added, learned.repeated), (1, 1));
    /// assert_eq!(learned.unknown_articles, ["refund"]);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the entry, for an empty or overlong id, for articles with
    /// [`NoArticle`](crate::Verdict::NoArticle), and for another verdict without any;
    /// [`IndexFormat`](crate::ErrorKind::IndexFormat) when the log is damaged or of another version,
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be read or written. Nothing of the entries is learned then.
    pub fn learn(&self, solved: impl IntoIterator<Item = SolvedTicket>) -> Result<Learned> {
        let mut articles = BTreeSet::new();
        let solved = solved
            .into_iter()
            .inspect(|solved| articles.extend(solved.articles.iter().cloned()));
        let verdicts = NewVerdict::all(solved)?;
        let Some(newest) = verdicts.iter().map(NewVerdict::at).max() else {
            return Ok(Learned::default());
        };
        let settled = self.settle(FirstChange::At(newest))?;
        let home = settled.log_home(self.current().logs().tickets.clone());
        let mut learned = self.inner.learning_log.learn(&home, verdicts)?;
        let current = self.current();
        // What was learned is learned: an article that cannot be read is told as unknown.
        let unknown = articles
            .into_iter()
            .filter(|id| !matches!(current.has_article(id), Ok(true)));
        learned.unknown_articles.extend(unknown);
        Ok(learned)
    }

    /// Forgets all that was learned of a ticket, or of every ticket of a requester, and returns how many verdicts that
    /// were. Learning the same again is new then.
    ///
    /// When this returns no file of the log holds a byte of them, not their keys either. What was published before stays
    /// as it is until the next [`publish`](Self::publish), so publish afterwards: that learns anew without them, and
    /// removes every generation from before. When it returns, no file of the knowledge base holds a byte of them.
    ///
    /// Who has such a generation open goes on with it, in this process until that publish, in another one until it
    /// [refreshes](Self::refresh); a [`Batch`] or a [`Draft`] until it is dropped. What was learned from [tickets of the host](Self::publish_with_tickets) is not touched.
    ///
    /// ```
    /// use helpdex::{Erasure, KnowledgeBase};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// assert_eq!(knowledge_base.forget(&Erasure::Requester("ana".into()))?, 0);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name, [`IndexFormat`](crate::ErrorKind::IndexFormat) when the log
    /// is damaged or of another version, [`Storage`](crate::ErrorKind::Storage) when it cannot be read or written. Nothing is
    /// forgotten then, unless only the sync of the folder failed; try again.
    pub fn forget(&self, who: &Erasure) -> Result<usize> {
        who.check()?;
        let Some(file) = self.read_denied(&DenyList::default())? else {
            return Ok(0);
        };
        self.check_names_tenant(&file.owner)?;
        let home = self.tickets_home(&file)?;
        self.inner.learning_log.forget(&home, who)
    }

    /// Returns the reasons why the newest generation is not in use, one sentence each; empty when it is.
    ///
    /// A generation that is damaged, of another version or of another tenant is passed over for an older one. That shows
    /// what was to be seen then: [deny](Self::deny) what must not come back.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.current().warnings().to_vec()
    }

    /// Returns the tenant; `None` when no host has named one.
    #[must_use]
    pub fn tenant(&self) -> Option<String> {
        let owner = self.inner.owner.get();
        owner.map_or_else(
            || self.inner.options.tenant.clone(),
            |owner| owner.tenant.clone(),
        )
    }

    /// Returns the identity, which is unique to this knowledge base; `None` before its first change, unless the host
    /// gave one.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        let owner = self.inner.owner.get();
        owner.map_or(self.inner.options.identity, |owner| {
            Some(owner.knowledge_base)
        })
    }

    /// The bytes of the files that the generation in use was read from; about what it takes in memory.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.current().size_bytes()
    }

    /// Returns the articles that answer a ticket for this audience at this moment, or the reason for abstaining.
    ///
    /// Any ticket has an outcome. Linear in the ticket's length, in the articles of the locales searched, and in how
    /// often they have the ticket's terms.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for options out of range, [`Internal`](crate::ErrorKind::Internal)
    /// when the index does not hold together: a bug.
    pub fn suggest(
        &self,
        ticket: &Ticket,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Suggestions> {
        let question = self.question(audience, now, options)?;
        suggest(&question, ticket, &mut Session::single())
    }

    /// Answers to many tickets on all cores, from the generation that is in use now: see [`Batch`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for options out of range.
    pub fn batch(
        &self,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Batch> {
        Ok(Batch::new(Snapshot::new(self, audience, now, options)?))
    }

    /// Starts a draft, which a host keeps while its customer writes a ticket and asks for each longer text: see
    /// [`Draft`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for options out of range.
    pub fn draft(
        &self,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Draft> {
        Ok(Draft::new(Snapshot::new(self, audience, now, options)?))
    }

    /// Returns a question to the generation in use.
    fn question(
        &self,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Question> {
        Question::new(self.current(), audience, now, options)
    }

    /// The solved tickets from which [target precision](crate::TargetPrecision) is decided for this audience,
    /// at most some 2,000: how probable the first article for each was to a model that did not know the ticket, and
    /// whether people decided that it is right. With a `set_size` of 2 or 3 the same of the first articles together: that
    /// any of them is right ([`Promise::Any`](crate::Promise::Any)).
    ///
    /// It tells beforehand what a target costs: see [`threshold`](LabelledPredictions::threshold) and
    /// [`curve`](LabelledPredictions::curve). Empty until something was learned that the audience sees.
    ///
    /// ```
    /// use helpdex::{Audience, KnowledgeBase};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let labelled = knowledge_base.labelled_predictions(&Audience::public(), 1)?;
    /// let missing = labelled.threshold(0.8, 0.95).unwrap_err();
    /// assert_eq!(missing.to_string(), "not enough data: 0 labelled tickets, at least about 14 needed");
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a `set_size` that is not 1, 2 or 3.
    pub fn labelled_predictions(
        &self,
        audience: &Audience,
        set_size: usize,
    ) -> Result<LabelledPredictions> {
        if !(1..=LARGEST_SET).contains(&set_size) {
            return Err(Error::invalid(format!(
                "set_size {set_size} is out of range; give 1 to {LARGEST_SET}"
            )));
        }
        let current = self.current();
        let thresholds = current.thresholds(audience);
        Ok(
            thresholds.map_or_else(LabelledPredictions::default, |thresholds| {
                thresholds.labelled(set_size).clone()
            }),
        )
    }

    /// The number of the generation in use; 0 before the first publish.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.current().number()
    }

    /// The locales of the articles that the audience may see at `now`, in order.
    #[must_use]
    pub fn locales(&self, audience: &Audience, now: Timestamp) -> Vec<Locale> {
        let current = self.current();
        let views = current.views(audience, now, |_| true);
        views.into_keys().cloned().collect()
    }

    /// The articles of one locale by the words of a text alone, best first: no cleaning, no grams, nothing that was learned and
    /// no probability. It is the part of [`suggest`](Self::suggest) that other search engines have too, so that benches can
    /// compare it with them; helpdesks have no use for it.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) when the index does not hold together: a bug.
    #[doc(hidden)]
    pub fn search_words(
        &self,
        text: &str,
        locale: &Locale,
        audience: &Audience,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<String>> {
        let current = self.current();
        let views = current.views(audience, now, |_| true);
        views.get(locale).map_or(Ok(Vec::new()), |view| {
            pool::best_ids_by_words(view, locale, text, limit)
        })
    }

    /// Fits the weights of the blend to these knowledge bases and their solved tickets, with the same weight for each,
    /// and returns them in the form of the source code. It is for the maintainers of this crate.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for a ticket that cannot be learned.
    #[doc(hidden)]
    pub fn fit_shipped_weights(knowledge_bases: Vec<(Self, Vec<SolvedTicket>)>) -> Result<String> {
        let worlds: Result<Vec<_>> = knowledge_bases
            .into_iter()
            .map(|(knowledge_base, tickets)| {
                Ok((knowledge_base.current(), Solved::from_tickets(tickets)?))
            })
            .collect();
        Ok(format!("{:#?}", train::fit_shipped(&worlds?)?))
    }

    /// Trains a model for each visibility whose model file does not exist yet, and returns the mark of the log for the
    /// manifest.
    fn learn_models(
        &self,
        prepared: &mut Prepared,
        home: &LogHome,
        now: Timestamp,
        tickets: Option<Vec<Solved>>,
    ) -> Result<Option<LogMark>> {
        let log = &self.inner.learning_log;
        let (erasures, mark) = log.erasures(home)?;
        prepared.set_erasures(erasures);
        let verdicts = match tickets {
            Some(tickets) => tickets,
            None => log.solved(home)?,
        };
        if verdicts.is_empty() {
            return Ok(mark);
        }
        for class in prepared.classes() {
            let audience = Audience::of_class(class);
            let inputs = train::inputs_hash(prepared.generation(), &audience, now, &verdicts);
            prepared.add_model(&self.inner.store, class, &inputs, |generation| {
                train::train(generation, &audience, now, &verdicts)
            })?;
        }
        Ok(mark)
    }

    /// The folder of the writing side; `None` in memory.
    fn work_folder(&self) -> Option<PathBuf> {
        let folder = self.inner.store.folder()?;
        Some(folder.join(WORK_FOLDER))
    }

    pub(crate) fn current(&self) -> Arc<Generation> {
        let current = self.inner.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Workspace) -> T) -> Result<T> {
        let mut guard = self.lock_workspace();
        Ok(change(self.open_workspace(&mut guard)?))
    }

    /// Locks the workspace. When a change panicked half-way, the workspace is dropped; the log has everything that was
    /// saved.
    fn lock_workspace(&self) -> MutexGuard<'_, Option<Workspace>> {
        self.inner.workspace.lock().unwrap_or_else(|poisoned| {
            self.inner.workspace.clear_poison();
            let mut guard = poisoned.into_inner();
            *guard = None;
            guard
        })
    }

    fn open_workspace<'g>(
        &self,
        guard: &'g mut MutexGuard<'_, Option<Workspace>>,
    ) -> Result<&'g mut Workspace> {
        if guard.is_none() {
            **guard = Some(match self.work_folder() {
                Some(work) => {
                    let access = self.prepare_work_folder(&work)?;
                    Workspace::open(&work, access, || {
                        let Some(file) = self.read_denied(&DenyList::default())? else {
                            return Ok(None);
                        };
                        self.check_names_tenant(&file.owner)?;
                        self.articles_home(&file).map(Some)
                    })?
                }
                None => Workspace::in_memory(),
            });
        }
        Ok(guard
            .as_mut()
            .expect("the workspace was opened just before"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knowledge_base_can_be_shared_between_threads() {
        fn is_shared<T: Send + Sync + Clone>() {}
        is_shared::<KnowledgeBase>();
    }
}
