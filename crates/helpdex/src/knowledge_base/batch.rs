//! Many tickets, answered on all cores in their order.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::suggest::answer::Suggestions;
use crate::ticket::Ticket;

/// Tickets that are answered together: enough that every core has work until the last of them is answered.
const CHUNK_TICKETS_PER_THREAD: usize = 16;
const MIN_CHUNK_TICKETS: usize = 64;
/// Bytes of tickets that are answered together, unless a single one is larger; a raw e-mail has up to 30 MB.
const CHUNK_BYTES: usize = 8 << 20;

/// Answers many tickets from one generation, for one audience at one moment: made by
/// [`KnowledgeBase::batch`](crate::KnowledgeBase::batch).
///
/// Answers are those of [`KnowledgeBase::suggest`](crate::KnowledgeBase::suggest), whatever the number of threads. What
/// is published meanwhile changes nothing; what is [denied](crate::KnowledgeBase::deny) meanwhile is not shown in the
/// tickets that are read next.
///
/// ```
/// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, SuggestOptions, Ticket, Visibility};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// for (id, title) in [("pin", "Reset your PIN"), ("refund", "Refund a payment")] {
///     knowledge_base.upsert([Article::new(ArticleFields {
///         id: id.into(),
///         locale: "en".into(),
///         title: title.into(),
///         visibility: Visibility::Public,
///         ..ArticleFields::default()
///     })?])?;
/// }
/// let now = "2026-03-01".parse()?;
/// knowledge_base.publish(now)?;
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
            threads: thread::available_parallelism().map_or(1, NonZeroUsize::get),
        }
    }

    /// The same on so many threads, the caller's among them; as many as the machine runs at once, unless said.
    #[must_use]
    pub fn with_threads(self, threads: NonZeroUsize) -> Self {
        let threads = threads.get();
        Self { threads, ..self }
    }

    /// One answer a ticket, in their order. An error in place of a ticket is handed on in its place, so that
    /// [`read_tickets`](crate::read_tickets) can be given.
    ///
    /// Tickets are read as answers are asked for, some ahead: as [`next_chunk`](Self::next_chunk) does. No thread is left
    /// behind between two answers, nor when the iterator is dropped. A panic of `tickets` or of an answer reaches the
    /// caller.
    ///
    /// # Errors
    /// One a ticket: [`Internal`](crate::ErrorKind::Internal) when the index does not hold together, a bug; the next
    /// ticket is answered all the same.
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

    /// The next tickets, as many as are answered together: bounded in number and in bytes. Empty when there is none left.
    ///
    /// It is for hosts that must read on one thread and answer on another; others have
    /// [`suggest_many`](Self::suggest_many).
    pub fn next_chunk(&self, tickets: impl IntoIterator<Item = Ticket>) -> Vec<Ticket> {
        self.chunk(tickets, Ticket::size_bytes)
    }

    /// The answers to these tickets, in their order.
    ///
    /// # Errors
    /// As [`suggest_many`](Self::suggest_many), one a ticket.
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
            let ticket = ticket.as_ref().map_err(Error::again)?;
            question
                .as_ref()
                .map_err(Error::again)?
                .suggest(ticket, None)
        })
    }
}

/// What `work` makes of each item, in their order. Each thread takes the next item that nobody has; a panic reaches the
/// caller when all threads have ended.
fn on_threads<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where no thread can be had, the others do its share.
        let others: Vec<_> = (1..threads.min(items.len()))
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        for other in others {
            let of_other = other.join();
            done.extend(of_other.unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn every_item_is_done_once_and_in_its_place_on_any_number_of_threads() {
        let items: Vec<usize> = (0..1_000).collect();
        for threads in [1, 2, 7, 2_000] {
            let calls = AtomicUsize::new(0);
            let done = on_threads(threads, &items, |item| {
                calls.fetch_add(1, Ordering::Relaxed);
                item * 3
            });
            assert_eq!(done, items.iter().map(|item| item * 3).collect::<Vec<_>>());
            assert_eq!(calls.into_inner(), items.len());
        }
        assert!(on_threads(4, &[], |item: &u8| *item).is_empty());
    }

    #[test]
    fn a_panic_reaches_the_caller_whichever_thread_has_it() {
        let items: Vec<usize> = (0..100).collect();
        for threads in [1, 3] {
            for bad in [0, 50, 99] {
                let caught = catch_unwind(AssertUnwindSafe(|| {
                    on_threads(threads, &items, |&item| {
                        // No message is printed for it.
                        if item == bad {
                            panic::resume_unwind(Box::new(item));
                        }
                    })
                }));
                let panic = caught.expect_err("one item panics");
                assert_eq!(panic.downcast_ref(), Some(&bad));
            }
        }
    }
}
