//! Finds the words of an article that resemble words of the ticket, to explain in words what character n-grams matched.

use std::collections::BTreeMap;

use crate::suggest::answer::{MatchedTerm, Place};

/// The least share of pairs of letters that similar terms have in common, by the coefficient of Dice (1945).
///
/// `pasword` and `password` have 0.92, `kartenleser` and `kartenlesegerat` 0.83, `account` and `amount` 0.55.
const LEAST_SIMILARITY: f32 = 0.75;
/// The fewest letters of a term that is compared; shorter terms are similar by chance.
const LEAST_LETTERS: usize = 4;

/// The words of a ticket that an article does not have, each with the most similar word that the article has.
pub(super) struct SimilarWords<'a> {
    missing: Vec<(&'a str, LetterPairs)>,
    /// The similar words, by the index of the missing word that each resembles.
    found: BTreeMap<usize, Similar>,
}

struct Similar {
    similarity: f32,
    term: String,
    word: String,
    place: Place,
}

impl<'a> SimilarWords<'a> {
    pub(super) fn new(missing: impl Iterator<Item = &'a str>) -> Self {
        let missing = missing.filter_map(|term| Some((term, LetterPairs::of(term)?)));
        Self {
            missing: missing.collect(),
            found: BTreeMap::new(),
        }
    }

    /// Compares a term of the article, spelled `word` there, with the missing words. Among equally similar words, the
    /// first one wins.
    pub(super) fn note(&mut self, term: &str, word: &str, place: Place) {
        // Most words are like none of them: what they hold is made for the others.
        let outline = Outline::of(term);
        let mut pairs = None;
        for (index, (_, missing)) in self.missing.iter().enumerate() {
            if !missing.outline.may_be_similar(&outline) {
                continue;
            }
            let Some(pairs) = pairs.get_or_insert_with(|| LetterPairs::of(term)) else {
                return;
            };
            let similarity = missing.similarity(pairs);
            let best = self.found.get(&index).map_or(0.0, |best| best.similarity);
            if similarity >= LEAST_SIMILARITY && similarity > best {
                let similar = Similar {
                    similarity,
                    term: term.to_owned(),
                    word: word.to_owned(),
                    place,
                };
                self.found.insert(index, similar);
            }
        }
    }

    /// Returns the similar words as matched terms, in the order of the missing words in the ticket.
    pub(super) fn into_terms(self) -> Vec<MatchedTerm> {
        let Self { missing, found } = self;
        found
            .into_iter()
            .map(|(index, similar)| MatchedTerm {
                term: similar.term,
                word: similar.word,
                synonym_of: None,
                similar_to: Some(missing[index].0.to_owned()),
                places: vec![similar.place],
            })
            .collect()
    }
}

/// Returns the pairs of neighbouring letters of a term.
fn letter_pairs(term: &str) -> impl Iterator<Item = (char, char)> {
    term.chars().zip(term.chars().skip(1))
}

/// A summary of a term by which most dissimilar terms are ruled out quickly.
struct Outline {
    /// The number of pairs of neighbouring letters of the term.
    count: u32,
    /// A set of bits: each pair of neighbouring letters of the term sets one of them.
    bits: u64,
}

impl Outline {
    fn of(term: &str) -> Self {
        let mut outline = Self { count: 0, bits: 0 };
        for (first, second) in letter_pairs(term) {
            outline.count += 1;
            outline.bits |= 1 << ((u32::from(first) ^ u32::from(second) << 2) % u64::BITS);
        }
        outline
    }

    /// Whether two terms may share enough pairs of letters. They share at most as many as the bits that both have, plus
    /// the other's pairs whose bit is used more than once.
    #[expect(clippy::cast_precision_loss)]
    fn may_be_similar(&self, other: &Self) -> bool {
        let shared = (self.bits & other.bits).count_ones();
        let repeated = other.count - other.bits.count_ones();
        let most = (shared + repeated).min(self.count).min(other.count);
        2.0 * most as f32 >= LEAST_SIMILARITY * (self.count + other.count) as f32
    }
}

/// The pairs of neighbouring letters of a term, sorted.
struct LetterPairs {
    pairs: Vec<(char, char)>,
    outline: Outline,
}

impl LetterPairs {
    /// Makes the sorted pairs of a term; `None` for a term that is too short.
    fn of(term: &str) -> Option<Self> {
        let mut pairs: Vec<(char, char)> = letter_pairs(term).collect();
        pairs.sort_unstable();
        (pairs.len() + 1 >= LEAST_LETTERS).then(|| Self {
            pairs,
            outline: Outline::of(term),
        })
    }

    /// Returns twice the number of common pairs divided by the number of all pairs, in [0, 1].
    #[expect(clippy::cast_precision_loss)]
    fn similarity(&self, other: &Self) -> f32 {
        let (mut a, mut b, mut common) = (&self.pairs[..], &other.pairs[..], 0);
        while let ([first_a, rest_a @ ..], [first_b, rest_b @ ..]) = (a, b) {
            if first_a <= first_b {
                a = rest_a;
            }
            if first_b <= first_a {
                b = rest_b;
            }
            common += usize::from(first_a == first_b);
        }
        2.0 * common as f32 / (self.pairs.len() + other.pairs.len()) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(a: &str, b: &str) -> f32 {
        let [a, b] = [a, b].map(|term| LetterPairs::of(term).unwrap());
        assert!((a.similarity(&b) - b.similarity(&a)).abs() < f32::EPSILON);
        a.similarity(&b)
    }

    #[test]
    fn similarity_is_twice_the_common_pairs_of_all() {
        assert!((similarity("pasword", "password") - 12.0 / 13.0).abs() < 1e-6);
        assert!((similarity("banana", "ananas") - 0.8).abs() < 1e-6);
        assert!(similarity("account", "amount") < 0.6);
        assert!(similarity("şifre", "fatura") < 1e-6);
        assert!(LetterPairs::of("รีเซต").is_some() && LetterPairs::of("pin").is_none());
    }

    #[test]
    fn similar_words_have_similar_outlines() {
        let words = "pasword password passwords banana ananas kartenleser kartenlesegerat account amount şifre şifreler \
                     รีเซต รีเซ็ต aaaaaaaa aaaabaaa invoice invoicing";
        let words: Vec<LetterPairs> = words
            .split_whitespace()
            .filter_map(LetterPairs::of)
            .collect();
        let mut similar = 0;
        for (a, b) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
            if a.similarity(b) >= LEAST_SIMILARITY {
                similar += 1;
                assert!(
                    a.outline.may_be_similar(&b.outline),
                    "{:?} {:?}",
                    a.pairs,
                    b.pairs
                );
            }
        }
        assert!(similar > words.len());
        let [a, b] = ["account", "refund"].map(Outline::of);
        assert!(!a.may_be_similar(&b));
    }

    #[test]
    fn a_missing_word_finds_the_most_similar_one_and_the_first_of_equals() {
        let mut similar = SimilarWords::new(["pasword", "printer"].into_iter());
        similar.note("passwort", "Passwort", Place::Title);
        similar.note("password", "Passwords", Place::Body);
        similar.note("password", "password", Place::Body);
        similar.note("invoic", "invoice", Place::Body);
        let terms = similar.into_terms();
        assert_eq!(terms.len(), 1);
        let MatchedTerm {
            term,
            word,
            similar_to,
            places,
            ..
        } = &terms[0];
        assert_eq!((term.as_str(), word.as_str()), ("password", "Passwords"));
        assert_eq!(similar_to.as_deref(), Some("pasword"));
        assert_eq!(places, &[Place::Body]);
    }
}
