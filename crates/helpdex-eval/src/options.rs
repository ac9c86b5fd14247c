//! Options of an evaluation.

use std::path::PathBuf;
use std::sync::Arc;

use helpdex::vectors::Embedder;
use helpdex::{Error, Result, SuggestOptions};
use helpdex_text::names;

/// Options of an evaluation.
#[derive(Debug, Clone)]
pub struct EvaluationOptions {
    /// The split whose queries are answered; `test` by default.
    pub split: String,
    /// The tickets that the engine learns before it answers.
    pub learning: Learning,
    /// The share of articles, in [0, 1], whose tickets are not learned, chosen by a hash of the ids. The report then
    /// has separate figures for these articles and for the others. `None` learns the tickets of all articles.
    pub cold: Option<f64>,
    /// The number of train queries that are learned: the first by date, or those with the lowest hash of the id without
    /// dates. `None` learns all.
    pub learn_first: Option<usize>,
    /// The share of the judged train queries, in [0, 1], that are learned as unlinked, chosen by a hash of the ids.
    /// `None` learns all of them as linked.
    pub unlinked_share: Option<f64>,
    /// The folder with vectors of the articles and queries: `corpus.npy`, `corpus_rows.npy` and `queries.npy`. `None` goes by
    /// words, or by the embedder.
    pub vectors: Option<PathBuf>,
    /// The model that embeds articles and queries; `None` goes by `vectors`, or by words.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// The options with which every query is asked.
    pub suggest: SuggestOptions,
    /// The seed of the bootstrap intervals; 1 by default.
    pub seed: u64,
}

/// The tickets that the engine learns before it answers the queries of a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Learning {
    /// The train split. If the train split itself is answered, each fifth of it is answered by a model that learned the
    /// other four.
    Train,
    /// The engine learns no tickets.
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
            vectors: None,
            embedder: None,
            suggest: SuggestOptions::default(),
            seed: 1,
        }
    }
}

impl EvaluationOptions {
    /// Checks that all values are in range.
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
        if self.vectors.is_some() && self.embedder.is_some() {
            return Err(Error::invalid(
                "vectors and an embedder are given; give one of them",
            ));
        }
        self.suggest.check()
    }
}
