//! `helpdex settings`.

use clap::Args;
use helpdex::confidence::{Incoming, TargetPrecision, WhenUnmet};
use helpdex::settings::Synonyms;
use helpdex::{Decision, Locale, Settings};
use serde_json::{Value, json};

use crate::arguments::KnowledgeBaseArguments;
use crate::clock::now;
use crate::failure::Failure;
use crate::output;

/// Shows the settings of a knowledge base, or changes and publishes them for every reader.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex settings kb
  helpdex settings kb --main-locale en --min-probability 0.6
  helpdex settings kb --target-precision 0.8
  helpdex settings kb --fallback-locale en --fallback-locale de --json")]
pub(crate) struct SettingsCommand {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Locale in which the articles of the help center are written first
    #[arg(long, value_name = "LOCALE")]
    main_locale: Option<Locale>,
    /// Locale whose articles stand in for missing translations; repeat it for several. The list replaces the earlier one
    #[arg(long = "fallback-locale", value_name = "LOCALE")]
    fallback_locales: Vec<Locale>,
    /// Lowest probability of an offered article, for tickets that are asked without one
    #[arg(long, value_name = "PROBABILITY", conflicts_with = "target_precision")]
    min_probability: Option<f32>,
    /// Target precision, for tickets that are asked without one
    #[arg(long, value_name = "PRECISION")]
    target_precision: Option<f64>,
    /// Assumed share of incoming tickets that an article answers, for the target precision
    #[arg(
        long,
        value_name = "SHARE",
        requires = "target_precision",
        default_value_t = Incoming::DEFAULT_ANSWERABLE_SHARE
    )]
    answerable_share: f64,
    /// Print the settings as JSON
    #[arg(long)]
    json: bool,
}

impl SettingsCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.kb.open()?;
        let before = knowledge_base.settings();
        if self.changed(&before) != before {
            let mut writer = knowledge_base.writer()?;
            let settings = self.changed(writer.settings());
            writer.set_settings(settings)?;
            writer.publish(now())?;
        }
        let settings = knowledge_base.settings();
        if self.json {
            output::print_json(&as_json(&settings))?;
        } else {
            print(&settings);
        }
        Ok(())
    }

    fn changed(&self, before: &Settings) -> Settings {
        let mut settings = before.clone();
        if self.main_locale.is_some() {
            settings.main_locale.clone_from(&self.main_locale);
        }
        if !self.fallback_locales.is_empty() {
            settings.fallback_locales.clone_from(&self.fallback_locales);
        }
        if let Some(least) = self.min_probability {
            settings.decision = Some(Decision::MinProbability(least));
        }
        if let Some(precision) = self.target_precision {
            settings.decision = Some(Decision::TargetPrecision(TargetPrecision {
                incoming: Incoming {
                    answerable_share: self.answerable_share,
                    ..Incoming::default()
                },
                ..TargetPrecision::of(precision)
            }));
        }
        settings
    }
}

fn as_json(settings: &Settings) -> Value {
    let decision = match settings.decision {
        Some(Decision::MinProbability(least)) => json!({ "min_probability": decimal(least) }),
        Some(Decision::TargetPrecision(target)) => json!({
            "target_precision": target.precision,
            "confidence_level": target.confidence_level,
            "answerable_share": target.incoming.answerable_share,
            "unlinked": target.incoming.unlinked,
            "when_unmet": target.when_unmet.name(),
            "min_probability": match target.when_unmet {
                WhenUnmet::MinProbability(least) => Some(decimal(least)),
                WhenUnmet::Abstain => None,
            },
        }),
        _ => Value::Null,
    };
    let synonyms = settings.synonyms.iter().map(Synonyms::locale);
    json!({
        "main_locale": settings.main_locale,
        "fallback_locales": settings.fallback_locales,
        "decision": decision,
        "synonyms": synonyms.collect::<Vec<_>>(),
    })
}

fn print(settings: &Settings) {
    output::line(&format!(
        "main locale: {}",
        tags(settings.main_locale.iter())
    ));
    let fallbacks = tags(settings.fallback_locales.iter());
    output::line(&format!("fallback locales: {fallbacks}"));
    let synonyms = tags(settings.synonyms.iter().map(Synonyms::locale));
    output::line(&format!("synonyms: {synonyms}"));
    let decision = match settings.decision {
        Some(Decision::MinProbability(least)) => format!("at least probability {least}"),
        Some(Decision::TargetPrecision(target)) => {
            format!("target precision {}", target.precision)
        }
        _ => format!(
            "at least probability {}, the default",
            Decision::DEFAULT_MIN_PROBABILITY
        ),
    };
    output::line(&format!("offers: {decision}"));
}

fn tags<'a>(locales: impl Iterator<Item = &'a Locale>) -> String {
    let tags: Vec<&str> = locales.map(Locale::as_str).collect();
    if tags.is_empty() {
        return "none".to_owned();
    }
    tags.join(", ")
}

/// Returns the number of the shortest decimal form: 0.7 for the 32-bit 0.7.
fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}
