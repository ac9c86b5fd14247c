//! How articles do for solved tickets that are asked now.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::article::IndexedArticle;
use helpdex::{
    Audience, FeedbackEvent, KnowledgeBase, Result, SuggestOptions, Suggestions, Timestamp,
};
use helpdex_text::{Analyzer, Locale};

use super::report::TicketCounts;
use crate::content_words::content_words;
use crate::known_ticket::{KnownTicket, by_ticket};

/// The words of tickets, with their users: the term, and the word as the tickets spell it.
pub(super) type WordUsers = BTreeMap<(String, String), BTreeSet<String>>;

/// How the tickets of one article are answered.
#[derive(Default)]
pub(super) struct AskedArticle {
    pub counts: TicketCounts,
    /// The articles that are first for its tickets, with their numbers.
    pub lost_to: BTreeMap<String, usize>,
    /// The headings of the passages that answer its tickets.
    pub sections: BTreeMap<String, usize>,
    /// The words of its tickets.
    pub words: WordUsers,
    /// The requesters of its tickets.
    pub requesters: BTreeSet<String>,
}

/// How all tickets are answered.
#[derive(Default)]
pub(super) struct AskedTickets {
    pub count: usize,
    pub articles: BTreeMap<String, AskedArticle>,
    /// The number of tickets that have a term, in each language.
    pub tickets_of_terms: BTreeMap<(String, String), usize>,
}

/// Asks all tickets for an audience, and counts for each of these articles.
pub(super) fn ask(
    knowledge_base: &KnowledgeBase,
    tickets: &[FeedbackEvent],
    asker: &Audience,
    now: Timestamp,
    articles: &BTreeMap<String, IndexedArticle>,
) -> Result<AskedTickets> {
    let known = by_ticket(tickets)?;
    let batch = knowledge_base.batch(asker, now, &SuggestOptions::default())?;
    let questions = known.values().map(|known| Ok(known.first.ticket.clone()));
    let mut all = AskedTickets {
        count: known.len(),
        ..AskedTickets::default()
    };
    let mut analyzers = BTreeMap::new();
    let groups = Groups::of(articles);
    for (known, answer) in known.values().zip(batch.suggest_many(questions)) {
        all.add(known, &answer?, &groups, &mut analyzers);
    }
    Ok(all)
}

impl AskedTickets {
    fn add(
        &mut self,
        known: &KnownTicket<'_>,
        answer: &Suggestions,
        groups: &Groups<'_>,
        analyzers: &mut BTreeMap<Locale, Analyzer>,
    ) {
        let first = answer.offered().first();
        let is_right = first.and_then(|first| known.is_right(first));
        let locale = answer.searched_locales.first();
        if let Some(first) = first {
            let article = self.article(&first.article_id);
            article.counts.first += 1;
            article.counts.wrong += usize::from(is_right == Some(false));
        }
        let text = known.text();
        let words = locale.map_or_else(Vec::new, |locale| {
            let analyzer = analyzers
                .entry(locale.clone())
                .or_insert_with(|| Analyzer::new(locale));
            content_words(analyzer, &text)
        });
        let language = locale.map_or("", Locale::language);
        let terms: BTreeSet<&str> = words.iter().map(|(term, _)| &**term).collect();
        for term in terms {
            let key = (language.to_owned(), term.to_owned());
            *self.tickets_of_terms.entry(key).or_default() += 1;
        }
        let answering = match first {
            Some(first) if is_right == Some(true) => vec![first.article_id.clone()],
            _ => groups.versions(&known.linked, language),
        };
        for id in answering {
            let article = self.article(&id);
            article.counts.linked += 1;
            match first {
                None => article.counts.silent += 1,
                Some(first) if first.article_id == id => {
                    article.counts.right += 1;
                    let heading = first.passage.as_ref().map(|passage| &passage.heading);
                    if let Some(heading) = heading {
                        *article.sections.entry(heading.clone()).or_default() += 1;
                    }
                }
                Some(first) => {
                    article.counts.lost += 1;
                    *article.lost_to.entry(first.article_id.clone()).or_default() += 1;
                }
            }
            let requester = known.requester();
            article.requesters.insert(requester.to_owned());
            for word in &words {
                let users = article.words.entry(word.clone()).or_default();
                users.insert(requester.to_owned());
            }
        }
    }

    fn article(&mut self, id: &str) -> &mut AskedArticle {
        self.articles.entry(id.to_owned()).or_default()
    }
}

/// The versions of articles, by translation group.
struct Groups<'a> {
    articles: &'a BTreeMap<String, IndexedArticle>,
    versions: BTreeMap<&'a str, Vec<&'a IndexedArticle>>,
}

impl<'a> Groups<'a> {
    fn of(articles: &'a BTreeMap<String, IndexedArticle>) -> Self {
        let mut versions: BTreeMap<&str, Vec<&IndexedArticle>> = BTreeMap::new();
        for article in articles.values() {
            let group = versions.entry(&article.translation_group).or_default();
            group.push(article);
        }
        Self { articles, versions }
    }

    /// Returns the articles that these ids of articles or groups name, in the version of a language where there is one.
    fn versions(&self, linked: &BTreeSet<String>, language: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        for id in linked {
            let group = self
                .articles
                .get(id)
                .map_or(&**id, |article| &*article.translation_group);
            let versions = self.versions.get(group).map_or(&[][..], Vec::as_slice);
            let of_language = versions
                .iter()
                .find(|article| article.locale.language() == language);
            let named = versions.iter().find(|article| article.id == *id);
            let version = of_language.or(named).or(versions.first());
            found.extend(version.map(|article| article.id.clone()));
        }
        found.into_iter().collect()
    }
}
