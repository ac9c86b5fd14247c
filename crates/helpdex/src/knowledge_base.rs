//! The handle that callers hold: change, publish, open, refresh, suggest, learn, forget.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use helpdex_text::Locale;
use serde::Serialize;

use crate::article::{Article, Unpublished};
use crate::audience::{Audience, Visibility};
use crate::eval::LabelledPredictions;
use crate::files;
use crate::index::generation::{Generation, Prepared, is_our_name};
use crate::index::store::Store;
use crate::learn;
use crate::learning_log::{Erasure, Learned, LearningLog};
use crate::solved_ticket::{Solved, SolvedTicket};
use crate::suggest::decision_rule::DecisionRule;
use crate::suggest::{self, SuggestOptions, Suggestions};
use crate::synonyms::Synonyms;
use crate::ticket::Ticket;
use crate::workspace::{Changes, LOG_FILE, Workspace};
use crate::{Error, ErrorKind, Result, Timestamp};

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
    current: RwLock<Arc<Generation>>,
    /// The writing side; opened at the first change.
    workspace: Mutex<Option<Workspace>>,
    learning_log: LearningLog,
}

/// What a publish made visible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Published {
    /// The number of the new generation, from 1.
    pub generation: u64,
    /// How many articles of each visibility it shows.
    pub articles: BTreeMap<Visibility, u32>,
    /// The articles that it does not show, by id, and why.
    pub left_out: BTreeMap<String, Unpublished>,
    /// The next moment at which an article begins or ends, so that another publish is due; `None`: never.
    pub next_publish_at: Option<Timestamp>,
}

/// How far a publish is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Articles done.
    pub done: usize,
    /// At most so many are to be done; those whose file is unchanged are passed over.
    pub total: usize,
}

impl KnowledgeBase {
    /// A knowledge base that lives in memory only, empty.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::with(Store::in_memory(), Generation::empty())
    }

    /// Opens the newest generation of the knowledge base in `folder`, verifying every byte.
    ///
    /// Reading needs no lock and no write access.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when the folder cannot be read, [`IndexFormat`](ErrorKind::IndexFormat) when
    /// there is no knowledge base in it, or one that is damaged or of another version.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let store = Store::Folder(folder.to_owned());
        let Some(generation) = Generation::open_newest(&store, &Generation::empty())? else {
            return Err(Error::new(
                ErrorKind::IndexFormat,
                "there is no knowledge base here; make one with `helpdex build ARTICLES --into FOLDER`",
            )
            .at_path(folder));
        };
        Ok(Self::with(store, generation))
    }

    /// Opens the knowledge base in `folder` for changes, or starts an empty one there.
    ///
    /// One made by another version keeps its articles and is empty for readers until the next publish.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) when the folder holds other files,
    /// [`Storage`](ErrorKind::Storage) when it cannot be made or read.
    pub fn open_or_create(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        files::make_folder(folder)?;
        let store = Store::Folder(folder.to_owned());
        let names = store.list()?;
        let is_knowledge_base = files::exists(&folder.join(WORK_FOLDER).join(LOG_FILE))?
            || names.iter().any(|name| is_our_name(name));
        let is_empty = names
            .iter()
            .all(|name| name == WORK_FOLDER || name.starts_with('.'));
        if !is_knowledge_base && !is_empty {
            return Err(Error::invalid(
                "the folder has other files in it; give an empty folder, a new one, or a knowledge base",
            )
            .at_path(folder));
        }
        let generation = match Generation::open_newest(&store, &Generation::empty()) {
            Ok(newest) => newest.unwrap_or_else(Generation::empty),
            Err(error) if error.kind() == ErrorKind::IndexFormat => Generation::empty(),
            Err(error) => return Err(error),
        };
        files::make_folder(&folder.join(WORK_FOLDER))?;
        // Who made them may have been killed before the folders above were synced.
        for above in [folder, files::parent(folder)] {
            files::sync_folder(above)?;
        }
        Ok(Self::with(store, generation))
    }

    fn with(store: Store, generation: Generation) -> Self {
        let work = store.folder().map(|folder| folder.join(WORK_FOLDER));
        Self {
            inner: Arc::new(Inner {
                learning_log: LearningLog::new(work),
                store,
                current: RwLock::new(Arc::new(generation)),
                workspace: Mutex::new(None),
            }),
        }
    }

    /// Adds articles, or replaces those of the same ids. Of an id that comes twice the last one counts.
    ///
    /// # Errors
    /// [`IndexLocked`](ErrorKind::IndexLocked) when another process is changing it, [`Storage`](ErrorKind::Storage)
    /// when what is there cannot be read, [`IndexFormat`](ErrorKind::IndexFormat) when it is damaged or of another
    /// version.
    pub fn upsert(&self, articles: impl IntoIterator<Item = Article>) -> Result<Changes> {
        self.change(|workspace| workspace.upsert(articles))
    }

    /// Removes articles by id; ids that are not there are passed over.
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

    /// Sets the locales whose articles fill in for what is not translated into a ticket's language, first choice first.
    /// Without any it is the locale with the most articles.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn set_fallback_locales(&self, locales: Vec<Locale>) -> Result<()> {
        self.change(|workspace| workspace.set_fallback_locales(locales))
    }

    /// Sets the synonyms of a locale, in place of those that it had. They widen the query of every audience's tickets,
    /// from the next publish on.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    pub fn set_synonyms(&self, synonyms: Synonyms) -> Result<()> {
        self.change(|workspace| workspace.set_synonyms(synonyms))
    }

    /// Publishes the articles that are to be seen at `now` as the next generation, and goes on with it.
    ///
    /// It learns from the solved tickets of the log: one model for each class of readers, from the verdicts on what they
    /// see. Where neither these nor the articles have changed, the model of before is used again.
    ///
    /// # Errors
    /// [`IndexLocked`](ErrorKind::IndexLocked) when another process is changing it, [`Storage`](ErrorKind::Storage)
    /// when writing fails, [`IndexFormat`](ErrorKind::IndexFormat) when what is there is damaged or of another version,
    /// the log of solved tickets too.
    /// The generation before stays in use, and publishing can be tried again; a change that reached the disk already
    /// is part of the next publish.
    pub fn publish(&self, now: Timestamp) -> Result<Published> {
        self.publish_with_progress(now, |_| ControlFlow::Continue(()))
    }

    /// As [`publish`](Self::publish), telling `progress` of every article; when that breaks, nothing is changed. It is not
    /// asked while tickets are learned from.
    ///
    /// # Errors
    /// As [`publish`](Self::publish), and [`Interrupted`](ErrorKind::Interrupted).
    pub fn publish_with_progress(
        &self,
        now: Timestamp,
        progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Published> {
        self.publish_learning_from(now, None, progress)
    }

    /// As [`publish_with_progress`](Self::publish_with_progress), learning from these tickets in place of those of the log:
    /// for a host that keeps its own. Nothing of them stays but the model, so that the next publish needs them again.
    ///
    /// To forget somebody, leave their tickets out: the models that know them go with their generations, of which the last
    /// three stay. [`forget`](Self::forget) knows the log alone.
    ///
    /// # Errors
    /// As [`publish_with_progress`](Self::publish_with_progress), and [`InvalidInput`](ErrorKind::InvalidInput) for a ticket
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
        let (articles, left_out) = workspace.visible_at(now);
        let total = articles.values().map(Vec::len).sum();
        let mut done = 0;
        let mut count = || {
            done += 1;
            progress(Progress { done, total })
        };
        let mut prepared = self.current().prepare(
            &self.inner.store,
            &articles,
            workspace.settings(),
            &mut count,
        )?;
        self.learn_models(&mut prepared, now, tickets)?;
        let next_publish_at = workspace.next_change_after(now);
        if let Err(error) = workspace.save() {
            // What the log holds is known again only when it is opened again.
            *guard = None;
            return Err(error);
        }
        let generation = prepared.commit(&self.inner.store, now)?;
        let published = Published {
            generation: generation.number(),
            articles: generation.article_counts(),
            left_out,
            next_publish_at,
        };
        self.set_current(generation);
        if self.inner.store.folder().is_some() {
            // Gives the lock back: another process may change it next.
            *guard = None;
        }
        Ok(published)
    }

    /// Learns what people did about tickets, one verdict each: adds them to a log, cleaned and with personal data masked.
    /// What is there already is passed over, by its [key](SolvedTicket::key); the first one counts. An entry whose
    /// ticket has no text takes that of another verdict on the same ticket that the same readers may know.
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
    /// [`InvalidInput`](ErrorKind::InvalidInput), naming the entry, for an empty or overlong id, for articles with
    /// [`NoArticle`](crate::Verdict::NoArticle), and for another verdict without any;
    /// [`IndexFormat`](ErrorKind::IndexFormat) when the log is damaged or of another version,
    /// [`Storage`](ErrorKind::Storage) when it cannot be read or written. Nothing of the entries is learned then.
    pub fn learn(&self, solved: impl IntoIterator<Item = SolvedTicket>) -> Result<Learned> {
        let mut articles = BTreeSet::new();
        let solved = solved
            .into_iter()
            .inspect(|solved| articles.extend(solved.articles.iter().cloned()));
        let mut learned = self.inner.learning_log.learn(solved)?;
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
    /// [refreshes](Self::refresh). What was learned from [tickets of the host](Self::publish_with_tickets) is not touched.
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
    /// [`InvalidInput`](ErrorKind::InvalidInput) for an empty name, [`IndexFormat`](ErrorKind::IndexFormat) when the log
    /// is damaged or of another version, [`Storage`](ErrorKind::Storage) when it cannot be read or written. Nothing is
    /// forgotten then, unless only the sync of the folder failed; try again.
    pub fn forget(&self, who: &Erasure) -> Result<usize> {
        self.inner.learning_log.forget(who)
    }

    /// Looks whether a newer generation has been published, by this process or another, and goes on with it.
    /// Returns whether there was one.
    ///
    /// # Errors
    /// As [`open`](Self::open); the generation before stays in use.
    pub fn refresh(&self) -> Result<bool> {
        let newest = Generation::open_newest(&self.inner.store, &self.current())?;
        let is_newer = newest.is_some();
        if let Some(generation) = newest {
            self.set_current(generation);
        }
        Ok(is_newer)
    }

    /// The articles that answer a ticket, for this audience at this moment, or a silence with its reason.
    ///
    /// Any ticket has an outcome. Linear in the ticket's length, in the articles of the locales searched, and in how
    /// often they have the ticket's terms.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for options out of range, [`Internal`](ErrorKind::Internal)
    /// when the index does not hold together: a bug.
    pub fn suggest(
        &self,
        ticket: &Ticket,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Suggestions> {
        options.check()?;
        let current = self.current();
        let rule = DecisionRule::new(options, |target_precision, confidence_level| match current
            .thresholds(audience)
        {
            Some(thresholds) => thresholds.threshold(target_precision, confidence_level),
            None => LabelledPredictions::default().threshold(target_precision, confidence_level),
        });
        suggest::suggest(&current, ticket, audience, now, options, &rule)
    }

    /// As [`suggest`](Self::suggest), by a rule from outside.
    pub(crate) fn suggest_by_rule(
        &self,
        ticket: &Ticket,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
        rule: &DecisionRule,
    ) -> Result<Suggestions> {
        options.check()?;
        suggest::suggest(&self.current(), ticket, audience, now, options, rule)
    }

    /// The solved tickets from which [`target_precision`](SuggestOptions::target_precision) is decided for this audience,
    /// at most some 2,000: how probable the first article for each was to a model that did not know the ticket, and
    /// whether people decided that it is right.
    ///
    /// It tells beforehand what a target costs: see [`threshold`](LabelledPredictions::threshold) and
    /// [`curve`](LabelledPredictions::curve). Empty until something was learned that the audience sees.
    ///
    /// ```
    /// use helpdex::{Audience, KnowledgeBase};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let labelled = knowledge_base.labelled_predictions(&Audience::public());
    /// let missing = labelled.threshold(0.8, 0.95).unwrap_err();
    /// assert_eq!(missing.to_string(), "not enough data: 0 labelled tickets, at least about 14 needed");
    /// ```
    #[must_use]
    pub fn labelled_predictions(&self, audience: &Audience) -> LabelledPredictions {
        let current = self.current();
        let thresholds = current.thresholds(audience);
        thresholds.map_or_else(LabelledPredictions::default, |thresholds| {
            thresholds.labelled().clone()
        })
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

    /// Trains a model for each class of readers, where its file is not there already.
    fn learn_models(
        &self,
        prepared: &mut Prepared,
        now: Timestamp,
        tickets: Option<Vec<Solved>>,
    ) -> Result<()> {
        let log = &self.inner.learning_log;
        prepared.set_erasures(log.erasures()?);
        let verdicts = match tickets {
            Some(tickets) => tickets,
            None => log.solved()?,
        };
        if verdicts.is_empty() {
            return Ok(());
        }
        for class in prepared.classes() {
            let audience = Audience::of_class(class);
            let views = prepared.generation().views(&audience, now, |_| true);
            let mut inputs = learn::inputs_hash(&verdicts);
            for view in views.values() {
                inputs.update(view.content_hash());
            }
            drop(views);
            let inputs = *inputs.finalize().as_bytes();
            prepared.add_model(&self.inner.store, class, &inputs, |generation| {
                learn::train(generation, &audience, now, &verdicts)
            })?;
        }
        Ok(())
    }

    pub(crate) fn current(&self) -> Arc<Generation> {
        let current = self.inner.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    fn set_current(&self, generation: Generation) {
        let current = self.inner.current.write();
        let mut current = current.unwrap_or_else(PoisonError::into_inner);
        // A slow refresh must not undo a publish that went on meanwhile.
        if generation.number() > current.number() {
            *current = Arc::new(generation);
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Workspace) -> T) -> Result<T> {
        let mut guard = self.lock_workspace();
        Ok(change(self.open_workspace(&mut guard)?))
    }

    /// A change that panicked half-way is dropped with the workspace: the log has what was saved.
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
            **guard = Some(match self.inner.store.folder() {
                Some(folder) => Workspace::open(&folder.join(WORK_FOLDER))?,
                None => Workspace::in_memory(),
            });
        }
        Ok(guard
            .as_mut()
            .expect("the workspace was opened just before"))
    }
}

/// The folder inside a knowledge base that only its writer uses.
const WORK_FOLDER: &str = "work";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knowledge_base_can_be_shared_between_threads() {
        fn is_shared<T: Send + Sync + Clone>() {}
        is_shared::<KnowledgeBase>();
    }
}
