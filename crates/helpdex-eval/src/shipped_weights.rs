//! Fits the weights that a knowledge base with few learned tickets starts from.

use std::path::Path;

use helpdex::{FeedbackEvent, KnowledgeBase, Result};

use crate::data_set::{DataSet, TRAIN_SPLIT};
use crate::evaluate::NOW;
use crate::options::EvaluationOptions;
use crate::training_rounds::rounds;

/// Fits the weights of the blend to the train splits of these data sets in BEIR form, with the same weight for each data
/// set, and returns them in the form of the source code.
///
/// # Errors
/// Those of [`evaluate`](crate::evaluate()).
pub fn fit_shipped_weights(folders: &[impl AsRef<Path>]) -> Result<String> {
    let mut knowledge_bases = Vec::new();
    for folder in folders {
        let data_set = DataSet::read(folder.as_ref(), TRAIN_SPLIT, None)?;
        let knowledge_base = KnowledgeBase::in_memory();
        let mut writer = knowledge_base.writer()?;
        writer.sync(data_set.articles)?;
        writer.publish(NOW)?;
        drop(writer);
        let options = EvaluationOptions {
            split: String::new(),
            ..EvaluationOptions::default()
        };
        let tickets: Vec<FeedbackEvent> = rounds(&[], &data_set.train, &options)
            .into_iter()
            .flat_map(|round| round.learn)
            .collect();
        knowledge_bases.push((knowledge_base, tickets));
    }
    KnowledgeBase::fit_shipped_weights(knowledge_bases)
}
