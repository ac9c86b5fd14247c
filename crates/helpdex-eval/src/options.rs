//! Options of an evaluation.

use helpdex::{Error, Result, SuggestOptions};
use helpdex_text::names;

/// Options of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationOptions {
    /// The split whose queries are answered; `test` by default.
    pub split: String,
    /// Whether the engine learns from the train split.
    pub learning: Learning,
    /// The share of articles, in [0, 1], whose tickets are not learned; a hash of the ids chooses them. The report then has
    /// figures for both parts. `None` learns the tickets of all articles.
    pub cold: Option<f64>,
    /// The number of train queries that are learned: the first by date, or by a hash of the id without dates. `None` learns all.
    pub learn_first: Option<usize>,
    /// The share of the judged train queries, in [0, 1], that are learned as unlinked; a hash of the ids chooses them. `None`
    /// leaves all of them linked.
    pub unlinked_share: Option<f64>,
    /// Options of every query.
    pub suggest: SuggestOptions,
    /// The seed of the bootstrap intervals; 1 by default.
    pub seed: u64,
}

/// The tickets that the engine learns before it answers the queries of a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Learning {
    /// The train split. When the train split itself is answered, each fifth of it is answered by a model of the other four.
    Train,
    /// No tickets.
    Nothing,
}

names!(Learning, "learning" {
    Train => "train",
    Nothing => "nothing",
});

impl Default for EvaluationOptions {
    fn default() -> Self {
        Self {
            split: "test".to_owned(),
            learning: Learning::Train,
            cold: None,
            learn_first: None,
            unlinked_share: None,
            suggest: SuggestOptions::default(),
            seed: 1,
        }
    }
}

impl EvaluationOptions {
    /// Refuses values that are out of range.
    pub(crate) fn check(&self) -> Result<()> {
        for (name, share) in [("cold", self.cold), ("unlinked_share", self.unlinked_share)] {
            if let Some(share) = share
                && !(0.0..=1.0).contains(&share)
            {
                return Err(Error::invalid(format!(
                    "{name} {share} is out of range; give a share, 0 to 1"
                )));
            }
        }
        self.suggest.check()
    }
}
