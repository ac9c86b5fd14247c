//! The parts of BM25: the rarity of a term, and the share of its weight that an article gets for containing it.

/// The `k1` of BM25 (Robertson and Zaragoza 2009, section 3.4), which has the usual value and default of Lucene and
/// tantivy, like `b` below.
const K1: f32 = 1.2;
/// The `b` of BM25.
const B: f32 = 0.75;

/// Returns `ln(1 + (N - n + 0.5) / (n + 0.5))`, which is never negative (Lucene's form of the BM25 idf): `N` is the number of
/// articles, and `n` the number of those that have the term.
pub(super) fn inverse_document_frequency(document_frequency: usize, articles: u32) -> f32 {
    #[expect(clippy::cast_precision_loss)]
    let n = document_frequency as f64;
    let all = f64::from(articles);
    #[expect(clippy::cast_possible_truncation)]
    let idf = libm::log(1.0 + (all - n + 0.5) / (n + 0.5)) as f32;
    idf
}

/// Returns the most that a term can add to a score, which is the limit for endless occurrences.
pub(super) fn term_weight(weight: f32, idf: f32) -> f32 {
    (K1 + 1.0) * weight * idf
}

/// The share of its weight that a term adds to a score, below 1: `f / (f + k1 (1 - b + b length / average))`, where `f`
/// is its frequency.
#[derive(Clone, Copy)]
pub(super) struct Saturation {
    /// The factor by which the length of an article counts in the formula, `k1 b / average`.
    per_length: f32,
}

impl Saturation {
    pub(super) fn new(average_length: f32) -> Self {
        Self {
            per_length: K1 * B / average_length,
        }
    }

    #[inline]
    #[expect(clippy::cast_precision_loss)]
    pub(super) fn share(self, frequency: u32, length: u32) -> f32 {
        // Neither is 2^31, and processors convert signed numbers side by side.
        let (frequency, length) = (frequency.cast_signed() as f32, length.cast_signed() as f32);
        frequency / (frequency + K1 * (1.0 - B) + self.per_length * length)
    }
}
