//! The terms of a ticket for the comparison with past tickets: hashes with counts, and no text.

use std::collections::BTreeMap;

use helpdex_text::{Analysis, Analyzer};

use crate::analysed_ticket::AnalysedTexts;

/// The most distinct terms of each kind that are used: as many as a query uses.
const MAX_TERMS: [usize; KINDS] = [512, 2048, 512];

/// The kind of a term. Terms are scaled together with those of their kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TermKind {
    Word,
    Gram,
    /// A word on its language's list of function and courtesy words.
    FunctionWord,
}

/// The number of values of [`TermKind`].
pub(crate) const KINDS: usize = 3;

/// A term as a hash, with its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TicketTerm {
    pub key: u64,
    pub kind: TermKind,
    pub count: u32,
    /// Whether the term contains a digit: such terms may identify a person.
    pub has_digit: bool,
}

/// The distinct terms of a ticket in its own language, in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TicketTerms(Vec<TicketTerm>);

impl TicketTerms {
    /// Returns the terms of a ticket; of each kind only the first ones, up to the limit.
    pub(crate) fn new(texts: &AnalysedTexts<'_>) -> Self {
        let mut counter = Counter::default();
        for text in texts {
            counter.add_all(&text.analysis);
        }
        counter.finish()
    }

    /// Returns the terms that a ticket with these texts would have.
    pub(crate) fn of_texts(texts: &[&str], analyzer: &Analyzer) -> Self {
        let mut counter = Counter::default();
        let mut analysis = Analysis::default();
        for text in texts {
            analyzer.analyze(text, &mut analysis);
            counter.add_all(&analysis);
        }
        counter.finish()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &TicketTerm> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Counts the distinct terms of a ticket.
#[derive(Default)]
struct Counter {
    terms: BTreeMap<u64, TicketTerm>,
    /// The number of distinct terms of each kind so far.
    counts: [usize; KINDS],
}

impl Counter {
    fn add_all(&mut self, analysis: &Analysis) {
        for word in analysis.words() {
            let kind = if word.is_function_word {
                TermKind::FunctionWord
            } else {
                TermKind::Word
            };
            self.add(kind, word.term);
        }
        for gram in analysis.grams() {
            self.add(TermKind::Gram, gram);
        }
    }

    fn add(&mut self, kind: TermKind, text: &str) {
        let key = term_key(kind, text);
        if let Some(term) = self.terms.get_mut(&key) {
            term.count += 1;
        } else if self.counts[kind as usize] < MAX_TERMS[kind as usize] {
            self.counts[kind as usize] += 1;
            let term = TicketTerm {
                key,
                kind,
                count: 1,
                has_digit: text.chars().any(char::is_numeric),
            };
            self.terms.insert(key, term);
        }
    }

    fn finish(self) -> TicketTerms {
        TicketTerms(self.terms.into_values().collect())
    }
}

/// Returns the 64-bit key of a term: FNV-1a (Fowler, Noll and Vo) with the finalizer of `MurmurHash3` (Appleby). The
/// same word in two languages is one term, as product names and error codes are.
pub(crate) fn term_key(kind: TermKind, text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ kind as u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use helpdex_text::{Content, Locale, clean_ticket};

    use super::*;
    use crate::analysed_ticket::AnalysedTicket;

    #[test]
    fn a_ticket_becomes_counted_keys_of_its_words_and_grams() {
        let locale: Locale = "en".parse().unwrap();
        let clean = clean_ticket(
            None,
            Content::Text("Where is my refund? The refund 4711x is late"),
        );
        let terms = TicketTerms::new(AnalysedTicket::new(&clean).in_locale(&locale));
        let find = |kind, text| {
            let key = term_key(kind, text);
            terms.iter().find(|term| term.key == key)
        };
        assert_eq!(find(TermKind::Word, "refund").unwrap().count, 2);
        assert!(find(TermKind::Word, "4711x").unwrap().has_digit);
        assert_eq!(find(TermKind::FunctionWord, "the").unwrap().count, 1);
        assert!(find(TermKind::Gram, "refu").is_some());
        assert!(find(TermKind::Gram, "refund").is_none());
        assert!(terms.iter().is_sorted_by_key(|term| term.key));
    }
}
