//! Rules that pin or block articles, in requests and answers.

use std::collections::BTreeMap;

use helpdex::settings::{Rule, RuleEffect, Rules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json_object::objects;
use crate::problem::Problem;
use crate::types::moment;

/// Rules that pin or block articles for some tickets.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Rules)]
pub(crate) struct RulesBody {
    /// The rules, in the order of ids in an answer.
    #[serde(deserialize_with = "objects")]
    #[schema(max_items = 100)]
    pub rules: Vec<RuleBody>,
}

/// Ids of rules that are to be removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleIds)]
pub(crate) struct RuleIdsBody {
    /// The ids; unknown ones are skipped.
    #[schema(max_items = 100)]
    pub ids: Vec<String>,
}

/// A rule: an article is pinned on top of the answers to some tickets, or blocked there. A ticket must match every part
/// that is given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Rule)]
pub(crate) struct RuleBody {
    /// The id of the rule; a rule of the same id is replaced.
    #[schema(example = "card-outage")]
    id: String,
    /// `pin` or `block`.
    #[schema(example = "pin")]
    effect: String,
    /// The id of the article; its translations and copies count too.
    #[schema(example = "reset-password")]
    article_id: String,
    /// Words that the ticket must have, all of them, in any order and form; "": any.
    #[serde(default)]
    #[schema(example = "card declined")]
    words: String,
    /// Values that fields of the ticket must have; one that ends with `*` stands for all that begin like it.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// The language or locale of the ticket; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "en")]
    locale: Option<String>,
    /// The moment at which the rule ends, in RFC 3339; none: it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-24T00:00:00Z")]
    until: Option<String>,
}

impl RulesBody {
    pub(crate) fn of(rules: &Rules) -> Self {
        let rules = rules.iter().map(RuleBody::of).collect();
        Self { rules }
    }
}

impl RuleBody {
    fn of(rule: &Rule) -> Self {
        Self {
            id: rule.id.clone(),
            effect: rule.effect.name().to_owned(),
            article_id: rule.article_id.clone(),
            words: rule.words.clone(),
            fields: rule.fields.clone(),
            locale: rule.locale.as_ref().map(ToString::to_string),
            until: rule.until.map(|until| until.to_string()),
        }
    }

    /// Returns the rule, checked.
    ///
    /// # Errors
    /// Refuses an unknown effect, a text that is no locale or moment, and what [`Rule::check`] refuses.
    pub(crate) fn into_rule(self) -> Result<Rule, Problem> {
        let effect: RuleEffect = self
            .effect
            .parse()
            .map_err(|_| Problem::invalid("the effect of a rule is neither pin nor block"))?;
        let locale = self.locale.as_deref().map(str::parse).transpose();
        let rule = Rule {
            words: self.words,
            fields: self.fields,
            locale: locale.map_err(|_| {
                Problem::invalid(
                    "the locale of a rule is no language tag; write it like en or pt-BR",
                )
            })?,
            until: moment(self.until.as_deref())?,
            ..Rule::new(self.id, effect, self.article_id)
        };
        rule.check()?;
        Ok(rule)
    }
}
