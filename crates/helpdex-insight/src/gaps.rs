//! Gaps: groups of tickets that got no good answer, and why.
//!
//! Tickets are grouped by average linkage over the cosine of their stemmed words, weighted by tf-idf, together with the
//! articles that they resemble. Groups are few and tight: see [`GapOptions`].

mod cause;
mod groups;
mod named;
mod options;
mod report;
mod trend;
mod unanswered;
mod vectors;

use std::collections::BTreeMap;

use helpdex::article::IndexedArticle;
use helpdex::{
    Audience, FeedbackEvent, KnowledgeBase, Result, SuggestOptions, Timestamp, Visibility,
};

use self::cause::find_cause;
use self::groups::groups;
use self::named::{extract, name};
pub use self::options::GapOptions;
pub use self::report::{
    Cause, Gap, GapReport, NearestArticle, Phrase, RuleUse, Trend, TrendDirection,
};
use self::trend::trend;
use self::unanswered::{Asked, UnansweredTicket, ask};
use self::vectors::vectors;

/// Finds the gaps in what a knowledge base answers: asks every ticket, and groups those without a good answer.
///
/// `tickets` are solved tickets with what people did about them, several verdicts on one ticket in a row of their own. A
/// ticket has a good answer when an article that an agent linked, or that the customer says solved it, would be offered. A
/// ticket that nobody linked, that no article answers, or whose articles were rejected has none.
///
/// `asker` is the audience of those who wrote the tickets, `reader` the audience of those who read the report: causes and
/// articles that the reader may not see are left out.
///
/// Groups come in the order of their requesters, most first. The same input gives the same report.
///
/// ```
/// use helpdex::{Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Ticket, Timestamp, Verdict, Visibility};
/// use helpdex_insight::gaps::{Cause, GapOptions, gaps};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let mut writer = knowledge_base.writer()?;
/// writer.upsert([Article::new(ArticleFields {
///     id: "refund".into(),
///     locale: "en".into(),
///     title: "Refund a payment".into(),
///     visibility: Visibility::Public,
///     ..ArticleFields::default()
/// })?])?;
/// let now = Timestamp::from_unix_seconds(0);
/// writer.publish(now)?;
/// let tickets: Vec<FeedbackEvent> = (0..6)
///     .map(|number| FeedbackEvent {
///         ticket_id: number.to_string(),
///         ticket: Ticket::from_text(format!("the fingerprint scanner of gate {number} stays dark")),
///         at: now,
///         verdict: Verdict::Unlinked,
///         articles: Vec::new(),
///         key: None,
///     })
///     .collect();
/// let public = Audience::public();
/// let report = gaps(&knowledge_base, &tickets, &public, &public, now, &GapOptions::default())?;
/// assert_eq!(report.gaps[0].cause, Cause::Missing);
/// assert_eq!(report.gaps[0].requesters, 6);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a ticket that cannot be learned, and those of
/// [`KnowledgeBase::batch`].
pub fn gaps(
    knowledge_base: &KnowledgeBase,
    tickets: &[FeedbackEvent],
    asker: &Audience,
    reader: &Audience,
    now: Timestamp,
    options: &GapOptions,
) -> Result<GapReport> {
    let suggest = SuggestOptions {
        told_to_agent: reader.visibility() == Visibility::Internal,
        ..SuggestOptions::default()
    };
    let Asked {
        tickets: all_count,
        unanswered: tickets,
        rules,
    } = ask(knowledge_base, tickets, asker, now, &suggest)?;
    let articles = knowledge_base.articles(reader, now)?;
    let articles: BTreeMap<String, IndexedArticle> = articles
        .map(|article| article.map(|article| (article.id.clone(), article)))
        .collect::<Result<_>>()?;
    let vectors = vectors(&tickets);
    let mut found: Vec<Gap> = groups(&vectors, options)
        .into_iter()
        .map(|members| members.into_iter().map(|number| &tickets[number]).collect())
        .filter_map(|members: Vec<&UnansweredTicket>| gap(&members, &tickets, &articles, options))
        .collect();
    found.sort_by(|a, b| (b.requesters, &a.ticket_ids).cmp(&(a.requesters, &b.ticket_ids)));
    found.truncate(options.max_gaps);
    Ok(GapReport {
        tickets: all_count,
        unanswered: tickets.len(),
        in_gaps: found.iter().map(|gap| gap.tickets).sum(),
        gaps: found,
        rules: rules
            .into_values()
            .filter(|rule| articles.contains_key(&rule.article_id))
            .collect(),
    })
}

/// Describes a group; `None` for one of too few requesters.
fn gap(
    members: &[&UnansweredTicket],
    all: &[UnansweredTicket],
    articles: &BTreeMap<String, IndexedArticle>,
    options: &GapOptions,
) -> Option<Gap> {
    let mut requesters: Vec<&str> = members.iter().map(|ticket| &*ticket.requester).collect();
    requesters.sort_unstable();
    requesters.dedup();
    if requesters.len() < options.min_requesters || members.len() < options.min_tickets {
        return None;
    }
    let (cause, nearest) = find_cause(members, articles, options);
    let (words, phrases) = name(members, all, options);
    let mut locales = BTreeMap::new();
    for ticket in members {
        *locales.entry(ticket.language.clone()).or_default() += 1;
    }
    let mut ticket_ids: Vec<String> = members.iter().map(|ticket| ticket.id.clone()).collect();
    ticket_ids.sort();
    Some(Gap {
        cause,
        words,
        phrases,
        tickets: members.len(),
        requesters: requesters.len(),
        locales,
        first_at: members.iter().map(|ticket| ticket.at).min()?,
        last_at: members.iter().map(|ticket| ticket.at).max()?,
        trend: trend(members, all, options)?,
        nearest,
        extract: options.with_extracts.then(|| extract(members)),
        ticket_ids,
    })
}
