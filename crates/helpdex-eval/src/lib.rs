//! Evaluation of Helpdex: metrics, data sets in BEIR form, back-tests of solved tickets, and a report for people.
//!
//! [`evaluate`] answers the queries of a data set and reports how good the answers are, beside two baselines.
//! [`backtest`] replays solved tickets in chronological order. [`html_page`] writes the report of either as an HTML page.
//! [`metrics`] computes the same figures for rankings from any source.

mod answering;
mod backtest;
mod baseline;
mod breakdown;
pub mod corpus;
mod data_set;
mod evaluate;
mod evaluated_ticket;
mod evaluation;
mod extract;
pub mod html;
pub mod metrics;
mod options;
mod outcome;
mod page;
mod shipped_weights;
mod target;
mod training_rounds;
mod vector_files;
mod worst;

pub use backtest::{BacktestOptions, backtest};
pub use breakdown::LengthBand;
pub use evaluate::evaluate;
pub use evaluated_ticket::EvaluatedTicket;
pub use evaluation::{ColdFigures, Evaluation, EvaluationReport, PeriodFigures};
pub use options::{EvaluationOptions, Learning};
pub use outcome::{OutcomeArticle, QueryOutcome};
pub use page::html_page;
pub use shipped_weights::fit_shipped_weights;
pub use target::{ChosenThreshold, LabelSource, SharePrecision, TargetReport, UnlinkedChoice};
pub use worst::{ExplainedArticle, WorstTicket};
