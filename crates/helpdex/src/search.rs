//! Search in the articles that a reader may see: exact scores, and the words of a ticket that an article has.

mod bm25;
pub(crate) mod copies;
#[cfg(test)]
pub(crate) mod example;
mod gram_budget;
pub(crate) mod scorer;
pub(crate) mod scores;
mod summation;
mod sums;
mod term_lookup;
mod term_matches;
pub(crate) mod usual_nearness;
pub(crate) mod view;
pub(crate) mod weights;
