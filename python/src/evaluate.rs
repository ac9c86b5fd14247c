//! `evaluate` and `backtest` of Python.

use std::path::PathBuf;

use helpdex_eval::{BacktestOptions, Evaluation, EvaluationOptions, Learning};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::audience::Audience;
use crate::error::named;
use crate::interruptible::{OnInterrupt, run};
use crate::options::suggest_options;
use crate::vectors::Embedder;
use crate::{article, feedback};

/// Answer every query of one split of a data set, and measure the quality of the answers.
///
/// The data set is a folder in BEIR form: `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`. All its articles are
/// indexed in memory as public. The queries of the train split are learned: those with judgements, those that are
/// marked as unanswerable, and those with neither, which count as unlinked. With `split="train"`, each fifth of the
/// queries is answered by a model that was trained on the other four.
///
/// Args:
///     path: The folder.
///     split: The split whose queries are answered.
///     learn: Whether to learn from the train split.
///     cold: The share of articles, in [0, 1], whose tickets are not learned. The report has the figures of these
///         articles and of the others separately. None learns all tickets.
///     learn_first: The number of train queries that are learned: the first by date, or by a hash of the id if they
///         have no date. None learns all.
///     unlinked_share: The share of the judged train queries that is learned as if nobody had linked them, in [0, 1].
///     vectors: The folder with vectors of the articles and queries: `corpus.npy`, `corpus_rows.npy` and `queries.npy`.
///     embedder: The model that embeds articles and queries, in place of `vectors`.
///     seed: The seed of the bootstrap intervals.
///     progress: Called as `progress(done, total)` with articles and queries, at most 20 times a second.
///     options: The options of each answer; the defaults if not given. With a target precision, the threshold is chosen
///         from tickets that are not reported.
///     **keywords: Fields of `SuggestOptions` that replace those of `options`.
///
/// Returns:
///     The report, with the figures of the split.
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
    learn = true,
    cold = None,
    learn_first = None,
    unlinked_share = None,
    vectors = None,
    embedder = None,
    seed = 1,
    progress = None,
    options = None,
    **keywords
))]
#[expect(
    clippy::too_many_arguments,
    reason = "keyword arguments of Python, a struct in Rust"
)]
pub(crate) fn evaluate<'py>(
    py: Python<'py>,
    path: PathBuf,
    split: &str,
    learn: bool,
    cold: Option<f64>,
    learn_first: Option<usize>,
    unlinked_share: Option<f64>,
    vectors: Option<PathBuf>,
    embedder: Option<&Bound<'py, Embedder>>,
    seed: u64,
    progress: Option<Bound<'py, PyAny>>,
    options: Option<&Bound<'py, PyAny>>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = EvaluationOptions {
        split: split.to_owned(),
        learning: if learn {
            Learning::Train
        } else {
            Learning::Nothing
        },
        cold,
        learn_first,
        unlinked_share,
        vectors,
        embedder: embedder.map(|embedder| embedder.get().shared()),
        suggest: suggest_options(py, options, keywords)?,
        seed,
    };
    let done = run(py, progress.as_ref(), OnInterrupt::Abandon, move |link| {
        helpdex_eval::evaluate(&path, &options, |progress| link.report(progress))
    })?;
    report(py, &done)
}

/// Replay solved tickets in chronological order, each answered with what was known before it.
///
/// The time is divided into periods with about the same number of tickets. Before each period, only the verdicts from
/// before its beginning are learned; then the tickets of the period are answered. `by_period` of the report has the
/// figures of each period. Articles are used as they are now: an article that was written after a ticket can still
/// answer it, unless its `valid_from` says otherwise.
///
/// Args:
///     articles: The articles to suggest.
///     solved: The tickets with their verdicts, in any order.
///     audience: The audience of the answers; the public by default. Tickets that only articles outside of it solved
///         are skipped.
///     embedder: The model that embeds articles and tickets; by default, only words are compared.
///     periods: The number of periods, 2 to 1,000.
///     seed: The seed of the bootstrap intervals.
///     progress: Called as `progress(done, total)` with articles and tickets, at most 20 times a second.
///     options: The options of each answer; the defaults if not given. With a target precision, the threshold is chosen
///         from tickets that are not reported.
///     **keywords: Fields of `SuggestOptions` that replace those of `options`.
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
    embedder = None,
    periods = 12,
    seed = 1,
    progress = None,
    options = None,
    **keywords
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
    embedder: Option<&Bound<'py, Embedder>>,
    periods: i64,
    seed: u64,
    progress: Option<Bound<'py, PyAny>>,
    options: Option<&Bound<'py, PyAny>>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = BacktestOptions {
        // Below 0 is as far out of range as 0.
        periods: usize::try_from(periods).unwrap_or(0),
        audience: audience.map_or_else(helpdex::Audience::public, |audience| {
            audience.get().0.clone()
        }),
        embedder: embedder.map(|embedder| embedder.get().shared()),
        suggest: suggest_options(py, options, keywords)?,
        seed,
    };
    let (articles, solved) = (article::read(articles)?, feedback::read(solved)?);
    let done = run(py, progress.as_ref(), OnInterrupt::Abandon, move |link| {
        helpdex_eval::backtest(articles, &solved, &options, |progress| {
            link.report(progress)
        })
    })?;
    report(py, &done)
}

/// Returns the figures of a run as a `Report` of the Python package.
fn report<'py>(py: Python<'py>, done: &Evaluation) -> PyResult<Bound<'py, PyAny>> {
    let json = serde_json::to_string(&(&done.report, &done.outcomes)).map_err(|e| {
        named(
            py,
            "InternalError",
            format!("the report cannot be written: {e}"),
        )
    })?;
    let values = py.import("json")?.call_method1("loads", (json,))?;
    py.import("helpdex._report")?
        .getattr("report_from_json")?
        .call1((values.get_item(0)?, values.get_item(1)?))
}
