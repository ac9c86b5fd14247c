//! A rule that changed an answer.

use std::fmt;

use serde::Serialize;

use crate::rules::{Rule, RuleEffect};
use crate::timestamp::Timestamp;

/// A rule of the [settings](crate::Settings) that changed an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AppliedRule {
    /// The id of the rule.
    pub rule_id: String,
    /// Whether the rule pinned or blocked the article.
    pub effect: RuleEffect,
    /// The id of the article that the rule names; a translation or a copy of it may be the one that was shown or left
    /// out.
    pub article_id: String,
    /// The moment at which the rule ends; `None`, and not in the JSON form: it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl fmt::Display for AppliedRule {
    /// Writes what the rule does and until which day, without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule_id, effect, ..
        } = self;
        let done = match effect {
            RuleEffect::Pin => "pinned",
            RuleEffect::Block => "blocked",
        };
        write!(f, "It is {done} by the rule \u{201c}{rule_id}\u{201d}")?;
        match self.until {
            Some(until) => write!(f, " until {}", until.date()),
            None => Ok(()),
        }
    }
}

impl AppliedRule {
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            rule_id: rule.id.clone(),
            effect: rule.effect,
            article_id: rule.article_id.clone(),
            until: rule.until,
        }
    }
}
