//! The settings that are stored with a knowledge base, so that every reader answers alike.

use std::collections::BTreeMap;

use helpdex_text::Locale;
use serde::{Deserialize, Serialize};

use crate::confidence::Incoming;
use crate::confidence::decision::{Decision, TargetPrecision, WhenUnmet};
use crate::error::{Error, Result};
use crate::rules::RuleRecord;
pub use crate::rules::{Rule, RuleEffect, Rules};
pub use crate::synonyms::Synonyms;

/// The settings of a knowledge base. They are published with the articles, so that every reader answers alike.
///
/// ```
/// use helpdex::settings::Synonyms;
/// use helpdex::{Decision, KnowledgeBase, Settings};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let mut writer = knowledge_base.writer()?;
/// let english = "en".parse()?;
/// writer.set_settings(Settings {
///     main_locale: Some("en".parse()?),
///     decision: Some(Decision::MinProbability(0.6)),
///     synonyms: [Synonyms::parse(&english, "pin, passcode")?].into_iter().collect(),
///     ..writer.settings().clone()
/// })?;
/// writer.publish("2026-03-01".parse()?)?;
/// assert_eq!(knowledge_base.settings().decision, Some(Decision::MinProbability(0.6)));
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// The locale in which the articles of the help center are written first. Its articles fill in, before those of the
    /// [fallback locales](Self::fallback_locales), for articles without a translation into a ticket's language. It is
    /// also assumed if the language of a ticket is uncertain. By default it is the locale with the most articles.
    pub main_locale: Option<Locale>,
    /// The locales whose articles fill in for missing translations into a ticket's language, first choice first.
    pub fallback_locales: Vec<Locale>,
    /// The decision about which articles are offered, for questions that do not give one. By default articles with a
    /// probability of at least 0.5 are offered.
    pub decision: Option<Decision>,
    /// The synonyms, at most one set for each locale. They expand the tickets of every audience.
    pub synonyms: SynonymsByLocale,
    /// The rules that pin or block articles for some tickets, at most 100.
    pub rules: Rules,
}

/// The sets of synonyms, by locale.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SynonymsByLocale(BTreeMap<Locale, Synonyms>);

impl SynonymsByLocale {
    /// Sets the synonyms of their locale, and replaces earlier ones.
    pub fn set(&mut self, synonyms: Synonyms) {
        self.0.insert(synonyms.locale().clone(), synonyms);
    }

    /// Removes the synonyms of a locale, and returns them.
    pub fn remove(&mut self, locale: &Locale) -> Option<Synonyms> {
        self.0.remove(locale)
    }

    /// Returns the synonyms of a locale.
    #[must_use]
    pub fn get(&self, locale: &Locale) -> Option<&Synonyms> {
        self.0.get(locale)
    }

    /// Returns the synonyms of every locale, in the order of the locales.
    pub fn iter(&self) -> impl Iterator<Item = &Synonyms> {
        self.0.values()
    }
}

impl FromIterator<Synonyms> for SynonymsByLocale {
    fn from_iter<I: IntoIterator<Item = Synonyms>>(synonyms: I) -> Self {
        let mut all = Self::default();
        synonyms.into_iter().for_each(|synonyms| all.set(synonyms));
        all
    }
}

/// Settings in the form in which a log and a manifest store them. Unknown fields are skipped.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SettingsRecord {
    main_locale: Option<String>,
    fallback_locales: Vec<String>,
    decision: Option<DecisionRecord>,
    /// The synonym rules of each locale that has any, as text.
    synonyms: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleRecord>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DecisionRecord {
    MinProbability(f32),
    TargetPrecision {
        precision: f64,
        confidence_level: f64,
        #[serde(default)]
        incoming: Incoming,
        /// The least probability that is offered when the target precision cannot be kept; `None`: nothing is offered.
        otherwise: Option<f32>,
    },
}

impl Settings {
    /// Checks that the settings are valid.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a decision out of range, one that is not kept, and a rule that
    /// cannot be kept.
    pub(crate) fn check(&self) -> Result<()> {
        self.rules.check()?;
        match self.decision {
            Some(Decision::AsConfigured | Decision::Chosen(_)) => Err(Error::invalid(
                "the decision of the settings is neither a minimum probability nor a target precision; give one of the two",
            )),
            Some(decision) => decision.check(),
            None => Ok(()),
        }
    }

    /// Returns the decision for a question: its own, or the one in these settings.
    pub(crate) fn decide(&self, decision: Decision) -> Decision {
        match decision {
            Decision::AsConfigured => self
                .decision
                .unwrap_or(Decision::MinProbability(Decision::DEFAULT_MIN_PROBABILITY)),
            decision => decision,
        }
    }

    pub(crate) fn to_record(&self) -> SettingsRecord {
        SettingsRecord {
            main_locale: self.main_locale.as_ref().map(Locale::to_string),
            fallback_locales: self
                .fallback_locales
                .iter()
                .map(Locale::to_string)
                .collect(),
            decision: match self.decision {
                Some(Decision::MinProbability(least)) => {
                    Some(DecisionRecord::MinProbability(least))
                }
                Some(Decision::TargetPrecision(target)) => Some(DecisionRecord::TargetPrecision {
                    precision: target.precision,
                    confidence_level: target.confidence_level,
                    incoming: target.incoming,
                    otherwise: match target.when_unmet {
                        WhenUnmet::Abstain => None,
                        WhenUnmet::MinProbability(least) => Some(least),
                    },
                }),
                _ => None,
            },
            synonyms: self
                .synonyms
                .iter()
                .map(|synonyms| (synonyms.locale().to_string(), synonyms.text().to_owned()))
                .collect(),
            rules: self.rules.to_record(),
        }
    }

    /// Returns the settings that a record holds.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a value that this version refuses.
    pub(crate) fn from_record(record: &SettingsRecord) -> Result<Self> {
        let synonyms = record.synonyms.iter();
        let synonyms = synonyms.map(|(locale, text)| Synonyms::parse(&locale.parse()?, text));
        let fallback_locales = record.fallback_locales.iter();
        let settings = Self {
            main_locale: record.main_locale.as_deref().map(str::parse).transpose()?,
            fallback_locales: fallback_locales
                .map(|tag| Ok(tag.parse()?))
                .collect::<Result<_>>()?,
            decision: record.decision.map(|decision| match decision {
                DecisionRecord::MinProbability(least) => Decision::MinProbability(least),
                DecisionRecord::TargetPrecision {
                    precision,
                    confidence_level,
                    incoming,
                    otherwise,
                } => Decision::TargetPrecision(TargetPrecision {
                    precision,
                    confidence_level,
                    incoming,
                    when_unmet: otherwise.map_or(WhenUnmet::Abstain, WhenUnmet::MinProbability),
                }),
            }),
            synonyms: synonyms.collect::<Result<_>>()?,
            rules: Rules::from_record(&record.rules)?,
        };
        settings.check()?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::UnlinkedTickets;

    #[test]
    fn settings_come_back_from_their_record_and_unknown_fields_are_skipped() {
        let settings = Settings {
            main_locale: Some("lt".parse().unwrap()),
            fallback_locales: vec!["en".parse().unwrap()],
            decision: Some(Decision::TargetPrecision(TargetPrecision {
                when_unmet: WhenUnmet::MinProbability(0.7),
                incoming: Incoming {
                    answerable_share: 0.7,
                    unlinked: UnlinkedTickets::Estimated,
                },
                ..TargetPrecision::of(0.8)
            })),
            synonyms: SynonymsByLocale::default(),
            rules: [Rule::new("outage", RuleEffect::Pin, "status")]
                .into_iter()
                .collect(),
        };
        let mut json = serde_json::to_value(settings.to_record()).unwrap();
        json["of_a_later_version"] = true.into();
        let record = serde_json::from_value(json).unwrap();
        assert_eq!(Settings::from_record(&record).unwrap(), settings);
    }

    #[test]
    fn a_decision_that_cannot_be_kept_is_refused() {
        for decision in [
            Decision::AsConfigured,
            Decision::Chosen(Ok(0.5)),
            Decision::MinProbability(1.5),
            Decision::TargetPrecision(TargetPrecision::of(1.0)),
        ] {
            let settings = Settings {
                decision: Some(decision),
                ..Settings::default()
            };
            assert!(settings.check().is_err(), "{decision:?}");
        }
    }
}
