//! Answers many tickets on all cores, in the order of the tickets.

use std::collections::VecDeque;
use std::num::NonZeroUsize;

use crate::error::{Error, Result};
use crate::knowledge_base::snapshot::Snapshot;
use crate::suggest::answer::Suggestions;
use crate::suggest::{Session, suggest};
use crate::threads::{available_threads, on_threads};
use crate::ticket::Ticket;

/// The number of tickets for each thread that are answered together: enough that every core has work until the last
/// ticket is answered.
const CHUNK_TICKETS_PER_THREAD: usize = 16;
/// The fewest tickets that are answered together, whatever the number of threads.
const MIN_CHUNK_TICKETS: usize = 64;
/// The most bytes of tickets that are answered together, unless a single one is larger; a raw e-mail has up to 30 MB.
const CHUNK_BYTES: usize = 8 << 20;

/// Answers many tickets from one generation, for one audience at one moment.
/// [`KnowledgeBase::batch`](crate::KnowledgeBase::batch) makes it.
///
/// The answers are those of [`KnowledgeBase::suggest`](crate::KnowledgeBase::suggest), whatever the number of threads. A
/// publish during the batch changes nothing; an article [denied](crate::KnowledgeBase::deny) during the batch is left out
/// from the next chunk of tickets on.
///
/// ```
/// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, SuggestOptions, Ticket, Visibility};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let mut writer = knowledge_base.writer()?;
/// for (id, title) in [("pin", "Reset your PIN"), ("refund", "Refund a payment")] {
///     writer.upsert([Article::new(ArticleFields {
///         id: id.into(),
///         locale: "en".into(),
///         title: title.into(),
///         visibility: Visibility::Public,
///         ..ArticleFields::default()
///     })?])?;
/// }
/// let now = "2026-03-01".parse()?;
/// writer.publish(now)?;
///
/// let batch = knowledge_base.batch(&Audience::public(), now, &SuggestOptions::default())?;
/// let tickets = ["my refund please", "I forgot the PIN"].map(Ticket::from_text);
/// let mut first = Vec::new();
/// for answer in batch.suggest_many(tickets.map(Ok)) {
///     first.push(answer?.ranking[0].article_id.clone());
/// }
/// assert_eq!(first, ["refund", "pin"]);
/// # Ok::<(), helpdex::Error>(())
/// ```
pub struct Batch {
    snapshot: Snapshot,
    threads: usize,
}

impl Batch {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            threads: available_threads(),
        }
    }

    /// Returns the batch with this number of threads, the caller's included. The default is as many as the machine runs
    /// at once.
    #[must_use]
    pub fn with_threads(self, threads: NonZeroUsize) -> Self {
        let threads = threads.get();
        Self { threads, ..self }
    }

    /// Returns one answer per ticket, in the order of the tickets. An error in place of a ticket is passed on in its
    /// place, so that an iterator over the lines of a file can be given.
    ///
    /// Tickets are read when answers are asked for, one [chunk](Self::next_chunk) at a time. No thread runs between two
    /// answers, nor after the iterator is dropped. A panic of `tickets` or of an answer reaches the caller.
    ///
    /// # Errors
    /// One per ticket: [`Internal`](crate::ErrorKind::Internal) when the index is inconsistent, which is a bug. The next
    /// ticket is still answered.
    pub fn suggest_many<T: IntoIterator<Item = Result<Ticket>>>(
        &self,
        tickets: T,
    ) -> impl Iterator<Item = Result<Suggestions>> + use<'_, T> {
        let mut tickets = tickets.into_iter().fuse();
        let mut answered = VecDeque::new();
        std::iter::from_fn(move || {
            if answered.is_empty() {
                let chunk = self.chunk(&mut tickets, |ticket| {
                    ticket.as_ref().map_or(0, Ticket::size_bytes)
                });
                answered = self.answer(&chunk).into();
            }
            answered.pop_front()
        })
    }

    /// Takes as many of the next tickets as are answered together, limited in number and in bytes. The result is empty
    /// when no ticket is left.
    ///
    /// It is for hosts that must read on one thread and answer on another; others use
    /// [`suggest_many`](Self::suggest_many).
    pub fn next_chunk(&self, tickets: impl IntoIterator<Item = Ticket>) -> Vec<Ticket> {
        self.chunk(tickets, Ticket::size_bytes)
    }

    /// Returns the answers to these tickets, in the order of the tickets.
    ///
    /// # Errors
    /// Those of [`suggest_many`](Self::suggest_many), one per ticket.
    pub fn suggest_all(&self, tickets: Vec<Ticket>) -> Vec<Result<Suggestions>> {
        let tickets: Vec<_> = tickets.into_iter().map(Ok).collect();
        self.answer(&tickets)
    }

    fn chunk<T>(
        &self,
        tickets: impl IntoIterator<Item = T>,
        size_bytes: impl Fn(&T) -> usize,
    ) -> Vec<T> {
        let most = MIN_CHUNK_TICKETS.max(CHUNK_TICKETS_PER_THREAD.saturating_mul(self.threads));
        let mut chunk = Vec::new();
        let mut bytes = 0;
        for ticket in tickets {
            bytes += size_bytes(&ticket);
            chunk.push(ticket);
            if chunk.len() >= most || bytes >= CHUNK_BYTES {
                break;
            }
        }
        chunk
    }

    fn answer(&self, tickets: &[Result<Ticket>]) -> Vec<Result<Suggestions>> {
        if tickets.is_empty() {
            return Vec::new();
        }
        let question = self.snapshot.question();
        on_threads(self.threads, tickets, |ticket| {
            let ticket = ticket.as_ref().map_err(Error::clone)?;
            let question = question.as_ref().map_err(Error::clone)?;
            suggest(question, ticket, &mut Session::single())
        })
    }
}
