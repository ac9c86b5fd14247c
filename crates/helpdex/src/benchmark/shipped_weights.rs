//! Fits the weights that a knowledge base without many tickets begins with.

use std::path::Path;

use super::data_set::{DataSet, TRAIN_SPLIT};
use super::lesson_plan::rounds;
use super::{BenchmarkOptions, NOW};
use crate::solved_ticket::Solved;
use crate::{KnowledgeBase, Result, learn};

/// Fits the weights of the blend to the train splits of these data sets in BEIR form, each weighing the same, and writes
/// them as they stand in the source.
///
/// # Errors
/// As [`benchmark`](super::benchmark).
pub fn fit_shipped_weights(folders: &[impl AsRef<Path>]) -> Result<String> {
    let mut worlds = Vec::new();
    for folder in folders {
        let data_set = DataSet::read(folder.as_ref(), TRAIN_SPLIT)?;
        let knowledge_base = KnowledgeBase::in_memory();
        knowledge_base.sync(data_set.articles)?;
        knowledge_base.publish(NOW)?;
        let options = BenchmarkOptions {
            split: String::new(),
            ..BenchmarkOptions::default()
        };
        let tickets = rounds(&[], &data_set.train, &options)
            .into_iter()
            .flat_map(|round| round.learn);
        worlds.push((knowledge_base.current(), Solved::from_tickets(tickets)?));
    }
    Ok(format!("{:#?}", learn::fit_shipped(&worlds)?))
}
