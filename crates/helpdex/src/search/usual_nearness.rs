//! How near the articles of a view usually are to a text that they do not answer.
//!
//! The cosines of two models lie in different ranges: unrelated texts have 0.3 by one and 0.86 by another. So a cosine is told
//! in standard deviations from the usual one, which the titles of the articles show when they are put to the other articles.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use helpdex_text::{Analysis, Analyzer, Locale};

use crate::error::Result;
use crate::index::hashes::ContentHash;
use crate::index::stored_articles::find_passage;
use crate::search::view::View;
use crate::vectors::article_vectors::VectorsHash;

/// The number of articles whose titles are put to others, and of those that they are put to. With 190 titles and 640 others the
/// mean of a cosine moves by at most 0.011 and its deviation by at most 0.002, on five sets with two models.
const ASKED: usize = 60;
const OTHERS: usize = 200;
/// The least number of articles with vectors that tell something.
const LEAST_ARTICLES: usize = 8;
/// Vectors are trusted by how their cosines go with the words that titles share: the correlation over the pairs is 0.30 to
/// 0.63 for two models on four sets of 13 to 415 articles; for random vectors 0.02 at most, and 0.06 with 13 articles. They are fully trusted from
/// this correlation on, beyond what chance gives.
const FULL_CORRELATION: f64 = 0.1;
/// The correlation that random vectors have beyond the deviation of as many pairs: an article is in many of them.
const CHANCE_CORRELATION: f64 = 0.02;
/// The number of views whose measurement is kept.
const KEPT: usize = 64;

/// The usual nearness of the articles of a view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usual {
    mean: f64,
    deviation: f64,
    /// How far the vectors are trusted, in [0, 1].
    pub trust: f64,
}

impl Usual {
    /// Returns how much nearer than usual a cosine is, in standard deviations, as far as the vectors are trusted.
    pub(crate) fn nearness(&self, cosine: f32) -> f64 {
        self.trust * (f64::from(cosine) - self.mean) / self.deviation
    }
}

/// The measurements that were made.
#[derive(Default)]
pub(crate) struct UsualNearness {
    known: Mutex<Vec<(Key, Option<Usual>)>>,
}

/// The articles of a view, and their vectors.
type Key = (ContentHash, VectorsHash);

impl UsualNearness {
    /// Returns the usual nearness of the articles of the view, which have this locale; `None` where too few of them have vectors.
    pub(crate) fn of(&self, locale: &Locale, view: &View<'_>) -> Result<Option<Usual>> {
        let key = (*view.content_hash(), view.vectors_hash());
        // A measurement is made before it is kept, so that a thread that panicked leaves it whole.
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(other, _)| *other == key);
        if let Some((_, usual)) = found {
            return Ok(*usual);
        }
        drop(known);
        let usual = measure(locale, view)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == KEPT {
            known.remove(0);
        }
        known.push((key, usual));
        Ok(usual)
    }
}

fn measure(locale: &Locale, view: &View<'_>) -> Result<Option<Usual>> {
    let articles = view
        .allowed_articles()
        .filter(|article| view.has_vector(*article));
    let articles: Vec<u32> = articles.collect();
    if articles.len() < LEAST_ARTICLES {
        return Ok(None);
    }
    let (asked, others) = (spread(&articles, ASKED), spread(&articles, OTHERS));
    let analyzer = Analyzer::new(locale);
    let asked_words = words(view, &analyzer, &asked)?;
    let other_words = words(view, &analyzer, &others)?;
    let mut pairs = Pairs::default();
    for (article, of_article) in asked.iter().zip(&asked_words) {
        let (vectors, number) = view.vectors_of(*article).unzip();
        let Some((values, scale)) = vectors.zip(number).and_then(|(v, n)| v.first(n)) else {
            continue;
        };
        for (other, of_other) in others.iter().zip(&other_words) {
            let nearest = view.vectors_of(*other);
            let nearest = nearest.and_then(|(vectors, n)| vectors.nearest(n, values, scale));
            if let Some(nearest) = nearest.filter(|_| article != other) {
                pairs.add(nearest.cosine.into(), shared(of_article, of_other));
            }
        }
    }
    Ok(pairs.usual())
}

/// Returns at most `most` of the articles, evenly spread.
fn spread(articles: &[u32], most: usize) -> Vec<u32> {
    let count = most.min(articles.len());
    (0..count)
        .map(|n| articles[n * articles.len() / count])
        .collect()
}

/// Returns the terms and the grams of the title of each article, or of its first passage where it has no title.
fn words(view: &View<'_>, analyzer: &Analyzer, articles: &[u32]) -> Result<Vec<BTreeSet<String>>> {
    let mut analysis = Analysis::default();
    articles
        .iter()
        .map(|article| {
            let (segment, number) = view.locate(*article);
            let mut text = segment.stored_head(number)?.title;
            if text.is_empty() {
                let sections = segment.stored_sections(number)?;
                text = find_passage(&sections, 0).map_or_else(String::new, |(_, t)| t.to_owned());
            }
            analyzer.analyze(&text, &mut analysis);
            let words = analysis.words().filter(|word| !word.is_function_word);
            let words = words.map(|word| word.term.to_owned());
            Ok(words
                .chain(analysis.grams().map(|gram| format!(" {gram}")))
                .collect())
        })
        .collect()
}

/// Returns the share of words and grams that two titles share, in [0, 1] (Jaccard 1912).
fn shared(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let both = a.intersection(b).count();
    count(both) / count((a.len() + b.len() - both).max(1))
}

#[expect(clippy::cast_precision_loss)]
fn count(n: usize) -> f64 {
    n as f64
}

/// Sums over pairs of articles: of the cosine, of what their titles share, and of their products.
#[derive(Default)]
struct Pairs {
    count: f64,
    sums: [f64; 2],
    /// The squares of the cosine and of the share, and the product of both.
    products: [f64; 3],
}

impl Pairs {
    fn add(&mut self, cosine: f64, share: f64) {
        self.count += 1.0;
        for (sum, value) in self.sums.iter_mut().zip([cosine, share]) {
            *sum += value;
        }
        let products = [cosine * cosine, share * share, cosine * share];
        for (sum, product) in self.products.iter_mut().zip(products) {
            *sum += product;
        }
    }

    /// `None` where all pairs are alike.
    fn usual(&self) -> Option<Usual> {
        let [cosine, share] = self.sums.map(|sum| sum / self.count);
        let [squares, share_squares, both] = self.products.map(|sum| sum / self.count);
        let deviation = (squares - cosine * cosine).max(0.0).sqrt();
        let share_deviation = (share_squares - share * share).max(0.0).sqrt();
        if deviation < LEAST_DEVIATION || share_deviation == 0.0 {
            return None;
        }
        let correlation = (both - cosine * share) / (deviation * share_deviation);
        let by_chance = CHANCE_CORRELATION + 2.0 / self.count.sqrt();
        Some(Usual {
            mean: cosine,
            deviation,
            trust: ((correlation - by_chance) / FULL_CORRELATION).clamp(0.0, 1.0),
        })
    }
}

/// The deviation below which all pairs are as near as their rounding lets them be.
const LEAST_DEVIATION: f64 = 1e-4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_that_go_with_words_are_trusted_and_others_are_not() {
        let mut pairs = Pairs::default();
        let mut noise = Pairs::default();
        for n in 0_u32..2_000 {
            let share = f64::from(n % 7) / 7.0;
            pairs.add(0.8 + 0.1 * share, share);
            noise.add(0.8 + f64::from(n * 7_919 % 1_000) / 10_000.0, share);
        }
        let usual = pairs.usual().unwrap();
        assert!((usual.trust - 1.0).abs() < 1e-9);
        assert!(usual.nearness(0.9) > 1.0 && usual.nearness(0.8) < 0.0);
        assert!(noise.usual().unwrap().trust < 0.1);
    }

    #[test]
    fn vectors_that_are_all_alike_tell_nothing() {
        let mut pairs = Pairs::default();
        for share in [0.0, 0.5, 1.0] {
            pairs.add(0.5, share);
        }
        assert_eq!(pairs.usual(), None);
    }
}
