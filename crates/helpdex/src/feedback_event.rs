//! A feedback event: a ticket and a verdict of people on it, from which the library learns.

pub(crate) mod clean;
pub(crate) mod verdict;

use std::collections::BTreeSet;
use std::fmt;

use crate::article::check_id;
use crate::error::{Error, Result};
use crate::feedback_event::verdict::{Rejection, Verdict};
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

/// The longest id of a ticket, name of a requester, and key of a verdict, in bytes. A mail's Message-ID has up to 998
/// (RFC 5322, 2.1.1); a longer text was passed as an id by mistake.
const MAX_NAME_BYTES: usize = 1_000;

/// The most articles of one verdict; more are a mistake in the host's export.
pub(crate) const MAX_ARTICLES: usize = 10_000;

/// A verdict of people on a ticket and on some articles, as the host knows it.
///
/// A ticket may have several verdicts, one after the other. A verdict is checked when it is learned: see
/// [`KnowledgeBase::learn`](crate::KnowledgeBase::learn).
///
/// Its `Debug` form shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct FeedbackEvent {
    /// The host's id of the ticket, 1 to 1,000 bytes.
    pub ticket_id: String,
    /// The ticket: its text as it arrived, declared locale and requester are used. If the text is empty, the text of
    /// another verdict on the same ticket is used, if there is one.
    pub ticket: Ticket,
    /// The time of the verdict.
    pub at: Timestamp,
    /// The verdict itself.
    pub verdict: Verdict,
    /// The ids of the articles that the verdict is about, up to 10,000; empty for `no_article` and `unlinked`, and only
    /// for these.
    pub articles: Vec<String>,
    /// The key by which repetitions are recognised, 1 to 1,000 bytes; without one, ticket id, verdict and articles
    /// identify them.
    pub key: Option<String>,
}

impl fmt::Debug for FeedbackEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedbackEvent")
            .field("ticket_id", &self.ticket_id)
            .field("ticket", &self.ticket)
            .field("at", &self.at)
            .field("verdict", &self.verdict)
            .field("articles", &self.articles)
            .finish_non_exhaustive()
    }
}

impl FeedbackEvent {
    /// Checks that the verdict can be learned.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming what is wrong and the remedy, without the ticket's text.
    pub fn check(&self) -> Result<()> {
        self.fault()
            .map_or(Ok(()), |fault| Err(Error::invalid(fault)))
    }

    /// Returns a message that says why the verdict cannot be learned, and the remedy; `None` when it can be learned.
    pub(crate) fn fault(&self) -> Option<String> {
        let Self {
            ticket_id,
            ticket,
            verdict,
            articles,
            key,
            ..
        } = self;
        let names = [
            ("ticket id", Some(ticket_id)),
            ("key", key.as_ref()),
            ("requester", ticket.requester.as_ref()),
        ];
        for (what, name) in names {
            if let Some(fault) = name.and_then(|name| fault_of_name(what, name)) {
                return Some(fault);
            }
        }
        let name = verdict.name();
        if !verdict.names_articles() && !articles.is_empty() {
            return Some(format!(
                "verdict {name} names {} articles; drop them, or give another verdict",
                articles.len()
            ));
        }
        if verdict.names_articles() && articles.is_empty() {
            return Some(format!(
                "verdict {name} names no article; give at least one, or the verdict no_article or unlinked"
            ));
        }
        if articles.len() > MAX_ARTICLES {
            return Some(format!(
                "verdict {name} names {} articles; give at most {MAX_ARTICLES}",
                articles.len()
            ));
        }
        articles
            .iter()
            .find_map(|id| check_id("article id", id).err())
            .map(|error| error.to_string())
    }

    /// Returns the hash by which repetitions are recognised.
    pub(crate) fn key_hash(&self) -> u128 {
        let mut hasher = blake3::Hasher::new();
        if let Some(key) = &self.key {
            hash_parts(&mut hasher, ["key", key]);
        } else {
            let rejection = self.verdict.rejection().map_or("", Rejection::name);
            let articles: BTreeSet<&str> = self.articles.iter().map(String::as_str).collect();
            hash_parts(
                &mut hasher,
                [&self.ticket_id, self.verdict.name(), rejection],
            );
            hash_parts(&mut hasher, articles);
        }
        let hash = *hasher.finalize().as_bytes();
        u128::from_le_bytes(std::array::from_fn(|index| hash[index]))
    }
}

/// Returns a message that says why an id or name is invalid, and the remedy; `None` when it is valid. `what` describes
/// the field. The message does not quote the name, because it may be a person's.
pub(crate) fn fault_of_name(what: &str, name: &str) -> Option<String> {
    if name.is_empty() {
        return Some(format!("{what} is empty; give it at least 1 character"));
    }
    (name.len() > MAX_NAME_BYTES).then(|| {
        format!(
            "{what} has {} bytes; shorten it to {MAX_NAME_BYTES}",
            name.len()
        )
    })
}

/// Hashes texts, each with its length in front, so that different lists of texts never give the same bytes.
fn hash_parts<'a>(hasher: &mut blake3::Hasher, parts: impl IntoIterator<Item = &'a str>) {
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
}

/// Returns the verdicts in their order. A verdict that cannot be learned is replaced by an error with its number, from
/// 1.
pub(crate) fn checked(
    tickets: impl IntoIterator<Item = FeedbackEvent>,
) -> impl Iterator<Item = Result<FeedbackEvent>> {
    (1..).zip(tickets).map(|(number, ticket)| {
        let Some(fault) = ticket.fault() else {
            return Ok(ticket);
        };
        let id: String = ticket.ticket_id.chars().take(40).collect();
        Err(Error::invalid(format!(
            "entry {number}, ticket {id:?}: {fault}"
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[track_caller]
    fn check_fault(change: impl FnOnce(&mut FeedbackEvent), expected: &str) {
        let mut solved = linked("1", 0, "marker");
        change(&mut solved);
        let fault = solved.fault().unwrap_or_default();
        assert!(fault.contains(expected), "{fault}");
    }

    #[test]
    fn what_cannot_be_learned_is_told_with_the_remedy() {
        check_fault(|s| s.ticket_id.clear(), "ticket id is empty");
        check_fault(
            |s| s.ticket_id = "x".repeat(1_001),
            "ticket id has 1001 bytes; shorten it to 1000",
        );
        check_fault(|s| s.key = Some(String::new()), "key is empty");
        check_fault(
            |s| s.ticket.requester = Some("marker".repeat(1_000)),
            "requester has 6000 bytes",
        );
        check_fault(
            |s| s.articles.clear(),
            "verdict linked names no article; give at least one",
        );
        check_fault(
            |s| s.verdict = Verdict::NoArticle,
            "verdict no_article names 1 articles; drop them",
        );
        check_fault(
            |s| s.articles.push(String::new()),
            "article id \"\" is empty",
        );
        check_fault(
            |s| s.articles = vec!["a".into(); 10_001],
            "give at most 10000",
        );
        assert_eq!(linked("1", 0, "").fault(), None);
        let error = checked([linked("1", 0, ""), linked("", 0, "marker")])
            .collect::<Result<Vec<_>>>()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "entry 2, ticket \"\": ticket id is empty; give it at least 1 character"
        );
    }

    #[test]
    fn what_makes_a_repetition_is_the_key_else_ticket_verdict_and_articles() {
        let first = linked("1", 0, "text").key_hash();
        let same = |change: fn(&mut FeedbackEvent)| {
            let mut solved = linked("1", 0, "text");
            change(&mut solved);
            solved.key_hash() == first
        };
        assert!(same(|s| s.at = Timestamp::from_unix_seconds(9)));
        assert!(same(|s| s.ticket = Ticket::default()));
        assert!(same(|s| s.articles = vec!["a".into(), "a".into()]));
        assert!(!same(|s| s.articles.push("b".into())));
        assert!(!same(|s| s.verdict = Verdict::Clicked));
        assert!(!same(|s| s.ticket_id = "2".into()));
        assert!(!same(|s| s.key = Some("1".into())));
        let rejected = |rejection| FeedbackEvent {
            verdict: Verdict::Rejected(rejection),
            ..linked("1", 0, "")
        };
        assert_ne!(
            rejected(Rejection::Unknown).key_hash(),
            rejected(Rejection::NotRelated).key_hash()
        );
    }
}
