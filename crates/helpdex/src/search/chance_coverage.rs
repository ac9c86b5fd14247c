//! The share of a text that an article covers by chance: what a help center's articles have in common.

use serde::{Deserialize, Serialize};

/// The numbers of distinct words of the texts whose coverage is known.
pub(crate) const LENGTHS: [usize; 5] = [3, 6, 12, 24, 48];

/// The share of a text that the best article covers by chance, in [0, 1], for texts of each of [`LENGTHS`]. Where it is
/// high, covering much of a ticket says little.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChanceCoverage([f32; LENGTHS.len()]);

/// The coverage where there are no texts to tell: about the mean of 22 public sets at a dozen words.
const USUAL: f32 = 0.5;
/// The number of texts that [`USUAL`] counts for: a help center of three articles covers little by chance, and a word that two
/// of them share proves little.
const USUAL_TEXTS: f32 = 10.0;

impl ChanceCoverage {
    /// Makes it from the coverage of texts of each length, as a sum and a number of texts.
    pub(crate) fn from_sums(sums: [(f32, u16); LENGTHS.len()]) -> Self {
        Self(
            sums.map(|(sum, texts)| (sum + USUAL * USUAL_TEXTS) / (f32::from(texts) + USUAL_TEXTS)),
        )
    }

    /// Returns the coverage of a text with this number of distinct words, interpolated between the known lengths by their
    /// logarithm.
    pub(crate) fn at(&self, words: usize) -> f32 {
        let last = LENGTHS.len() - 1;
        if words <= LENGTHS[0] {
            return self.0[0];
        }
        let Some(above) = LENGTHS.iter().position(|&length| words < length) else {
            return self.0[last];
        };
        let (low, high) = (ln(LENGTHS[above - 1]), ln(LENGTHS[above]));
        let share = (ln(words) - low) / (high - low);
        self.0[above - 1] * (1.0 - share) + self.0[above] * share
    }

    /// Returns its numbers, exactly.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|share| share.to_le_bytes())
            .collect()
    }
}

/// Returns the logarithm of a number of words; of more than 65,535 that of 65,535.
fn ln(words: usize) -> f32 {
    libm::logf(f32::from(u16::try_from(words).unwrap_or(u16::MAX)))
}

impl Default for ChanceCoverage {
    fn default() -> Self {
        Self([USUAL; LENGTHS.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_lengths_it_lies_between_their_coverages() {
        let texts = 990;
        let chance = ChanceCoverage::from_sums(
            [0.9_f32, 0.7, 0.5, 0.3, 0.2].map(|mean| (mean * 1_000.0 - 5.0, texts)),
        );
        let is = |words, expected: f32| {
            let found = chance.at(words);
            assert!((found - expected).abs() < 1e-5, "{words}: {found}");
        };
        is(0, 0.9);
        is(3, 0.9);
        is(6, 0.7);
        // ln 9 lies at 0.585 of the way from ln 6 to ln 12.
        is(9, 0.7 - 0.2 * 0.584_962_5);
        is(48, 0.2);
        is(100_000, 0.2);
    }

    #[test]
    fn without_texts_it_is_the_usual_one() {
        let chance = ChanceCoverage::from_sums([(0.0, 0); LENGTHS.len()]);
        assert_eq!(chance, ChanceCoverage::default());
    }
}
