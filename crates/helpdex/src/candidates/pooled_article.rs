//! An article that may answer a ticket, with its copies and the evidence of past tickets.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::model::ticket_model::Past;
use crate::search::copies::first_copies;
use crate::search::view::View;
use crate::snapshot::shared_groups::{ArticleKey, ArticleKeys};

/// An article that may answer a ticket, in the pool of one locale.
pub(crate) struct PooledArticle {
    /// The number of the article in the view.
    pub number: u32,
    /// The key of the article's translation group; the key of the article alone if other articles in its locale name
    /// the same group.
    pub key: ArticleKey,
    /// The key of the article's class in a model.
    pub learned_key: u64,
    pub score: f32,
    pub best_passage: Option<usize>,
    /// The cosine of its nearest vector, or of its copies', to the ticket's; `None` without vectors.
    pub cosine: Option<f32>,
    /// The number of that vector among its own.
    pub nearest: Option<usize>,
    /// The articles of the locale with nearly the same text. All of them are one choice, and this article is shown.
    pub copies: Vec<PooledCopy>,
}

/// A copy of a [`PooledArticle`], which is not shown.
pub(crate) struct PooledCopy {
    /// The number of the copy in the view.
    pub number: u32,
    key: ArticleKey,
    learned_key: u64,
}

impl PooledArticle {
    pub(crate) fn set_keys(
        &mut self,
        keys: ArticleKeys<'_>,
        view: &View<'_>,
        past: Option<Past<'_>>,
    ) -> Result<()> {
        self.key = keys.of(view, self.number)?;
        self.learned_key = match past {
            Some(past) => keys.learned(view, self.number, self.key, past.model)?,
            None => self.key.key,
        };
        Ok(())
    }
}

/// The evidence of past tickets for an article and its copies together.
pub(crate) struct Learned {
    /// The highest logit of the article and its copies; `None` when no past ticket says anything of them.
    pub logit: Option<f64>,
    /// The weighted number of tickets that the article and its copies solved.
    pub solved: f64,
    /// The highest of their logits by the vector of the ticket; 0 without.
    pub by_vector: f64,
}

impl Learned {
    pub(crate) fn of(article: &PooledArticle, past: Past<'_>) -> Self {
        let mut learned = Self {
            logit: None,
            solved: 0.0,
            by_vector: 0.0,
        };
        let mut by_vector: Option<f64> = None;
        for class in article.classes(past) {
            let logit = f64::from(past.logits[class]);
            learned.logit = Some(learned.logit.map_or(logit, |other| other.max(logit)));
            learned.solved += f64::from(past.model.head.solved[class]);
            if let Some(logits) = past.by_vector {
                let logit = f64::from(logits[class]);
                by_vector = Some(by_vector.map_or(logit, |other| other.max(logit)));
            }
        }
        learned.by_vector = by_vector.unwrap_or_default();
        learned
    }
}

impl PooledArticle {
    pub(crate) fn groups(&self) -> impl Iterator<Item = u64> {
        let of_copies = self.copies.iter().map(|copy| copy.key.key);
        std::iter::once(self.key.key).chain(of_copies)
    }

    /// Returns the classes of the article and its copies.
    pub(crate) fn classes(&self, past: Past<'_>) -> Vec<usize> {
        let keys = self.learned_keys();
        let mut classes: Vec<usize> = keys.filter_map(|key| past.model.class_of(key)).collect();
        // Copies may share a translation group.
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    fn learned_keys(&self) -> impl Iterator<Item = u64> {
        let of_copies = self.copies.iter().map(|copy| copy.learned_key);
        std::iter::once(self.learned_key).chain(of_copies)
    }

    pub(crate) fn is_of_group(&self, groups: &BTreeSet<u64>) -> bool {
        self.groups().any(|group| groups.contains(&group))
    }
}

/// The most articles, best first, that are compared with each other to find copies.
const COMPARED: usize = 20;
/// The least score, relative to the best one, of an article that is compared to find copies.
const COMPARED_SCORE: f32 = 0.5;

/// Merges articles of nearly the same text into one. The one that solved most tickets is shown, of equal ones the first
/// by id; it gets the best place and score of them.
pub(crate) fn one_of_copies(
    view: &View<'_>,
    articles: Vec<PooledArticle>,
    past: Option<Past<'_>>,
) -> Result<Vec<PooledArticle>> {
    let best = articles.first().map_or(0.0, |first| first.score);
    let compared = articles
        .iter()
        .take(COMPARED)
        .take_while(|article| article.score > 0.0 && article.score >= COMPARED_SCORE * best);
    let numbers: Vec<u32> = compared.map(|article| article.number).collect();
    let first = first_copies(view, &numbers)?;
    if first
        .iter()
        .enumerate()
        .all(|(index, first)| index == *first)
    {
        return Ok(articles);
    }
    let mut sets: Vec<(PooledArticle, Vec<PooledArticle>)> = Vec::new();
    let mut place_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, article) in articles.into_iter().enumerate() {
        let first = first.get(index).copied().unwrap_or(index);
        if let Some(place) = place_of.get(&first) {
            sets[*place].1.push(article);
        } else {
            place_of.insert(index, sets.len());
            sets.push((article, Vec::new()));
        }
    }
    sets.into_iter()
        .map(|(article, copies)| shown_with_copies(view, article, copies, past))
        .collect()
}

fn shown_with_copies(
    view: &View<'_>,
    article: PooledArticle,
    copies: Vec<PooledArticle>,
    past: Option<Past<'_>>,
) -> Result<PooledArticle> {
    if copies.is_empty() {
        return Ok(article);
    }
    let score = article.score;
    let cosines = copies.iter().filter_map(|copy| copy.cosine);
    let cosine = cosines.chain(article.cosine).reduce(f32::max);
    let mut ordered = Vec::with_capacity(copies.len() + 1);
    for article in std::iter::once(article).chain(copies) {
        let solved = past.map_or(0.0, |past| Learned::of(&article, past).solved);
        let (segment, number) = view.locate(article.number);
        ordered.push((solved, segment.stored_head(number)?.id, article));
    }
    ordered.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let (.., mut shown) = ordered.remove(0);
    shown.score = score;
    shown.cosine = cosine;
    let copies = ordered.into_iter().map(|(.., copy)| PooledCopy {
        number: copy.number,
        key: copy.key,
        learned_key: copy.learned_key,
    });
    shown.copies = copies.collect();
    Ok(shown)
}
