//! The models of the next generation: kept from the previous generation, or trained anew.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::article::Article;
use crate::audience::{Audience, Visibility};
use crate::confidence::{RecentDrift, recent_drift};
use crate::error::Result;
use crate::feedback_event::clean::CleanFeedback;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::generation::{Generation, known_article_key};
use crate::snapshot::manifest::Training;
use crate::snapshot::prepared::Prepared;
use crate::storage::log_head::{LogHome, LogMark};
use crate::storage::store::Store;
use crate::timestamp::Timestamp;
use crate::train;

/// The id of a model, and the moment of the newest feedback that it learned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ModelInfo {
    /// A hash of the model: the same articles and feedback give the same id.
    pub id: String,
    /// The moment of the newest feedback that the model learned from.
    pub learned_until: Timestamp,
}

/// The source of the models for a generation.
pub(super) enum ModelSource {
    /// The models of the previous generation are kept.
    Before,
    /// Models are trained on the feedback log.
    Log,
    /// Models are trained on feedback that the host keeps.
    Host(Vec<CleanFeedback>),
}

impl ModelInfo {
    pub(super) fn of_generation(generation: &Generation) -> BTreeMap<Visibility, Self> {
        let trainings = generation.trainings();
        trainings
            .map(|(class, id, training)| {
                let info = Self {
                    id: id.to_owned(),
                    learned_until: training.learned_until,
                };
                (class, info)
            })
            .collect()
    }
}

/// Compares recent tickets with older ones, for the readers of each model.
pub(super) fn drift(generation: &Generation) -> BTreeMap<Visibility, RecentDrift> {
    generation
        .labels()
        .filter_map(|(class, labels)| Some((class, recent_drift(&labels)?)))
        .collect()
}

impl KnowledgeBase {
    /// Returns the model that answers this audience; `None` if no training has found feedback on its articles.
    #[must_use]
    pub fn model(&self, audience: &Audience) -> Option<ModelInfo> {
        let mut models = ModelInfo::of_generation(&self.current());
        models.retain(|class, _| audience.sees_class(*class));
        models.pop_last().map(|(_, model)| model)
    }

    /// Trains a model for each class of readers, and writes it to `store`. Returns the mark of the log that the manifest must store.
    pub(super) fn train_models(
        &self,
        prepared: &mut Prepared,
        store: &Store,
        home: &LogHome,
        now: Timestamp,
        models: &ModelSource,
    ) -> Result<Option<LogMark>> {
        let log = &self.inner.learning_log;
        let (erasures, mark) = log.erasures(home)?;
        prepared.set_erasures(erasures);
        let (mut verdicts, is_from_log) = match models {
            ModelSource::Host(verdicts) => (verdicts.clone(), false),
            ModelSource::Before | ModelSource::Log => (log.solved(home)?, true),
        };
        self.embed_feedback(&mut verdicts)?;
        for class in prepared.classes() {
            add_model(prepared, store, class, now, &verdicts, is_from_log)?;
        }
        Ok(mark)
    }

    /// Keeps the models of the previous generation. A model that knows articles that its readers no longer see is
    /// trained again, on the feedback up to the same time as before, and written to `store`. Returns the mark of the log that the manifest must
    /// store.
    pub(super) fn keep_models(
        &self,
        prepared: &mut Prepared,
        store: &Store,
        home: &LogHome,
        now: Timestamp,
        articles: &BTreeMap<Visibility, Vec<&Article>>,
    ) -> Result<Option<LogMark>> {
        let log = &self.inner.learning_log;
        let (erasures, mark) = log.erasures(home)?;
        let has_forgotten = erasures != self.current().erasures();
        prepared.set_erasures(erasures);
        let mut verdicts = None;
        for class in prepared.classes() {
            let Some(training) = prepared.training_before(class) else {
                continue;
            };
            let knows_forgotten = has_forgotten && training.is_from_log;
            if !knows_forgotten && prepared.keep_model(class, &seen_articles(articles, class)) {
                continue;
            }
            if !training.is_from_log {
                continue;
            }
            if verdicts.is_none() {
                let mut of_log = log.solved(home)?;
                self.embed_feedback(&mut of_log)?;
                verdicts = Some(of_log);
            }
            let known = verdicts.iter().flatten();
            let known: Vec<CleanFeedback> = known
                .filter(|verdict| verdict.at <= training.learned_until)
                .cloned()
                .collect();
            add_model(prepared, store, class, now, &known, true)?;
        }
        Ok(mark)
    }
}

/// Trains the model of a class, unless the verdicts contain no evidence.
fn add_model(
    prepared: &mut Prepared,
    store: &Store,
    class: Visibility,
    now: Timestamp,
    verdicts: &[CleanFeedback],
    is_from_log: bool,
) -> Result<()> {
    let Some(learned_until) = verdicts.iter().map(|verdict| verdict.at).max() else {
        return Ok(());
    };
    let training = Training {
        learned_until,
        is_from_log,
    };
    let audience = Audience::of_class(class);
    let inputs = train::inputs_hash(prepared.generation(), &audience, now, verdicts);
    prepared.add_model(store, class, &inputs, training, |generation| {
        let model = train::train(generation, &audience, now, verdicts)?;
        let Some(model) = model else { return Ok(None) };
        Ok(Some((model, generation.lasting_articles(&audience, now)?)))
    })
}

/// Returns the keys of the articles that readers of this class see and that have no end.
fn seen_articles(
    articles: &BTreeMap<Visibility, Vec<&Article>>,
    class: Visibility,
) -> BTreeSet<u64> {
    let audience = Audience::of_class(class);
    articles
        .range(..=class)
        .flat_map(|(_, articles)| articles)
        .filter(|article| {
            let fields = article.fields();
            fields.valid_until.is_none() && audience.sees_segments(&fields.user_segments)
        })
        .map(|article| {
            known_article_key(article.id(), article.translation_group(), article.locale())
        })
        .collect()
}
