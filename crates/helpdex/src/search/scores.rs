//! The scores of the articles of a view for one query, and the words of the query that the best articles have.
//!
//! The sums hold a score for every article. The passages and words of the best articles alone are found afterwards, by
//! seeking in the postings.

use std::ops::Range;

use crate::error::Result;
use crate::index::postings::BlockReader;
use crate::index::units::{Field, Units};
use crate::search::bm25::{Saturation, inverse_document_frequency, term_weight};
use crate::search::gram_budget::FoundGram;
use crate::search::sums::Sums;
use crate::search::term_matches::TermPostings;
use crate::search::view::{View, ViewSegment};

/// The weight of a gram that no article has; other grams have their inverse document frequency, about 1 to 6.
const UNKNOWN_GRAM: f32 = 0.5;
/// The number of grams that a list has room for at first; most words have fewer.
const GRAMS_OF_A_WORD: usize = 16;

/// The score of every article of a view, 0 where nothing matched: its BM25 by field, weighted and added up.
pub(crate) struct Scores<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) sums: Sums,
    /// The words of the query that any allowed article has, in the order of the query.
    pub(super) words: Vec<FoundWord<'a>>,
    /// The grams of the query that any allowed article has, in the order of the query.
    pub(super) grams: Vec<FoundGram<'a>>,
    /// The saturation that scores of passages use.
    pub(super) saturation: Saturation,
    /// The sum of the inverse document frequencies of the query's words that any allowed article has.
    pub coverable: f32,
    /// The sum of the weights of the query's words that no allowed article has, each weighted like a word that one
    /// article has.
    pub unknown: f32,
}

/// A word of the query, with the places of its postings in each segment of the view.
pub(super) struct FoundWord<'a> {
    /// The index of the word among the words of the query.
    pub index: usize,
    pub weight: f32,
    /// The inverse document frequency of the word, from the number of articles that have it in its most frequent field.
    pub idf: f32,
    pub postings: TermPostings<'a>,
}

impl<'a> Scores<'a> {
    /// Returns the score of an article.
    pub(crate) fn of(&self, article: u32) -> f32 {
        self.sums[article as usize]
    }

    /// Returns the articles with the highest scores above 0, at most `limit`, in no particular order. Of equal scores,
    /// those that come first in the view are kept.
    pub(crate) fn best(&self, limit: usize) -> Vec<(u32, f32)> {
        let mut best = Vec::with_capacity(4 * limit);
        // Whoever comes now and has no more than this comes behind `limit` others.
        let mut bar = 0.0;
        for (article, &score) in (0..).zip(self.sums.iter()) {
            if score > bar {
                best.push((article, score));
                if best.len() == 4 * limit {
                    let (_, last, _) =
                        best.select_nth_unstable_by(limit - 1, |a, b| better_first(*a, *b));
                    bar = last.1;
                    best.truncate(limit);
                }
            }
        }
        if best.len() > limit {
            best.select_nth_unstable_by(limit - 1, |a, b| better_first(*a, *b));
            best.truncate(limit);
        }
        best
    }

    /// Returns the sum of the inverse document frequencies of the query's words; always above 0.
    pub(crate) fn informative_weight(&self) -> f32 {
        (self.coverable + self.unknown).max(f32::MIN_POSITIVE)
    }

    /// Returns, for each of these articles, the number within the article of the passage with the best BM25, and its
    /// score; `None` when no passage matched. The articles may be in any order.
    pub(crate) fn best_passages(&self, articles: &[u32]) -> Result<Vec<Option<(usize, f32)>>> {
        let mut best = vec![None; articles.len()];
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_unstable_by_key(|&index| articles[index]);
        let mut blocks = BlockReader::default();
        for (number, view) in self.view.segments.iter().enumerate() {
            let units = &view.segment.units;
            let in_segment = order.iter().filter_map(|&index| {
                let article = articles[index].checked_sub(view.first_article)?;
                (article < view.segment.article_count()).then(|| (index, units.passages(article)))
            });
            let in_segment: Vec<(usize, Range<u32>)> = in_segment.collect();
            let passages = in_segment.iter().map(|(_, passages)| passages.clone());
            let passages: Vec<Range<u32>> = passages.collect();
            let sums = self.score_passages(number, units, &passages, &mut blocks)?;
            for ((index, _), sums) in in_segment.into_iter().zip(sums) {
                for (passage, score) in sums.into_iter().enumerate() {
                    if score > best[index].map_or(0.0, |(_, best)| best) {
                        best[index] = Some((passage, score));
                    }
                }
            }
        }
        Ok(best)
    }

    /// Scores the passages of some articles of one segment. `articles` are the ranges of the numbers of their passages,
    /// ascending.
    fn score_passages(
        &self,
        segment: usize,
        units: &Units,
        articles: &[Range<u32>],
        blocks: &mut BlockReader,
    ) -> Result<Vec<Vec<f32>>> {
        let mut sums: Vec<Vec<f32>> = articles
            .iter()
            .map(|passages| vec![0.0; passages.len()])
            .collect();
        let lengths = units.word_counts();
        for word in &self.words {
            let Some(found) = &word.postings[segment] else {
                continue;
            };
            let weight = term_weight(word.weight, word.idf);
            let mut seeker = found.seek(blocks)?;
            for (passages, sums) in articles.iter().zip(&mut sums) {
                seeker.for_each_in(passages.clone(), |unit, frequency| {
                    let share = self.saturation.share(frequency, lengths.of(unit));
                    sums[(unit - passages.start) as usize] += weight * share;
                });
            }
        }
        Ok(sums)
    }

    /// Returns the indices of the words of the query that an article has, ascending, each with the fields that have the
    /// word.
    pub(crate) fn words_of_article(&self, article: u32) -> Result<Vec<(usize, Vec<Field>)>> {
        let found = self.fields_with_words(article)?;
        let found = found.into_iter().map(|(word, fields)| (word.index, fields));
        Ok(found.collect())
    }

    /// Returns the indices of the words of the query that any allowed article has, ascending, each with its rarity: see
    /// [`View::rarity`].
    pub(crate) fn rarities(&self) -> Vec<(usize, f32)> {
        let of_one = inverse_document_frequency(1, self.view.allowed_count());
        let words = self.words.iter();
        words.map(|word| (word.index, word.idf / of_one)).collect()
    }

    /// Returns the indices, ascending, of the words of the query that an article has in its title, its headings or this
    /// passage.
    pub(crate) fn words_of_passage(
        &self,
        article: u32,
        passage: Option<usize>,
    ) -> Result<Vec<usize>> {
        let (number, view) = self.view.view_segment(article);
        let mut passages = view.segment.units.passages(article - view.first_article);
        let passage = passage.and_then(|passage| passages.nth(passage));
        let shown = [Field::Title, Field::Headings].map(|field| field_unit(view, field, article));
        let mut blocks = BlockReader::default();
        let mut found = Vec::new();
        for word in &self.words {
            if let Some(postings) = &word.postings[number] {
                let mut seeker = postings.seek(&mut blocks)?;
                let mut units = shown.into_iter().chain(passage);
                if units.any(|unit| seeker.has(unit)) {
                    found.push(word.index);
                }
            }
        }
        Ok(found)
    }

    /// Returns the share, in [0, 1], of some grams of the query (given by their indices) that the title or the body of
    /// an article has; 0 if it is at most `least`. Grams are weighted by how well they distinguish articles: one that
    /// all articles have counts next to nothing, and one that no article has usually belongs to a typing error and
    /// counts little.
    pub(crate) fn gram_share(
        &self,
        article: u32,
        grams: impl Iterator<Item = usize>,
        least: f32,
    ) -> Result<f32> {
        let (number, view) = self.view.view_segment(article);
        let units = [Field::Title, Field::Body].map(|field| field_unit(view, field, article));
        let mut all = 0.0;
        let mut known: Vec<(f32, &FoundGram<'_>)> = Vec::with_capacity(GRAMS_OF_A_WORD);
        for index in grams {
            if let Ok(found) = self.grams.binary_search_by_key(&index, |gram| gram.index) {
                let gram = &self.grams[found];
                let weight = gram.weight(self.view);
                all += weight;
                known.push((weight, gram));
            } else {
                all += UNKNOWN_GRAM;
            }
        }
        // The rarest ones are missing as a rule, so that few are looked up.
        known.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut possible: f32 = known.iter().map(|(weight, _)| weight).sum();
        let mut blocks = BlockReader::default();
        for (weight, gram) in known {
            if possible <= least * all {
                return Ok(0.0);
            }
            let is_there = match &gram.postings[number] {
                Some(postings) => {
                    let mut seeker = postings.seek(&mut blocks)?;
                    units.into_iter().any(|unit| seeker.has(unit))
                }
                None => false,
            };
            possible -= if is_there { 0.0 } else { weight };
        }
        Ok(possible / all.max(f32::MIN_POSITIVE))
    }

    /// Whether an article has any word of the query.
    pub(crate) fn has_word(&self, article: u32) -> Result<bool> {
        let (number, view) = self.view.view_segment(article);
        let mut blocks = BlockReader::default();
        for word in &self.words {
            if let Some(postings) = &word.postings[number] {
                let mut seeker = postings.seek(&mut blocks)?;
                let mut fields = Field::ALL.into_iter();
                if fields.any(|field| seeker.has(field_unit(view, field, article))) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn fields_with_words(&self, article: u32) -> Result<Vec<(&FoundWord<'a>, Vec<Field>)>> {
        let (number, view) = self.view.view_segment(article);
        let mut blocks = BlockReader::default();
        let mut found = Vec::new();
        for word in &self.words {
            if let Some(postings) = &word.postings[number] {
                let mut seeker = postings.seek(&mut blocks)?;
                let mut fields = Field::ALL.to_vec();
                fields.retain(|field| seeker.has(field_unit(view, *field, article)));
                if !fields.is_empty() {
                    found.push((word, fields));
                }
            }
        }
        Ok(found)
    }
}

/// Returns the number of the unit that is this field of an article of the view.
fn field_unit(view: &ViewSegment<'_>, field: Field, article: u32) -> u32 {
    let units = &view.segment.units;
    units.of_field(field, article - view.first_article)
}

/// Compares two articles with their scores: the higher score comes first, of equal ones the first in the view.
fn better_first(a: (u32, f32), b: (u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}
