//! Looks terms up in all segments of a view.

use crate::error::Result;
use crate::index::postings::TermField;
use crate::index::terms::HashedTerm;
use crate::query::QueryTerm;
use crate::search::bm25::inverse_document_frequency;
use crate::search::term_matches::{TermMatches, TermPostings};
use crate::search::view::View;

/// Looks terms up, and returns the places of the postings of each, by segment.
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

/// Looks the terms of a query up, and returns the places of the postings of each, by segment.
pub(super) fn find_query_terms<'a>(
    view: &View<'a>,
    field: TermField,
    terms: &[QueryTerm],
) -> Vec<TermPostings<'a>> {
    find_terms(view, field, terms.iter().map(|term| &*term.term))
}

impl View<'_> {
    /// Returns how rare a word is among the allowed articles, in [0, 1]: its inverse document frequency, divided by
    /// that of a word that one article has; 1 also for a word that no article has.
    pub(crate) fn rarity(&self, word: &str) -> Result<f32> {
        let articles = self.document_frequency(word)?.max(1);
        let idf = inverse_document_frequency(articles, self.allowed_count());
        Ok(idf / inverse_document_frequency(1, self.allowed_count()))
    }

    /// Returns the number of allowed articles that have a word in its most frequent field.
    pub(crate) fn document_frequency(&self, word: &str) -> Result<usize> {
        let mut matches = TermMatches::default();
        for postings in find_terms(self, TermField::Words, std::iter::once(word)) {
            matches.read(self, &postings)?;
        }
        Ok(matches.articles())
    }
}
