//! Solved tickets: a ticket and a verdict of people on it, from which the library learns.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use helpdex_text::names::unknown;
use helpdex_text::{Locale, names};
use serde::{Deserialize, Serialize};

use crate::article::check_id;
use crate::error::{Error, Result};
use crate::query::searched_part;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

/// The longest id of a ticket, name of a requester and idempotency key, in bytes. A mail's Message-ID has up to 998
/// (RFC 5322, 2.1.1); a text that was passed as an id by mistake is longer.
const MAX_NAME_BYTES: usize = 1_000;

/// More articles than this for one ticket are a mistake in the host's export.
const MAX_ARTICLES: usize = 10_000;

/// A verdict of people on a ticket and on the articles that it names, as the host knows it.
///
/// A ticket may have several, one after the other. It is checked when it is learned: see
/// [`KnowledgeBase::learn`](crate::KnowledgeBase::learn).
///
/// Its `Debug` form shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct FeedbackEvent {
    /// The host's id of the ticket, 1 to 1,000 bytes.
    pub ticket_id: String,
    /// Text as it arrived, declared locale and requester. An empty text: that of another verdict on the same ticket
    /// counts, where there is one.
    pub ticket: Ticket,
    /// The time of the verdict.
    pub at: Timestamp,
    /// The verdict.
    pub verdict: Verdict,
    /// The ids of the articles that it is about, up to 10,000; empty exactly when no article helps.
    pub articles: Vec<String>,
    /// The key that identifies repetitions, 1 to 1,000 bytes; without one, ticket id, verdict and articles identify
    /// them.
    pub key: Option<String>,
}

/// A verdict of people on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// An agent answered with these articles.
    Linked,
    /// The customer says that one of these articles solved it.
    Resolved,
    /// The customer opened these articles.
    Clicked,
    /// Somebody said that these articles do not answer it.
    Rejected(Rejection),
    /// Somebody said that there is no article that answers it.
    NoArticle,
}

/// Why articles were rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejection {
    /// Not said.
    Unknown,
    /// They are about something else.
    NotRelated,
    /// They are about it, and do not answer it.
    RelatedButDidNotAnswer,
}

names!(Rejection, "rejection" {
    Unknown => "unknown",
    NotRelated => "not_related",
    RelatedButDidNotAnswer => "related_but_did_not_answer",
});

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 7] = [
        Self::Linked,
        Self::Resolved,
        Self::Clicked,
        Self::Rejected(Rejection::Unknown),
        Self::Rejected(Rejection::NotRelated),
        Self::Rejected(Rejection::RelatedButDidNotAnswer),
        Self::NoArticle,
    ];

    /// Returns the name: `linked`, `resolved`, `clicked`, `rejected` or `no_article`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Resolved => "resolved",
            Self::Clicked => "clicked",
            Self::Rejected(_) => "rejected",
            Self::NoArticle => "no_article",
        }
    }

    /// Why articles were rejected; none for the other verdicts.
    #[must_use]
    pub fn rejection(self) -> Option<Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// The verdict of these names. `rejected` without a reason is [`Rejection::Unknown`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name that is unknown, and for a reason with another verdict.
    pub fn from_names(verdict: &str, rejection: Option<&str>) -> Result<Self> {
        let named = Self::ALL.into_iter().find(|v| v.name() == verdict);
        let Some(first) = named else {
            let mut known = Vec::from(Self::ALL.map(Self::name));
            known.dedup();
            return Err(unknown("verdict", verdict, &known).into());
        };
        let Some(rejection) = rejection else {
            return Ok(first);
        };
        if first.rejection().is_none() {
            return Err(Error::invalid(format!(
                "verdict {verdict} has no rejection; drop it, or give the verdict rejected"
            )));
        }
        Ok(Self::Rejected(rejection.parse()?))
    }
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
    /// Checks that it can be learned.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming what is wrong and the remedy, without the ticket's text.
    pub fn check(&self) -> Result<()> {
        self.fault()
            .map_or(Ok(()), |fault| Err(Error::invalid(fault)))
    }

    /// Returns the fault and the remedy; `None` when the ticket can be learned.
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
        if *verdict == Verdict::NoArticle && !articles.is_empty() {
            return Some(format!(
                "verdict {name} names {} articles; drop them, or give another verdict",
                articles.len()
            ));
        }
        if *verdict != Verdict::NoArticle && articles.is_empty() {
            return Some(format!(
                "verdict {name} names no article; give at least one, or the verdict no_article"
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

    /// Returns the hash that identifies repetitions.
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

    /// Cleans the text and masks personal data in it. The rest of the ticket is dropped, and so is text that no search
    /// would use.
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
        }
    }
}

/// The name itself is not shown: it may be a person's.
fn fault_of_name(what: &str, name: &str) -> Option<String> {
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

/// The part of a [`FeedbackEvent`] that is kept: the cleaned and masked text that a search uses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CleanFeedback {
    pub at: Timestamp,
    pub ticket_id: String,
    pub verdict: Verdict,
    /// Each once.
    pub articles: Vec<String>,
    pub requester: Option<String>,
    /// The declared one.
    pub locale: Option<Locale>,
    pub subject: String,
    pub text: String,
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
    /// Returns the tickets that the host passes in the form in which a log returns them.
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

    /// Sorts the verdicts in chronological order. Their texts are cut to the part that a search uses, because a log of
    /// an earlier version has the whole texts.
    pub(crate) fn in_order(mut all: Vec<Self>) -> Vec<Self> {
        for solved in &mut all {
            solved.text.truncate(searched_part(&solved.text).len());
        }
        all.sort_unstable();
        all
    }

    /// Gives each of the verdicts, which are in the order of time, what it lacks of its ticket: subject and text, locale
    /// and requester are those of the verdict before it, else of the one after it.
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
    }

    fn take_missing(&mut self, other: &Self) {
        if self.subject.is_empty() && self.text.is_empty() {
            self.subject.clone_from(&other.subject);
            self.text.clone_from(&other.text);
        }
        if self.locale.is_none() {
            self.locale.clone_from(&other.locale);
        }
        if self.requester.is_none() {
            self.requester.clone_from(&other.requester);
        }
    }
}

/// Hashes texts so that no two lists of texts give the same bytes.
fn hash_parts<'a>(hasher: &mut blake3::Hasher, parts: impl IntoIterator<Item = &'a str>) {
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
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

/// The tickets, or an error that names the first that cannot be learned.
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
    fn every_verdict_is_told_by_its_names() {
        for verdict in Verdict::ALL {
            let rejection = verdict.rejection().map(Rejection::name);
            assert_eq!(
                Verdict::from_names(verdict.name(), rejection).unwrap(),
                verdict
            );
        }
        let error = Verdict::from_names("linked", Some("unknown")).unwrap_err();
        assert!(error.to_string().contains("has no rejection"), "{error}");
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
