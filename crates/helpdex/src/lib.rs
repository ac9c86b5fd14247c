//! Ticket deflection: the help-center articles that answer a support ticket, or the reason for abstaining.
//!
//! A [`Writer`] puts articles into a [`KnowledgeBase`] and [publishes](Writer::publish) them, and
//! [`suggest`](KnowledgeBase::suggest) answers a [`Ticket`] for an [`Audience`]: with [`Suggestion`]s, each with its
//! probability, its passage and the words that matched, or with the [`Reason`] for which nothing is shown.
//!
//! ```
//! use helpdex::{
//!     Article, ArticleFields, Audience, BodyFormat, KnowledgeBase, SuggestOptions, Ticket, Timestamp, Visibility,
//! };
//!
//! let knowledge_base = KnowledgeBase::in_memory();
//! let mut writer = knowledge_base.writer()?;
//! writer.sync([
//!     Article::new(ArticleFields {
//!         id: "reset-password".into(),
//!         locale: "en".into(),
//!         title: "Reset your password".into(),
//!         body: "## By e-mail\n\nPress **Forgot password** on the sign-in page.".into(),
//!         format: BodyFormat::Markdown,
//!         visibility: Visibility::Public,
//!         ..ArticleFields::default()
//!     })?,
//!     Article::new(ArticleFields {
//!         id: "refund".into(),
//!         locale: "en".into(),
//!         title: "Refund a payment".into(),
//!         body: "Open the payment and choose Refund.".into(),
//!         visibility: Visibility::Public,
//!         ..ArticleFields::default()
//!     })?,
//! ])?;
//! let now: Timestamp = "2026-03-01".parse()?;
//! writer.publish(now)?;
//!
//! let ticket = Ticket::from_text("hi, forgot my password, what now??");
//! let answer = knowledge_base.suggest(&ticket, &Audience::public(), now, &SuggestOptions::default())?;
//! let first = &answer.offered()[0];
//! assert_eq!(first.article_id, "reset-password");
//! assert_eq!(first.passage.as_ref().map(|p| p.heading.as_str()), Some("By e-mail"));
//!
//! let nothing = knowledge_base.suggest(
//!     &Ticket::from_text("thx!"), &Audience::public(), now, &SuggestOptions::default())?;
//! assert!(nothing.reason().is_some());
//! # Ok::<(), helpdex::Error>(())
//! ```
//!
//! Nothing leaves the process, the caller gives the time, and the same articles, ticket and version give the same
//! answer on every machine, whatever the history of updates.
//!
//! [`learn`](KnowledgeBase::learn) keeps [`FeedbackEvent`]s, cleaned and masked, and [`train`](Writer::train) trains
//! models on them. Then a ticket gets the article that solved similar tickets, even if it shares no word with the
//! article. [`forget`](KnowledgeBase::forget) erases them.
//!
//! [`record`](KnowledgeBase::record) keeps [interaction events](events): what was offered, opened and resolved, for metrics
//! and reports.
//!
//! With a [target precision](confidence::TargetPrecision) it offers only as many articles as keep that share of the
//! offers right.
//!
//! It never downloads a model and never writes an answer of its own: it points to articles.

mod analysed_ticket;
pub mod article;
mod audience;
mod candidates;
mod check;
mod clock;
pub mod confidence;
mod erasure;
mod error;
mod event_log;
mod feedback_event;
mod html;
mod index;
mod interaction_event;
mod knowledge_base;
mod learning_log;
mod model;
mod pool;
mod query;
#[cfg(test)]
mod reliability;
mod rules;
mod search;
pub mod settings;
mod snapshot;
mod storage;
mod suggest;
mod synonyms;
mod threads;
mod ticket;
mod timestamp;
mod train;
pub mod vectors;
mod workspace;

pub use article::Article;
pub use article::fields::{ArticleFields, BodyFormat};
#[doc(hidden)]
pub use article::one_line;
pub use audience::{Audience, Visibility};
pub use confidence::decision::Decision;
pub use error::{Error, ErrorKind, Result};
pub use feedback_event::FeedbackEvent;
pub use feedback_event::verdict::Verdict;
pub use helpdex_text::Locale;
pub use html::escape_html;
pub use knowledge_base::batch::Batch;
pub use knowledge_base::draft::Draft;
pub use knowledge_base::handle::KnowledgeBase;
pub use knowledge_base::opening::Builder;
pub use knowledge_base::writer::Writer;
pub use pool::Pool;
pub use settings::Settings;
pub use storage::identity::Identity;
pub use suggest::answer::{Outcome, Suggestion, Suggestions};
#[doc(hidden)]
pub use suggest::matched_terms;
pub use suggest::options::{Filter, SuggestOptions};
pub use suggest::reason::Reason;
#[doc(hidden)]
pub use threads::{available_threads, on_threads};
pub use ticket::{Message, Ticket};
pub use timestamp::Timestamp;

/// The parts of an answer.
pub mod answer {
    pub use crate::candidates::route::LocaleMatch;
    pub use crate::suggest::answer::{MatchedTerm, Passage, Place, RankedArticle};
    pub use crate::suggest::applied_rule::AppliedRule;
}

/// Interaction events: what happened after a knowledge base was asked.
pub mod events {
    pub use crate::interaction_event::InteractionEvent;
    pub use crate::interaction_event::interaction::{Interaction, Surface};
    pub use crate::knowledge_base::events::Recorded;
}

/// The parts of feedback, the counts of learning, and forgetting.
pub mod feedback {
    pub use crate::erasure::{Erasure, Forgotten};
    pub use crate::feedback_event::verdict::Rejection;
    pub use crate::learning_log::Learned;
}

pub mod pools {
    //! Pools beside the articles: ideas, and tickets that were solved before.
    //!
    //! Each [kind](crate::article::ArticleKind) of article is a pool with its own threshold, target precision, limit and
    //! visibility, and its own part of the answer. Scores and probabilities of different pools are never compared, so that no
    //! idea takes the place of an article, and the articles of an answer are the same with and without other pools.
    //!
    //! - [`KnowledgeBase::ideas`](crate::KnowledgeBase::ideas) is a knowledge base of ideas, posts of a community and known
    //!   problems. It has everything that one of articles has: a writer, feedback, training, denials.
    //! - [`SolvedTickets`] are made from the feedback that was learned. They are only in memory, and only agents see them.
    //!
    //! ```
    //! use helpdex::article::ArticleKind;
    //! use helpdex::pools::PoolOptions;
    //! use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, SuggestOptions, Ticket, Visibility};
    //!
    //! let knowledge_base = KnowledgeBase::in_memory();
    //! let now = "2026-03-01".parse()?;
    //! let mut ideas = knowledge_base.ideas_for_changes()?.writer()?;
    //! ideas.upsert([Article::new(ArticleFields {
    //!     id: "known-17".into(),
    //!     kind: ArticleKind::Idea,
    //!     locale: "en".into(),
    //!     title: "The receipt printer stops after the update".into(),
    //!     state: Some("fixed in 4.2".into()),
    //!     visibility: Visibility::Public,
    //!     ..ArticleFields::default()
    //! })?])?;
    //! ideas.publish(now)?;
    //!
    //! let ticket = Ticket::from_text("since the update our receipt printer stops");
    //! let options = PoolOptions { ideas: Some(SuggestOptions::default()), ..PoolOptions::default() };
    //! let answers = knowledge_base.suggest_from_pools(&ticket, &Audience::public(), now, &options)?;
    //! assert!(answers.articles.offered().is_empty());
    //! let ideas = answers.ideas.unwrap();
    //! let known = &ideas.offered()[0];
    //! assert_eq!(known.state.as_deref(), Some("fixed in 4.2"));
    //! # Ok::<(), helpdex::Error>(())
    //! ```

    pub use crate::knowledge_base::pools::answers::{PoolAnswers, PoolOptions};
    pub use crate::knowledge_base::pools::solved_tickets::SolvedTickets;
}

/// Reports of what a change, a publish, a training, a check or a repair did.
pub mod report {
    pub use crate::check::{CheckReport, Finding, Severity};
    pub use crate::knowledge_base::group_conflict::GroupConflict;
    pub use crate::knowledge_base::models::ModelInfo;
    pub use crate::knowledge_base::publishing::{Progress, Published};
    pub use crate::knowledge_base::repair::Repaired;
    pub use crate::knowledge_base::training::Trained;
    pub use crate::knowledge_base::vectors::PublishedVectors;
    pub use crate::workspace::Changes;
}

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Compiles and runs the examples of the page on vectors.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/vectors.md")]
struct Vectors;

/// Compiles and runs the examples of the page on operations.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/operations.md")]
struct Operations;

/// Compiles and runs the example of the page on pools.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/pools.md")]
struct Pools;
