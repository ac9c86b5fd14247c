//! Methods of `KnowledgeBase` that read and change its settings.

use helpdex::{Decision, Settings};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::KnowledgeBase;
use crate::answers;
use crate::arguments;
use crate::options::suggest_options;

#[pymethods]
impl KnowledgeBase {
    /// The settings of the generation in use.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        answers::settings(py, &self.handle.opened(py)?.settings())
    }

    /// Set the main locale, in which articles are written first; None: the locale with the most articles.
    ///
    /// Its articles stand in for missing translations, before those of the fallback locales, and it is assumed when the
    /// language of a ticket is uncertain. The next publish makes it effective.
    ///
    /// Raises:
    ///     InvalidInputError: When it is no language tag.
    ///     IndexLockedError: When another process is changing it.
    fn set_main_locale(&self, py: Python<'_>, locale: Option<&str>) -> PyResult<()> {
        let main_locale = arguments::locale(py, locale)?;
        self.handle.edit(py, move |writer| {
            let settings = writer.settings().clone();
            writer.set_settings(Settings {
                main_locale,
                ..settings
            })
        })
    }

    /// Set the fallback locales, whose articles are used when there is no translation in a ticket's language, first
    /// choice first.
    ///
    /// Without any, the locale with the most articles is used.
    ///
    /// Raises:
    ///     InvalidInputError: When one is no language tag.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn set_fallback_locales(&self, py: Python<'_>, locales: Vec<String>) -> PyResult<()> {
        let mut parsed = Vec::new();
        for tag in &locales {
            parsed.extend(arguments::locale(py, Some(tag.as_str()))?);
        }
        self.handle.edit(py, move |writer| {
            let mut settings = writer.settings().clone();
            settings.fallback_locales = parsed;
            writer.set_settings(settings)
        })
    }

    /// Set the default for which articles are offered. The next publish makes it effective.
    ///
    /// Args:
    ///     options: The options; only `min_probability`, `target_precision`, `confidence_level` and `when_unmet` are
    ///         used. None: at least probability 0.5.
    ///     **keywords: Fields of `SuggestOptions` that replace those of `options`.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    ///     IndexLockedError: When another process is changing it.
    #[pyo3(signature = (options = None, **keywords))]
    fn set_decision(
        &self,
        py: Python<'_>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let decision = match suggest_options(py, options, keywords)?.decision {
            Decision::AsConfigured => None,
            decision => Some(decision),
        };
        self.handle.edit(py, move |writer| {
            let settings = writer.settings().clone();
            writer.set_settings(Settings {
                decision,
                ..settings
            })
        })
    }

    /// Set the synonyms of a locale, one rule per line, in place of the current ones.
    ///
    /// `2fa, two-step sign-in` says that all of these mean the same; `pw => password` says that the first may mean the
    /// second. `#` begins a comment.
    ///
    /// Raises:
    ///     InvalidInputError: For a rule that cannot be read, with its `line`, or when `locale` is no language tag.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn set_synonyms(&self, py: Python<'_>, locale: &str, rules: &str) -> PyResult<()> {
        let Some(locale) = arguments::locale(py, Some(locale))? else {
            return Ok(());
        };
        let rules = rules.to_owned();
        self.handle.edit(py, move |writer| {
            let mut settings = writer.settings().clone();
            let synonyms = helpdex::settings::Synonyms::parse(&locale, &rules)?;
            settings.synonyms.set(synonyms);
            writer.set_settings(settings)
        })
    }
}
