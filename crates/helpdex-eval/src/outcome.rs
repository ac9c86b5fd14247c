//! The answer to one query of a run.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::answer::RankedArticle;
use helpdex::confidence::{LabelKind, Labelled};
use helpdex::{Article, Reason, Suggestions};
use serde::Serialize;

use crate::data_set::JudgedQuery;
use crate::metrics::JudgedTicket;

/// The answer to one query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct QueryOutcome {
    /// The id of the query.
    pub query_id: String,
    /// The kind of the outcome: `offered` or `abstained`.
    pub outcome: &'static str,
    /// The reason for abstaining; `None` when articles were offered.
    pub reason: Option<Reason>,
    /// The ids of the articles that were offered, best first.
    pub offered: Vec<String>,
    /// The best articles, at most 10, best first, offered or not.
    pub ranking: Vec<OutcomeArticle>,
    /// The time that the answer took, in microseconds.
    pub elapsed_us: u64,
    /// The probability that any article answers the query. It is not written to the JSON lines, whose form is fixed.
    #[serde(skip)]
    pub answerable_probability: f32,
}

/// An article of [`QueryOutcome::ranking`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OutcomeArticle {
    /// The id of the article.
    pub id: String,
    /// The probability that the article answers the query, in (0, 1).
    pub probability: f32,
    /// The probability that this article or one ranked before it answers the query. It is not written to the JSON
    /// lines.
    #[serde(skip)]
    pub cumulative_probability: f32,
    /// The ids of the articles with nearly the same text, of which only this one is ranked. They are not written to the
    /// JSON lines.
    #[serde(skip)]
    pub same_as: Vec<String>,
}

impl QueryOutcome {
    pub(crate) fn new(query_id: &str, answer: Suggestions) -> Self {
        let reason = answer.reason().cloned();
        Self {
            query_id: query_id.to_owned(),
            outcome: answer.outcome.name(),
            reason,
            offered: answer
                .offered()
                .iter()
                .map(|suggestion| suggestion.article_id.clone())
                .collect(),
            ranking: answer
                .ranking
                .into_iter()
                .map(
                    |RankedArticle {
                         article_id,
                         probability,
                         cumulative_probability,
                         same_as,
                         ..
                     }| OutcomeArticle {
                        id: article_id,
                        probability,
                        cumulative_probability,
                        same_as,
                    },
                )
                .collect(),
            elapsed_us: answer.elapsed_us,
            answerable_probability: answer.answerable_probability,
        }
    }

    /// Returns the labelled prediction for the query, of the first `set_size` articles as a set.
    pub(crate) fn labelled(
        &self,
        query: &JudgedQuery,
        translations: &Translations<'_>,
        set_size: usize,
    ) -> Labelled {
        let first = &self.ranking[..set_size.min(self.ranking.len())];
        let judged = self.judged(query, translations);
        let probability = first.last().map_or(0.0, |last| last.cumulative_probability);
        let is_right = judged.ranking[..first.len()]
            .iter()
            .any(|article| judged.is_right(Some(article.as_str())));
        let kind = if query.unanswerable.is_some() {
            LabelKind::NoArticle
        } else if query.is_judged() {
            LabelKind::Linked
        } else {
            LabelKind::Unlinked
        };
        Labelled {
            probability: probability.into(),
            kind,
            is_right,
        }
    }

    /// Returns the answer with its judgement. Each article has the name of the judged article that it is a copy or a
    /// translation of, if there is one.
    pub(crate) fn judged(
        &self,
        query: &JudgedQuery,
        translations: &Translations<'_>,
    ) -> JudgedTicket {
        let mut judged = self.judged_by_id(query);
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for article in &self.ranking {
            let name = translations.judged_name(article, &query.grades, &taken);
            taken.insert(name.clone());
            names.insert(article.id.clone(), name);
        }
        for id in judged.ranking.iter_mut().chain(&mut judged.offered) {
            if let Some(name) = names.get(id) {
                id.clone_from(name);
            }
        }
        judged
    }

    /// Returns the answer with its judgement, each article under its own name.
    pub(crate) fn judged_by_id(&self, query: &JudgedQuery) -> JudgedTicket {
        JudgedTicket {
            ranking: self.ranking.iter().map(|a| a.id.clone()).collect(),
            top_probability: self.ranking.first().map_or(0.0, |a| a.probability.into()),
            answerable_probability: self.answerable_probability.into(),
            offered: self.offered.clone(),
            grades: query.grades.clone(),
            unanswerable: query.unanswerable.clone(),
        }
    }
}

/// The ids of the articles of each translation group, by the id of each of them.
pub(crate) struct Translations<'a>(BTreeMap<&'a str, Vec<&'a str>>);

impl<'a> Translations<'a> {
    pub(crate) fn of(articles: &'a [Article]) -> Self {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for article in articles {
            let group = groups.entry(article.translation_group()).or_default();
            group.push(article.id());
        }
        let groups = groups.into_values().filter(|group| group.len() > 1);
        let by_id =
            groups.flat_map(|group| group.clone().into_iter().map(move |id| (id, group.clone())));
        Self(by_id.collect())
    }

    /// Returns the most relevant judged article, other than those `taken`, that this article is or is a copy or a
    /// translation of; its own id when there is none.
    fn judged_name(
        &self,
        article: &OutcomeArticle,
        grades: &BTreeMap<String, u32>,
        taken: &BTreeSet<String>,
    ) -> String {
        let own = std::iter::once(&article.id).chain(&article.same_as);
        let own: Vec<&str> = own.map(String::as_str).collect();
        let translations = own.iter().filter_map(|id| self.0.get(id)).flatten();
        let names = own.iter().chain(translations);
        let free = names.filter(|name| !taken.contains(**name));
        let mut best = (grades.get(&article.id), article.id.as_str());
        for name in free {
            let grade = grades.get(*name).filter(|grade| **grade > 0);
            if grade > best.0.filter(|grade| **grade > 0) {
                best = (grade, *name);
            }
        }
        best.1.to_owned()
    }
}
