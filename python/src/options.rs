//! Converts the options of a question from the package's `_options.py` to the library's.

use helpdex::confidence::{Incoming, TargetPrecision, UnlinkedTickets, WhenUnmet};
use helpdex::{Decision, Filter, SuggestOptions};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::by_name;
use crate::error::invalid;

/// The fields of a Python `SuggestOptions`.
#[derive(FromPyObject)]
struct Fields {
    limit: i64,
    min_probability: Option<f64>,
    target_precision: Option<f64>,
    promise: String,
    confidence_level: f64,
    answerable_share: f64,
    unlinked: String,
    when_unmet: String,
    popularity: f64,
    time_budget_ms: Option<u64>,
    told_to_agent: bool,
    hide_elapsed: bool,
    brand: Option<String>,
    label: Option<String>,
    product: Option<String>,
}

/// Reads options, and the keyword arguments that replace some of them. Ranges are checked by the library; `confidence_level`,
/// `answerable_share`, `unlinked` and `when_unmet` count only with a target precision.
pub(crate) fn suggest_options(
    py: Python<'_>,
    options: Option<&Bound<'_, PyAny>>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<SuggestOptions> {
    if options.is_none() && keywords.is_none() {
        return Ok(SuggestOptions::default());
    }
    let class = py.import("helpdex._options")?.getattr("SuggestOptions")?;
    let made = class.call_method("_with", (options,), keywords)?;
    options_of(py, made.extract()?)
}

#[expect(clippy::cast_possible_truncation)]
fn options_of(py: Python<'_>, fields: Fields) -> PyResult<SuggestOptions> {
    let min_probability = fields.min_probability.map(|least| least as f32);
    let or_default = min_probability.unwrap_or(Decision::DEFAULT_MIN_PROBABILITY);
    let choices = [WhenUnmet::Abstain, WhenUnmet::MinProbability(or_default)];
    let found = choices
        .into_iter()
        .find(|choice| choice.name() == fields.when_unmet);
    let when_unmet = found.ok_or_else(|| {
        let shown: String = fields.when_unmet.chars().take(40).collect();
        let names = choices.map(WhenUnmet::name).join(" or ");
        invalid(py, format!("when_unmet {shown:?} is unknown; give {names}"))
    })?;
    let unlinked: UnlinkedTickets = by_name(py, &fields.unlinked)?;
    Ok(SuggestOptions {
        // Below 0 is as far out of range as 0.
        limit: usize::try_from(fields.limit).unwrap_or(0),
        decision: match fields.target_precision {
            None => min_probability.map_or(Decision::AsConfigured, Decision::MinProbability),
            Some(precision) => Decision::TargetPrecision(TargetPrecision {
                precision,
                confidence_level: fields.confidence_level,
                incoming: Incoming {
                    answerable_share: fields.answerable_share,
                    unlinked,
                },
                when_unmet,
            }),
        },
        promise: by_name(py, &fields.promise)?,
        popularity: fields.popularity as f32,
        time_budget_ms: fields.time_budget_ms,
        told_to_agent: fields.told_to_agent,
        hide_elapsed: fields.hide_elapsed,
        filter: Filter {
            brand: fields.brand,
            label: fields.label,
            product: fields.product,
        },
    })
}
