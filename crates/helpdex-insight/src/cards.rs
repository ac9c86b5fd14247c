//! Report cards of articles: how each does, which tickets it loses and to whom, and what to do about it.

mod asked;
mod lacked;
mod options;
mod report;
mod shown;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use helpdex::article::IndexedArticle;
use helpdex::events::InteractionEvent;
use helpdex::{Audience, FeedbackEvent, KnowledgeBase, Locale, Result, Timestamp};

use self::asked::{AskedArticle, AskedTickets, ask};
use self::lacked::lacked_words;
pub use self::options::CardOptions;
pub use self::report::{
    ArticleCard, CardReport, EventCounts, Rival, SectionUse, SinceChange, Task, TicketCounts, ToDo,
};
use self::shown::ShownArticles;

/// The most rivals and sections of a card.
const MAX_ROWS: usize = 5;

/// The number of tickets and visits, in all and for each article, from which an article that none was offered is said to be never
/// suggested.
const MIN_SEEN: usize = 100;
const MIN_SEEN_PER_ARTICLE: usize = 3;

/// Makes a report card for each article that the reader may see.
///
/// `events` tell what visits did with articles, and `tickets` are solved tickets with what people did about them, which are
/// asked now; either may be empty. A visit is told by its session, else by its requester, else by its ticket, and counts
/// once, however often an article was shown to it. The order of the events and repetitions change nothing.
///
/// `asker` is the audience of those who wrote the tickets, `reader` that of those who read the cards. The cards tell nothing of
/// articles that the reader may not see: where the asker may see more, the tickets are asked for the reader.
///
/// Memory grows with the visits, some 100 bytes each; time is linear, but for the tickets, which take that of a batch.
///
/// ```
/// use helpdex::events::{Interaction, InteractionEvent};
/// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, Timestamp, Visibility};
/// use helpdex_insight::cards::{CardOptions, Task, cards};
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
/// // Three agents link an article that was not offered.
/// let events = ["a", "b", "c"].map(|ticket| {
///     Ok(InteractionEvent {
///         ticket_id: Some(ticket.into()),
///         articles: vec!["refund".into()],
///         ..InteractionEvent::new(Interaction::AgentLinked, now)
///     })
/// });
/// let public = Audience::public();
/// let report = cards(&knowledge_base, events, &[], &public, &public, now, &CardOptions::default())?;
/// assert_eq!(report.cards[0].events.linked_not_offered, 3);
/// assert_eq!(report.cards[0].to_do[0].kind, Task::AddWords);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// The first error among the events, [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a ticket that cannot be learned, and
/// those of [`KnowledgeBase::batch`].
pub fn cards(
    knowledge_base: &KnowledgeBase,
    events: impl IntoIterator<Item = Result<InteractionEvent>>,
    tickets: &[FeedbackEvent],
    asker: &Audience,
    reader: &Audience,
    now: Timestamp,
    options: &CardOptions,
) -> Result<CardReport> {
    let mut shown = ShownArticles::default();
    for event in events {
        shown.add(&event?);
    }
    let articles = knowledge_base.articles(reader, now)?;
    let articles: BTreeMap<String, IndexedArticle> = articles
        .map(|article| article.map(|article| (article.id.clone(), article)))
        .collect::<Result<_>>()?;
    let asker = if asker.visibility() > reader.visibility() {
        reader
    } else {
        asker
    };
    let answered = ask(knowledge_base, tickets, asker, now, &articles)?;
    let (mut counts, visits) = shown.counts(&options.updated_at, |id| articles.contains_key(id));
    let main_locale = knowledge_base.main_locale(reader, now);
    let seen = answered.count + visits;
    let is_enough = seen >= MIN_SEEN.max(MIN_SEEN_PER_ARTICLE * articles.len());
    let mut cards = Vec::new();
    for article in articles.values() {
        let (events, since_change) = counts.remove(&*article.id).unwrap_or_default();
        let mut card = card(article, events, &answered, &articles, options);
        card.since_change = since_change;
        card.lags_behind = lags_behind(article, &articles, main_locale.as_ref(), options);
        card.to_do = to_do(&card, is_enough, options);
        cards.push(card);
    }
    let affected = |card: &ArticleCard| card.to_do.first().map(|task| task.tickets + 1);
    cards.sort_by(|a, b| (affected(b), &a.article_id).cmp(&(affected(a), &b.article_id)));
    Ok(CardReport {
        tickets: answered.count,
        visits,
        cards,
    })
}

fn card(
    article: &IndexedArticle,
    events: EventCounts,
    all: &AskedTickets,
    articles: &BTreeMap<String, IndexedArticle>,
    options: &CardOptions,
) -> ArticleCard {
    let nothing = AskedArticle::default();
    let asked = all.articles.get(&article.id).unwrap_or(&nothing);
    let (lacks, lacks_in_title) = lacked_words(article, asked, all, options.min_requesters);
    let mut sections: Vec<SectionUse> = asked
        .sections
        .iter()
        .map(|(heading, tickets)| SectionUse {
            heading: heading.clone(),
            tickets: *tickets,
        })
        .collect();
    sections.sort_by_key(|section| Reverse(section.tickets));
    sections.truncate(MAX_ROWS);
    ArticleCard {
        article_id: article.id.clone(),
        title: article.title.clone(),
        locale: article.locale.clone(),
        visibility: article.visibility,
        updated_at: options.updated_at.get(&article.id).copied(),
        to_do: Vec::new(),
        events,
        tickets: asked.counts.clone(),
        loses_to: rivals(article, asked, all, articles),
        lacks,
        lacks_in_title,
        sections,
        since_change: None,
        lags_behind: None,
    }
}

fn rivals(
    article: &IndexedArticle,
    asked: &AskedArticle,
    all: &AskedTickets,
    articles: &BTreeMap<String, IndexedArticle>,
) -> Vec<Rival> {
    let mut rivals = Vec::new();
    for (id, lost) in &asked.lost_to {
        let Some(other) = articles.get(id) else {
            continue;
        };
        let of_other = all.articles.get(id).map(|asked| &asked.lost_to);
        let taken = of_other.and_then(|lost_to| lost_to.get(&article.id));
        rivals.push(Rival {
            article_id: id.clone(),
            title: other.title.clone(),
            lost: *lost,
            taken: taken.copied().unwrap_or(0),
        });
    }
    rivals.sort_by_key(|rival| Reverse(rival.lost));
    rivals.truncate(MAX_ROWS);
    rivals
}

/// Returns the version of the main locale, if it changed later.
fn lags_behind(
    article: &IndexedArticle,
    articles: &BTreeMap<String, IndexedArticle>,
    main_locale: Option<&Locale>,
    options: &CardOptions,
) -> Option<String> {
    if Some(&article.locale) == main_locale {
        return None;
    }
    let changed = options.updated_at.get(&article.id)?;
    let source = articles.values().find(|other| {
        other.translation_group == article.translation_group && Some(&other.locale) == main_locale
    })?;
    let is_later = options.updated_at.get(&source.id)? > changed;
    is_later.then(|| source.id.clone())
}

/// Returns what to do about an article, by the tickets or visits that it affects. `is_enough` tells whether there are enough of
/// them to say that it is never suggested.
fn to_do(card: &ArticleCard, is_enough: bool, options: &CardOptions) -> Vec<ToDo> {
    let ArticleCard {
        events, tickets, ..
    } = card;
    let rejected = events.rejected;
    let mut tasks = vec![
        (
            Task::AddWords,
            (tickets.lost + tickets.silent).max(events.linked_not_offered),
            None,
        ),
        (
            Task::Rewrite,
            rejected.related_but_did_not_answer + events.opened_and_ticket,
            None,
        ),
        (Task::Narrow, tickets.wrong.max(rejected.not_related), None),
    ];
    for rival in &card.loses_to {
        if rival.lost.min(rival.taken) >= options.min_tickets {
            let other = Some(rival.article_id.clone());
            tasks.push((Task::Merge, rival.lost + rival.taken, other));
        }
    }
    if let Some(since) = card.since_change.as_ref().filter(|since| since.is_worse) {
        tasks.push((Task::CheckChange, since.after.of, None));
    }
    tasks.retain(|(_, affected, _)| *affected >= options.min_tickets);
    if let Some(source) = &card.lags_behind {
        let affected = tickets.first.max(events.offered);
        tasks.push((Task::UpdateTranslation, affected, Some(source.clone())));
    }
    let is_unused = tickets.first + tickets.linked + events.offered + events.linked == 0;
    if is_unused && is_enough {
        tasks.push((Task::NeverSuggested, 0, None));
    }
    tasks.sort_by_key(|(kind, affected, _)| (Reverse(*affected), *kind));
    let tasks = tasks.into_iter();
    tasks
        .map(|(kind, tickets, other)| ToDo {
            kind,
            tickets,
            other,
        })
        .collect()
}
