//! Terms looked up in all segments of a view.

use crate::error::Result;
use crate::index::postings::TermField;
use crate::index::terms::HashedTerm;
use crate::index::units::Field;
use crate::query::QueryTerm;
use crate::search::bm25::inverse_document_frequency;
use crate::search::term_matches::{TermMatches, TermPostings};
use crate::search::view::View;

/// Looks terms up, and returns the postings of each.
pub(super) fn find_terms<'a, 't>(
    view: &View<'a>,
    field: TermField,
    terms: impl Iterator<Item = &'t str>,
) -> Vec<TermPostings<'a>> {
    let terms: Vec<HashedTerm<'t>> = terms.map(HashedTerm::new).collect();
    let mut by_term = vec![Vec::with_capacity(view.segments.len()); terms.len()];
    for view in &view.segments {
        let found = view.segment.postings.find(field, &terms);
        for (postings, found) in by_term.iter_mut().zip(found) {
            postings.push(found);
        }
    }
    by_term
}

/// Looks the terms of a query up, and returns the postings of each.
pub(super) fn find_query_terms<'a>(
    view: &View<'a>,
    field: TermField,
    terms: &[QueryTerm],
) -> Vec<TermPostings<'a>> {
    find_terms(view, field, terms.iter().map(|term| &*term.term))
}

/// The articles that have a word.
pub(super) struct ArticlesWithWord {
    /// The inverse document frequency of the word; of a word that no article has, that of a word that one has.
    pub idf: f32,
    /// The articles, in the order of the view.
    pub articles: Vec<u32>,
}

/// Returns the allowed articles that have a word anywhere.
pub(super) fn articles_with_word(view: &View<'_>, word: &str) -> Result<ArticlesWithWord> {
    let mut matches = TermMatches::default();
    for postings in find_terms(view, TermField::Words, std::iter::once(word)) {
        matches.read(view, &postings)?;
    }
    let mut articles = Vec::new();
    for (view, found) in view.segments.iter().zip(&matches.segments) {
        for field in Field::ALL {
            let first_unit = view.segment.units.of_field(field, 0);
            let units = &found.units[found.ends.range(field)];
            articles.extend(
                units
                    .iter()
                    .map(|unit| view.first_article + unit - first_unit),
            );
        }
    }
    articles.sort_unstable();
    articles.dedup();
    Ok(ArticlesWithWord {
        idf: inverse_document_frequency(matches.articles().max(1), view.allowed_count()),
        articles,
    })
}
