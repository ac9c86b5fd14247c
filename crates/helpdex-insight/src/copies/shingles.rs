//! Finds passages that share most of their shingles.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::kinds::CopyKind;

/// The number of words of a shingle; so many shingles change when one word changes.
const SHINGLE_WORDS: usize = 3;

/// The least resemblance of near copies: the shared shingles, divided by all shingles of both. With it 12 of the 12
/// labelled copies of `tests/data/pairs.jsonl` are found, and 12 of the 13 found are copies.
const MIN_RESEMBLANCE: f64 = 0.4;

/// The least containment of a passage in another: the shared shingles, divided by those of the shorter passage;
/// measured on the same labelled copies.
const MIN_CONTAINMENT: f64 = 0.8;

/// The most passages that may have a shingle. Shingles that more of them have are common phrases, and no sign of a
/// copy.
const MAX_PASSAGES: usize = 50;

/// A passage and its shingles.
pub(super) struct ShingledPassage<L> {
    /// The data by which the caller recognises the passage.
    pub label: L,
    /// The number of words of the passage.
    pub word_count: usize,
    shingles: BTreeSet<u64>,
    /// A hash of all words of the passage in their order.
    whole: u64,
}

/// Two passages that are alike.
pub(super) struct SimilarPair<'p, L> {
    pub left: &'p ShingledPassage<L>,
    pub right: &'p ShingledPassage<L>,
    pub kind: CopyKind,
    pub similarity: f64,
}

impl<L> ShingledPassage<L> {
    pub(super) fn new(label: L, terms: &[&str]) -> Self {
        Self {
            label,
            word_count: terms.len(),
            shingles: terms.windows(SHINGLE_WORDS).map(hash).collect(),
            whole: hash(terms),
        }
    }
}

/// Returns the pairs of passages that are alike, in the order of the passages.
pub(super) fn similar_passages<L>(passages: &[ShingledPassage<L>]) -> Vec<SimilarPair<'_, L>> {
    let mut holders: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (number, passage) in passages.iter().enumerate() {
        for shingle in &passage.shingles {
            holders.entry(*shingle).or_default().push(number);
        }
    }
    holders.retain(|_, numbers| numbers.len() > 1 && numbers.len() <= MAX_PASSAGES);
    let mut pairs = Vec::new();
    for (number, left) in passages.iter().enumerate() {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for shingle in &left.shingles {
            for other in holders.get(shingle).into_iter().flatten() {
                if *other > number {
                    *shared.entry(*other).or_default() += 1;
                }
            }
        }
        for (other, count) in shared {
            pairs.extend(similar_pair(left, &passages[other], count));
        }
    }
    pairs
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn similar_pair<'p, L>(
    left: &'p ShingledPassage<L>,
    right: &'p ShingledPassage<L>,
    shared: usize,
) -> Option<SimilarPair<'p, L>> {
    let (few, many) = (
        left.shingles.len().min(right.shingles.len()),
        left.shingles.len().max(right.shingles.len()),
    );
    let shared = shared as f64;
    let resemblance = shared / ((few + many) as f64 - shared);
    let containment = shared / few as f64;
    let (kind, similarity) = if left.whole == right.whole {
        (CopyKind::Exact, 1.0)
    } else if resemblance >= MIN_RESEMBLANCE {
        (CopyKind::Near, resemblance)
    } else if containment >= MIN_CONTAINMENT {
        (CopyKind::Contained, containment)
    } else {
        return None;
    };
    Some(SimilarPair {
        left,
        right,
        kind,
        similarity,
    })
}

fn hash(terms: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    terms.hash(&mut hasher);
    hasher.finish()
}
