//! Converts the library's answers into the frozen values of the package.

use std::collections::BTreeMap;
use std::ops::Range;

use helpdex::answer::{AppliedRule, MatchedTerm, Passage, RankedArticle};
use helpdex::article::{IndexedArticle, IndexedSection};
use helpdex::confidence::{Interval, RecentDrift, WhenUnmet};
use helpdex::feedback::Learned;
use helpdex::report::{
    Changes, CheckReport, Finding, GroupConflict, ModelInfo, Published, PublishedVectors, Repaired,
    Trained,
};
use helpdex::settings::Rule;
use helpdex::{Decision, Locale, Reason, Settings, Suggestion, Suggestions, Visibility};
use helpdex_eval::metrics::Comparison;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::moment::to_datetime;

static SUGGESTIONS: Class = Class::new("Suggestions");
static SUGGESTION: Class = Class::new("Suggestion");
static INDEXED_ARTICLE: Class = Class::new("IndexedArticle");
static INDEXED_SECTION: Class = Class::new("IndexedSection");
static PASSAGE: Class = Class::new("Passage");
static MATCHED_TERM: Class = Class::new("MatchedTerm");
static RANKED_ARTICLE: Class = Class::new("RankedArticle");
static APPLIED_RULE: Class = Class::new("AppliedRule");
static RULE: Class = Class::new("Rule");
static INTERVAL: Class = Class::new("Interval");
static COMPARISON: Class = Class::in_module("helpdex.eval", "Comparison");
static CHANGES: Class = Class::new("Changes");
static LEARNED: Class = Class::new("Learned");
static PUBLISHED: Class = Class::new("Published");
static PUBLISHED_VECTORS: Class = Class::new("PublishedVectors");
static TRAINED: Class = Class::new("Trained");
static SETTINGS: Class = Class::new("Settings");
static MODEL_INFO: Class = Class::new("ModelInfo");
static GROUP_CONFLICT: Class = Class::new("GroupConflict");
static RECENT_DRIFT: Class = Class::new("RecentDrift");
static CHECK_REPORT: Class = Class::new("CheckReport");
static REPAIRED: Class = Class::new("Repaired");
static FINDING: Class = Class::new("Finding");

/// A Python object.
type Value<'py> = Bound<'py, PyAny>;

/// Makes an object of a class of the package from its fields, given by name.
macro_rules! value {
    ($py:ident, $class:ident, { $($name:ident: $value:expr),+ $(,)? }) => {{
        let fields = PyDict::new($py);
        $(fields.set_item(intern!($py, stringify!($name)), $value)?;)+
        $class.make($py, &fields)
    }};
}

pub(crate) fn suggestions<'py>(py: Python<'py>, answer: &Suggestions) -> PyResult<Value<'py>> {
    let reason = answer.reason();
    let locales = answer.searched_locales.iter().map(Locale::as_str);
    value!(py, SUGGESTIONS, {
        suggestion_id: &answer.suggestion_id,
        outcome: answer.outcome.name(),
        offered: tuple(py, answer.offered(), suggestion)?,
        reason: reason.map(Reason::name),
        explanation: reason.map(ToString::to_string),
        ranking: tuple(py, &answer.ranking, ranked_article)?,
        answerable_probability: decimal(answer.answerable_probability),
        searched_locales: PyTuple::new(py, locales.collect::<Vec<_>>())?,
        vectors: answer.vectors.name(),
        applied_rules: tuple(py, &answer.applied_rules, applied_rule)?,
        elapsed_us: answer.elapsed_us,
    })
}

fn suggestion<'py>(py: Python<'py>, suggestion: &Suggestion) -> PyResult<Value<'py>> {
    let passage = suggestion.passage.as_ref();
    value!(py, SUGGESTION, {
        article_id: &suggestion.article_id,
        translation_group: &suggestion.translation_group,
        locale: suggestion.locale.as_str(),
        locale_match: suggestion.locale_match.name(),
        title: &suggestion.title,
        url: suggestion.url.as_deref(),
        passage: passage.map(|passage| self::passage(py, passage)).transpose()?,
        score: decimal(suggestion.score),
        probability: decimal(suggestion.probability),
        threshold: decimal(suggestion.threshold),
        past_share: decimal(suggestion.past_share),
        matched_by_meaning: suggestion.matched_by_meaning,
        pinned_by: suggestion.pinned_by.as_ref().map(|rule| applied_rule(py, rule)).transpose()?,
        same_as: PyTuple::new(py, &suggestion.same_as)?,
        explanation: suggestion.explanation(),
        matched_terms: tuple(py, &suggestion.matched_terms, matched_term)?,
    })
}

fn applied_rule<'py>(py: Python<'py>, rule: &AppliedRule) -> PyResult<Value<'py>> {
    value!(py, APPLIED_RULE, {
        rule_id: &rule.rule_id,
        effect: rule.effect.name(),
        article_id: &rule.article_id,
        until: rule.until.map(|until| to_datetime(py, until)).transpose()?,
    })
}

fn rule<'py>(py: Python<'py>, rule: &Rule) -> PyResult<Value<'py>> {
    let fields = PyDict::new(py);
    for (name, value) in &rule.fields {
        fields.set_item(name, value)?;
    }
    value!(py, RULE, {
        id: &rule.id,
        effect: rule.effect.name(),
        article_id: &rule.article_id,
        words: &rule.words,
        fields: fields,
        locale: rule.locale.as_ref().map(Locale::as_str),
        until: rule.until.map(|until| to_datetime(py, until)).transpose()?,
    })
}

pub(crate) fn indexed_article<'py>(
    py: Python<'py>,
    article: &IndexedArticle,
) -> PyResult<Value<'py>> {
    value!(py, INDEXED_ARTICLE, {
        id: &article.id,
        locale: article.locale.as_str(),
        title: &article.title,
        url: article.url.as_deref(),
        visibility: article.visibility.name(),
        translation_group: &article.translation_group,
        sections: tuple(py, &article.sections, indexed_section)?,
    })
}

fn indexed_section<'py>(py: Python<'py>, section: &IndexedSection) -> PyResult<Value<'py>> {
    value!(py, INDEXED_SECTION, {
        heading: &section.heading,
        anchor: section.anchor.as_deref(),
        text: &section.text,
        code: PyTuple::new(py, &section.code)?,
    })
}

fn passage<'py>(py: Python<'py>, passage: &Passage) -> PyResult<Value<'py>> {
    value!(py, PASSAGE, {
        heading: &passage.heading,
        anchor: passage.anchor.as_deref(),
        text: &passage.text,
        highlights: PyTuple::new(py, in_characters(&passage.text, &passage.highlights))?,
    })
}

fn matched_term<'py>(py: Python<'py>, term: &MatchedTerm) -> PyResult<Value<'py>> {
    let places = term.places.iter().map(|place| place.name());
    value!(py, MATCHED_TERM, {
        term: &term.term,
        word: &term.word,
        synonym_of: &term.synonym_of,
        similar_to: &term.similar_to,
        places: PyTuple::new(py, places.collect::<Vec<_>>())?,
    })
}

fn ranked_article<'py>(py: Python<'py>, article: &RankedArticle) -> PyResult<Value<'py>> {
    value!(py, RANKED_ARTICLE, {
        article_id: &article.article_id,
        probability: decimal(article.probability),
        cumulative_probability: decimal(article.cumulative_probability),
        same_as: PyTuple::new(py, &article.same_as)?,
    })
}

pub(crate) fn interval(py: Python<'_>, interval: Interval) -> PyResult<Value<'_>> {
    value!(py, INTERVAL, {
        value: interval.value,
        low: interval.low,
        high: interval.high,
    })
}

pub(crate) fn comparison<'py>(py: Python<'py>, found: &Comparison) -> PyResult<Value<'py>> {
    let difference = interval(py, found.difference)?;
    value!(py, COMPARISON, {
        tickets: found.tickets,
        baseline: found.baseline,
        run: found.run,
        difference: difference,
        p_value: found.p_value,
    })
}

pub(crate) fn changes<'py>(py: Python<'py>, changes: &Changes) -> PyResult<Value<'py>> {
    value!(py, CHANGES, {
        added: changes.added,
        changed: changes.changed,
        unchanged: changes.unchanged,
        removed: changes.removed,
        repeated: PyTuple::new(py, &changes.repeated)?,
    })
}

pub(crate) fn check_report<'py>(py: Python<'py>, report: &CheckReport) -> PyResult<Value<'py>> {
    value!(py, CHECK_REPORT, {
        generations: PyTuple::new(py, &report.generations)?,
        published_articles: report.published_articles,
        articles: report.articles,
        verdicts: report.verdicts,
        events: report.events,
        denied: report.denied,
        files: report.files,
        size_bytes: report.size_bytes,
        findings: tuple(py, &report.findings, finding)?,
    })
}

pub(crate) fn repaired<'py>(py: Python<'py>, repaired: &Repaired) -> PyResult<Value<'py>> {
    value!(py, REPAIRED, {
        denied: repaired.denied,
        needs_all_articles: repaired.needs_all_articles,
        verdicts: repaired.verdicts,
        events: repaired.events,
    })
}

fn finding<'py>(py: Python<'py>, finding: &Finding) -> PyResult<Value<'py>> {
    let severity = finding.severity.name();
    value!(py, FINDING, {
        path: finding.path.as_os_str(),
        severity: severity,
        message: &finding.message,
    })
}

pub(crate) fn learned<'py>(py: Python<'py>, learned: &Learned) -> PyResult<Value<'py>> {
    value!(py, LEARNED, {
        added: learned.added,
        repeated: learned.repeated,
        unknown_articles: PyTuple::new(py, &learned.unknown_articles)?,
    })
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
    let next = published.next_publish_at;
    value!(py, PUBLISHED, {
        generation: published.generation,
        articles: articles,
        left_out: left_out,
        conflicts: tuple(py, &published.conflicts, group_conflict)?,
        copies: tuple(py, &published.copies, |py, ids| Ok(PyTuple::new(py, ids)?.into_any()))?,
        next_publish_at: next.map(|moment| to_datetime(py, moment)).transpose()?,
        drift: drift(py, &published.drift)?,
        models: models(py, &published.models)?,
        vectors: published.vectors.as_ref().map(|vectors| published_vectors(py, vectors)).transpose()?,
    })
}

fn published_vectors<'py>(py: Python<'py>, vectors: &PublishedVectors) -> PyResult<Value<'py>> {
    value!(py, PUBLISHED_VECTORS, {
        model: &vectors.model,
        dimension: vectors.dimension,
        embedded: vectors.embedded,
        kept: vectors.kept,
        given: vectors.given,
        articles_without: vectors.articles_without,
    })
}

pub(crate) fn trained<'py>(py: Python<'py>, trained: &Trained) -> PyResult<Value<'py>> {
    value!(py, TRAINED, {
        generation: trained.generation,
        models: models(py, &trained.models)?,
        drift: drift(py, &trained.drift)?,
    })
}

pub(crate) fn settings<'py>(py: Python<'py>, settings: &Settings) -> PyResult<Value<'py>> {
    let (mut min_probability, mut found) = (None, None);
    match settings.decision {
        Some(Decision::MinProbability(least)) => min_probability = Some(decimal(least)),
        Some(Decision::TargetPrecision(target)) => {
            found = Some(target);
            if let WhenUnmet::MinProbability(least) = target.when_unmet {
                min_probability = Some(decimal(least));
            }
        }
        _ => {}
    }
    let synonyms = PyDict::new(py);
    for rules in settings.synonyms.iter() {
        synonyms.set_item(rules.locale().as_str(), rules.text())?;
    }
    let rules = settings.rules.iter().map(|rule| self::rule(py, rule));
    let rules: Vec<Value<'py>> = rules.collect::<PyResult<_>>()?;
    let fallback_locales = settings.fallback_locales.iter();
    let fallback_locales: Vec<&str> = fallback_locales.map(Locale::as_str).collect();
    value!(py, SETTINGS, {
        main_locale: settings.main_locale.as_ref().map(Locale::as_str),
        fallback_locales: PyTuple::new(py, fallback_locales)?,
        min_probability: min_probability,
        target_precision: found.map(|target| target.precision),
        confidence_level: found.map(|target| target.confidence_level),
        answerable_share: found.map(|target| target.incoming.answerable_share),
        unlinked: found.map(|target| target.incoming.unlinked.name()),
        synonyms: synonyms,
        rules: PyTuple::new(py, rules)?,
    })
}

fn models<'py>(
    py: Python<'py>,
    models: &BTreeMap<Visibility, ModelInfo>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (visibility, model) in models {
        let made = value!(py, MODEL_INFO, {
            id: &model.id,
            learned_until: to_datetime(py, model.learned_until)?,
        })?;
        dict.set_item(visibility.name(), made)?;
    }
    Ok(dict)
}

fn drift<'py>(
    py: Python<'py>,
    drift: &BTreeMap<Visibility, RecentDrift>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (visibility, found) in drift {
        dict.set_item(visibility.name(), recent_drift(py, found)?)?;
    }
    Ok(dict)
}

fn group_conflict<'py>(py: Python<'py>, conflict: &GroupConflict) -> PyResult<Value<'py>> {
    value!(py, GROUP_CONFLICT, {
        translation_group: &conflict.translation_group,
        locale: conflict.locale.as_str(),
        article_ids: PyTuple::new(py, &conflict.article_ids)?,
    })
}

fn recent_drift<'py>(py: Python<'py>, found: &RecentDrift) -> PyResult<Value<'py>> {
    value!(py, RECENT_DRIFT, {
        since: to_datetime(py, found.since)?,
        recent: found.recent,
        distance: found.probabilities.distance,
        p_value: found.probabilities.p_value,
        right: found.right,
        expected_right: found.expected_right,
        right_p_value: found.right_p_value,
        is_warning: found.is_warning,
    })
}

/// Returns the 64-bit number with the shortest decimal form of a 32-bit one: 0.7 for the 32-bit 0.7, where widening
/// gives 0.699999988.
///
/// It prints as in the command, and `probability >= 0.7` agrees with `min_probability=0.7`.
fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

/// Converts ranges of bytes into ranges of characters, in which Python counts. The ranges are ascending and do not overlap,
/// so one pass over the text is enough.
fn in_characters(text: &str, ranges: &[Range<usize>]) -> Vec<(usize, usize)> {
    let mut passed_bytes = 0;
    let mut passed = 0;
    let mut converted = Vec::with_capacity(ranges.len());
    for range in ranges {
        let start = passed + text[passed_bytes..range.start].chars().count();
        passed = start + text[range.clone()].chars().count();
        passed_bytes = range.end;
        converted.push((start, passed));
    }
    converted
}

fn tuple<'py, T>(
    py: Python<'py>,
    values: &[T],
    convert: impl Fn(Python<'py>, &T) -> PyResult<Value<'py>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let converted: PyResult<Vec<_>> = values.iter().map(|value| convert(py, value)).collect();
    PyTuple::new(py, converted?)
}

/// A class of the package, which is looked up once.
struct Class {
    module: &'static str,
    name: &'static str,
    found: PyOnceLock<Py<PyType>>,
}

impl Class {
    const fn new(name: &'static str) -> Self {
        Self::in_module("helpdex", name)
    }

    const fn in_module(module: &'static str, name: &'static str) -> Self {
        Self {
            module,
            name,
            found: PyOnceLock::new(),
        }
    }

    /// Makes an object of the class. Python refuses a field that is missing or unknown.
    fn make<'py>(&self, py: Python<'py>, fields: &Bound<'py, PyDict>) -> PyResult<Value<'py>> {
        self.get(py)?.call((), Some(fields))
    }

    fn get<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyType>> {
        self.found.import(py, self.module, self.name)
    }
}
