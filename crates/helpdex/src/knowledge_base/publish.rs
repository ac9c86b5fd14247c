//! Publishing: the articles that are to be seen at a moment become the next generation.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::Serialize;

use crate::article::Unpublished;
use crate::audience::{Audience, Visibility};
use crate::confidence::{RecentDrift, recent_drift};
use crate::error::Result;
use crate::knowledge_base::group_conflict::{GroupConflict, group_conflicts};
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::manifest::LogMarks;
use crate::snapshot::prepared::Prepared;
use crate::solved_ticket::{Solved, SolvedTicket};
use crate::storage::identity::FirstChange;
use crate::storage::log_head::{LogHome, LogMark};
use crate::timestamp::Timestamp;
use crate::train;

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
}
