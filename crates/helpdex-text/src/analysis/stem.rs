//! Reduces the forms of a word to one stem.

use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};

use super::language::Stemming;

/// The number of words that are stemmed before the cache begins to keep stems. A usual ticket has fewer.
const KEPT_FROM: usize = 1_000;
/// The most stems that are kept; the cache is emptied when it is full. A help center has fewer words that occur often.
const MOST_KEPT: usize = 50_000;

/// The stemmer of a language.
#[derive(Clone, Copy)]
pub(crate) enum WordStemmer {
    None,
    Snowball { stemmer: Stemmer, passes: u8 },
    KoreanParticles,
}

impl WordStemmer {
    pub(crate) fn new(stemming: Stemming) -> Self {
        match stemming {
            Stemming::None => Self::None,
            Stemming::Once(algorithm) => Self::snowball(algorithm, 1),
            Stemming::Twice(algorithm) => Self::snowball(algorithm, 2),
            Stemming::KoreanParticles => Self::KoreanParticles,
        }
    }

    fn snowball(algorithm: Algorithm, passes: u8) -> Self {
        Self::Snowball {
            stemmer: Stemmer::new(algorithm),
            passes,
        }
    }

    /// Cuts the normalized word in `word` down to its stem, in place; it is never left empty.
    ///
    /// A word with a digit is a code or a name and stays as it is.
    pub(crate) fn stem(self, word: &mut String, known: &mut KnownStems) {
        if word.bytes().any(|b| b.is_ascii_digit()) {
            return;
        }
        match self {
            Self::None => {}
            Self::Snowball { stemmer, passes } => known.stem(word, stemmer, passes),
            Self::KoreanParticles => cut_korean_particle(word),
        }
    }
}

/// A cache of the stems of one language: the words of many texts are mostly the same few thousand.
#[derive(Clone, Default)]
pub(crate) struct KnownStems {
    /// The stemming algorithm and the number of passes that the kept stems belong to.
    language: Option<(Algorithm, u8)>,
    /// The number of words that were stemmed so far.
    count: usize,
    /// The stem of each word that is kept in the cache.
    stems: HashMap<String, String>,
}

impl KnownStems {
    fn stem(&mut self, word: &mut String, stemmer: Stemmer, passes: u8) {
        let language = Some((stemmer.algorithm(), passes));
        if self.language != language {
            *self = Self {
                language,
                ..Self::default()
            };
        }
        self.count += 1;
        if self.count < KEPT_FROM {
            stem_with(stemmer, passes, word);
        } else if let Some(stem) = self.stems.get(word) {
            word.clone_from(stem);
        } else {
            let written = word.clone();
            stem_with(stemmer, passes, word);
            if self.stems.len() == MOST_KEPT {
                self.stems.clear();
            }
            self.stems.insert(written, word.clone());
        }
    }
}

fn stem_with(stemmer: Stemmer, passes: u8, word: &mut String) {
    for _ in 0..passes {
        let stem = stemmer.stem(word).into_owned();
        if !stem.is_empty() {
            *word = stem;
        }
    }
}

/// The case particles and postpositions that Korean writes together with a noun, longest first.
const KOREAN_PARTICLES: &[&str] = &[
    "으로부터",
    "에게서는",
    "에서부터",
    "에서는",
    "에서도",
    "에게서",
    "한테서",
    "으로는",
    "으로도",
    "이라고",
    "이라도",
    "까지는",
    "까지도",
    "부터는",
    "로부터",
    "에게는",
    "에서",
    "에게",
    "한테",
    "으로",
    "까지",
    "부터",
    "처럼",
    "보다",
    "마다",
    "조차",
    "밖에",
    "이나",
    "라고",
    "라도",
    "에는",
    "에도",
    "와는",
    "과는",
    "로는",
    "께서",
    "하고",
    "이랑",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "에",
    "의",
    "로",
    "와",
    "과",
    "도",
    "만",
    "나",
    "랑",
];

/// Cuts one Korean particle off the end of the word, if at least two syllables are left.
fn cut_korean_particle(word: &mut String) {
    const TWO_SYLLABLES: usize = 2 * '가'.len_utf8();
    for particle in KOREAN_PARTICLES {
        if word.len() >= TWO_SYLLABLES + particle.len() && word.ends_with(particle) {
            word.truncate(word.len() - particle.len());
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use frostem::Algorithm;

    use super::*;

    fn check(stemming: Stemming, word: &str, expected: &str) {
        let mut stem = word.to_owned();
        WordStemmer::new(stemming).stem(&mut stem, &mut KnownStems::default());
        assert_eq!(stem, expected, "{word:?}");
    }

    #[test]
    fn a_stem_is_the_same_when_it_is_known() {
        let mut known = KnownStems::default();
        for language in [Algorithm::English, Algorithm::Turkish, Algorithm::English] {
            let stemmer = WordStemmer::new(Stemming::Twice(language));
            let mut was_cleared = false;
            for round in 0..2 {
                for number in 0..MOST_KEPT + 10 {
                    let word = nonsense(number) + "ings";
                    let before = known.stems.len();
                    let (mut found, mut anew) = (word.clone(), word.clone());
                    stemmer.stem(&mut found, &mut known);
                    stemmer.stem(&mut anew, &mut KnownStems::default());
                    assert_eq!(found, anew, "{word} in round {round}");
                    was_cleared |= before == MOST_KEPT && known.stems.len() == 1;
                }
            }
            assert!(was_cleared && known.stems.len() > 1);
        }
    }

    /// Returns a made-up word of letters for each number.
    fn nonsense(number: usize) -> String {
        let letters = number.to_string().into_bytes();
        letters
            .into_iter()
            .map(|digit| char::from(digit - b'0' + b'a'))
            .collect()
    }

    #[test]
    fn turkish_forms_meet_after_two_passes() {
        let turkish = Stemming::Twice(Algorithm::Turkish);
        for form in ["fatura", "faturam", "faturalar"] {
            check(turkish, form, "fatur");
        }
        check(turkish, "hubspot'ın", "hubspot");
    }

    #[test]
    fn lithuanian_forms_meet() {
        let lithuanian = Stemming::Twice(Algorithm::Lithuanian);
        for form in ["sąskaita", "sąskaitos", "sąskaitą", "sąskaitų"] {
            check(lithuanian, form, "sąska");
        }
    }

    #[test]
    fn korean_particles_are_cut_off_nouns_of_two_syllables() {
        for form in ["비밀번호를", "비밀번호가", "비밀번호는", "비밀번호"] {
            check(Stemming::KoreanParticles, form, "비밀번호");
        }
        check(Stemming::KoreanParticles, "서버에서는", "서버");
        check(Stemming::KoreanParticles, "나이", "나이");
    }

    #[test]
    fn words_with_digits_stay() {
        check(
            Stemming::Once(Algorithm::English),
            "windows10s",
            "windows10s",
        );
        check(Stemming::Once(Algorithm::English), "settings", "set");
    }
}
