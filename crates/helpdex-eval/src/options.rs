//! How a data set is evaluated.

use helpdex::SuggestOptions;

/// How a data set is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationOptions {
    /// The split whose queries are answered: `test` unless said.
    pub split: String,
    /// What is learned from the train split.
    pub learning: Learning,
    /// The share of the articles whose tickets are not learned, in [0, 1]; which ones, a hash of their ids tells. The
    /// report then has the figures of both parts. `None`: all are learned.
    pub cold: Option<f64>,
    /// How suggestions are made; what is asked of every query alike.
    pub suggest: SuggestOptions,
    /// Drives the bootstrap intervals.
    pub seed: u64,
}

/// What is learned before the queries of a split are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Learning {
    /// The train split; when that is what is answered, four fifths of it for each fifth.
    Train,
    /// Nothing.
    Nothing,
}

impl Default for EvaluationOptions {
    fn default() -> Self {
        Self {
            split: "test".to_owned(),
            learning: Learning::Train,
            cold: None,
            suggest: SuggestOptions::default(),
            seed: 1,
        }
    }
}
