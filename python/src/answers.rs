//! The library's answers as the frozen values of the package's `_results.py`.

use std::ops::Range;
use std::sync::Arc;

use helpdex::confidence::{Interval, RecentDrift};
use helpdex::{
    Changes, CheckReport, Finding, GroupConflict, Learned, LocaleMatch, MatchedTerm, Outcome,
    Passage, Place, Published, RankedArticle, Reason, Repaired, Severity, Suggestions,
};
use helpdex_eval::metrics::Comparison;
use pyo3::IntoPyObjectExt;
use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::moment::to_datetime;

static SUGGESTIONS: Class = Class::new("Suggestions");
static SUGGESTION: Class = Class::new("Suggestion");
static PASSAGE: Class = Class::new("Passage");
static MATCHED_TERM: Class = Class::new("MatchedTerm");
static RANKED_ARTICLE: Class = Class::new("RankedArticle");
static INTERVAL: Class = Class::new("Interval");
static COMPARISON: Class = Class::new("Comparison");
static CHANGES: Class = Class::new("Changes");
static LEARNED: Class = Class::new("Learned");
static PUBLISHED: Class = Class::new("Published");
static GROUP_CONFLICT: Class = Class::new("GroupConflict");
static RECENT_DRIFT: Class = Class::new("RecentDrift");
static CHECK_REPORT: Class = Class::new("CheckReport");
static REPAIRED: Class = Class::new("Repaired");
static FINDING: Class = Class::new("Finding");

/// A value of Python.
type Value<'py> = Bound<'py, PyAny>;

/// A `Suggestions`, whose fields are made when they are asked for.
pub(crate) fn suggestions(py: Python<'_>, answer: Suggestions) -> PyResult<Value<'_>> {
    let source = SuggestionsSource(Arc::new(answer));
    SUGGESTIONS.call_method(py, FROM_SOURCE, (source,))
}

/// The class method of `_results.py` that makes a value of one of the sources here.
const FROM_SOURCE: &str = "_of";

/// What the fields of a `Suggestions` are made of.
#[pyclass(frozen)]
struct SuggestionsSource(Arc<Suggestions>);

#[pymethods]
impl SuggestionsSource {
    fn field<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Value<'py>> {
        let answer = &self.0;
        let silence = match &answer.outcome {
            Outcome::Offered { .. } => None,
            Outcome::Abstained { reason } => Some(reason),
        };
        match name {
            "suggestion_id" => to_value(py, &answer.suggestion_id),
            "outcome" => to_value(py, silence.map_or("offered", |_| "abstained")),
            "offered" => {
                let offered = 0..answer.offered().len();
                let sources = offered.map(|index| SuggestionSource {
                    answer: Arc::clone(answer),
                    index,
                });
                let made = sources.map(|source| SUGGESTION.call_method(py, FROM_SOURCE, (source,)));
                to_value(py, PyTuple::new(py, made.collect::<PyResult<Vec<_>>>()?)?)
            }
            "reason" => to_value(py, silence.map(Reason::name)),
            "explanation" => to_value(py, silence.map(ToString::to_string)),
            "ranking" => to_value(py, tuple(py, &answer.ranking, ranked_article)?),
            "answerable_probability" => to_value(py, decimal(answer.answerable_probability)),
            "searched_locales" => {
                let locales = answer.searched_locales.iter().map(helpdex::Locale::as_str);
                to_value(py, PyTuple::new(py, locales.collect::<Vec<_>>())?)
            }
            "elapsed_us" => to_value(py, answer.elapsed_us),
            _ => Err(PyAttributeError::new_err(name.to_owned())),
        }
    }
}

/// What the fields of a `Suggestion` are made of.
#[pyclass(frozen)]
struct SuggestionSource {
    answer: Arc<Suggestions>,
    /// Among those that are offered.
    index: usize,
}

#[pymethods]
impl SuggestionSource {
    fn field<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Value<'py>> {
        let suggestion = &self.answer.offered()[self.index];
        let locale_match = match suggestion.locale_match {
            LocaleMatch::Exact => "exact",
            LocaleMatch::Fallback => "fallback",
        };
        match name {
            "article_id" => to_value(py, &suggestion.article_id),
            "translation_group" => to_value(py, &suggestion.translation_group),
            "locale" => to_value(py, suggestion.locale.as_str()),
            "locale_match" => to_value(py, locale_match),
            "title" => to_value(py, &suggestion.title),
            "url" => to_value(py, suggestion.url.as_deref()),
            "passage" => {
                let passage = suggestion.passage.as_ref();
                to_value(py, passage.map(|p| self::passage(py, p)).transpose()?)
            }
            "score" => to_value(py, decimal(suggestion.score)),
            "probability" => to_value(py, decimal(suggestion.probability)),
            "threshold" => to_value(py, decimal(suggestion.threshold)),
            "past_share" => to_value(py, decimal(suggestion.past_share)),
            "explanation" => to_value(py, suggestion.explanation()),
            "matched_terms" => to_value(py, tuple(py, &suggestion.matched_terms, matched_term)?),
            _ => Err(PyAttributeError::new_err(name.to_owned())),
        }
    }
}

fn to_value<'py, T: IntoPyObject<'py>>(py: Python<'py>, value: T) -> PyResult<Value<'py>> {
    value.into_bound_py_any(py)
}

fn passage<'py>(py: Python<'py>, passage: &Passage) -> PyResult<Value<'py>> {
    PASSAGE.call(
        py,
        (
            &passage.heading,
            passage.anchor.as_deref(),
            &passage.text,
            PyTuple::new(py, in_characters(&passage.text, &passage.highlights))?,
        ),
    )
}

fn matched_term<'py>(py: Python<'py>, term: &MatchedTerm) -> PyResult<Value<'py>> {
    let places = term.places.iter().map(|place| match place {
        Place::Title => "title",
        Place::Heading => "heading",
        Place::Body => "body",
    });
    MATCHED_TERM.call(
        py,
        (
            &term.term,
            &term.word,
            &term.synonym_of,
            &term.similar_to,
            PyTuple::new(py, places.collect::<Vec<_>>())?,
        ),
    )
}

fn ranked_article<'py>(py: Python<'py>, article: &RankedArticle) -> PyResult<Value<'py>> {
    RANKED_ARTICLE.call(
        py,
        (
            &article.article_id,
            decimal(article.probability),
            decimal(article.cumulative_probability),
        ),
    )
}

pub(crate) fn interval(py: Python<'_>, interval: Interval) -> PyResult<Value<'_>> {
    INTERVAL.call(py, (interval.value, interval.low, interval.high))
}

pub(crate) fn comparison<'py>(py: Python<'py>, found: &Comparison) -> PyResult<Value<'py>> {
    let difference = interval(py, found.difference)?;
    COMPARISON.call(
        py,
        (
            found.tickets,
            found.baseline,
            found.run,
            difference,
            found.p_value,
        ),
    )
}

pub(crate) fn changes<'py>(py: Python<'py>, changes: &Changes) -> PyResult<Value<'py>> {
    CHANGES.call(
        py,
        (
            changes.added,
            changes.changed,
            changes.unchanged,
            changes.removed,
            PyTuple::new(py, &changes.repeated)?,
        ),
    )
}

pub(crate) fn check_report<'py>(py: Python<'py>, report: &CheckReport) -> PyResult<Value<'py>> {
    CHECK_REPORT.call(
        py,
        (
            PyTuple::new(py, &report.generations)?,
            report.published_articles,
            report.articles,
            report.verdicts,
            report.denied,
            report.files,
            report.size_bytes,
            tuple(py, &report.findings, finding)?,
        ),
    )
}

pub(crate) fn repaired<'py>(py: Python<'py>, repaired: &Repaired) -> PyResult<Value<'py>> {
    REPAIRED.call(
        py,
        (
            repaired.denied,
            repaired.needs_all_articles,
            repaired.verdicts,
        ),
    )
}

fn finding<'py>(py: Python<'py>, finding: &Finding) -> PyResult<Value<'py>> {
    let severity = match finding.severity {
        Severity::Damage => "damage",
        _ => "notice",
    };
    FINDING.call(py, (finding.path.as_os_str(), severity, &finding.message))
}

pub(crate) fn learned<'py>(py: Python<'py>, learned: &Learned) -> PyResult<Value<'py>> {
    LEARNED.call(
        py,
        (
            learned.added,
            learned.repeated,
            PyTuple::new(py, &learned.unknown_articles)?,
        ),
    )
}

pub(crate) fn published<'py>(py: Python<'py>, published: &Published) -> PyResult<Value<'py>> {
    let articles = PyDict::new(py);
    for (visibility, count) in &published.articles {
        articles.set_item(visibility.name(), count)?;
    }
    let left_out = PyDict::new(py);
    for (id, why) in &published.left_out {
        left_out.set_item(id, why.name())?;
    }
    let drift = PyDict::new(py);
    for (visibility, found) in &published.drift {
        drift.set_item(visibility.name(), recent_drift(py, found)?)?;
    }
    let next = published.next_publish_at;
    PUBLISHED.call(
        py,
        (
            published.generation,
            articles,
            left_out,
            tuple(py, &published.conflicts, group_conflict)?,
            next.map(|moment| to_datetime(py, moment)).transpose()?,
            drift,
        ),
    )
}

fn group_conflict<'py>(py: Python<'py>, conflict: &GroupConflict) -> PyResult<Value<'py>> {
    GROUP_CONFLICT.call(
        py,
        (
            &conflict.translation_group,
            conflict.locale.as_str(),
            PyTuple::new(py, &conflict.article_ids)?,
        ),
    )
}

fn recent_drift<'py>(py: Python<'py>, found: &RecentDrift) -> PyResult<Value<'py>> {
    RECENT_DRIFT.call(
        py,
        (
            to_datetime(py, found.since)?,
            found.recent,
            found.probabilities.distance,
            found.probabilities.p_value,
            found.right,
            found.expected_right,
            found.right_p_value,
            found.is_warning,
        ),
    )
}

/// The number that its shortest decimal form names: 0.7 for the 32-bit 0.7, where widening gives 0.699999988.
///
/// So it prints as the command prints it, and `probability >= 0.7` holds where `min_probability=0.7` held.
fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

/// Python counts a text in characters, the library in bytes. Linear: the ranges are ascending and apart.
fn in_characters(text: &str, ranges: &[Range<usize>]) -> Vec<(usize, usize)> {
    let mut passed_bytes = 0;
    let mut passed = 0;
    let mut characters_before = |offset_bytes: usize| {
        passed += text[passed_bytes..offset_bytes].chars().count();
        passed_bytes = offset_bytes;
        passed
    };
    ranges
        .iter()
        .map(|range| (characters_before(range.start), characters_before(range.end)))
        .collect()
}

fn tuple<'py, T>(
    py: Python<'py>,
    values: &[T],
    convert: impl Fn(Python<'py>, &T) -> PyResult<Value<'py>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let converted: PyResult<Vec<_>> = values.iter().map(|value| convert(py, value)).collect();
    PyTuple::new(py, converted?)
}

/// A class of `_results.py`, looked up once.
struct Class {
    name: &'static str,
    found: PyOnceLock<Py<PyType>>,
}

impl Class {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            found: PyOnceLock::new(),
        }
    }

    /// Makes a value of it. The arguments are its fields, in their order.
    fn call<'py>(
        &self,
        py: Python<'py>,
        fields: impl IntoPyObject<
            'py,
            Target = PyTuple,
            Output = Bound<'py, PyTuple>,
            Error: Into<PyErr>,
        >,
    ) -> PyResult<Value<'py>> {
        self.get(py)?
            .call1(fields.into_pyobject(py).map_err(Into::into)?)
    }

    fn call_method<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        arguments: impl PyCallArgs<'py>,
    ) -> PyResult<Value<'py>> {
        self.get(py)?.call_method1(name, arguments)
    }

    fn get<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyType>> {
        self.found.import(py, "helpdex._results", self.name)
    }
}
