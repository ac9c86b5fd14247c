//! `evaluate` of Python.

use std::path::PathBuf;

use helpdex::Filter;
use helpdex::benchmark::{BenchmarkOptions, Learning, benchmark};
use pyo3::prelude::*;

use crate::arguments::{suggest_options, with_target};
use crate::error::named;
use crate::interruptible::{OnInterrupt, run};

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
    confidence_level: f64,
    fallback: &str,
    popularity: f64,
    learn: bool,
    cold: Option<f64>,
    seed: u64,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let suggest = suggest_options(limit, min_probability, popularity, Filter::default());
    let options = BenchmarkOptions {
        split: split.to_owned(),
        learning: if learn {
            Learning::Train
        } else {
            Learning::Nothing
        },
        cold,
        suggest: with_target(py, suggest, target_precision, confidence_level, fallback)?,
        seed,
    };
    let done = run(py, progress.as_ref(), OnInterrupt::Abandon, move |link| {
        benchmark(&path, &options, |progress| link.report(progress))
    })?;
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
