//! Tickets as vectors: their words, and the articles that they resemble.

use std::collections::BTreeMap;

use super::unanswered::UnansweredTicket;

/// The length of the part of a vector that holds articles, where that of the words is 1.
const ARTICLE_WEIGHT: f64 = 0.5;

/// The number of the best articles that a vector holds.
const MAX_ARTICLES: usize = 5;

/// A sparse vector of length 1, or of length 0 for a ticket without words: dimensions in ascending order.
#[derive(Clone, Default)]
pub(super) struct Vector(pub Vec<(u32, f64)>);

/// Returns the vector of each ticket.
///
/// Words are weighted by `1 + ln tf` times `ln ((n + 1) / df)` (Manning, Raghavan and Schütze, "Introduction to Information
/// Retrieval", 2008, 6.4), where one is added so that tickets which are all
/// about one thing have a length; a word of a single ticket joins nothing and is left out. Tickets of two languages have no
/// dimension in common.
pub(super) fn vectors(tickets: &[UnansweredTicket]) -> Vec<Vector> {
    let mut dimensions: BTreeMap<(&str, Feature<'_>), u32> = BTreeMap::new();
    let mut counted: Vec<BTreeMap<u32, f64>> = Vec::new();
    let mut articles: Vec<BTreeMap<u32, f64>> = Vec::new();
    for ticket in tickets {
        let mut words = BTreeMap::new();
        for (term, _) in &ticket.words {
            let dimension = number(&mut dimensions, (&*ticket.language, Feature::Word(term)));
            *words.entry(dimension).or_insert(0.0) += 1.0;
        }
        counted.push(words);
        let ranked = ticket.ranking.iter().take(MAX_ARTICLES);
        let ranked = ranked.map(|article| {
            let feature = Feature::Article(&article.article_id);
            let dimension = number(&mut dimensions, (&*ticket.language, feature));
            (dimension, f64::from(article.probability).sqrt())
        });
        articles.push(ranked.collect());
    }
    let mut holders: BTreeMap<u32, usize> = BTreeMap::new();
    for dimension in counted.iter().flat_map(BTreeMap::keys) {
        *holders.entry(*dimension).or_default() += 1;
    }
    let pairs = counted.into_iter().zip(articles);
    pairs
        .map(|(words, articles)| joined(weighted(words, &holders, tickets.len()), articles))
        .collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Feature<'t> {
    Word(&'t str),
    Article(&'t str),
}

fn number<'t>(
    dimensions: &mut BTreeMap<(&'t str, Feature<'t>), u32>,
    feature: (&'t str, Feature<'t>),
) -> u32 {
    let next = u32::try_from(dimensions.len()).unwrap_or(u32::MAX);
    *dimensions.entry(feature).or_insert(next)
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
fn weighted(
    words: BTreeMap<u32, f64>,
    holders: &BTreeMap<u32, usize>,
    all: usize,
) -> BTreeMap<u32, f64> {
    let weighted = words.into_iter().filter_map(|(dimension, count)| {
        let holders = holders[&dimension];
        let weight = (1.0 + libm::log(count)) * libm::log((all + 1) as f64 / holders as f64);
        (holders > 1).then_some((dimension, weight))
    });
    weighted.collect()
}

/// Joins the words and the articles, each of their own length.
fn joined(words: BTreeMap<u32, f64>, articles: BTreeMap<u32, f64>) -> Vector {
    let (of_words, of_articles) = (length(&words), length(&articles));
    if of_words == 0.0 {
        return Vector::default();
    }
    let part = if of_articles == 0.0 {
        0.0
    } else {
        ARTICLE_WEIGHT / of_articles
    };
    let whole = (1.0 + (part * of_articles).powi(2)).sqrt();
    let mut all: Vec<(u32, f64)> = words
        .into_iter()
        .map(|(dimension, weight)| (dimension, weight / of_words / whole))
        .chain(
            articles
                .into_iter()
                .map(|(dimension, weight)| (dimension, weight * part / whole)),
        )
        .collect();
    all.sort_by_key(|(dimension, _)| *dimension);
    Vector(all)
}

fn length(weights: &BTreeMap<u32, f64>) -> f64 {
    weights
        .values()
        .map(|weight| weight * weight)
        .sum::<f64>()
        .sqrt()
}
