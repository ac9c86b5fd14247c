//! The compiled part of the Python package `helpdex`: the Rust library behind Python's types, errors and signals.
//!
//! It makes no decisions of its own. It returns the frozen values of the package and raises the exceptions of its
//! `_errors.py`.

mod answers;
mod arguments;
mod article;
mod article_files;
mod audience;
mod draft;
mod error;
mod eval;
mod evaluate;
mod events;
mod exported_tickets;
mod feedback;
mod feedback_file;
mod handle;
mod html;
mod interruptible;
mod knowledge_base;
mod moment;
mod numbers;
mod options;
mod panic;
mod pool;
mod suggest_many;
mod ticket;
mod vectors;

use pyo3::prelude::*;

#[pymodule]
mod _helpdex {
    use super::{Bound, PyModule, PyResult, error};

    #[pymodule_export]
    use super::article::Article;
    #[pymodule_export]
    use super::article_files::{Articles, read_articles};
    #[pymodule_export]
    use super::audience::Audience;
    #[pymodule_export]
    use super::draft::Draft;
    #[pymodule_export]
    use super::eval::{
        average_precision_at, bootstrap_mean, compare, macro_precision_at_1, ndcg_at, precision_at,
        recall_at, reciprocal_rank_at,
    };
    #[pymodule_export]
    use super::evaluate::{backtest, evaluate};
    #[pymodule_export]
    use super::events::read_events_file;
    #[pymodule_export]
    use super::exported_tickets::read_exported_tickets;
    #[pymodule_export]
    use super::feedback::FeedbackEvent;
    #[pymodule_export]
    use super::feedback_file::read_feedback;
    #[pymodule_export]
    use super::html::escape_html;
    #[pymodule_export]
    use super::knowledge_base::KnowledgeBase;
    #[pymodule_export]
    use super::panic::panic_for_test;
    #[pymodule_export]
    use super::pool::Pool;
    #[pymodule_export]
    use super::suggest_many::Answers;
    #[pymodule_export]
    use super::ticket::Ticket;
    #[pymodule_export]
    use super::vectors::{Embedder, Vector, read_vectors};

    #[pymodule_export]
    #[expect(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    #[expect(clippy::unnecessary_wraps, reason = "PyO3 asks for it")]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        error::keep_panics_quiet();
        Ok(())
    }
}
