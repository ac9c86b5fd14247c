//! The words of an article's tickets that it lacks.

use std::collections::BTreeSet;

use helpdex::article::IndexedArticle;
use helpdex_text::{Analysis, Analyzer};

use super::asked::{AskedArticle, AskedTickets};

/// The most words that an article is said to lack.
const MAX_WORDS: usize = 6;

/// Returns the words that the article has nowhere, and those that only its body has. Each was used, spelled so, by at least
/// `min_requesters` requesters, and by more of its tickets than of others; the most distinctive first.
pub(super) fn lacked_words(
    article: &IndexedArticle,
    asked: &AskedArticle,
    all: &AskedTickets,
    min_requesters: usize,
) -> (Vec<String>, Vec<String>) {
    let (heads, bodies) = terms(article);
    let language = article.locale.language();
    let mut words: Vec<(f64, &str, &str)> = asked
        .words
        .iter()
        .filter(|(_, users)| users.len() >= min_requesters)
        .map(|((term, word), users)| {
            let everywhere = all
                .tickets_of_terms
                .get(&(language.to_owned(), term.clone()));
            let weight = distinctiveness(
                (users.len(), asked.requesters.len()),
                (everywhere.copied().unwrap_or(0), all.count),
            );
            (weight, &**term, &**word)
        })
        .filter(|(weight, ..)| *weight > 0.0)
        .collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(b.2)));
    let (mut nowhere, mut in_body) = (Vec::new(), Vec::new());
    for (_, term, word) in words {
        let list = match (heads.contains(term), bodies.contains(term)) {
            (true, _) => continue,
            (false, true) => &mut in_body,
            (false, false) => &mut nowhere,
        };
        if list.len() < MAX_WORDS {
            list.push(word.to_owned());
        }
    }
    (nowhere, in_body)
}

/// Returns the terms of the title and the headings, and those of the texts.
fn terms(article: &IndexedArticle) -> (BTreeSet<String>, BTreeSet<String>) {
    let analyzer = Analyzer::new(&article.locale);
    let sections = &article.sections;
    let headings = sections.iter().map(|section| &section.heading);
    let bodies = sections.iter().map(|section| &section.text);
    (
        terms_of(&analyzer, headings.chain([&article.title])),
        terms_of(&analyzer, bodies),
    )
}

fn terms_of<'t>(analyzer: &Analyzer, texts: impl Iterator<Item = &'t String>) -> BTreeSet<String> {
    let mut analysis = Analysis::default();
    let mut terms = BTreeSet::new();
    for text in texts {
        analyzer.analyze(text, &mut analysis);
        terms.extend(analysis.words().map(|word| word.term.to_owned()));
    }
    terms
}

/// Returns the share of the article's requesters who use a word, times the logarithm of its ratio to the share of all tickets
/// that have it; 0 and less for a word that others use as often.
#[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
fn distinctiveness(here: (usize, usize), everywhere: (usize, usize)) -> f64 {
    let inside = here.0 as f64 / (here.1 as f64).max(1.0);
    let outside = (everywhere.0 as f64 + 0.5) / (everywhere.1 as f64 + 1.0);
    inside * libm::log(inside / outside)
}
