//! Makes weighted terms of a cleaned ticket. Text of a ticket is never parsed as a query language.

use std::collections::{BTreeMap, HashSet};

use helpdex_text::{Analysis, Analyzer, Locale};

use crate::analysed_ticket::{AnalysedText, AnalysedTexts};
use crate::synonyms::{Synonyms, outer_terms};

/// The most distinct words of a query. Keeping only the 20 rarest words loses one right article in seven, and 512
/// distinct words occur only in pasted text.
const MAX_WORDS: usize = 512;
/// The most distinct grams of a query. A word has about four grams that no other word of the ticket has.
const MAX_GRAMS: usize = 4 * MAX_WORDS;
/// Function words are dropped only while at least this many other terms remain.
const MIN_TERMS: usize = 3;

/// The distinct terms of a ticket that are searched for in the articles of one locale.
pub(crate) struct Query {
    /// The words, in alphabetical order of their terms.
    pub words: Vec<QueryTerm>,
    pub grams: Vec<QueryTerm>,
}

/// A term of a query, and its weight.
pub(crate) struct QueryTerm {
    pub term: String,
    pub weight: f32,
    /// The phrase of the ticket that a synonym rule expanded; `None` for a word of the ticket itself.
    pub synonym_of: Option<String>,
    /// The spelling of the word at its first occurrence in the ticket, or the term if a rule added it; empty for grams.
    pub written: String,
}

impl Query {
    /// Creates a query of these words; a word that is given several times has a higher weight.
    pub(crate) fn of_words(terms: &[impl AsRef<str>]) -> Self {
        let mut words = Counter::default();
        for term in terms {
            words.add(term.as_ref(), term.as_ref());
        }
        Self {
            words: words.into_terms(MAX_WORDS),
            grams: Vec::new(),
        }
    }

    /// Returns the index of a term among the words of the query; `None` if it is not one of them.
    pub(crate) fn position(&self, term: &str) -> Option<usize> {
        let found = self.words.binary_search_by(|word| (*word.term).cmp(term));
        found.ok()
    }

    /// Returns the words of the ticket itself, without those that a synonym rule added.
    pub(crate) fn own_words(&self) -> impl Iterator<Item = &QueryTerm> {
        self.words.iter().filter(|word| word.synonym_of.is_none())
    }

    /// Makes the query of a ticket's subject and text. Terms are in alphabetical order, so that sums of scores are the
    /// same everywhere. A term that a synonym rule adds counts as if the customer had written it once, and does not
    /// count towards the limit of words.
    pub(crate) fn new(texts: &AnalysedTexts<'_>, synonyms: Option<&Synonyms>) -> Self {
        let mut words = count_words(texts, usize::MAX).into_terms(MAX_WORDS);
        let mut grams = Counter::default();
        let mut added: BTreeMap<String, String> = BTreeMap::new();
        for AnalysedText { analysis, .. } in texts {
            for gram in analysis.grams() {
                grams.add(gram, "");
            }
            if let Some(synonyms) = synonyms {
                let terms = outer_terms(analysis);
                for start in 0..terms.len() {
                    for expansion in synonyms.at(&terms[start..]) {
                        for term in expansion.terms {
                            added
                                .entry(term.clone())
                                .or_insert_with(|| expansion.written.to_owned());
                        }
                    }
                }
            }
        }
        added.retain(|term, _| words.iter().all(|word| word.term != *term));
        words.extend(added.into_iter().map(|(term, written)| QueryTerm {
            written: term.clone(),
            term,
            weight: term_weight(1),
            synonym_of: Some(written),
        }));
        words.sort_by(|a, b| a.term.cmp(&b.term));
        Self {
            words,
            grams: grams.into_terms(MAX_GRAMS),
        }
    }

    /// Makes the part of the query that hardly changes while the ticket is being written: its words without the last
    /// one of the text, which may not be finished. It has no synonyms and no grams.
    pub(crate) fn of_settled(texts: &AnalysedTexts<'_>) -> Self {
        let [_, AnalysedText { text, .. }] = texts;
        let end = text.rfind(char::is_whitespace).unwrap_or(0);
        Self {
            words: count_words(texts, end).into_terms(MAX_WORDS),
            grams: Vec::new(),
        }
    }
}

/// Counts the words of the subject, and of the text up to byte `end`. Function words are left out if enough other words
/// are left.
fn count_words([subject, text]: &AnalysedTexts<'_>, end: usize) -> Counter {
    let mut words = Counter::default();
    let mut function_words = Counter::default();
    for (AnalysedText { text, analysis }, end) in [(subject, usize::MAX), (text, end)] {
        for word in analysis.words().filter(|word| word.range.end <= end) {
            if word.is_function_word {
                function_words.add(word.term, &text[word.range]);
            } else {
                words.add(word.term, &text[word.range]);
            }
        }
    }
    if words.len() < MIN_TERMS {
        words.merge(function_words);
    }
    words
}

/// The lengths, in bytes, of the beginnings of a long text that are tried one after the other. A text of 512 words has
/// 3 to 4 kB; the last one has some 5,000 words of English, or 3,000 of Thai.
const BEGINNINGS: [usize; 4] = [4 << 10, 8 << 10, 16 << 10, 32 << 10];

/// The longest word, in bytes, that is left out when a text is cut inside it; a longer one is cut. The analyzer reads
/// no more bytes of any word.
const MAX_CUT_BYTES: usize = 256;

/// How many times the most words of a query a text must have to be enough whatever its language: several forms of a
/// word share a stem, and function words are dropped.
const FORMS: usize = 2;

/// Returns a beginning of a text that is enough for the query of the whole text, whatever its language: at most 32 kB,
/// and the whole text up to 4 kB. Applied twice it changes nothing. Linear in the length of the text.
pub(crate) fn searched_part(text: &str) -> &str {
    if text.len() <= BEGINNINGS[0] {
        return text;
    }
    let undetermined: Locale = "und".parse().expect("und is a language tag");
    let analyzer = Analyzer::new(&undetermined);
    let mut analysis = Analysis::default();
    for bytes in BEGINNINGS {
        let part = beginning(text, bytes);
        if part.len() == text.len() {
            break;
        }
        analyzer.analyze(part, &mut analysis);
        let words: HashSet<&str> = analysis.words().map(|word| word.term).collect();
        let grams: HashSet<&str> = analysis.grams().collect();
        if words.len() >= FORMS * MAX_WORDS && grams.len() >= MAX_GRAMS {
            return part;
        }
    }
    beginning(text, BEGINNINGS[BEGINNINGS.len() - 1])
}

/// Returns at most this many bytes from the start of a text. The cut is between words, unless the word there is very
/// long or the text has no spaces.
fn beginning(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let most = &text[..text.floor_char_boundary(bytes)];
    let end = most.rfind(char::is_whitespace);
    end.filter(|end| most.len() - end <= MAX_CUT_BYTES)
        .map_or(most, |end| &most[..end])
}

/// Counts terms, and remembers the order in which they first occurred.
#[derive(Default)]
struct Counter(BTreeMap<String, Occurrences>);

struct Occurrences {
    written: String,
    count: u32,
    /// The number of distinct terms that occurred before this one.
    rank: usize,
}

impl Counter {
    fn add(&mut self, term: &str, written: &str) {
        if let Some(occurrences) = self.0.get_mut(term) {
            occurrences.count += 1;
        } else {
            let first = Occurrences {
                written: written.to_owned(),
                count: 1,
                rank: self.0.len(),
            };
            self.0.insert(term.to_owned(), first);
        }
    }

    /// Adds the counts of another counter, whose new terms come behind the present ones in alphabetical order.
    fn merge(&mut self, other: Self) {
        for (term, occurrences) in other.0 {
            let rank = self.0.len();
            let of_term = self.0.entry(term).or_insert(Occurrences {
                count: 0,
                rank,
                ..occurrences
            });
            of_term.count += occurrences.count;
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the terms in alphabetical order, at most `limit`. The terms that first occurred last are dropped,
    /// because a customer's own words come before pasted text.
    fn into_terms(self, limit: usize) -> Vec<QueryTerm> {
        self.0
            .into_iter()
            .filter(|(_, occurrences)| occurrences.rank < limit)
            .map(|(term, occurrences)| QueryTerm {
                term,
                weight: term_weight(occurrences.count),
                synonym_of: None,
                written: occurrences.written,
            })
            .collect()
    }
}

/// Returns the weight of a term that occurs `count` times in the ticket: `count`, which is the query side of BM25 without
/// saturation (k3 = infinity).
fn term_weight(count: u32) -> f32 {
    // A ticket is bounded to 256 kB, so the count is exact in an f32.
    #[expect(clippy::cast_precision_loss)]
    let weight = count as f32;
    weight
}

#[cfg(test)]
mod tests {
    use helpdex_text::{Content, clean_ticket};

    use super::*;
    use crate::analysed_ticket::AnalysedTicket;

    fn query(text: &str) -> Query {
        let locale: Locale = "en".parse().unwrap();
        let clean = clean_ticket(None, Content::Text(text));
        Query::new(AnalysedTicket::new(&clean).in_locale(&locale), None)
    }

    fn words(text: &str) -> Vec<String> {
        query(text)
            .words
            .into_iter()
            .map(|word| word.term)
            .collect()
    }

    #[test]
    fn a_ticket_of_function_words_alone_keeps_them() {
        assert_eq!(words("why not me").len(), 3);
        assert_eq!(
            words("the refund of the invoice has to arrive"),
            ["arriv", "invoic", "refund"]
        );
    }

    /// Words without a pattern, each as written by `form`.
    fn long_text(form: impl Fn(&str, usize) -> String) -> String {
        let mut number = 1_u64;
        let words = (0..8_000).map(|index| {
            // Knuth's linear congruential generator.
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let letters = (0..6)
                .map(|at| char::from(b'a' + u8::try_from((number >> (9 * at)) % 26).unwrap()));
            form(&letters.collect::<String>(), index)
        });
        words.collect::<Vec<String>>().join(" ")
    }

    #[track_caller]
    fn check_searched(text: &str, most_bytes: usize) {
        let part = searched_part(text);
        assert!(part.len() <= most_bytes, "{} bytes", part.len());
        assert!(text.starts_with(part) && searched_part(part) == part);
        for locale in ["en", "tr", "th", "ja"] {
            let analyzer = Analyzer::new(&locale.parse().unwrap());
            let terms = |text: &str| {
                let texts = ["", text].map(|text| {
                    let mut analysis = Analysis::default();
                    analyzer.analyze(text, &mut analysis);
                    AnalysedText { text, analysis }
                });
                let query = Query::new(&texts, None);
                let of = |terms: Vec<QueryTerm>| terms.into_iter().map(|term| term.term);
                let words: Vec<String> = of(query.words).collect();
                (words, of(query.grams).collect::<Vec<String>>())
            };
            assert_eq!(terms(part), terms(text), "{locale}");
        }
    }

    #[test]
    fn the_part_of_a_text_that_is_searched_has_the_terms_of_all_of_it() {
        check_searched("where is my refund", 18);
        check_searched(&long_text(|word, _| word.to_owned()), 8 << 10);
        // Two forms of each word, and a function word between them.
        let forms = |word: &str, index| format!("{word} the {word}{}", ["s", "ing"][index % 2]);
        check_searched(&long_text(forms), 32 << 10);
        let thai = |word: &str, _| format!("ลืมรหัสผ่าน{word}");
        check_searched(&long_text(thai), 32 << 10);
        // Without a space, and of one word alone.
        check_searched(&"忘记密码".repeat(4_000), 32 << 10);
        check_searched(&"reset ".repeat(8_000), 32 << 10);
        assert_eq!(searched_part(&"reset ".repeat(8_000)).len(), (32 << 10) - 3);
    }

    #[test]
    fn what_stands_first_survives_what_is_pasted_behind_it() {
        let pasted: Vec<String> = (0..3_000).map(|n| format!("word{n}")).collect();
        let kept = words(&format!("ลืมรหัสผ่าน zebra refund {}", pasted.join(" ")));
        assert_eq!(kept.len(), MAX_WORDS);
        assert!(kept.contains(&"zebra".to_owned()) && kept.contains(&"refund".to_owned()));
        assert!(kept.iter().any(|term| !term.is_ascii()));
    }
}
