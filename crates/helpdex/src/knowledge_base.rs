//! The operations of a knowledge base that read it: suggest, check, and facts about it.

pub(crate) mod batch;
mod curve;
mod deny;
pub(crate) mod draft;
pub(crate) mod events;
mod feedback;
pub(crate) mod group_conflict;
pub(crate) mod handle;
pub(crate) mod listing;
pub(crate) mod models;
pub(crate) mod open_options;
pub(crate) mod opening;
mod owner;
pub(crate) mod pools;
mod preview;
pub(crate) mod publishing;
mod purge;
mod refresh;
pub(crate) mod repair;
mod snapshot;
pub(crate) mod training;
pub(crate) mod vectors;
pub(crate) mod writer;

use std::path::Path;

use helpdex_text::Locale;

use crate::article::fields::ArticleKind;
use crate::audience::Audience;
use crate::candidates::pool::gathering;
use crate::check::{self, CheckReport};
use crate::confidence::LabelledPredictions;
use crate::error::{Error, Result};
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::clean::CleanFeedback;
use crate::knowledge_base::batch::Batch;
use crate::knowledge_base::draft::Draft;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::knowledge_base::snapshot::Snapshot;
use crate::model::labels::LARGEST_SET;
use crate::settings::Settings;
use crate::storage::identity::Identity;
use crate::suggest::answer::Suggestions;
use crate::suggest::options::SuggestOptions;
use crate::suggest::{Session, suggest};
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;
use crate::train;

impl KnowledgeBase {
    /// Makes an empty knowledge base that exists only in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::in_memory_of(ArticleKind::Article)
    }

    /// Verifies every file of the knowledge base in `folder`: all generations, all logs, and the list of denied
    /// articles. Changes nothing and takes no lock. Linear in the size of the files.
    ///
    /// ```
    /// use helpdex::KnowledgeBase;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let folder = folder.path();
    /// KnowledgeBase::open_or_create(folder)?.writer()?.publish("2026-03-01".parse()?)?;
    /// let report = KnowledgeBase::check(folder)?;
    /// assert!(report.is_whole());
    /// assert_eq!(report.generations, [1]);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no knowledge base, [`Storage`](crate::ErrorKind::Storage) when the
    /// folder cannot be read. What is damaged is in the report.
    pub fn check(folder: impl AsRef<Path>) -> Result<CheckReport> {
        check::check(folder.as_ref())
    }

    /// Returns the main locale of a reader: the first that fills in for articles that are not translated, and the
    /// preferred language for a ticket that may be in several languages. It comes from the
    /// [settings](Settings::main_locale), else it is the locale with the most articles; `None` without articles that
    /// the audience sees.
    ///
    /// ```
    /// use helpdex::{Audience, KnowledgeBase};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// assert_eq!(knowledge_base.main_locale(&Audience::public(), "2026-03-01".parse()?), None);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    #[must_use]
    pub fn main_locale(&self, audience: &Audience, now: Timestamp) -> Option<Locale> {
        let current = self.current();
        let views = current.views(audience, now, |_| true);
        current.fallback_locales(&views).into_iter().next()
    }

    /// Returns the reasons why the newest generation is not in use, one sentence each; empty when it is.
    ///
    /// A generation that is damaged, of another version or of another tenant is passed over for an older one. That shows
    /// what was to be seen then: [deny](Self::deny) what must not come back.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.current().warnings().to_vec()
    }

    /// Returns the tenant; `None` when no host has named one.
    #[must_use]
    pub fn tenant(&self) -> Option<String> {
        let owner = self.inner.owner.get();
        owner.map_or_else(
            || self.inner.options.tenant.clone(),
            |owner| owner.tenant.clone(),
        )
    }

    /// Returns the identity, which is unique to this knowledge base; `None` before its first change, unless the host
    /// gave one.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        let owner = self.inner.owner.get();
        owner.map_or(self.inner.options.identity, |owner| {
            Some(owner.knowledge_base)
        })
    }

    /// Returns the size, in bytes, of the files that the generation in use was read from, and that of the ideas if they
    /// are open; they take about as much memory.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.current().size_bytes() + self.inner.pools.size_bytes()
    }

    /// Returns the articles that answer a ticket, for this audience at this moment, or the reason why none is offered.
    ///
    /// ```
    /// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, SuggestOptions, Ticket, Visibility};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let now = "2026-03-01".parse()?;
    /// let mut writer = knowledge_base.writer()?;
    /// for (id, title) in [("pin", "Reset your PIN"), ("refund", "Refund a payment")] {
    ///     writer.upsert([Article::new(ArticleFields {
    ///         id: id.into(),
    ///         locale: "en".into(),
    ///         title: title.into(),
    ///         visibility: Visibility::Public,
    ///         ..ArticleFields::default()
    ///     })?])?;
    /// }
    /// writer.publish(now)?;
    /// let ticket = Ticket::from_text("Hello, how do I reset my PIN?");
    /// let answer = knowledge_base.suggest(&ticket, &Audience::public(), now, &SuggestOptions::default())?;
    /// assert_eq!(answer.offered()[0].article_id, "pin");
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// Every ticket gets an answer or a reason. Linear in the ticket's length, in the articles of the locales searched,
    /// and in how often they have the ticket's terms.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for options out of range,
    /// [`Internal`](crate::ErrorKind::Internal) when parts of the index contradict each other: a bug.
    pub fn suggest(
        &self,
        ticket: &Ticket,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Suggestions> {
        let question = self.question(audience, now, options)?;
        suggest(&question, ticket, &mut Session::single())
    }

    /// Returns a batch, which answers many tickets on all cores from the generation that is in use now: see [`Batch`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for options out of range.
    pub fn batch(
        &self,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Batch> {
        Ok(Batch::new(Snapshot::new(self, audience, now, options)?))
    }

    /// Starts a draft, which a host keeps while its customer writes a ticket and asks for each longer text: see
    /// [`Draft`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for options out of range.
    pub fn draft(
        &self,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Draft> {
        Ok(Draft::new(Snapshot::new(self, audience, now, options)?))
    }

    /// Returns the labelled predictions from which a [target precision](crate::confidence::TargetPrecision) is decided
    /// for this audience, at most some 2,000. Each is a solved ticket with the probability that a model which did not
    /// know the ticket gave to its first article, and whether people decided that this article is right. With a
    /// `set_size` of 2 or 3 it is about the first two or three articles: whether any of them is right
    /// ([`Promise::Any`](crate::confidence::Promise::Any)).
    ///
    /// They show in advance how many tickets a target precision leaves unanswered: see
    /// [`threshold`](LabelledPredictions::threshold) and [`curve`](LabelledPredictions::curve). Empty until tickets
    /// were learned that an article for this audience answers.
    ///
    /// ```
    /// use helpdex::{Audience, KnowledgeBase};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let labelled = knowledge_base.labelled_predictions(&Audience::public(), 1)?;
    /// let missing = labelled.threshold(0.8, 0.95, &Default::default()).unwrap_err();
    /// assert!(missing.to_string().starts_with("not enough data: 0 labelled tickets, at least about 14 needed"));
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a `set_size` that is not 1, 2 or 3.
    pub fn labelled_predictions(
        &self,
        audience: &Audience,
        set_size: usize,
    ) -> Result<LabelledPredictions> {
        if !(1..=LARGEST_SET).contains(&set_size) {
            return Err(Error::invalid(format!(
                "set_size {set_size} is out of range; give 1 to {LARGEST_SET}"
            )));
        }
        let current = self.current();
        let with_vectors = current.thresholds_with_vectors(audience);
        let thresholds = with_vectors.or_else(|| current.thresholds(audience));
        Ok(
            thresholds.map_or_else(LabelledPredictions::default, |thresholds| {
                thresholds.labelled(set_size).clone()
            }),
        )
    }

    /// Returns the settings that were published with the generation in use: see [`Writer::set_settings`](crate::Writer::set_settings).
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.current().settings().clone()
    }

    /// Returns the number of the generation in use; 0 before the first publish.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.current().number()
    }

    /// Returns the locales of the articles that the audience may see at `now`, in ascending order.
    #[must_use]
    pub fn locales(&self, audience: &Audience, now: Timestamp) -> Vec<Locale> {
        let current = self.current();
        let views = current.views(audience, now, |_| true);
        views.into_keys().cloned().collect()
    }

    /// Returns the ids of the articles of one locale that match the words of a text best, at most `limit`, best first.
    /// The text is not cleaned, and grams and past tickets are not used. This is the part of [`suggest`](Self::suggest)
    /// that other search engines have too, so that benches can compare it with them; helpdesks have no use for it.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) when parts of the index contradict each other: a bug.
    #[doc(hidden)]
    pub fn search_words(
        &self,
        text: &str,
        locale: &Locale,
        audience: &Audience,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<String>> {
        let current = self.current();
        let views = current.views(audience, now, |_| true);
        views.get(locale).map_or(Ok(Vec::new()), |view| {
            gathering::best_ids_by_words(view, locale, text, limit)
        })
    }

    /// Fits the weights of the blend to these knowledge bases and their solved tickets, with the same weight for each,
    /// and returns them in the form of the source code. It is for the maintainers of this crate.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for a ticket that cannot be learned.
    #[doc(hidden)]
    pub fn fit_shipped_weights(knowledge_bases: Vec<(Self, Vec<FeedbackEvent>)>) -> Result<String> {
        let knowledge_bases: Result<Vec<_>> = knowledge_bases
            .into_iter()
            .map(|(knowledge_base, tickets)| {
                Ok((
                    knowledge_base.current(),
                    CleanFeedback::from_tickets(tickets)?,
                ))
            })
            .collect();
        Ok(format!("{:#?}", train::fit_shipped(&knowledge_bases?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knowledge_base_can_be_shared_between_threads() {
        fn is_shared<T: Send + Sync + Clone>() {}
        is_shared::<KnowledgeBase>();
    }
}
