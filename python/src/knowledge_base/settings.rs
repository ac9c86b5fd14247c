//! Methods of `KnowledgeBase` that read and change its settings.

use std::collections::BTreeMap;

use helpdex::settings::{Rule, RuleEffect};
use helpdex::{Decision, Settings};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::KnowledgeBase;
use crate::answers;
use crate::arguments;
use crate::moment::Moment;
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

    /// Set a rule, which pins an article on top of the answers to some tickets or blocks it there. A rule of the same id
    /// is replaced. The next publish makes it effective.
    ///
    /// A ticket must match every part that is given. The article stands for its translations and copies too. A rule on
    /// an article that the reader may not see has no effect.
    ///
    /// Args:
    ///     id: The id of the rule.
    ///     effect: `"pin"` or `"block"`.
    ///     article_id: The id of the article.
    ///     words: Words that the ticket has, all of them, in any order and form; "": any.
    ///     fields: Values that fields of the ticket have; one that ends with `*` stands for all that begin like it.
    ///     locale: The language or locale of the ticket; None: any.
    ///     until: The moment at which the rule ends; None: it has no end.
    ///
    /// Raises:
    ///     InvalidInputError: For an unknown effect, what is over a limit, or when `locale` is no language tag.
    ///     IndexLockedError: When another process is changing it.
    #[pyo3(signature = (id, effect, article_id, *, words = "", fields = None, locale = None, until = None))]
    #[expect(clippy::too_many_arguments, reason = "all but three are keywords")]
    fn set_rule(
        &self,
        py: Python<'_>,
        id: &str,
        effect: &str,
        article_id: &str,
        words: &str,
        fields: Option<BTreeMap<String, String>>,
        locale: Option<&str>,
        until: Option<Moment>,
    ) -> PyResult<()> {
        let effect: RuleEffect = arguments::by_name(py, effect)?;
        let rule = Rule {
            words: words.to_owned(),
            fields: fields.unwrap_or_default(),
            locale: arguments::locale(py, locale)?,
            until: until.map(|until| until.0),
            ..Rule::new(id, effect, article_id)
        };
        self.handle.edit(py, move |writer| {
            let mut settings = writer.settings().clone();
            settings.rules.set(rule);
            writer.set_settings(settings)
        })
    }

    /// Remove a rule; False when there is none of this id. The next publish makes it effective.
    ///
    /// Raises:
    ///     IndexLockedError: When another process is changing it.
    fn remove_rule(&self, py: Python<'_>, id: &str) -> PyResult<bool> {
        let id = id.to_owned();
        self.handle.edit(py, move |writer| {
            let mut settings = writer.settings().clone();
            let removed = settings.rules.remove(&id).is_some();
            writer.set_settings(settings)?;
            Ok(removed)
        })
    }
}
