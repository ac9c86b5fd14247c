//! The words for which an answer changes.

use std::collections::BTreeMap;

use helpdex_text::{Analyzer, Locale};

use super::answer::Answer;
use super::changed::{ArticleWords, ChangedArticles};
use crate::content_words::content_words;
use crate::known_ticket::KnownTicket;

/// The most words that are named for each ticket.
const MAX_WORDS: usize = 6;

/// Returns the words of the ticket that came into, and went from, the changed articles that have a part in its answer: the
/// first ones, else the other candidates. They are words of articles, so that they tell nothing else of the ticket.
pub(super) fn changed_words(
    known: &KnownTicket<'_>,
    old: &Answer,
    new: &Answer,
    changed: &ChangedArticles,
) -> (Vec<String>, Vec<String>) {
    let firsts = [old.first_id(), new.first_id()];
    let of_first: Vec<&ArticleWords> = firsts
        .into_iter()
        .flatten()
        .filter_map(|id| changed.0.get(id))
        .collect();
    let candidates = old.candidates.iter().chain(&new.candidates);
    let involved = if of_first.is_empty() {
        candidates.filter_map(|id| changed.0.get(id)).collect()
    } else {
        of_first
    };
    let mut found = (Vec::new(), Vec::new());
    let text = known.text();
    let mut analyses: BTreeMap<&Locale, Vec<(String, String)>> = BTreeMap::new();
    for article in involved {
        let ticket = analyses
            .entry(&article.locale)
            .or_insert_with(|| content_words(&Analyzer::new(&article.locale), &text));
        for (term, word) in ticket.iter() {
            for (terms, words) in [(&article.came, &mut found.0), (&article.gone, &mut found.1)] {
                if terms.contains(term) && words.len() < MAX_WORDS && !words.contains(word) {
                    words.push(word.clone());
                }
            }
        }
    }
    found
}
