//! `evaluate` and `backtest` of Python.

use std::path::PathBuf;

use helpdex::Filter;
use helpdex_eval::{BacktestOptions, Evaluation, EvaluationOptions, Learning};
use pyo3::prelude::*;

use crate::arguments::{suggest_options, with_target};
use crate::audience::Audience;
use crate::error::named;
use crate::interruptible::{OnInterrupt, run};
use crate::{article, solved_ticket};

/// Answer every query of one split of a data set, and measure how good the answers are.
///
/// The data set is a folder in BEIR form: `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`. Its articles are
/// indexed in memory, all of them public. It learns from the judgements of the train split, and from its queries that are
/// marked as having no answer; with `split="train"` each fifth of that is answered by what the other four taught.
///
/// Args:
///     path: The folder.
///     split: The split whose queries are answered.
///     limit: How many articles are offered at most, 1 to 10.
///     min_probability: An article is offered when its probability is at least this, in [0, 1].
///     target_precision: Show only as much as keeps this share of first articles right, above 0 and below 1. The threshold is
///         chosen from tickets that are not reported: the dev split and what was learned.
///     promise: `first` when the first article is to be right and each is shown by its own probability, or `any` when any of
///         the `limit` articles is, which are shown together. With a target precision `limit` is at most 3 then.
///     confidence_level: How sure it is to be that the target is kept, above 0 and below 1.
///     fallback: `silent` when no threshold keeps the target, or `best_guess`: what has `min_probability`.
///     popularity: How much it counts how often an article solved tickets before, in [0, 1].
///     learn: Whether to learn from the train split.
///     cold: The share of the articles of which nothing is learned, in [0, 1]; the report has both parts apart. None: all
///         are learned.
///     seed: Drives the bootstrap intervals.
///     progress: Called as `progress(done, total)` with articles and queries, at most 20 times a second.
///
/// Raises:
///     InvalidInputError: For a data set that cannot be understood, with `path` and `line`.
///     StorageError: For a file that cannot be read.
///
/// Example:
///     >>> report = evaluate("data-set", split="dev")  # doctest: +SKIP
///     >>> report.figures.precision_at_1  # doctest: +SKIP
///     Interval(value=0.52, low=0.46, high=0.58)
#[pyfunction]
#[pyo3(signature = (
    path,
    *,
    split = "test",
    limit = 3,
    min_probability = 0.5,
    target_precision = None,
    promise = "first",
    confidence_level = 0.95,
    fallback = "silent",
    popularity = 1.0,
    learn = true,
    cold = None,
    seed = 1,
    progress = None,
))]
#[expect(
    clippy::too_many_arguments,
    reason = "keyword arguments of Python, a struct in Rust"
)]
pub(crate) fn evaluate<'py>(
    py: Python<'py>,
    path: PathBuf,
    split: &str,
    limit: i64,
    min_probability: f64,
    target_precision: Option<f64>,
    promise: &str,
    confidence_level: f64,
    fallback: &str,
    popularity: f64,
    learn: bool,
    cold: Option<f64>,
    seed: u64,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let suggest = suggest_options(limit, min_probability, popularity, Filter::default());
    let options = EvaluationOptions {
        split: split.to_owned(),
        learning: if learn {
            Learning::Train
        } else {
            Learning::Nothing
        },
        cold,
        suggest: with_target(
            py,
            suggest,
            target_precision,
            promise,
            confidence_level,
            fallback,
        )?,
        seed,
    };
    let done = run(py, progress.as_ref(), OnInterrupt::Abandon, move |link| {
        helpdex_eval::evaluate(&path, &options, |progress| link.report(progress))
    })?;
    report(py, &done)
}

/// Solved tickets in the order of time, each answered by what was known before: see the Rust library's `backtest`.
///
/// The time is cut into parts of about as many tickets. Before each one everything that people had decided before it began
/// is learned, and nothing else, and its tickets are answered by that; `by_period` of the report has the figures of each
/// part. Articles are taken as they are now: one that was written after a ticket answers it all the same, unless its
/// `valid_from` tells.
///
/// Args:
///     articles: The articles that are asked.
///     solved: The tickets with their verdicts, in any order.
///     audience: For whom the tickets are answered; the public unless given. Tickets that only other articles solved are
///         passed over.
///     periods: Into how many parts the time is cut, 2 to 1,000.
///     limit: How many articles are offered at most, 1 to 10.
///     min_probability: An article is offered when its probability is at least this, in [0, 1].
///     target_precision: Show only as much as keeps this share right, above 0 and below 1. The threshold is chosen anew
///         before each part, from what was learned.
///     promise: `first` or `any`, as for `KnowledgeBase.suggest`.
///     confidence_level: How sure it is to be that the target is kept, above 0 and below 1.
///     fallback: `silent` when no threshold keeps the target, or `best_guess`: what has `min_probability`.
///     seed: Drives the bootstrap intervals.
///     progress: Called as `progress(done, total)` with articles and tickets, at most 20 times a second.
///
/// Raises:
///     InvalidInputError: For arguments out of range, and when no ticket can be asked.
///
/// Example:
///     >>> report = backtest(articles, solved, periods=6)  # doctest: +SKIP
///     >>> [round(period.figures.coverage.value, 2) for period in report.by_period]  # doctest: +SKIP
///     [0.0, 0.21, 0.34, 0.35, 0.41, 0.44]
#[pyfunction]
#[pyo3(signature = (
    articles,
    solved,
    *,
    audience = None,
    periods = 12,
    limit = 3,
    min_probability = 0.5,
    target_precision = None,
    promise = "first",
    confidence_level = 0.95,
    fallback = "silent",
    seed = 1,
    progress = None,
))]
#[expect(
    clippy::too_many_arguments,
    reason = "keyword arguments of Python, a struct in Rust"
)]
pub(crate) fn backtest<'py>(
    py: Python<'py>,
    articles: &Bound<'py, PyAny>,
    solved: &Bound<'py, PyAny>,
    audience: Option<&Bound<'py, Audience>>,
    periods: i64,
    limit: i64,
    min_probability: f64,
    target_precision: Option<f64>,
    promise: &str,
    confidence_level: f64,
    fallback: &str,
    seed: u64,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let suggest = suggest_options(limit, min_probability, 1.0, Filter::default());
    let options = BacktestOptions {
        // Below 0 is as far out of range as 0.
        periods: usize::try_from(periods).unwrap_or(0),
        audience: audience.map_or_else(helpdex::Audience::public, |audience| {
            audience.get().0.clone()
        }),
        suggest: with_target(
            py,
            suggest,
            target_precision,
            promise,
            confidence_level,
            fallback,
        )?,
        seed,
    };
    let (articles, solved) = (article::read(articles)?, solved_ticket::read(solved)?);
    let done = run(py, progress.as_ref(), OnInterrupt::Abandon, move |link| {
        helpdex_eval::backtest(articles, &solved, &options, |progress| {
            link.report(progress)
        })
    })?;
    report(py, &done)
}

/// The `Report` of `_results.py`.
fn report<'py>(py: Python<'py>, done: &Evaluation) -> PyResult<Bound<'py, PyAny>> {
    let json = serde_json::to_string(&(&done.report, &done.outcomes)).map_err(|e| {
        named(
            py,
            "InternalError",
            format!("the report cannot be written: {e}"),
        )
    })?;
    let values = py.import("json")?.call_method1("loads", (json,))?;
    py.import("helpdex._results")?
        .getattr("report_from_json")?
        .call1((values.get_item(0)?, values.get_item(1)?))
}
