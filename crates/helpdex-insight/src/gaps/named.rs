//! The words and phrases of a group.

use std::collections::{BTreeMap, BTreeSet};

use super::options::GapOptions;
use super::report::Phrase;
use super::unanswered::UnansweredTicket;

/// The number of words of a name, and of phrases.
const MAX_WORDS: usize = 6;
const MAX_PHRASES: usize = 5;

/// The most characters of an extract.
const MAX_EXTRACT_CHARS: usize = 300;

/// Returns the distinctive words of a group and its phrases. Every one was used, spelled so, by at least `min_requesters`
/// requesters of the group.
pub(super) fn name(
    members: &[&UnansweredTicket],
    all: &[UnansweredTicket],
    options: &GapOptions,
) -> (Vec<String>, Vec<Phrase>) {
    let everywhere = tickets_of_terms(all.iter());
    let here = tickets_of_terms(members.iter().copied());
    let mut terms: Vec<(f64, &str)> = here
        .iter()
        .map(|(term, count)| {
            (
                distinctiveness(*count, members.len(), everywhere[term], all.len()),
                *term,
            )
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    terms.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let spellings = requesters_of(members, |words| {
        words
            .iter()
            .map(|(term, word)| (term.clone(), word.clone()))
            .collect()
    });
    let words = terms.iter().filter_map(|(_, term)| {
        let of_term = spellings.iter().filter(|((of, _), _)| of == term);
        let (count, spelling) = of_term
            .map(|((_, word), requesters)| (requesters.len(), word))
            .max()?;
        (count >= options.min_requesters).then(|| spelling.clone())
    });
    let words = words.take(MAX_WORDS).collect();
    (words, phrases(members, options))
}

fn phrases(members: &[&UnansweredTicket], options: &GapOptions) -> Vec<Phrase> {
    let used = requesters_of(members, |words| {
        let pairs = words.windows(2);
        pairs
            .map(|pair| format!("{} {}", pair[0].1, pair[1].1))
            .collect()
    });
    let mut phrases: Vec<Phrase> = used
        .into_iter()
        .filter(|(_, requesters)| requesters.len() >= options.min_requesters)
        .map(|(text, requesters)| Phrase {
            text,
            requesters: requesters.len(),
        })
        .collect();
    phrases.sort_by(|a, b| (b.requesters, &a.text).cmp(&(a.requesters, &b.text)));
    phrases.truncate(MAX_PHRASES);
    phrases
}

/// Returns the start of the text that has the most of the words that the group shares.
pub(super) fn extract(members: &[&UnansweredTicket]) -> String {
    let here = tickets_of_terms(members.iter().copied());
    let middle = members.iter().max_by_key(|ticket| {
        let terms: BTreeSet<&str> = ticket.words.iter().map(|(term, _)| &**term).collect();
        let shared: usize = terms.iter().map(|term| here[term]).sum();
        (shared / terms.len().max(1), std::cmp::Reverse(&ticket.id))
    });
    let text = middle.map_or("", |ticket| &*ticket.text);
    text.chars().take(MAX_EXTRACT_CHARS).collect()
}

fn tickets_of_terms<'t>(
    tickets: impl Iterator<Item = &'t UnansweredTicket>,
) -> BTreeMap<&'t str, usize> {
    let mut counts = BTreeMap::new();
    for ticket in tickets {
        let terms: BTreeSet<&str> = ticket.words.iter().map(|(term, _)| &**term).collect();
        for term in terms {
            *counts.entry(term).or_default() += 1;
        }
    }
    counts
}

fn requesters_of<'t, T: Ord>(
    members: &[&'t UnansweredTicket],
    parts: impl Fn(&[(String, String)]) -> Vec<T>,
) -> BTreeMap<T, BTreeSet<&'t str>> {
    let mut requesters: BTreeMap<T, BTreeSet<&str>> = BTreeMap::new();
    for ticket in members {
        for part in parts(&ticket.words) {
            requesters
                .entry(part)
                .or_default()
                .insert(&ticket.requester);
        }
    }
    requesters
}

/// Returns how much more frequent a term is in the group than elsewhere, as the share of the group's tickets that have it
/// times the logarithm of the ratio of shares; 0 and less for a term that is not.
#[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
fn distinctiveness(here: usize, of_here: usize, all: usize, of_all: usize) -> f64 {
    let inside = here as f64 / of_here as f64;
    let outside = (all - here) as f64 + 0.5;
    let outside = outside / ((of_all - of_here) as f64 + 1.0);
    inside * libm::log(inside / outside)
}
