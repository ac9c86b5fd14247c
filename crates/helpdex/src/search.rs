//! Search in the articles that a reader may see: exact scores, and how much of a text is found by chance.

pub(crate) mod chance_coverage;
#[cfg(test)]
pub(crate) mod example;
pub(crate) mod measure_chance;
pub(crate) mod scorer;
pub(crate) mod view;
pub(crate) mod weights;
