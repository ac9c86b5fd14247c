//! Finds the content words and values of sentences.

use helpdex_text::{Analysis, Word};

use super::kinds::ValueKind;
use super::negations::{Found, Negations};

/// The least number of content words of sentences that are compared. Fewer words are the same by chance, as in the rows
/// of a table.
const MIN_CONTENT_WORDS: usize = 4;

/// The most words of a name in quotation marks.
const MAX_NAME_WORDS: usize = 5;

/// The sign that stands in a [`Frame`] in the place of a number.
const NUMBER: &str = "#";
/// The sign that stands in a [`Frame`] in the place of a name.
const NAME: &str = "\"\"";

/// Pairs of opening and closing quotation marks.
const QUOTES: [(char, char); 8] = [
    ('"', '"'),
    ('“', '”'),
    ('„', '“'),
    ('«', '»'),
    ('»', '«'),
    ('「', '」'),
    ('『', '』'),
    ('‘', '’'),
];

/// The content words of a sentence in their order, with signs in the place of numbers and names, and without negations.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frame(Vec<String>);

/// The values of a sentence: its numbers, its names and its negations.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variant {
    numbers: Vec<String>,
    names: Vec<String>,
    negations: Vec<String>,
}

impl Variant {
    /// Returns the kind of value in which two sentences with the same frame differ; `None` if they are equal, or if
    /// they differ in several kinds, because then they say different things.
    pub(super) fn difference(&self, other: &Self) -> Option<ValueKind> {
        let differs = [
            (ValueKind::Number, self.numbers != other.numbers),
            (ValueKind::Name, self.names != other.names),
            (
                ValueKind::Negation,
                self.negations.len() != other.negations.len(),
            ),
        ];
        let mut kinds = differs.into_iter().filter(|(_, differs)| *differs);
        match (kinds.next(), kinds.next()) {
            (Some((kind, _)), None) => Some(kind),
            _ => None,
        }
    }

    /// Returns the values of a kind, in the order of the sentence.
    pub(super) fn values(&self, kind: ValueKind) -> Vec<String> {
        match kind {
            ValueKind::Number => self.numbers.clone(),
            ValueKind::Name => self.names.clone(),
            ValueKind::Negation => self.negations.clone(),
        }
    }
}

/// Returns the words of a text; of a joined word only the whole, not its parts.
pub(super) fn outer_words(analysis: &Analysis) -> impl Iterator<Item = Word<'_>> {
    let mut end = 0;
    analysis.words().filter(move |word| {
        let is_part = word.range.start < end;
        end = end.max(word.range.end);
        !is_part
    })
}

/// Returns the content words of a sentence and its values; `None` for a sentence with too few content words.
pub(super) fn frame(
    text: &str,
    analysis: &Analysis,
    negations: &Negations,
) -> Option<(Frame, Variant)> {
    let quoted = quoted_ranges(text);
    let mut frame: Vec<String> = Vec::new();
    let mut content_count = 0;
    let mut variant = Variant {
        numbers: Vec::new(),
        names: Vec::new(),
        negations: Vec::new(),
    };
    let mut name_end = 0;
    for word in outer_words(analysis) {
        if word.range.start < name_end {
            continue;
        }
        let raw = &text[word.range.clone()];
        let lower = raw.to_lowercase();
        if let Some(range) = quoted
            .iter()
            .find(|range| range.contains(&word.range.start))
        {
            variant.names.push(text[range.clone()].to_owned());
            frame.push(NAME.to_owned());
            name_end = range.end;
        } else if raw.chars().any(char::is_numeric) {
            variant.numbers.push(raw.to_owned());
            frame.push(NUMBER.to_owned());
        } else {
            match negations.find(&lower) {
                Found::Word => variant.negations.push(raw.to_owned()),
                Found::Of(rest) => {
                    variant.negations.push(raw.to_owned());
                    frame.push(rest.to_owned());
                    content_count += 1;
                }
                Found::No if word.is_function_word => {}
                Found::No => {
                    frame.push(word.term.to_owned());
                    content_count += 1;
                }
            }
        }
    }
    (content_count >= MIN_CONTENT_WORDS).then_some((Frame(frame), variant))
}

/// Returns the short texts between quotation marks, as ranges of bytes.
fn quoted_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some((open_at, open, close)) = text[at..].char_indices().find_map(|(index, c)| {
        let (open, close) = QUOTES.iter().find(|(open, _)| *open == c)?;
        Some((at + index, *open, *close))
    }) {
        let start = open_at + open.len_utf8();
        let Some(length) = text[start..].find(close) else {
            at = start;
            continue;
        };
        let inside = &text[start..start + length];
        if (1..=MAX_NAME_WORDS).contains(&inside.split_whitespace().count()) {
            ranges.push(start..start + length);
        }
        at = start + length + close.len_utf8();
    }
    ranges
}
