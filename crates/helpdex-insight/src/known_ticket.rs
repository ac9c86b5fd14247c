//! A solved ticket, with all decisions of people about it.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{FeedbackEvent, Message, Result, Suggestion, Ticket, Verdict};

/// A ticket and the decisions of people about it.
pub(crate) struct KnownTicket<'a> {
    /// The first event that has the text, else the first event.
    pub first: &'a FeedbackEvent,
    /// The articles that agents linked, or that the customer says solved it.
    pub linked: BTreeSet<String>,
    /// The articles that were rejected.
    pub rejected: BTreeSet<String>,
    /// Whether somebody said that no article answers it.
    pub is_without_article: bool,
}

impl KnownTicket<'_> {
    /// Returns the requester; a ticket without one counts as its own.
    pub(crate) fn requester(&self) -> &str {
        let requester = self.first.ticket.requester.as_deref();
        requester.unwrap_or(&self.first.ticket_id)
    }

    /// Returns the masked subject and text, without quotes and signatures.
    pub(crate) fn text(&self) -> String {
        let clean = self.first.ticket.clean();
        let text = [clean.subject(), clean.text()].join("\n");
        text.trim().to_owned()
    }

    /// Tells whether an article that is shown is right; `None` when nobody decided that.
    pub(crate) fn is_right(&self, shown: &Suggestion) -> Option<bool> {
        if !self.linked.is_empty() {
            let is_linked = self.linked.contains(&shown.article_id)
                || self.linked.contains(&shown.translation_group)
                || shown.same_as.iter().any(|id| self.linked.contains(id));
            return Some(is_linked);
        }
        let is_wrong = self.is_without_article || self.rejected.contains(&shown.article_id);
        is_wrong.then_some(false)
    }
}

/// Gathers the verdicts by ticket, in the order of the ids.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for an event that cannot be learned.
pub(crate) fn by_ticket(events: &[FeedbackEvent]) -> Result<BTreeMap<&str, KnownTicket<'_>>> {
    let mut all: BTreeMap<&str, KnownTicket<'_>> = BTreeMap::new();
    for event in events {
        event.check()?;
        let known = all.entry(&event.ticket_id).or_insert_with(|| KnownTicket {
            first: event,
            linked: BTreeSet::new(),
            rejected: BTreeSet::new(),
            is_without_article: false,
        });
        if is_empty(&known.first.ticket) && !is_empty(&event.ticket) {
            known.first = event;
        }
        match event.verdict {
            Verdict::Linked | Verdict::Resolved => {
                known.linked.extend(event.articles.iter().cloned());
            }
            Verdict::Rejected(_) => {
                known.rejected.extend(event.articles.iter().cloned());
            }
            Verdict::NoArticle => known.is_without_article = true,
            Verdict::Clicked | Verdict::Unlinked => {}
        }
    }
    Ok(all)
}

fn is_empty(ticket: &Ticket) -> bool {
    ticket.subject.is_none() && matches!(&ticket.message, Message::Text(text) if text.is_empty())
}
