//! A cleaned ticket becomes weighted terms. Ticket text is never parsed as a query.

use std::collections::BTreeMap;

use helpdex_text::{Analysis, Analyzer, CleanTicket};

/// The most distinct words of a query, and the most distinct grams. Pruning to the 20 rarest words loses one
/// right article in seven; nobody types 512 distinct ones except by pasting.
const MAX_WORDS: usize = 512;
const MAX_GRAMS: usize = 4 * MAX_WORDS;
/// Function words are dropped only while at least this many other terms remain.
const MIN_TERMS: usize = 3;

/// The distinct terms of a ticket for one locale's index.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    pub words: Vec<QueryTerm>,
    pub grams: Vec<QueryTerm>,
}

/// A term and how much it counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueryTerm {
    pub term: String,
    pub weight: f32,
}

impl Query {
    /// Analyses subject and text. Terms are in the order of their text, so that sums come out the same everywhere.
    pub(crate) fn new(ticket: &CleanTicket, analyzer: &Analyzer) -> Self {
        let mut analysis = Analysis::default();
        let mut words = Counter::default();
        let mut function_words = Counter::default();
        let mut grams = Counter::default();
        for text in [ticket.subject(), ticket.text()] {
            analyzer.analyze(text, &mut analysis);
            for word in analysis.words() {
                if word.is_function_word {
                    function_words.add(word.term);
                } else {
                    words.add(word.term);
                }
            }
            for gram in analysis.grams() {
                grams.add(gram);
            }
        }
        if words.len() < MIN_TERMS {
            words.merge(function_words);
        }
        Self {
            words: words.into_terms(MAX_WORDS),
            grams: grams.into_terms(MAX_GRAMS),
        }
    }
}

#[derive(Default)]
struct Counter(BTreeMap<String, u32>);

impl Counter {
    fn add(&mut self, term: &str) {
        if let Some(count) = self.0.get_mut(term) {
            *count += 1;
        } else {
            self.0.insert(term.to_owned(), 1);
        }
    }

    fn merge(&mut self, other: Self) {
        for (term, count) in other.0 {
            *self.0.entry(term).or_insert(0) += count;
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// The terms in order; beyond `limit` those with the lowest weights go, of equal ones the last.
    fn into_terms(self, limit: usize) -> Vec<QueryTerm> {
        let mut terms: Vec<QueryTerm> = self
            .0
            .into_iter()
            .map(|(term, count)| QueryTerm {
                term,
                weight: term_weight(count),
            })
            .collect();
        if terms.len() > limit {
            terms.sort_by(|a, b| {
                b.weight
                    .total_cmp(&a.weight)
                    .then_with(|| a.term.cmp(&b.term))
            });
            terms.truncate(limit);
            terms.sort_by(|a, b| a.term.cmp(&b.term));
        }
        terms
    }
}

/// How much a term counts that occurs `count` times in the ticket: as often as it stands there, which is the
/// query side of BM25 without saturation (k3 = infinity).
fn term_weight(count: u32) -> f32 {
    // A ticket is bounded to 256 kB, so the count is exact in an f32.
    #[expect(clippy::cast_precision_loss)]
    let weight = count as f32;
    weight
}
