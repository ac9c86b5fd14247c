//! The tickets with the worst answers, with an explanation of each.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use helpdex::answer::MatchedTerm;
use helpdex::{Article, Reason, Result, matched_terms};
use helpdex_text::CleanTicket;
use serde::Serialize;

use crate::data_set::{DataSet, JudgedQuery};
use crate::extract::ticket_extract;
use crate::metrics::{JudgedTicket, ndcg_at};
use crate::outcome::QueryOutcome;

/// The most tickets that are explained, as many as a reader looks at in one sitting.
const WORST_LIMIT: usize = 10;

/// The most characters of an extract: a line of a wide terminal.
const EXTRACT_CHARS: usize = 100;

/// A ticket whose relevant articles are not ranked first.
///
/// Its `Debug` form leaves out the extract, because ticket text is private.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WorstTicket {
    /// The id of the query.
    pub query_id: String,
    /// The beginning of the cleaned ticket on one line of at most 100 characters, without control characters and
    /// bidirectional marks.
    pub extract: String,
    /// The nDCG@10 of the ranking, in [0, 1].
    pub ndcg_at_10: f64,
    /// The kind of the outcome: `offered` or `abstained`.
    pub outcome: &'static str,
    /// The reason for abstaining; `None` when articles were offered.
    pub reason: Option<Reason>,
    /// The most relevant article that is ranked too low; of equal ones the best ranked, then the first by id.
    pub expected: ExplainedArticle,
    /// The first article of the ranking; `None` when no article matched.
    pub first: Option<ExplainedArticle>,
}

/// An article that is named in the report on a ticket, with its rank and its words in common with the ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedArticle {
    /// The id of the article.
    pub id: String,
    /// The title of the article; `None` when the data set does not have it or it is empty.
    pub title: Option<String>,
    /// The relevance grade of the article; 0 when it is not relevant.
    pub grade: u32,
    /// The rank of the article, from 1; `None` when it is not among the first 10.
    pub rank: Option<usize>,
    /// The probability that the article answers the ticket, in (0, 1); `None` when it is not among the first 10.
    pub probability: Option<f32>,
    /// The words of the ticket that the article contains, in their order and spelling in the ticket.
    pub matched_terms: Vec<MatchedTerm>,
}

/// Returns the answerable tickets with the lowest nDCG@10, worst first: at most 10, and only those below 1. Equal ones
/// are ordered by the higher top probability, then by id. `judged` and `outcomes` have one entry per query.
pub(crate) fn worst_tickets(
    data_set: &DataSet,
    judged: &[JudgedTicket],
    outcomes: &[QueryOutcome],
) -> Result<Vec<WorstTicket>> {
    let articles: BTreeMap<&str, &Article> =
        data_set.articles.iter().map(|a| (a.id(), a)).collect();
    let mut misses: Vec<Miss<'_>> = judged.iter().enumerate().filter_map(Miss::new).collect();
    misses.sort_by(|a, b| {
        let (query_a, query_b) = (&data_set.queries[a.index], &data_set.queries[b.index]);
        let (ticket_a, ticket_b) = (a.ticket, b.ticket);
        a.ndcg_at_10
            .total_cmp(&b.ndcg_at_10)
            .then_with(|| {
                ticket_b
                    .top_probability
                    .total_cmp(&ticket_a.top_probability)
            })
            .then_with(|| query_a.id.cmp(&query_b.id))
    });
    misses.truncate(WORST_LIMIT);
    misses
        .into_iter()
        .map(|miss| miss.explained(&articles, &data_set.queries, outcomes))
        .collect()
}

/// A ticket whose ranking is not perfect.
struct Miss<'a> {
    index: usize,
    ticket: &'a JudgedTicket,
    ndcg_at_10: f64,
    expected: &'a str,
}

impl<'a> Miss<'a> {
    /// Returns the miss of a ticket, given with its index; `None` when its ranking is perfect or it is unanswerable.
    fn new((index, ticket): (usize, &'a JudgedTicket)) -> Option<Self> {
        let ndcg_at_10 = ndcg_at(10, &ticket.ranking, &ticket.grades)?;
        (ndcg_at_10 < 1.0).then_some(())?;
        Some(Self {
            index,
            ticket,
            ndcg_at_10,
            expected: expected(&ticket.ranking, &ticket.grades)?,
        })
    }

    fn explained(
        &self,
        articles: &BTreeMap<&str, &Article>,
        queries: &[JudgedQuery],
        outcomes: &[QueryOutcome],
    ) -> Result<WorstTicket> {
        let (query, outcome) = (&queries[self.index], &outcomes[self.index]);
        let text = query.ticket.clean();
        let article = articles.get(self.expected).copied();
        // A copy or a translation that stands for an article has its name in the judged ranking.
        let ranking = (&self.ticket.ranking[..], outcome);
        let expected = explained(self.expected, article, &text, ranking, &query.grades)?;
        let first = self.ticket.ranking.first().map(|first| {
            let article = articles.get(first.as_str()).copied();
            explained(first, article, &text, ranking, &query.grades)
        });
        Ok(WorstTicket {
            query_id: query.id.clone(),
            extract: ticket_extract(&text, EXTRACT_CHARS),
            ndcg_at_10: self.ndcg_at_10,
            outcome: outcome.outcome,
            reason: outcome.reason.clone(),
            expected,
            first: first.transpose()?,
        })
    }
}

/// Returns the first article of the best possible order that is ranked too low; `None` when there is none.
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
    let first = left.into_iter().min_by_key(|(id, grade)| {
        let rank = ranking.iter().position(|ranked| ranked == id);
        (Reverse(*grade), rank.unwrap_or(usize::MAX), *id)
    });
    first.map(|(id, _)| id)
}

fn explained(
    id: &str,
    article: Option<&Article>,
    ticket: &CleanTicket,
    (judged, outcome): (&[String], &QueryOutcome),
    grades: &BTreeMap<String, u32>,
) -> Result<ExplainedArticle> {
    // A copy or a translation that stands for the article stands under its name.
    let place = judged.iter().position(|ranked| ranked == id);
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
        let mut writer = knowledge_base.writer().unwrap();
        writer.sync([article.clone()]).unwrap();
        let now = Timestamp::from_unix_seconds(0);
        writer.publish(now).unwrap();
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
