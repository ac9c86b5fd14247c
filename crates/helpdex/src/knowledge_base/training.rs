//! Training without publishing articles: new models for the articles that are already published.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::audience::Visibility;
use crate::confidence::RecentDrift;
use crate::error::{Error, Result};
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::clean::CleanFeedback;
use crate::knowledge_base::models::{ModelInfo, ModelSource, drift};
use crate::knowledge_base::writer::Writer;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::LogMarks;
use crate::timestamp::Timestamp;

/// The generation, the models and the comparison of tickets that a training gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trained {
    /// The number of the generation in use: a new one with the same articles as before, or the same one if no model has
    /// changed.
    pub generation: u64,
    /// The models, by the visibility whose readers they answer; empty when no feedback is about an article that these
    /// readers see.
    pub models: BTreeMap<Visibility, ModelInfo>,
    /// The comparison of recent tickets with older ones, for the readers of each model; readers with too few tickets
    /// are left out.
    pub drift: BTreeMap<Visibility, RecentDrift>,
}

impl Trained {
    fn of_generation(generation: &Generation) -> Self {
        Self {
            generation: generation.number(),
            models: ModelInfo::of_generation(generation),
            drift: drift(generation),
        }
    }
}

impl Writer {
    /// Trains a model for each class of readers from the feedback log, and publishes the models with the articles that
    /// are already published.
    ///
    /// The model for a class of readers is trained as if only the articles that they see existed, without articles that
    /// begin after `now` or have an end. The same articles and feedback give the same bytes, whatever the history. If
    /// these have not changed, the existing models stay.
    ///
    /// ```
    /// use helpdex::{Article, ArticleFields, KnowledgeBase, Visibility};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let mut writer = knowledge_base.writer()?;
    /// assert!(writer.train("2026-03-01".parse()?).is_err(), "nothing is published");
    /// writer.publish("2026-03-01".parse()?)?;
    /// assert!(writer.train("2026-03-01".parse()?)?.models.is_empty(), "nothing was learned");
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) before the first publish; [`Damaged`](crate::ErrorKind::Damaged) or
    /// [`OtherVersion`](crate::ErrorKind::OtherVersion) when the feedback log cannot be used,
    /// [`Storage`](crate::ErrorKind::Storage) when writing fails. The models before stay in use.
    pub fn train(&mut self, now: Timestamp) -> Result<Trained> {
        self.train_from(now, &ModelSource::Log)
    }

    /// Trains like [`train`](Self::train), but from this feedback instead of the log, for a host that keeps its own.
    /// Only the model is stored.
    ///
    /// To forget somebody, train without their tickets. Older models are deleted with their generations, of which the
    /// last three are kept. [`forget`](crate::KnowledgeBase::forget) only affects the log.
    ///
    /// # Errors
    /// As [`train`](Self::train), and [`InvalidInput`](crate::ErrorKind::InvalidInput) for feedback that cannot be learned
    /// from.
    pub fn train_on(
        &mut self,
        now: Timestamp,
        feedback: impl IntoIterator<Item = FeedbackEvent>,
    ) -> Result<Trained> {
        let feedback = ModelSource::Host(CleanFeedback::from_tickets(feedback)?);
        self.train_from(now, &feedback)
    }

    fn train_from(&mut self, now: Timestamp, models: &ModelSource) -> Result<Trained> {
        self.check_usable()?;
        let knowledge_base = &self.knowledge_base;
        let store = &knowledge_base.inner.store;
        let current = knowledge_base.current();
        let file = knowledge_base.read_denied(&knowledge_base.lock_denied())?;
        let (Some(file), true) = (file, current.number() > 0) else {
            return Err(Error::invalid(
                "nothing has been published that a model could be trained for; publish first",
            ));
        };
        let home = knowledge_base.tickets_home(&file)?;
        let mut prepared = current.prepare_again(store, &home.owner)?;
        prepared.set_denied(&file.list)?;
        let tickets = knowledge_base.train_models(&mut prepared, store, &home, now, models)?;
        if prepared.has_models_of_before() && prepared.generation().erasures() == current.erasures()
        {
            return Ok(Trained::of_generation(&current));
        }
        prepared.set_logs(LogMarks {
            articles: current.logs().articles.clone(),
            tickets,
        });
        let published_at = prepared.published_before().unwrap_or(now);
        let generation = prepared.commit(store, published_at)?;
        let trained = Trained::of_generation(&generation);
        knowledge_base.go_on_with_published(generation, file.list)?;
        Ok(trained)
    }
}
