//! The functions of `helpdex.eval`, which are those of `metrics` in the crate helpdex-eval.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_eval::metrics;
use pyo3::prelude::*;

use crate::answers;
use crate::arguments::Strings;
use crate::error::{guarded, invalid};
use crate::interruptible::{OnInterrupt, run};

/// A ranking: article ids, best first, each once.
pub(crate) struct Ranking(Vec<String>);

/// Relevance grades by article id. A grade below 0 counts as 0, as in `trec_eval`.
pub(crate) struct Grades(BTreeMap<String, u32>);

/// A figure of each ticket, by the id of the ticket.
pub(crate) struct TicketFigures(BTreeMap<String, f64>);

impl<'py> FromPyObject<'_, 'py> for Ranking {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let Strings(ids) = value.extract()?;
        let mut seen = BTreeSet::new();
        if let Some(repeated) = ids.iter().find(|id| !seen.insert(id.as_str())) {
            let message = format!("the ranking has {repeated:?} twice; give each article once");
            return Err(invalid(value.py(), message));
        }
        Ok(Self(ids))
    }
}

impl<'py> FromPyObject<'_, 'py> for Grades {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mut grades = BTreeMap::new();
        for item in value.call_method0("items")?.try_iter()? {
            let (id, grade): (String, i64) = item?.extract()?;
            let Ok(grade) = u32::try_from(grade.max(0)) else {
                let message = format!("grade {grade} is too large; give at most {}", u32::MAX);
                return Err(invalid(value.py(), message));
            };
            grades.insert(id, grade);
        }
        Ok(Self(grades))
    }
}

impl<'py> FromPyObject<'_, 'py> for TicketFigures {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let items = value.call_method0("items")?;
        let figures: PyResult<_> = items.try_iter()?.map(|item| item?.extract()).collect();
        Ok(Self(figures?))
    }
}

/// Return the share of the relevant articles found among the first `k`, in [0, 1].
///
/// Args:
///     k: How many are looked at, at least 1.
///     ranking: Article ids, best first, each once.
///     grades: Relevance by article id: above 0 is relevant; an article that is not there is not.
///
/// Returns:
///     The figure, or None when the ticket has no relevant article: such tickets are left out of the mean.
///
/// Raises:
///     InvalidInputError: For `k` below 1, an article that stands twice in the ranking, and a grade above 4294967295.
///
/// Example:
///     >>> recall_at(2, ["x", "pin", "refund"], {"pin": 1, "refund": 1})
///     0.5
#[pyfunction]
pub(crate) fn recall_at(
    py: Python<'_>,
    k: i64,
    ranking: Ranking,
    grades: Grades,
) -> PyResult<Option<f64>> {
    figure(py, metrics::recall_at, k, &ranking, &grades)
}

/// Return the share of the first `k` places that a relevant article has, in [0, 1].
///
/// Args:
///     k: How many places there are, at least 1; a shorter ranking has empty ones.
///     ranking: As in `recall_at`.
///     grades: As in `recall_at`.
///
/// Returns:
///     As `recall_at`.
///
/// Raises:
///     InvalidInputError: As `recall_at`.
///
/// Example:
///     >>> precision_at(4, ["x", "pin", "refund"], {"pin": 1, "refund": 1})
///     0.5
#[pyfunction]
pub(crate) fn precision_at(
    py: Python<'_>,
    k: i64,
    ranking: Ranking,
    grades: Grades,
) -> PyResult<Option<f64>> {
    figure(py, metrics::precision_at, k, &ranking, &grades)
}

/// Return one divided by the rank of the first relevant article among the first `k`, 0 when there is none.
///
/// Its mean over tickets is MRR.
///
/// Args:
///     k: How many are looked at, at least 1.
///     ranking: As in `recall_at`.
///     grades: As in `recall_at`.
///
/// Returns:
///     As `recall_at`.
///
/// Raises:
///     InvalidInputError: As `recall_at`.
///
/// Example:
///     >>> reciprocal_rank_at(10, ["x", "pin", "refund"], {"pin": 1, "refund": 1})
///     0.5
#[pyfunction]
pub(crate) fn reciprocal_rank_at(
    py: Python<'_>,
    k: i64,
    ranking: Ranking,
    grades: Grades,
) -> PyResult<Option<f64>> {
    figure(py, metrics::reciprocal_rank_at, k, &ranking, &grades)
}

/// Return the mean over the relevant articles of the precision at each one's rank, in [0, 1].
///
/// Articles that are not among the first `k` count 0. Its mean over tickets is MAP.
///
/// Args:
///     k: How many are looked at, at least 1.
///     ranking: As in `recall_at`.
///     grades: As in `recall_at`.
///
/// Returns:
///     As `recall_at`.
///
/// Raises:
///     InvalidInputError: As `recall_at`.
///
/// Example:
///     >>> average_precision_at(10, ["pin", "x", "y", "refund"], {"pin": 1, "refund": 1})
///     0.75
#[pyfunction]
pub(crate) fn average_precision_at(
    py: Python<'_>,
    k: i64,
    ranking: Ranking,
    grades: Grades,
) -> PyResult<Option<f64>> {
    figure(py, metrics::average_precision_at, k, &ranking, &grades)
}

/// Return the discounted cumulative gain of the first `k`, divided by that of the best possible order, in [0, 1].
///
/// Gain is linear: the sum of `grade / log2(rank + 1)`.
///
/// Args:
///     k: How many are looked at, at least 1.
///     ranking: As in `recall_at`.
///     grades: As in `recall_at`.
///
/// Returns:
///     As `recall_at`.
///
/// Raises:
///     InvalidInputError: As `recall_at`.
///
/// Example:
///     >>> ndcg_at(10, ["x", "y", "pin"], {"pin": 2})
///     0.5
#[pyfunction]
pub(crate) fn ndcg_at(
    py: Python<'_>,
    k: i64,
    ranking: Ranking,
    grades: Grades,
) -> PyResult<Option<f64>> {
    figure(py, metrics::ndcg_at, k, &ranking, &grades)
}

/// Return the mean over articles of the share of an article's tickets whose first answer is that article.
///
/// Every article weighs the same, however many tickets it has.
///
/// Args:
///     tickets: Pairs of a ranking and the grades of its ticket, as in `recall_at`.
///
/// Returns:
///     The figure in [0, 1], or None without a relevant article.
///
/// Raises:
///     InvalidInputError: As `recall_at`.
///
/// Example:
///     >>> often, seldom = {"pin": 1}, {"refund": 1}
///     >>> macro_precision_at_1([(["pin"], often), (["pin"], often), (["pin"], seldom)])
///     0.5
#[pyfunction]
pub(crate) fn macro_precision_at_1(
    py: Python<'_>,
    tickets: Bound<'_, PyAny>,
) -> PyResult<Option<f64>> {
    let tickets: PyResult<Vec<(Ranking, Grades)>> =
        tickets.try_iter()?.map(|pair| pair?.extract()).collect();
    let tickets = tickets?;
    guarded(py, || {
        let pairs = tickets
            .iter()
            .map(|(ranking, grades)| (&ranking.0[..], &grades.0));
        Ok(metrics::macro_precision_at_1(pairs))
    })
}

/// Return the mean with its 95% interval by bootstrap: the quantiles of the means of 2,000 resamples.
///
/// Args:
///     values: A figure of each ticket.
///     seed: The same values and seed give the same interval.
///
/// Returns:
///     The interval, or None without a value.
///
/// Raises:
///     InvalidInputError: For a value that is not finite.
///
/// Example:
///     >>> bootstrap_mean([0.5, 0.5, 0.5])
///     Interval(value=0.5, low=0.5, high=0.5)
#[pyfunction]
#[pyo3(signature = (values, *, seed = 1))]
pub(crate) fn bootstrap_mean<'py>(
    py: Python<'py>,
    values: Bound<'py, PyAny>,
    seed: u64,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let values: PyResult<Vec<f64>> = values.try_iter()?.map(|value| value?.extract()).collect();
    let values = values?;
    let mean = run(py, None, OnInterrupt::Abandon, move |_| {
        metrics::bootstrap_mean(&values, seed)
    })?;
    mean.map(|mean| answers::interval(py, mean)).transpose()
}

/// Compare a run with a baseline by a figure of each ticket, as nDCG@10 by query id.
///
/// Tickets are paired, since a hard one is hard for both. The p-value is of the two-sided randomization test, which swaps
/// the runs of each ticket by chance: exact up to 13 tickets that differ, else over 10,000 draws.
///
/// Args:
///     baseline: A figure of each ticket, by its id.
///     run: The same for the same tickets.
///     seed: The same figures and seed give the same comparison.
///
/// Returns:
///     The comparison, or None without tickets.
///
/// Raises:
///     InvalidInputError: When the two have different tickets, or a figure is not finite.
///
/// Example:
///     >>> found = compare({"t1": 0.5, "t2": 0.0, "t3": 0.25}, {"t1": 0.75, "t2": 0.5, "t3": 0.5})
///     >>> found.baseline, found.run, found.p_value
///     (0.25, 0.5833333333333334, 0.25)
#[pyfunction]
#[pyo3(signature = (baseline, run, *, seed = 1))]
pub(crate) fn compare(
    py: Python<'_>,
    baseline: TicketFigures,
    run: TicketFigures,
    seed: u64,
) -> PyResult<Option<Bound<'_, PyAny>>> {
    let found = self::run(py, None, OnInterrupt::Abandon, move |_| {
        metrics::compare(&baseline.0, &run.0, seed)
    })?;
    found
        .map(|found| answers::comparison(py, &found))
        .transpose()
}

type Figure = fn(usize, &[String], &BTreeMap<String, u32>) -> Option<f64>;

fn figure(
    py: Python<'_>,
    figure: Figure,
    k: i64,
    ranking: &Ranking,
    grades: &Grades,
) -> PyResult<Option<f64>> {
    let k = usize::try_from(k)
        .ok()
        .filter(|k| *k > 0)
        .ok_or_else(|| invalid(py, format!("k {k} is out of range; give at least 1")))?;
    guarded(py, || Ok(figure(k, &ranking.0, &grades.0)))
}
