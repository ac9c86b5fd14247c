//! Feedback in the form in which it is kept: cleaned and masked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use helpdex_text::Locale;

use crate::error::Result;
use crate::feedback_event::verdict::{Rejection, Verdict};
use crate::feedback_event::{FeedbackEvent, checked, hash_parts};
use crate::query::searched_part;
use crate::timestamp::Timestamp;
use crate::vectors::vector::Vector;

impl FeedbackEvent {
    /// Cleans the text of the ticket and masks personal data in it. The rest of the ticket is dropped, and so is text
    /// that no search would use.
    pub(crate) fn clean(self) -> CleanFeedback {
        let clean = self.ticket.clean();
        let mut named = BTreeSet::new();
        let mut articles = self.articles;
        articles.retain(|id| named.insert(id.clone()));
        CleanFeedback {
            ticket_id: self.ticket_id,
            requester: self.ticket.requester,
            locale: self.ticket.locale,
            at: self.at,
            verdict: self.verdict,
            articles,
            subject: clean.subject().to_owned(),
            text: searched_part(clean.text()).to_owned(),
            vector: self.ticket.vector,
        }
    }
}

/// The part of a [`FeedbackEvent`] that is kept: the cleaned and masked text that a search uses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CleanFeedback {
    pub at: Timestamp,
    pub ticket_id: String,
    pub verdict: Verdict,
    /// The ids of the articles, each once.
    pub articles: Vec<String>,
    pub requester: Option<String>,
    /// The locale that the host declared.
    pub locale: Option<Locale>,
    pub subject: String,
    pub text: String,
    /// The vector of the text, where the host gave one or an embedder made one.
    pub vector: Option<Vector>,
}

impl fmt::Debug for CleanFeedback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleanFeedback")
            .field("ticket_id", &self.ticket_id)
            .field("at", &self.at)
            .field("verdict", &self.verdict)
            .field("articles", &self.articles)
            .finish_non_exhaustive()
    }
}

impl CleanFeedback {
    /// Returns the verdicts that the host passes, in the form in which a log returns them, without repetitions.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the entry.
    pub(crate) fn from_tickets(
        tickets: impl IntoIterator<Item = FeedbackEvent>,
    ) -> Result<Vec<Self>> {
        let mut keys = BTreeSet::new();
        let mut all = Vec::new();
        for ticket in checked(tickets) {
            let ticket = ticket?;
            if keys.insert(ticket.key_hash()) {
                all.push(ticket.clean());
            }
        }
        Ok(Self::in_order(all))
    }

    /// Sorts the verdicts in chronological order, and cuts their texts to the part that a search uses, because a log of
    /// an earlier version holds whole texts.
    pub(crate) fn in_order(mut all: Vec<Self>) -> Vec<Self> {
        for solved in &mut all {
            solved.text.truncate(searched_part(&solved.text).len());
        }
        all.sort_unstable();
        all
    }

    /// Completes verdicts, which are in chronological order: a missing subject and text, locale or requester is that of
    /// the verdict before on the same ticket, else of the one after.
    pub(crate) fn complete(all: &mut [Self]) {
        let count = all.len();
        fill_in(all, 0..count);
        fill_in(all, (0..count).rev());
    }

    pub(crate) fn hash_into(&self, hasher: &mut blake3::Hasher) {
        let at = self.at.unix_seconds().to_string();
        let count = self.articles.len().to_string();
        let before: [&str; 5] = [
            &at,
            &self.ticket_id,
            self.verdict.name(),
            self.verdict.rejection().map_or("", Rejection::name),
            &count,
        ];
        let behind: [&str; 4] = [
            self.requester.as_deref().unwrap_or_default(),
            self.locale.as_ref().map_or("", Locale::as_str),
            &self.subject,
            &self.text,
        ];
        let articles = self.articles.iter().map(String::as_str);
        hash_parts(hasher, before.into_iter().chain(articles).chain(behind));
        if let Some(vector) = &self.vector {
            vector.hash_into(hasher);
        }
    }

    fn take_missing(&mut self, other: &Self) {
        if self.subject.is_empty() && self.text.is_empty() {
            self.subject.clone_from(&other.subject);
            self.text.clone_from(&other.text);
            self.vector.clone_from(&other.vector);
        }
        if self.locale.is_none() {
            self.locale.clone_from(&other.locale);
        }
        if self.requester.is_none() {
            self.requester.clone_from(&other.requester);
        }
    }
}

fn fill_in(all: &mut [CleanFeedback], order: impl Iterator<Item = usize>) {
    let mut latest: BTreeMap<String, usize> = BTreeMap::new();
    for index in order {
        if let Some(before) = latest.insert(all[index].ticket_id.clone(), index) {
            let [before, this] = all
                .get_disjoint_mut([before, index])
                .expect("two verdicts of a ticket stand at two places");
            this.take_missing(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::Ticket;

    fn linked(ticket_id: &str, at: i64, text: &str) -> FeedbackEvent {
        FeedbackEvent {
            ticket_id: ticket_id.into(),
            ticket: Ticket::from_text(text),
            at: Timestamp::from_unix_seconds(at),
            verdict: Verdict::Linked,
            articles: vec!["a".into()],
            key: None,
        }
    }

    #[test]
    fn a_verdict_without_text_takes_that_of_another_one_of_its_ticket() {
        let of = |at: i64, text: &str, requester: Option<&str>, key: &str| {
            let mut solved = linked("1", at, text);
            solved.ticket.requester = requester.map(str::to_owned);
            solved.key = Some(key.into());
            solved
        };
        let mut all = CleanFeedback::from_tickets([
            of(40, "", None, "d"),
            of(10, "", None, "a"),
            of(30, "the second text", None, "c"),
            of(20, "the first text", Some("ana"), "b"),
            linked("2", 15, ""),
        ])
        .unwrap();
        CleanFeedback::complete(&mut all);
        let seen: Vec<_> = all
            .iter()
            .map(|s| (s.at.unix_seconds(), &s.text[..], s.requester.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                (10, "the first text", Some("ana")),
                (15, "", None),
                (20, "the first text", Some("ana")),
                (30, "the second text", Some("ana")),
                (40, "the second text", Some("ana")),
            ]
        );
    }

    #[test]
    fn what_is_kept_is_clean_and_masked_and_no_debug_form_shows_it() {
        let mut solved = linked(
            "1",
            0,
            "Hello team,\n\nmy card marker fails, ana@example.org",
        );
        solved.ticket.requester = Some("marker-requester".into());
        assert!(!format!("{solved:?}").contains("marker"));
        let kept = solved.clean();
        assert_eq!(kept.text, "my card marker fails, [email]");
        assert!(!format!("{kept:?}").contains("marker"));
    }
}
