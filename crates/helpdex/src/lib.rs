//! Ticket deflection: the help-center articles that answer a support ticket, or the reason for abstaining.
//!
//! Articles go into a [`KnowledgeBase`], [`publish`](KnowledgeBase::publish) makes them visible, and
//! [`suggest`](KnowledgeBase::suggest) answers a [`Ticket`] for an [`Audience`]: with [`Suggestion`]s, each with its
//! probability, its passage and the words that matched, or with the [`Reason`] why nothing is shown.
//!
//! ```
//! use helpdex::{
//!     Article, ArticleFields, Audience, BodyFormat, KnowledgeBase, SuggestOptions, Ticket, Timestamp, Visibility,
//! };
//!
//! let knowledge_base = KnowledgeBase::in_memory();
//! knowledge_base.sync([
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
//! knowledge_base.publish(now)?;
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
//! [`learn`](KnowledgeBase::learn) keeps [`SolvedTicket`]s, cleaned and masked. From the next publish on answers go by
//! them: a ticket gets the article that solved such tickets, although it may share no word with it.
//! [`forget`](KnowledgeBase::forget) erases them.
//!
//! With a [target precision](TargetPrecision) it offers only as much as keeps that share right.
//!
//! It never downloads a model and never writes an answer of its own: it points to articles.

mod analysed_ticket;
mod article;
mod audience;
mod candidates;
mod check;
mod clock;
pub mod confidence;
mod error;
mod html;
mod index;
mod knowledge_base;
mod learning_log;
mod model;
mod pool;
mod query;
#[cfg(test)]
mod reliability;
mod search;
mod snapshot;
mod solved_ticket;
mod storage;
mod suggest;
mod synonyms;
mod threads;
mod ticket;
mod timestamp;
mod train;
mod workspace;

#[doc(hidden)]
pub use article::one_line;
pub use article::{Article, ArticleFields, BodyFormat, Status, Unpublished, Votes};
pub use audience::{Audience, Visibility};
pub use candidates::route::LocaleMatch;
pub use check::{CheckReport, Finding, Severity};
pub use error::{Error, ErrorKind, Result};
pub use helpdex_text::Locale;
pub use html::escape_html;
pub use knowledge_base::{
    Batch, Draft, GroupConflict, KnowledgeBase, OpenOptions, Progress, Published, Repaired,
};
pub use learning_log::{Erasure, Learned};
pub use pool::Pool;
pub use solved_ticket::{Rejection, SolvedTicket, Verdict};
pub use storage::identity::Identity;
pub use suggest::answer::{
    MatchedTerm, Outcome, Passage, Place, RankedArticle, Suggestion, Suggestions,
};
#[doc(hidden)]
pub use suggest::matched_terms;
pub use suggest::options::{Decision, Filter, Promise, SuggestOptions, TargetPrecision, WhenUnmet};
pub use suggest::reason::Reason;
pub use synonyms::Synonyms;
#[doc(hidden)]
pub use threads::{available_threads, on_threads};
pub use ticket::{Message, Ticket};
pub use timestamp::Timestamp;
pub use workspace::Changes;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Compiles and runs the examples of the page on operations.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/operations.md")]
struct Operations;
