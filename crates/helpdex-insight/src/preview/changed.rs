//! The articles that changed, and their words.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::article::IndexedArticle;
use helpdex::{Audience, KnowledgeBase, Result, Timestamp};
use helpdex_text::{Analysis, Analyzer, Locale};

use super::report::{ArticleChange, ChangedArticle};

/// The change of an article's length, as a share of the longer version, from which the scores of all of its words change
/// much: BM25 divides by the length.
const MAX_KEPT_LENGTH_CHANGE: f64 = 0.1;

/// The articles that changed between two states, by their ids.
pub(super) struct ChangedArticles(pub BTreeMap<String, ArticleWords>);

/// An article that changed, with the words that changed.
pub(super) struct ArticleWords {
    pub kind: ArticleChange,
    pub title: String,
    pub locale: Locale,
    /// The terms that the article has more often than before.
    pub came: BTreeSet<String>,
    /// The terms that the article has less often than before.
    pub gone: BTreeSet<String>,
    /// The terms whose scores change: those that came or went, and all others if the length changed much.
    pub rescored: BTreeSet<String>,
}

impl ChangedArticles {
    /// Compares what the audience may see. Returns them with the number of articles before.
    pub(super) fn between(
        before: &KnowledgeBase,
        after: &KnowledgeBase,
        audience: &Audience,
        now: Timestamp,
    ) -> Result<(Self, usize)> {
        let mut old: BTreeMap<String, IndexedArticle> = BTreeMap::new();
        for article in before.articles(audience, now)? {
            let article = article?;
            old.insert(article.id.clone(), article);
        }
        let count = old.len();
        let mut changed = BTreeMap::new();
        for article in after.articles(audience, now)? {
            let article = article?;
            match old.remove(&article.id) {
                Some(same) if same == article => {}
                other => {
                    let words = ArticleWords::new(other.as_ref(), Some(&article));
                    changed.extend(words.map(|words| (article.id.clone(), words)));
                }
            }
        }
        for (id, article) in old {
            let words = ArticleWords::new(Some(&article), None);
            changed.extend(words.map(|words| (id, words)));
        }
        Ok((Self(changed), count))
    }

    /// Returns the articles as the report names them.
    pub(super) fn report(&self) -> Vec<ChangedArticle> {
        let articles = self.0.iter();
        articles
            .map(|(id, words)| ChangedArticle {
                article_id: id.clone(),
                kind: words.kind,
                title: words.title.clone(),
            })
            .collect()
    }
}

impl ArticleWords {
    /// Compares two versions of an article; `None` without any.
    fn new(before: Option<&IndexedArticle>, after: Option<&IndexedArticle>) -> Option<Self> {
        let newest = after.or(before)?;
        let kind = match (before, after) {
            (None, _) => ArticleChange::Added,
            (_, None) => ArticleChange::Removed,
            _ => ArticleChange::Changed,
        };
        let old = before.map(term_counts).unwrap_or_default();
        let new = after.map(term_counts).unwrap_or_default();
        let came: BTreeSet<String> = more_of(&new, &old);
        let gone: BTreeSet<String> = more_of(&old, &new);
        let mut rescored: BTreeSet<String> = came.union(&gone).cloned().collect();
        let (old_length, new_length): (usize, usize) = (old.values().sum(), new.values().sum());
        let is_other_place = before.map(|article| (&article.locale, article.visibility))
            != after.map(|article| (&article.locale, article.visibility));
        if is_other_place || changes_much(old_length, new_length) {
            rescored.extend(old.into_keys());
            rescored.extend(new.into_keys());
        }
        Some(Self {
            kind,
            title: newest.title.clone(),
            locale: newest.locale.clone(),
            came,
            gone,
            rescored,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn changes_much(one: usize, other: usize) -> bool {
    let longer = one.max(other) as f64;
    one.abs_diff(other) as f64 > longer * MAX_KEPT_LENGTH_CHANGE
}

/// Counts the terms of the text that readers see; those of titles and headings count twice, because they weigh more.
fn term_counts(article: &IndexedArticle) -> BTreeMap<String, usize> {
    let analyzer = Analyzer::new(&article.locale);
    let mut analysis = Analysis::default();
    let mut counts = BTreeMap::new();
    for (text, weight) in texts(article) {
        analyzer.analyze(text, &mut analysis);
        for word in analysis.words() {
            *counts.entry(word.term.to_owned()).or_insert(0) += weight;
        }
    }
    counts
}

/// Returns the texts of an article, each with its weight.
fn texts(article: &IndexedArticle) -> Vec<(&str, usize)> {
    const HEADING_WEIGHT: usize = 2;
    let mut texts = vec![(&*article.title, HEADING_WEIGHT)];
    for section in &article.sections {
        texts.push((&section.heading, HEADING_WEIGHT));
        texts.push((&section.text, 1));
        texts.extend(section.code.iter().map(|code| (&**code, 1)));
    }
    texts
}

fn more_of(counts: &BTreeMap<String, usize>, than: &BTreeMap<String, usize>) -> BTreeSet<String> {
    let more = counts
        .iter()
        .filter(|(term, count)| than.get(*term).is_none_or(|other| *count > other));
    more.map(|(term, _)| term.clone()).collect()
}
