//! The tickets whose answer a change can affect.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::{Analysis, Analyzer};

use super::answer::Answer;
use super::changed::ChangedArticles;
use crate::known_ticket::KnownTicket;

/// The distance of two probabilities that a change of the statistics of all articles alone does not bridge, for no changed article
/// and for each share of articles that changed. One edit among 40 short articles of random words moved another answer by 0.022;
/// this rule allows 0.21 there. After 60 edits of single articles of the sample corpus, asking 516 tickets again found no change
/// that a distance of 0.02 had missed; this rule allows 0.035 there.
const LEAST_DRIFT: f32 = 0.01;
const DRIFT_OF_SHARE: f32 = 8.0;

/// The share of the articles from which a change of the statistics is no longer small.
const MAX_CHANGED_SHARE: f64 = 0.1;

/// The share of a word's character trigrams that are those of another word when the two may match despite their spelling.
const MIN_SHARED_TRIGRAMS: f64 = 0.5;

/// Tells which tickets are asked again.
pub(super) struct Affected<'c> {
    changed: &'c ChangedArticles,
    /// The distance of probabilities that the change may bridge everywhere.
    drift: f32,
    languages: Vec<LanguageWords>,
}

/// The words of one language whose scores change.
struct LanguageWords {
    analyzer: Analyzer,
    terms: BTreeSet<String>,
    /// The terms that contain a trigram, as indices.
    by_trigram: BTreeMap<[char; 3], Vec<u32>>,
}

impl<'c> Affected<'c> {
    /// Returns `None` when every ticket can be affected: a tenth of the articles changed.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts of articles"
    )]
    pub(super) fn new(changed: &'c ChangedArticles, articles: usize) -> Option<Self> {
        let share = changed.0.len() as f64 / (articles as f64).max(1.0);
        if share > MAX_CHANGED_SHARE {
            return None;
        }
        let mut languages: BTreeMap<&str, LanguageWords> = BTreeMap::new();
        for article in changed.0.values() {
            let words = languages
                .entry(article.locale.language())
                .or_insert_with(|| LanguageWords {
                    analyzer: Analyzer::new(&article.locale),
                    terms: BTreeSet::new(),
                    by_trigram: BTreeMap::new(),
                });
            words.terms.extend(article.rescored.iter().cloned());
        }
        let mut languages: Vec<LanguageWords> = languages.into_values().collect();
        languages.iter_mut().for_each(LanguageWords::index_trigrams);
        Some(Self {
            changed,
            drift: LEAST_DRIFT + DRIFT_OF_SHARE * share as f32,
            languages,
        })
    }

    /// Tells whether the answer to a ticket can change: a changed article is among its candidates, it has a word whose
    /// score changes or one spelled like it, or its answer hangs on a small difference.
    pub(super) fn contains(&self, known: &KnownTicket<'_>, answer: &Answer) -> bool {
        if answer.margin <= self.drift {
            return true;
        }
        let mut candidates = answer.candidates.iter();
        if candidates.any(|id| self.changed.0.contains_key(id)) {
            return true;
        }
        let text = known.text();
        self.languages.iter().any(|words| words.occur_in(&text))
    }
}

impl LanguageWords {
    fn index_trigrams(&mut self) {
        for (index, term) in (0..).zip(&self.terms) {
            for trigram in trigrams(term) {
                self.by_trigram.entry(trigram).or_default().push(index);
            }
        }
    }

    fn occur_in(&self, text: &str) -> bool {
        let mut analysis = Analysis::default();
        self.analyzer.analyze(text, &mut analysis);
        let mut words = analysis.words().filter(|word| !word.is_function_word);
        words.any(|word| self.terms.contains(word.term) || self.has_similar(word.term))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of trigrams of a word")]
    fn has_similar(&self, term: &str) -> bool {
        let of_term = trigrams(term);
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for trigram in &of_term {
            for index in self.by_trigram.get(trigram).into_iter().flatten() {
                *shared.entry(*index).or_default() += 1;
            }
        }
        let most = shared.into_values().max().unwrap_or(0);
        most as f64 >= of_term.len() as f64 * MIN_SHARED_TRIGRAMS
    }
}

/// Returns the distinct trigrams of a word with a space before and after it.
fn trigrams(term: &str) -> BTreeSet<[char; 3]> {
    let mut padded = vec![' '];
    padded.extend(term.chars());
    padded.push(' ');
    padded
        .windows(3)
        .map(|window| [window[0], window[1], window[2]])
        .collect()
}
