//! Learns feedback into a knowledge base, returns it and forgets it.

use std::collections::BTreeSet;

use crate::erasure::{Erasure, Forgotten};
use crate::error::Result;
use crate::feedback_event::FeedbackEvent;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::learning_log::Learned;
use crate::learning_log::record::NewVerdict;
use crate::snapshot::deny_list::DenyList;
use crate::storage::identity::FirstChange;

impl KnowledgeBase {
    /// Learns verdicts of people on tickets: adds them to a log, cleaned and with personal data masked. Known verdicts
    /// are skipped by their [key](FeedbackEvent::key); the first one counts. A verdict without text uses the text of
    /// another verdict on the same ticket that the same readers may know.
    ///
    /// When this returns, the verdicts survive a crash and a power cut. It waits for no writer, and verdicts from
    /// several threads are written together. Linear in the length of the tickets; the first call reads the log.
    ///
    /// ```
    /// use helpdex::{KnowledgeBase, FeedbackEvent, Ticket, Verdict};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let solved = FeedbackEvent {
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
    /// [`NoArticle`](crate::Verdict::NoArticle) or [`Unlinked`](crate::Verdict::Unlinked), and for another verdict without any;
    /// [`Damaged`](crate::ErrorKind::Damaged) or [`OtherVersion`](crate::ErrorKind::OtherVersion) when the log cannot be used,
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be read or written. Nothing of the entries is learned then.
    pub fn learn(&self, solved: impl IntoIterator<Item = FeedbackEvent>) -> Result<Learned> {
        let mut articles = BTreeSet::new();
        let solved = solved
            .into_iter()
            .inspect(|solved| articles.extend(solved.articles.iter().cloned()));
        self.check_writable()?;
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

    /// Returns the feedback of the log, in the order in which it was learned, cleaned and masked: for an export, or to
    /// [`learn`](Self::learn) it in another knowledge base.
    ///
    /// ```
    /// use helpdex::{KnowledgeBase, FeedbackEvent, Ticket, Verdict};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// knowledge_base.learn([FeedbackEvent {
    ///     ticket_id: "4711".into(),
    ///     ticket: Ticket::from_text("Where is my money? Ana, ana@example.org"),
    ///     at: "2026-03-01T09:30:00Z".parse()?,
    ///     verdict: Verdict::Linked,
    ///     articles: vec!["refund".into()],
    ///     key: Some("link 1".into()),
    /// }])?;
    /// let copy = KnowledgeBase::in_memory();
    /// assert_eq!(copy.learn(knowledge_base.feedback()?)?.added, 1);
    /// assert_eq!(copy.feedback()?, knowledge_base.feedback()?);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Damaged`](crate::ErrorKind::Damaged) or [`OtherVersion`](crate::ErrorKind::OtherVersion) when the log cannot be used,
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be read.
    pub fn feedback(&self) -> Result<Vec<FeedbackEvent>> {
        let Some(file) = self.read_denied(&DenyList::default())? else {
            return Ok(Vec::new());
        };
        self.inner.learning_log.events(&self.tickets_home(&file)?)
    }

    /// Forgets everything in the logs of feedback and of events about a ticket or a requester, or everything before a
    /// moment, and returns the counts. Forgotten verdicts and events can be learned and recorded again. The logs of the
    /// [ideas](Self::ideas) are included, and a [solved ticket](Self::solved_tickets) is gone at once.
    ///
    /// When this returns, no log contains a byte of them, not even their keys. Published generations stay unchanged
    /// until the next [`publish`](crate::Writer::publish), so publish afterwards: it trains without them, and deletes
    /// every older generation. When that returns, no file of the knowledge base contains a byte of them. Ideas are
    /// published apart.
    ///
    /// Handles that have an older generation open continue to use it: in this process until that publish, in other
    /// processes until they [refresh](Self::refresh), and a [`Batch`](crate::Batch) or a [`Draft`](crate::Draft) until
    /// it is dropped. Models that were trained on [tickets of the host](crate::Writer::train_on) are not affected.
    ///
    /// ```
    /// use helpdex::feedback::{Erasure, Forgotten};
    /// use helpdex::KnowledgeBase;
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// assert_eq!(knowledge_base.forget(&Erasure::Requester("ana".into()))?, Forgotten::default());
    ///
    /// // The retention of the host: events of the last 90 days.
    /// knowledge_base.forget(&Erasure::EventsBefore("2026-01-01".parse()?))?;
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name, [`Damaged`](crate::ErrorKind::Damaged) or
    /// [`OtherVersion`](crate::ErrorKind::OtherVersion) when a log cannot be used, [`Storage`](crate::ErrorKind::Storage)
    /// when it cannot be read or written. Try again then: the other log may have been rewritten already.
    pub fn forget(&self, what: &Erasure) -> Result<Forgotten> {
        self.check_writable()?;
        what.check()?;
        self.inner.pools.drop_solved_tickets();
        let mut forgotten = self.forget_own(what)?;
        if let Some(ideas) = self.ideas_if_any()? {
            let of_ideas = ideas.forget_own(what)?;
            forgotten.verdicts += of_ideas.verdicts;
            forgotten.events += of_ideas.events;
        }
        Ok(forgotten)
    }

    fn forget_own(&self, what: &Erasure) -> Result<Forgotten> {
        let Some(file) = self.read_denied(&DenyList::default())? else {
            return Ok(Forgotten::default());
        };
        self.check_names_tenant(&file.owner)?;
        let verdicts = self
            .inner
            .learning_log
            .forget(&self.tickets_home(&file)?, what)?;
        let events = self.inner.event_log.forget(&file.log_home(None), what)?;
        Ok(Forgotten { verdicts, events })
    }
}
