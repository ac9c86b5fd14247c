//! Records interaction events of a knowledge base, and returns them.

use serde::Serialize;

use crate::error::Result;
use crate::event_log::NewEvents;
use crate::interaction_event::InteractionEvent;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::deny_list::DenyList;
use crate::storage::identity::FirstChange;

/// The counts of a call that recorded events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Recorded {
    /// The number of events that were new and were added to the log.
    pub added: usize,
    /// The number of events that were in the log already, or came more than once; the first one counts.
    pub repeated: usize,
    /// The number of verdicts among the events that were new and were learned.
    pub verdicts: usize,
}

impl KnowledgeBase {
    /// Records what happened after answers: adds the events to a log. Known events are skipped by their
    /// [key](InteractionEvent::key); the first one counts.
    ///
    /// Events that are [verdicts](InteractionEvent::verdict) are [learned](Self::learn) too, each verdict on a ticket
    /// and an article once. They have no text, so they teach something only if another verdict on the same ticket has
    /// one.
    ///
    /// When this returns the events survive a crash and a power cut. It waits for no writer; events that threads record
    /// at the same time are written together. The first call reads the log.
    ///
    /// ```
    /// use helpdex::events::{Interaction, InteractionEvent};
    /// use helpdex::{KnowledgeBase, Timestamp};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let at = "2026-03-01T09:30:00Z".parse()?;
    /// let offered = InteractionEvent {
    ///     session: Some("s-81".into()),
    ///     articles: vec!["refund".into()],
    ///     ..InteractionEvent::new(Interaction::Offered, at)
    /// };
    /// let recorded = knowledge_base.record([offered.clone(), offered.clone()])?;
    /// assert_eq!((recorded.added, recorded.repeated), (1, 1));
    /// let events: Vec<_> = knowledge_base.events()?.collect::<Result<_, _>>()?;
    /// assert_eq!(events, [offered]);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the entry, for an event that
    /// [cannot be recorded](InteractionEvent::check); nothing is recorded then. [`Damaged`](crate::ErrorKind::Damaged) or
    /// [`OtherVersion`](crate::ErrorKind::OtherVersion) when a log cannot be used, [`Storage`](crate::ErrorKind::Storage)
    /// when it cannot be read or written; recording the same events again is safe.
    pub fn record(&self, events: impl IntoIterator<Item = InteractionEvent>) -> Result<Recorded> {
        let events: Vec<InteractionEvent> = events.into_iter().collect();
        self.check_writable()?;
        let new = NewEvents::all(&events)?;
        let Some(newest) = events.iter().map(|event| event.at).max() else {
            return Ok(Recorded::default());
        };
        let home = self.settle(FirstChange::At(newest))?.log_home(None);
        let added = self.inner.event_log.add(&home, new)?;
        // Known events too: a crash may have come between the two logs.
        let learned = self.learn(events.iter().filter_map(InteractionEvent::verdict))?;
        Ok(Recorded {
            added: added.added,
            repeated: added.repeated,
            verdicts: learned.added,
        })
    }

    /// Returns the recorded events in the order in which they were recorded, read one at a time.
    ///
    /// # Errors
    /// [`Damaged`](crate::ErrorKind::Damaged) or [`OtherVersion`](crate::ErrorKind::OtherVersion) when the log cannot
    /// be used, [`Storage`](crate::ErrorKind::Storage) when it cannot be read; also when a single event is read.
    pub fn events(&self) -> Result<impl Iterator<Item = Result<InteractionEvent>> + Send + use<>> {
        let file = self.read_denied(&DenyList::default())?;
        let events = file
            .map(|file| self.inner.event_log.events(&file.log_home(None)))
            .transpose()?;
        Ok(events.into_iter().flatten())
    }
}
