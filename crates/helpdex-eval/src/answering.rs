//! An engine that learns and answers in turn, and reports progress over the whole run.

use std::ops::ControlFlow;
use std::sync::Arc;

use helpdex::report::Progress;
use helpdex::vectors::Embedder;
use helpdex::{
    Article, Audience, Error, ErrorKind, FeedbackEvent, KnowledgeBase, Result, SuggestOptions,
    Timestamp, Writer, available_threads, on_threads,
};

use crate::data_set::JudgedQuery;
use crate::outcome::QueryOutcome;

/// The number of queries that each thread answers between two reports of progress.
const QUERIES_PER_THREAD: usize = 16;

/// A knowledge base in memory, with the progress of the run.
pub(crate) struct Engine<'a> {
    pub knowledge_base: KnowledgeBase,
    writer: Writer,
    audience: &'a Audience,
    progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    /// The number of articles and queries that are done.
    done: usize,
    /// The number of all articles and queries of the run.
    total: usize,
}

impl<'a> Engine<'a> {
    /// Creates the engine of a run that answers this many queries for one audience.
    pub(crate) fn new(
        articles: &[Article],
        queries: usize,
        audience: &'a Audience,
        progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Self> {
        let knowledge_base = KnowledgeBase::in_memory();
        let mut writer = knowledge_base.writer()?;
        writer.sync(articles.iter().cloned())?;
        Ok(Self {
            knowledge_base,
            writer,
            audience,
            progress,
            done: articles.len(),
            total: articles.len() + queries,
        })
    }

    /// Returns the engine with a model that embeds its articles and queries.
    pub(crate) fn with_embedder(mut self, embedder: Arc<dyn Embedder>) -> Result<Self> {
        self.knowledge_base = self.knowledge_base.with_embedder(embedder)?;
        let articles: Vec<Article> = self.writer.articles().cloned().collect();
        drop(self.writer);
        self.writer = self.knowledge_base.writer()?;
        self.writer.sync(articles)?;
        Ok(self)
    }

    /// Publishes the articles with a model that was trained on these tickets alone.
    pub(crate) fn learn(&mut self, now: Timestamp, tickets: Vec<FeedbackEvent>) -> Result<()> {
        let (progress, total) = (&mut self.progress, self.total);
        self.writer
            .publish_and_train_on(now, tickets, |published| {
                progress(Progress {
                    done: published.done,
                    total,
                    embedded: 0,
                })
            })?;
        Ok(())
    }

    /// Answers the queries on all cores, each at the moment that `now` returns. The outcomes are in the order of the
    /// queries and do not depend on the number of cores.
    pub(crate) fn answer(
        &mut self,
        queries: &[&JudgedQuery],
        now: fn(&JudgedQuery) -> Timestamp,
        options: &SuggestOptions,
    ) -> Result<Vec<QueryOutcome>> {
        let threads = available_threads();
        let mut outcomes = Vec::with_capacity(queries.len());
        for chunk in queries.chunks(QUERIES_PER_THREAD * threads) {
            let answers = on_threads(threads, chunk, |query| {
                let ticket = &query.ticket;
                self.knowledge_base
                    .suggest(ticket, self.audience, now(query), options)
            });
            for (query, answer) in chunk.iter().zip(answers) {
                outcomes.push(QueryOutcome::new(&query.id, answer?));
            }
            self.done += chunk.len();
            let progress = Progress {
                done: self.done,
                total: self.total,
                embedded: 0,
            };
            if (self.progress)(progress).is_break() {
                return Err(Error::new(
                    ErrorKind::Interrupted,
                    "the evaluation was interrupted",
                ));
            }
        }
        Ok(outcomes)
    }
}
