//! Why a group of tickets got no good answer.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::article::IndexedArticle;
use helpdex_text::{Analysis, Analyzer};

use super::options::GapOptions;
use super::report::{Cause, NearestArticle};
use super::unanswered::UnansweredTicket;

/// The most words that an article is said to lack.
const MAX_LACKED: usize = 6;

/// Returns the cause that holds for half of the tickets or more, and the article that it is about; else `Missing` and the
/// article that is most often the best candidate.
pub(super) fn find_cause(
    members: &[&UnansweredTicket],
    articles: &BTreeMap<String, IndexedArticle>,
    options: &GapOptions,
) -> (Cause, Option<NearestArticle>) {
    let of_half = |ids: &dyn Fn(&UnansweredTicket) -> Vec<String>| {
        let (id, count) = most_frequent(members, ids)?;
        let article = articles.get(&id)?;
        (count * 2 >= members.len()).then_some((article, count))
    };
    let hidden = of_half(&|ticket| ticket.hidden.iter().cloned().collect());
    let rejected = of_half(&|ticket| ticket.rejected.iter().cloned().collect());
    let linked = of_half(&|ticket| ticket.linked.iter().cloned().collect());
    let (cause, (article, count)) = if let Some(found) = linked {
        let of_language = members
            .iter()
            .filter(|ticket| has_version(found.0, ticket, articles));
        if of_language.count() * 2 < members.len() {
            (Cause::OtherLanguage, found)
        } else {
            (Cause::NotFound, found)
        }
    } else if let Some(found) = rejected {
        (Cause::DoesNotHelp, found)
    } else if let Some(found) = hidden {
        (Cause::NotVisible, found)
    } else {
        let best = most_frequent(members, &|ticket| {
            ticket
                .ranking
                .first()
                .map(|best| best.article_id.clone())
                .into_iter()
                .collect()
        });
        let best = best.and_then(|(id, count)| Some((articles.get(&id)?, count)));
        let Some(found) = best else {
            return (Cause::Missing, None);
        };
        (Cause::Missing, found)
    };
    (cause, Some(nearest(article, count, members, options)))
}

/// Tells whether the article has a version in the language of the ticket.
fn has_version(
    article: &IndexedArticle,
    ticket: &UnansweredTicket,
    articles: &BTreeMap<String, IndexedArticle>,
) -> bool {
    articles.values().any(|other| {
        other.translation_group == article.translation_group
            && other.locale.language() == ticket.language
    })
}

fn most_frequent(
    members: &[&UnansweredTicket],
    ids: &dyn Fn(&UnansweredTicket) -> Vec<String>,
) -> Option<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for ticket in members {
        for id in ids(ticket) {
            *counts.entry(id).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .max_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0)))
}

#[expect(clippy::cast_precision_loss, reason = "a count of tickets")]
fn nearest(
    article: &IndexedArticle,
    tickets: usize,
    members: &[&UnansweredTicket],
    options: &GapOptions,
) -> NearestArticle {
    let probability: f64 = members
        .iter()
        .filter_map(|ticket| {
            ticket
                .ranking
                .iter()
                .find(|ranked| ranked.article_id == article.id)
        })
        .map(|ranked| f64::from(ranked.probability))
        .fold(0.0, |sum, probability| sum + probability);
    NearestArticle {
        article_id: article.id.clone(),
        title: article.title.clone(),
        tickets,
        probability: probability / members.len() as f64,
        lacks: lacked_words(article, members, options),
    }
}

/// Returns the words that most requesters use and that the article lacks.
fn lacked_words(
    article: &IndexedArticle,
    members: &[&UnansweredTicket],
    options: &GapOptions,
) -> Vec<String> {
    let analyzer = Analyzer::new(&article.locale);
    let mut analysis = Analysis::default();
    let mut known = BTreeSet::new();
    let sections = article
        .sections
        .iter()
        .flat_map(|section| [&section.heading, &section.text]);
    for text in sections.chain([&article.title]) {
        analyzer.analyze(text, &mut analysis);
        known.extend(analysis.words().map(|word| word.term.to_owned()));
    }
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ticket in members {
        for (_, word) in ticket
            .words
            .iter()
            .filter(|(term, _)| !known.contains(term))
        {
            users.entry(word).or_default().insert(&ticket.requester);
        }
    }
    let mut lacked: Vec<(usize, &str)> = users
        .into_iter()
        .map(|(word, users)| (users.len(), word))
        .filter(|(users, _)| *users >= options.min_requesters)
        .collect();
    lacked.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    lacked.truncate(MAX_LACKED);
    lacked
        .into_iter()
        .map(|(_, word)| word.to_owned())
        .collect()
}
