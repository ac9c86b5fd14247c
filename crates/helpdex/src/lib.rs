//! Ticket deflection: the help-center articles that answer a support ticket, or a reasoned silence.

mod article;
mod article_files;
mod audience;
pub mod benchmark;
mod clock;
pub mod corpus;
mod error;
pub mod eval;
mod index;
mod knowledge_base;
mod model;
mod query;
mod suggest;
mod ticket;
mod timestamp;
mod workspace;

pub use article::{Article, ArticleFields, BodyFormat, Status, Unpublished, Votes};
pub use article_files::{ArticleDefaults, ArticleFiles, read_articles};
pub use audience::{Audience, Visibility};
pub use error::{Error, ErrorKind, Result};
pub use helpdex_text::Locale;
pub use knowledge_base::{Changes, KnowledgeBase, Progress, Published};
pub use suggest::{
    Filter, LocaleMatch, MatchedTerm, Outcome, Passage, Place, RankedArticle, Reason,
    SuggestOptions, Suggestion, Suggestions,
};
pub use ticket::{Message, Ticket};
pub use timestamp::Timestamp;
