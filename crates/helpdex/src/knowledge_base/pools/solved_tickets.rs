//! Tickets that were solved before, which agents are shown beside articles.

use std::collections::BTreeMap;
use std::sync::Arc;

use helpdex_text::{Locale, detect_language};

use crate::article::fields::{ArticleFields, ArticleKind};
use crate::article::{Article, one_line};
use crate::audience::{Audience, Visibility};
use crate::error::Result;
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::clean::CleanFeedback;
use crate::feedback_event::verdict::Verdict;
use crate::knowledge_base::handle::{KeptTickets, KnowledgeBase};
use crate::storage::log_head::LogMark;
use crate::suggest::answer::Suggestions;
use crate::suggest::options::SuggestOptions;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

/// The most tickets, the newest ones. Older ones describe a product that has changed since.
const MOST_TICKETS: usize = 10_000;

/// The most characters of a ticket's text that stand as its title when it has no subject.
const TITLE_CHARS: usize = 100;

/// Tickets that were solved before, cleaned and masked: for agents only, and only in memory. Clones share them.
///
/// A ticket is solved when its last [`Linked`](Verdict::Linked) or [`Resolved`](Verdict::Resolved) verdict names an
/// article, and nobody said later that this was wrong. Tickets without text are left out.
///
/// ```
/// use helpdex::pools::SolvedTickets;
/// use helpdex::{FeedbackEvent, SuggestOptions, Ticket, Verdict};
///
/// let now = "2026-03-02".parse()?;
/// let solved = SolvedTickets::of([FeedbackEvent {
///     ticket_id: "4711".into(),
///     ticket: Ticket::from_text("The terminal shows error E-4177 after the update"),
///     at: "2026-03-01".parse()?,
///     verdict: Verdict::Linked,
///     articles: vec!["update-terminal".into()],
///     key: None,
/// }], now)?;
/// let ticket = Ticket::from_text("terminal says error E-4177");
/// let answer = solved.suggest(&ticket, now, &SuggestOptions::default())?;
/// assert_eq!(answer.offered()[0].article_id, "4711");
/// assert_eq!(solved.articles("4711"), ["update-terminal"]);
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Clone)]
pub struct SolvedTickets {
    tickets: KnowledgeBase,
    /// The articles that solved each ticket.
    articles: Arc<BTreeMap<String, Vec<String>>>,
}

impl SolvedTickets {
    /// Makes the pool from feedback of the host. The texts are cleaned, and personal data in them is masked.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the entry, as [`KnowledgeBase::learn`].
    pub fn of(feedback: impl IntoIterator<Item = FeedbackEvent>, now: Timestamp) -> Result<Self> {
        Self::of_clean(CleanFeedback::from_tickets(feedback)?, now)
    }

    /// Makes the pool from feedback in chronological order.
    pub(crate) fn of_clean(mut feedback: Vec<CleanFeedback>, now: Timestamp) -> Result<Self> {
        CleanFeedback::complete(&mut feedback);
        let mut solved: BTreeMap<&str, &CleanFeedback> = BTreeMap::new();
        for verdict in &feedback {
            match verdict.verdict {
                Verdict::Linked | Verdict::Resolved => {
                    solved.insert(&verdict.ticket_id, verdict);
                }
                Verdict::NoArticle => {
                    solved.remove(&*verdict.ticket_id);
                }
                Verdict::Rejected(_) => {
                    let id = &*verdict.ticket_id;
                    if solved.get(id).is_some_and(|last| takes_back(verdict, last)) {
                        solved.remove(id);
                    }
                }
                Verdict::Clicked | Verdict::Unlinked => {}
            }
        }
        let mut newest: Vec<&CleanFeedback> = solved.into_values().collect();
        newest.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.ticket_id.cmp(&b.ticket_id)));
        newest.truncate(MOST_TICKETS);
        let locales = locales(&newest);
        let mut articles = BTreeMap::new();
        let mut shown = Vec::new();
        for ticket in newest {
            if let Some(article) = article(ticket, &locales)? {
                articles.insert(ticket.ticket_id.clone(), ticket.articles.clone());
                shown.push(article);
            }
        }
        let tickets = KnowledgeBase::in_memory_of(ArticleKind::SolvedTicket);
        let mut writer = tickets.writer()?;
        writer.upsert(shown)?;
        writer.publish(now)?;
        drop(writer);
        Ok(Self {
            tickets,
            articles: Arc::new(articles),
        })
    }

    /// Returns the tickets that a knowledge base keeps.
    pub(super) fn kept(kept: &KeptTickets) -> Self {
        Self {
            tickets: kept.tickets.clone(),
            articles: Arc::clone(&kept.articles),
        }
    }

    /// Returns what a knowledge base keeps of them, with the state of the log that they were made from.
    pub(super) fn keep(&self, erasures: u64, mark: Option<LogMark>) -> KeptTickets {
        KeptTickets {
            erasures,
            mark,
            tickets: self.tickets.clone(),
            articles: Arc::clone(&self.articles),
        }
    }

    /// Returns the solved tickets that are like a ticket, or the reason why none is offered. The ids of articles in the
    /// answer are ids of tickets. Only an agent may be told: the tickets are those of other customers.
    ///
    /// # Errors
    /// As [`KnowledgeBase::suggest`].
    pub fn suggest(
        &self,
        ticket: &Ticket,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Suggestions> {
        self.tickets
            .suggest(ticket, &Audience::internal(), now, options)
    }

    /// Returns the ids of the articles that solved a ticket; empty for a ticket that is not in the pool.
    #[must_use]
    pub fn articles(&self, ticket_id: &str) -> &[String] {
        self.articles.get(ticket_id).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of tickets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is no ticket.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }
}

/// Whether a rejection is about every article that was said to solve the ticket.
fn takes_back(rejection: &CleanFeedback, solved: &CleanFeedback) -> bool {
    let rejected = &rejection.articles;
    solved.articles.iter().all(|id| rejected.contains(id))
}

/// Returns the locales that the tickets declare, each once, in order; English if none declares any.
fn locales(tickets: &[&CleanFeedback]) -> Vec<Locale> {
    let mut locales: Vec<Locale> = tickets
        .iter()
        .filter_map(|ticket| ticket.locale.clone())
        .collect();
    locales.sort_unstable();
    locales.dedup();
    if locales.is_empty() {
        locales.extend("en".parse());
    }
    locales
}

/// Returns the ticket in the form of an article; `None` for one without text.
fn article(ticket: &CleanFeedback, locales: &[Locale]) -> Result<Option<Article>> {
    let body = ticket.text.trim();
    let subject = one_line(&ticket.subject);
    if body.is_empty() && subject.is_empty() {
        return Ok(None);
    }
    let locale = ticket.locale.clone().or_else(|| {
        let found = detect_language(body, locales, locales.first());
        found.locales.into_iter().next()
    });
    let title = if subject.is_empty() {
        one_line(body)
    } else {
        subject
    };
    Article::new(ArticleFields {
        id: ticket.ticket_id.clone(),
        kind: ArticleKind::SolvedTicket,
        locale: locale.map_or_else(|| "en".to_owned(), |locale| locale.to_string()),
        title: title.chars().take(TITLE_CHARS).collect(),
        body: body.to_owned(),
        visibility: Visibility::Internal,
        updated_at: Some(ticket.at),
        ..ArticleFields::default()
    })
    .map(Some)
}
