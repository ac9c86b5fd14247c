//! Character n-grams of words. They still match despite typing errors, missing diacritics, compounds and words cut in
//! the wrong place.

use std::ops::Range;

use super::script::{Script, Spacing};

/// The gram size of words with spaces between them, in characters.
///
/// nDCG@10 over 9 `XQuAD` languages, four of Microsoft 365 articles and four English and German sets: 0.825 with 3,
/// 0.827 with 4, 0.823 with 5.
const WORD_GRAM: usize = 4;

/// The gram size of Hebrew, in characters. Hebrew words have few letters (MRR on Microsoft 365 articles by grams alone:
/// 0.587 with 3, 0.588 with 4).
const HEBREW_GRAM: usize = 3;

/// The gram size of Korean, in syllables of Hangul (MRR on Microsoft 365 articles: 0.575, against 0.497 with words
/// alone).
const HANGUL_GRAM: usize = 2;

/// The gram size of Thai, Lao, Khmer and Burmese, in characters (`XQuAD` Thai: 0.975 with 2, 0.978 with 3, 0.978 with
/// 4).
const SOUTH_EAST_ASIAN_GRAM: usize = 3;

/// The gram size of Chinese and Japanese, in characters (Chinese Microsoft 365 articles: 0.755 with 1, 0.767 with 2,
/// 0.749 with 3).
///
/// Each Han character is a gram of its own as well, which raises 0.767 to 0.775, and 0.738 to 0.758 when the query has
/// a wrong character.
const EAST_ASIAN_GRAM: usize = 2;

/// The number of first letters that each of two neighbouring words gives to the gram of the pair.
///
/// Turkish Microsoft 365 articles: 0.750 without such grams, and 0.7596, 0.7605, 0.760, 0.757 with 2, 3, 4, 5 letters;
/// with a typing error in every word 0.679 without and 0.689 with 3. Pairs of whole stems give no more (0.756) and cost
/// more.
const PAIR_PREFIX: usize = 3;

/// Like [`PAIR_PREFIX`], for words in scripts without spaces: Thai 0.750 without, and 0.752, 0.753, 0.753 with 1, 2, 3
/// letters; Japanese 0.787 without, and 0.795, 0.796, 0.796.
const RUN_PAIR_PREFIX: usize = 2;

/// The sign put around a word before it is cut into grams, so that its first and last letters give grams of their own.
const PAD: char = '_';

/// The folded words and runs of a text, stored so that their grams can be read.
///
/// The text is stored once and a gram is a slice of it, so no gram is ever copied.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    text: String,
    units: Vec<Unit>,
    /// The first letters of the word before, for the gram of the next pair.
    pair_start: String,
}

/// A stretch of [`Grams::text`] whose grams are its windows of `size` characters.
#[derive(Debug, Clone)]
struct Unit {
    range: Range<usize>,
    size: usize,
}

impl Grams {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.units.clear();
        self.pair_start.clear();
    }

    /// Adds the grams of a folded word of a spaced script: `__wifi_` gives `__wi`, `_wif`, `wifi`, `ifi_`.
    ///
    /// Two signs at the start make the first letters count more than the last, which inflection changes (Turkish
    /// Microsoft 365 articles: 0.746 with one, 0.750 with two; with a typing error in every word 0.661 and 0.679).
    pub(crate) fn push_word(&mut self, word: &str) {
        let start = self.text.len();
        let script = word.chars().find_map(Script::of);
        if script == Some(Script::Hangul) {
            self.text.push_str(word);
            self.push_unit(start, HANGUL_GRAM);
            return;
        }
        self.text.extend([PAD, PAD]);
        self.text.push_str(word);
        self.text.push(PAD);
        let size = if script == Some(Script::Hebrew) {
            HEBREW_GRAM
        } else {
            WORD_GRAM
        };
        self.push_unit(start, size);
    }

    /// Adds the grams of a folded run of a script without spaces; their size depends on `spacing`.
    pub(crate) fn push_run(&mut self, run: &str, spacing: Spacing) {
        let start = self.text.len();
        self.text.push_str(run);
        if spacing == Spacing::EastAsian {
            self.push_unit(start, EAST_ASIAN_GRAM);
            self.push_unit(start, 1);
        } else {
            self.push_unit(start, SOUTH_EAST_ASIAN_GRAM);
        }
    }

    /// Adds the gram of a pair of neighbouring words, made of their first letters: `for_pas` for "forgot password".
    /// `word` is the second of them.
    ///
    /// Whatever the endings of the words, this gram distinguishes texts with the two words side by side from texts with
    /// the words apart.
    pub(crate) fn push_pair(&mut self, word: &str, spacing: Spacing) {
        let letters = match spacing {
            Spacing::Spaced => PAIR_PREFIX,
            _ => RUN_PAIR_PREFIX,
        };
        let prefix = word
            .char_indices()
            .nth(letters)
            .map_or(word, |(at, _)| &word[..at]);
        if !self.pair_start.is_empty() {
            let start = self.text.len();
            self.text.push_str(&self.pair_start);
            self.text.push(PAD);
            self.text.push_str(prefix);
            self.push_unit(start, usize::MAX);
        }
        self.pair_start.clear();
        self.pair_start.push_str(prefix);
    }

    fn push_unit(&mut self, start: usize, size: usize) {
        let range = start..self.text.len();
        if !range.is_empty() {
            self.units.push(Unit { range, size });
        }
    }

    /// Returns every gram, in the order of the text. A word with fewer characters than its gram size is one gram.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.units.iter().flat_map(|unit| {
            windows(&self.text[unit.range.clone()], unit.size)
                .filter(move |gram| unit.size > 1 || gram.starts_with(is_han))
        })
    }
}

fn is_han(c: char) -> bool {
    Script::of(c) == Some(Script::Han)
}

/// Returns every window of `size` characters of `text`, or the whole `text` when it has fewer.
fn windows(text: &str, size: usize) -> impl Iterator<Item = &str> {
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let first_end = ends.nth(size - 1).unwrap_or(text.len());
    let starts = text.char_indices().map(|(at, _)| at);
    starts
        .zip(std::iter::once(first_end).chain(ends))
        .map(|(start, end)| &text[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fill: impl FnOnce(&mut Grams), expected: &str) {
        let mut grams = Grams::default();
        fill(&mut grams);
        let found: Vec<&str> = grams.iter().collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn words_are_padded_and_cut_in_fours() {
        check(|g| g.push_word("wifi"), "__wi _wif wifi ifi_");
        check(|g| g.push_word("a"), "__a_");
        check(|g| g.push_word("תיקיה"), "__ת _תי תיק יקי קיה יה_");
        check(|g| g.push_word("비밀번호"), "비밀 밀번 번호");
    }

    #[test]
    fn runs_are_cut_without_padding() {
        check(|g| g.push_run("รหัส", Spacing::SouthEastAsian), "รหั หัส");
        check(
            |g| g.push_run("忘记密码", Spacing::EastAsian),
            "忘记 记密 密码 忘 记 密 码",
        );
        check(|g| g.push_run("を忘れ", Spacing::EastAsian), "を忘 忘れ 忘");
        check(|g| g.push_run("を", Spacing::EastAsian), "を");
    }

    #[test]
    fn neighbours_give_one_gram() {
        let pairs = |g: &mut Grams| {
            for word in ["forgot", "my", "password"] {
                g.push_pair(word, Spacing::Spaced);
            }
        };
        check(pairs, "for_my my_pas");
    }
}
