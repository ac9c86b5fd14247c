//! The tickets that were answered worst, and what one needs to know to do something about it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use helpdex::{Article, MatchedTerm, Reason, Result, matched_terms};
use helpdex_text::CleanTicket;
use serde::Serialize;

use crate::data_set::DataSet;
use crate::extract::ticket_extract;
use crate::metrics::{JudgedTicket, ndcg_at};
use crate::outcome::QueryOutcome;

/// How many tickets a reader looks at in one sitting.
const WORST_LIMIT: usize = 10;

/// The most characters of an extract: a line of a wide terminal.
const EXTRACT_CHARS: usize = 100;

/// A ticket whose relevant articles do not stand where they belong.
///
/// Its `Debug` form leaves out the extract: ticket text is private.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WorstTicket {
    /// The query's id.
    pub query_id: String,
    /// The beginning of the ticket after cleaning, on one line of at most 100 characters, without control characters and
    /// marks that reorder text.
    pub extract: String,
    /// Of its ranking.
    pub ndcg_at_10: f64,
    /// `offered` or `abstained`.
    pub outcome: &'static str,
    /// Why it abstained.
    pub reason: Option<Reason>,
    /// The most relevant article that does not stand where it belongs; of equal ones the best ranked, then by id.
    pub expected: ExplainedArticle,
    /// The first of the ranking; none when nothing matched.
    pub first: Option<ExplainedArticle>,
}

/// An article in relation to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedArticle {
    /// The article's id.
    pub id: String,
    /// The article's title; none when the data set has no such article, or an empty one.
    pub title: Option<String>,
    /// How relevant it was judged; 0 when it is not.
    pub grade: u32,
    /// Its place in the ranking, from 1; none when it is not among the first 10.
    pub rank: Option<usize>,
    /// That it answers the ticket, in (0, 1); none when it is not among the first 10.
    pub probability: Option<f32>,
    /// The ticket's words that the article has, in the order of the words and as they stand in the ticket.
    pub matched_terms: Vec<MatchedTerm>,
}

/// The answerable tickets with the lowest nDCG@10, those below 1, at most 10: the worst first, of equal ones that with
/// the highest top probability, then by id. `judged` and `outcomes` have one entry a query.
pub(crate) fn worst_tickets(
    data_set: &DataSet,
    judged: &[JudgedTicket],
    outcomes: &[QueryOutcome],
) -> Result<Vec<WorstTicket>> {
    let articles: BTreeMap<&str, &Article> =
        data_set.articles.iter().map(|a| (a.id(), a)).collect();
    let mut misses: Vec<Miss<'_>> = judged.iter().enumerate().filter_map(Miss::of).collect();
    misses.sort_by(|a, b| {
        let probability = |miss: &Miss<'_>| miss.ticket.top_probability;
        let id = |miss: &Miss<'_>| &data_set.queries[miss.index].id;
        a.ndcg_at_10
            .total_cmp(&b.ndcg_at_10)
            .then_with(|| probability(b).total_cmp(&probability(a)))
            .then_with(|| id(a).cmp(id(b)))
    });
    misses.truncate(WORST_LIMIT);
    misses
        .into_iter()
        .map(|miss| {
            let query = &data_set.queries[miss.index];
            let outcome = &outcomes[miss.index];
            let text = query.ticket.clean();
            let explain = |id: &str| {
                let article = articles.get(id).copied();
                explained(id, article, &text, outcome, &query.grades)
            };
            let first = outcome.ranking.first();
            Ok(WorstTicket {
                query_id: query.id.clone(),
                extract: ticket_extract(&text, EXTRACT_CHARS),
                ndcg_at_10: miss.ndcg_at_10,
                outcome: outcome.outcome,
                reason: outcome.reason.clone(),
                expected: explain(miss.expected)?,
                first: first.map(|first| explain(&first.id)).transpose()?,
            })
        })
        .collect()
}

/// A ticket that is not answered perfectly.
struct Miss<'a> {
    index: usize,
    ticket: &'a JudgedTicket,
    ndcg_at_10: f64,
    expected: &'a str,
}

impl<'a> Miss<'a> {
    fn of((index, ticket): (usize, &'a JudgedTicket)) -> Option<Self> {
        let ndcg_at_10 = ndcg_at(10, &ticket.ranking, &ticket.grades)?;
        (ndcg_at_10 < 1.0).then_some(())?;
        Some(Self {
            index,
            ticket,
            ndcg_at_10,
            expected: expected(&ticket.ranking, &ticket.grades)?,
        })
    }
}

/// The first of the best possible order that does not stand where it belongs; `None` when all do.
fn expected<'a>(ranking: &[String], grades: &'a BTreeMap<String, u32>) -> Option<&'a str> {
    let mut left: BTreeMap<&str, u32> = grades
        .iter()
        .filter(|(_, grade)| **grade > 0)
        .map(|(id, grade)| (id.as_str(), *grade))
        .collect();
    for id in ranking {
        let best = left.values().max().copied();
        if left.get(id.as_str()).copied() != best {
            break;
        }
        left.remove(id.as_str());
    }
    let rank = |id: &str| ranking.iter().position(|ranked| ranked == id);
    let first = left
        .into_iter()
        .min_by_key(|(id, grade)| (Reverse(*grade), rank(id).unwrap_or(usize::MAX), *id));
    first.map(|(id, _)| id)
}

fn explained(
    id: &str,
    article: Option<&Article>,
    ticket: &CleanTicket,
    outcome: &QueryOutcome,
    grades: &BTreeMap<String, u32>,
) -> Result<ExplainedArticle> {
    let place = outcome.ranking.iter().position(|ranked| ranked.id == id);
    Ok(ExplainedArticle {
        id: id.to_owned(),
        title: article.map(|article| article.fields().title.clone()),
        grade: grades.get(id).copied().unwrap_or(0),
        rank: place.map(|index| index + 1),
        probability: place.map(|index| outcome.ranking[index].probability),
        matched_terms: match article {
            Some(article) => matched_terms(ticket, article)?,
            None => Vec::new(),
        },
    })
}

impl fmt::Debug for WorstTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorstTicket")
            .field("query_id", &self.query_id)
            .field("extract_bytes", &self.extract.len())
            .field("ndcg_at_10", &self.ndcg_at_10)
            .field("outcome", &self.outcome)
            .field("expected", &self.expected.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use helpdex::{
        ArticleFields, Audience, BodyFormat, Decision, KnowledgeBase, SuggestOptions, Ticket,
        Timestamp, Visibility,
    };

    #[track_caller]
    fn check(ranking: &str, grades: &[(&str, u32)], expected_id: Option<&str>) {
        let ranking: Vec<String> = ranking.split_whitespace().map(str::to_owned).collect();
        let grades = grades
            .iter()
            .map(|(id, grade)| ((*id).to_owned(), *grade))
            .collect();
        assert_eq!(expected(&ranking, &grades), expected_id, "{ranking:?}");
    }

    #[test]
    fn the_expected_article_is_the_most_relevant_one_that_is_not_where_it_belongs() {
        check("x a", &[("a", 1)], Some("a"));
        check("x y", &[("a", 1), ("b", 2)], Some("b"));
        check("", &[("b", 1), ("a", 1)], Some("a"));
        // Of equal ones the nearer.
        check("x b y", &[("a", 1), ("b", 1)], Some("b"));
        // The first is right; what is missing is the second.
        check("a x", &[("a", 2), ("b", 1), ("z", 0)], Some("b"));
        // The less relevant one came first.
        check("b a", &[("a", 2), ("b", 1)], Some("a"));
        check("a b x", &[("a", 2), ("b", 1)], None);
    }

    #[test]
    fn an_article_is_explained_by_the_words_that_its_suggestion_shows() {
        let article = Article::new(ArticleFields {
            id: "reset".to_owned(),
            locale: "en".to_owned(),
            title: "Reset your password".to_owned(),
            body: "## On the phone\n\nOpen **settings**, then press forgotten passwords."
                .to_owned(),
            format: BodyFormat::Markdown,
            visibility: Visibility::Public,
            ..ArticleFields::default()
        })
        .unwrap();
        let knowledge_base = KnowledgeBase::in_memory();
        knowledge_base.sync([article.clone()]).unwrap();
        let now = Timestamp::from_unix_seconds(0);
        knowledge_base.publish(now).unwrap();
        let ticket =
            Ticket::from_text("Hi, I forgot the password of my phone, where are the settings?");
        let options = SuggestOptions {
            decision: Decision::MinProbability(0.0),
            ..SuggestOptions::default()
        };
        let answer = knowledge_base
            .suggest(&ticket, &Audience::public(), now, &options)
            .unwrap();
        let clean = ticket.clean();
        let terms = matched_terms(&clean, &article).unwrap();
        assert!(terms.len() > 2, "{terms:?}");
        let shown = &answer.offered()[0].matched_terms;
        assert_eq!(terms, shown[..terms.len()]);
        let [similar] = &shown[terms.len()..] else {
            panic!("{shown:?}");
        };
        assert_eq!(similar.word, "forgotten");
        assert_eq!(similar.similar_to.as_deref(), Some("forgot"));
    }
}
