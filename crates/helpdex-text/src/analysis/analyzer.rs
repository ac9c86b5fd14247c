//! One text to terms and grams, in the steps that ARCHITECTURE.md lists.

use std::ops::Range;

use super::function_words::FunctionWords;
use super::joined_words::{MAX_JOINED_PARTS, is_joiner, joined, number_in, parts};
use super::language::{Stemming, language};
use super::names;
use super::normalize::{Normalizer, fold};
use super::script::Spacing;
use super::segment::{Piece, RunSegmenter, pieces};
use super::stem::WordStemmer;
use super::terms::{Analysis, MAX_TERM_BYTES, WordRecord};
use crate::locale::Locale;
use crate::ticket::masks::is_mask;

/// The most bytes of a word that are read: more than any real word has, and few enough that a megabyte without a space
/// costs nothing.
const MAX_WORD_BYTES: usize = 4 * MAX_TERM_BYTES;

/// Turns texts of one locale into terms: immutable, cheap to clone, shared between threads.
///
/// ```
/// use helpdex_text::{Analysis, Analyzer};
///
/// let analyzer = Analyzer::new(&"tr".parse()?);
/// let mut analysis = Analysis::default();
/// analyzer.analyze("HubSpot’ın faturaları", &mut analysis);
/// let terms: Vec<&str> = analysis.words().map(|word| word.term).collect();
/// assert_eq!(terms, ["hubspot", "fatur"]);
/// # Ok::<(), helpdex_text::Error>(())
/// ```
#[derive(Clone)]
pub struct Analyzer {
    normalizer: Normalizer,
    stemmer: WordStemmer,
    /// Whether terms keep their diacritics; grams are folded in any case. It is so for Vietnamese, whose words may
    /// differ by their tones alone (`XQuAD` 0.940 with folded terms, 0.962 with terms as they are).
    keeps_diacritics: bool,
    function_words: &'static FunctionWords,
    segmenter: RunSegmenter,
}

impl Analyzer {
    /// Makes the analyzer of a locale. A language that Helpdex does not know gets no stemmer and no function words.
    #[must_use]
    pub fn new(locale: &Locale) -> Self {
        let code = locale.language();
        let stemming = language(code).map_or(Stemming::None, |language| language.stemming);
        Self {
            normalizer: Normalizer {
                has_dotless_i: matches!(code, "tr" | "az"),
                simplifies_chinese: code != "ja",
            },
            stemmer: WordStemmer::new(stemming),
            keeps_diacritics: code == "vi",
            function_words: FunctionWords::of(code),
            segmenter: RunSegmenter::new(),
        }
    }

    /// Replaces the content of `analysis` with the terms and grams of `text`. Its buffers are reused.
    ///
    /// Linear in the length of `text`. A text without letters and digits gives an empty analysis.
    pub fn analyze(&self, text: &str, analysis: &mut Analysis) {
        analysis.clear();
        let mut pieces = pieces(text).peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Word(first) => {
                    if is_in_mask(text, &first) || is_scheme(text, &first) {
                        continue;
                    }
                    let whole = joined(text, first, &mut pieces);
                    self.analyze_word(text, whole, analysis);
                }
                Piece::Run(run, spacing) => self.analyze_run(text, run, spacing, analysis),
            }
        }
    }

    /// Adds the terms and grams of a word of a script with spaces; of a joined word first the whole, then the parts.
    fn analyze_word(&self, text: &str, whole: Range<usize>, analysis: &mut Analysis) {
        let mut whole = whole;
        if text[whole.clone()].starts_with("www.") {
            whole.start += "www.".len();
        }
        let word = &text[whole.clone()];
        if !word.contains(is_joiner) {
            if names::has_dot_in_front(text, &whole) && !self.is_function_word(word) {
                self.push_name(text, whole.start - 1..whole.end, analysis);
            }
            self.push_last_part(text, whole, analysis);
            return;
        }
        if let Some(number) = number_in(word) {
            let start = whole.start + number.start;
            self.push_part(&word[number], start..whole.end, analysis);
            return;
        }
        let part_count = parts(word).count();
        if (2..=MAX_JOINED_PARTS).contains(&part_count) && word.contains(char::is_alphabetic) {
            analysis.normalized.clear();
            for part in parts(word) {
                self.normalizer
                    .normalize(cut(&word[part], MAX_WORD_BYTES), &mut analysis.normalized);
            }
            self.stemmer
                .stem(&mut analysis.normalized, &mut analysis.stems);
            self.push_term(whole.clone(), false, analysis);
        } else if part_count == 2 && word.contains('/') {
            self.push_name(text, whole.clone(), analysis);
        }
        for part in parts(word) {
            let range = whole.start + part.start..whole.start + part.end;
            if range.end == whole.end {
                self.push_last_part(text, range, analysis);
            } else {
                self.push_part(&word[part], range, analysis);
            }
        }
    }

    /// Adds the last part of a word, together with the signs behind it if they belong to its name, as in `C++`.
    ///
    /// A name of several letters is also added without its signs, because people leave them out: `Notepad` finds
    /// `Notepad++`. A single letter says nothing without them.
    fn push_last_part(&self, text: &str, range: Range<usize>, analysis: &mut Analysis) {
        let signs = names::signs_behind(text, &range);
        let part = &text[range.clone()];
        if signs == 0 {
            self.push_part(part, range, analysis);
            return;
        }
        let name = range.start..range.end + signs;
        if part.chars().count() > 1 {
            self.push_name(text, name, analysis);
            self.push_part(part, range, analysis);
        } else {
            self.push_part(&text[name.clone()], name, analysis);
        }
    }

    /// Adds a name as a term, signs included. It adds no grams, because the parts of the name have them.
    fn push_name(&self, text: &str, range: Range<usize>, analysis: &mut Analysis) {
        analysis.normalized.clear();
        self.normalizer.normalize(
            cut(&text[range.clone()], MAX_WORD_BYTES),
            &mut analysis.normalized,
        );
        self.push_term(range, false, analysis);
    }

    fn is_function_word(&self, word: &str) -> bool {
        let mut normalized = String::new();
        self.normalizer
            .normalize(cut(word, MAX_WORD_BYTES), &mut normalized);
        self.function_words.contains(&normalized)
    }

    fn push_part(&self, part: &str, range: Range<usize>, analysis: &mut Analysis) {
        analysis.normalized.clear();
        self.normalizer
            .normalize(cut(part, MAX_WORD_BYTES), &mut analysis.normalized);
        analysis.folded.clear();
        fold(&analysis.normalized, &mut analysis.folded);
        let folded = cut(&analysis.folded, MAX_TERM_BYTES);
        if !folded.contains(char::is_alphanumeric) {
            return;
        }
        analysis.grams.push_word(folded);
        let judged = if self.keeps_diacritics {
            &analysis.normalized
        } else {
            folded
        };
        let is_listed = self.function_words.contains(judged);
        if !is_listed {
            analysis.grams.push_pair(folded, Spacing::Spaced);
        }
        self.stemmer
            .stem(&mut analysis.normalized, &mut analysis.stems);
        self.push_term(range, is_listed, analysis);
    }

    /// Adds the grams of a run of a script without spaces, and the terms that a dictionary finds in it.
    fn analyze_run(
        &self,
        text: &str,
        run: Range<usize>,
        spacing: Spacing,
        analysis: &mut Analysis,
    ) {
        let raw = &text[run.clone()];
        analysis.normalized.clear();
        self.normalizer.normalize(raw, &mut analysis.normalized);
        analysis.folded.clear();
        fold(&analysis.normalized, &mut analysis.folded);
        analysis.grams.push_run(&analysis.folded, spacing);

        let mut respelled = std::mem::take(&mut analysis.respelled);
        respelled.clear();
        self.normalizer
            .respell(raw, &mut respelled.run, &mut respelled.positions);
        for word in self.segmenter.words(&respelled.run) {
            let range = run.start + respelled.raw(word.start)..run.start + respelled.raw(word.end);
            analysis.normalized.clear();
            self.normalizer.normalize(
                cut(&respelled.run[word], MAX_WORD_BYTES),
                &mut analysis.normalized,
            );
            cut_prolonged_sound(&mut analysis.normalized);
            analysis.folded.clear();
            fold(&analysis.normalized, &mut analysis.folded);
            let folded = cut(&analysis.folded, MAX_TERM_BYTES);
            if !folded.contains(char::is_alphanumeric) {
                continue;
            }
            let is_listed = self.function_words.contains(folded);
            if !is_listed {
                analysis.grams.push_pair(folded, spacing);
            }
            self.push_term(range, is_listed, analysis);
        }
        analysis.respelled = respelled;
    }

    /// Adds the word in `analysis.normalized` as a term, folded unless the language keeps diacritics. Adds nothing if
    /// folding leaves nothing.
    fn push_term(&self, range: Range<usize>, is_listed: bool, analysis: &mut Analysis) {
        let start = analysis.terms.len();
        if self.keeps_diacritics {
            analysis.terms.push_str(&analysis.normalized);
        } else {
            fold(&analysis.normalized, &mut analysis.terms);
        }
        let len = cut(&analysis.terms[start..], MAX_TERM_BYTES).len();
        analysis.terms.truncate(start + len);
        if !analysis.terms[start..].contains(char::is_alphanumeric) {
            analysis.terms.truncate(start);
            return;
        }
        analysis.words.push(WordRecord {
            term_end: analysis.terms.len(),
            range,
            is_function_word: is_listed && self.function_words.is_active(),
        });
    }
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer")
            .field("normalizer", &self.normalizer)
            .finish_non_exhaustive()
    }
}

/// Whether the word is the name in a mask of personal data, such as `email` in `[email]`.
fn is_in_mask(text: &str, word: &Range<usize>) -> bool {
    text[..word.start].ends_with('[')
        && text[word.end..].starts_with(']')
        && is_mask(&text[word.start - 1..=word.end])
}

/// Whether `://` follows the word, as behind the `https` of `https://`.
fn is_scheme(text: &str, word: &Range<usize>) -> bool {
    text[word.end..].starts_with("://")
}

/// Cuts the prolonged sound mark off the end of a katakana word of four characters or more: `サーバー` is `サーバ`.
///
/// This is what Lucene's `JapaneseKatakanaStemFilter` does with its default minimum length.
fn cut_prolonged_sound(word: &mut String) {
    const FOUR_CHARS: usize = 4 * 'ー'.len_utf8();
    if word.len() >= FOUR_CHARS
        && word.ends_with('ー')
        && word.chars().all(|c| ('ァ'..='ー').contains(&c))
    {
        word.pop();
    }
}

/// Returns the longest beginning of `text` that has at most `max_bytes` bytes and ends at a character boundary.
fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}
