//! Adds the weighted share of each term to the scores of the articles that contain it.

use crate::clock::Deadline;
use crate::error::Result;
use crate::index::postings::TermField;
use crate::index::units::{Averages, Field, Lengths};
use crate::search::bm25::{Saturation, inverse_document_frequency, term_weight};
use crate::search::sums::Sums;
use crate::search::term_matches::{SegmentMatches, TermMatches, TermPostings};
use crate::search::view::{View, ViewSegment};
use crate::search::weights::Weights;

/// The number of postings that are processed at a time, so that the processor computes several divisions side by side.
const CHUNK: usize = 128;

/// The scores of the articles of a view while terms are added.
pub(super) struct Summation<'v, 'a> {
    view: &'v View<'a>,
    /// The weight of each [`Field`] for words, and for grams.
    weights: [[f32; Field::COUNT]; 2],
    averages: Averages,
    deadline: Deadline,
    matches: TermMatches,
    sums: Sums,
}

impl<'v, 'a> Summation<'v, 'a> {
    pub(super) fn new(
        view: &'v View<'a>,
        weights: &Weights,
        deadline: Deadline,
        sums: Sums,
    ) -> Self {
        Self {
            view,
            weights: [
                [weights.title, weights.headings, weights.body],
                [weights.title_grams, 0.0, weights.body_grams],
            ],
            averages: view.averages(),
            deadline,
            matches: TermMatches::default(),
            sums,
        }
    }

    /// Adds a word, and returns the number of articles that contain it, as [`TermMatches::articles`] counts them.
    pub(super) fn add_word(&mut self, postings: &TermPostings<'a>, weight: f32) -> Result<usize> {
        self.add(TermField::Words, postings, weight)?;
        Ok(self.matches.articles())
    }

    pub(super) fn add_gram(&mut self, postings: &TermPostings<'a>, weight: f32) -> Result<()> {
        self.add(TermField::Grams, postings, weight)
    }

    /// Returns the scores, and the saturation to use for passages.
    pub(super) fn finish(self) -> (Sums, Saturation) {
        (self.sums, Saturation::new(self.averages.passage))
    }

    fn add(&mut self, terms: TermField, postings: &TermPostings<'a>, weight: f32) -> Result<()> {
        self.deadline.check()?;
        self.matches.read(self.view, postings)?;
        let (weights, averages) = match terms {
            TermField::Words => (&self.weights[0], &self.averages.words),
            TermField::Grams => (&self.weights[1], &self.averages.grams),
        };
        for field in Field::ALL {
            let (number, count) = (field as usize, self.matches.counts[field as usize]);
            if count == 0 {
                continue;
            }
            let idf = inverse_document_frequency(count, self.view.allowed_count());
            let shares = Shares {
                weight: term_weight(weights[number] * weight, idf),
                saturation: Saturation::new(averages[number]),
            };
            for (view, found) in self.view.segments.iter().zip(&self.matches.segments) {
                let units = &view.segment.units;
                let lengths = match terms {
                    TermField::Words => units.word_counts(),
                    TermField::Grams => units.gram_counts(),
                };
                shares.add_to(&mut self.sums, view, found, field, lengths);
            }
        }
        Ok(())
    }
}

/// The shares that one term adds to the scores in one field.
struct Shares {
    weight: f32,
    saturation: Saturation,
}

impl Shares {
    /// Adds the shares of the term to the articles of a segment that have it in the field.
    fn add_to(
        &self,
        sums: &mut [f32],
        view: &ViewSegment<'_>,
        found: &SegmentMatches,
        field: Field,
        lengths: &Lengths,
    ) {
        let range = found.ends.range(field);
        let postings = &found.units[range.clone()];
        let frequencies = &found.frequencies[range];
        let first_unit = view.segment.units.of_field(field, 0);
        let first = view.first_article as usize;
        let sums = &mut sums[first..][..view.segment.article_count() as usize];
        let chunks = postings.chunks(CHUNK).zip(frequencies.chunks(CHUNK));
        for (postings, frequencies) in chunks {
            let mut of_articles = [0; CHUNK];
            for (length, unit) in of_articles.iter_mut().zip(postings) {
                *length = lengths.of(*unit);
            }
            let mut shares = [0.0; CHUNK];
            let known = frequencies.iter().zip(&of_articles);
            for (share, (&frequency, &length)) in shares.iter_mut().zip(known) {
                *share = self.weight * self.saturation.share(frequency, length);
            }
            for (share, unit) in shares.iter().zip(postings) {
                sums[(unit - first_unit) as usize] += share;
            }
        }
    }
}
