//! `helpdex rules`.

use clap::{Args, Subcommand};
use helpdex::settings::{Rule, RuleEffect, Rules};
use helpdex::{Audience, KnowledgeBase, Locale, Settings, Timestamp};
use serde_json::{Value, json};

use crate::arguments::{KnowledgeBaseArguments, pair};
use crate::clock::now;
use crate::failure::Failure;
use crate::output;

/// Pins an article on top of the answers to some tickets, or blocks it there. A change is published at once.
#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  helpdex rules pin kb card-outage --words \"card declined\" --until 2026-12-24
  helpdex rules pin kb checkout-help --field \"page_url=https://example.com/checkout*\"
  helpdex rules block kb old-prices --words price --locale en
  helpdex rules list kb
  helpdex rules remove kb pin-card-outage")]
pub(crate) enum RulesCommand {
    /// Show an article on top of the answers to some tickets, whatever its probability
    Pin(Added),
    /// Never show an article in the answers to some tickets
    Block(Added),
    /// List the rules
    List(Listed),
    /// Remove rules
    Remove(Removed),
}

/// A ticket must match every option that is given. A rule on an article that the reader may not see has no effect.
#[derive(Args)]
pub(crate) struct Added {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Id of the article; its translations and copies count too
    #[arg(value_name = "ARTICLE")]
    article_id: String,
    /// Words that the ticket has, all of them, in any order and form
    #[arg(long, default_value = "")]
    words: String,
    /// Field of the ticket and its value; a value that ends with * stands for all that begin like it. Can be repeated
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// Language or locale of the ticket
    #[arg(long)]
    locale: Option<Locale>,
    /// Moment at which the rule ends: a date, or RFC 3339
    #[arg(long, value_name = "MOMENT")]
    until: Option<Timestamp>,
    /// Id of the rule; a rule of the same id is replaced. By default pin-ARTICLE or block-ARTICLE
    #[arg(long)]
    id: Option<String>,
    /// Print the rules as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Listed {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Print the rules as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Removed {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Ids of rules
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Print the rules as JSON
    #[arg(long)]
    json: bool,
}

impl RulesCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Pin(added) => added.add(RuleEffect::Pin),
            Self::Block(added) => added.add(RuleEffect::Block),
            Self::List(Listed { kb, json }) => print(&kb.open()?, json),
            Self::Remove(Removed { kb, ids, json }) => {
                let knowledge_base = kb.open()?;
                let known = knowledge_base.settings().rules;
                if let Some(id) = ids.iter().find(|id| known.get(id).is_none()) {
                    let message =
                        format!("there is no rule {id:?}; `helpdex rules list` lists them");
                    return Err(message.into());
                }
                change(&knowledge_base, |rules| {
                    for id in &ids {
                        rules.remove(id);
                    }
                })?;
                print(&knowledge_base, json)
            }
        }
    }
}

impl Added {
    fn add(self, effect: RuleEffect) -> Result<(), Failure> {
        let knowledge_base = self.kb.open()?;
        let default_id = || format!("{}-{}", effect.name(), self.article_id);
        let rule = Rule {
            id: self.id.unwrap_or_else(default_id),
            effect,
            article_id: self.article_id,
            words: self.words,
            fields: self.fields.into_iter().collect(),
            locale: self.locale,
            until: self.until,
        };
        change(&knowledge_base, |rules| rules.set(rule))?;
        print(&knowledge_base, self.json)
    }
}

/// Changes the rules and publishes the change.
fn change(knowledge_base: &KnowledgeBase, change: impl FnOnce(&mut Rules)) -> Result<(), Failure> {
    let mut writer = knowledge_base.writer()?;
    let mut settings: Settings = writer.settings().clone();
    change(&mut settings.rules);
    writer.set_settings(settings)?;
    writer.publish(now())?;
    Ok(())
}

fn print(knowledge_base: &KnowledgeBase, as_json: bool) -> Result<(), Failure> {
    let rules = knowledge_base.settings().rules;
    let mut states = Vec::new();
    for rule in rules.iter() {
        states.push((rule, state(knowledge_base, rule)?));
    }
    if as_json {
        let rules = states.iter().map(|(rule, state)| json_of(rule, state));
        return Ok(output::print_json(
            &json!({ "rules": rules.collect::<Vec<_>>() }),
        )?);
    }
    if states.is_empty() {
        output::line("rules: none");
    }
    for (rule, state) in states {
        print_rule(rule, state);
    }
    Ok(())
}

/// Returns whether a rule is `in force` or `ended`, or that there is `no article` of its id now.
fn state(knowledge_base: &KnowledgeBase, rule: &Rule) -> Result<&'static str, Failure> {
    if !rule.is_in_force(now()) {
        return Ok("ended");
    }
    let article = knowledge_base.article(&rule.article_id, &Audience::internal(), now())?;
    Ok(if article.is_some() {
        "in force"
    } else {
        "no article"
    })
}

fn json_of(rule: &Rule, state: &str) -> Value {
    json!({
        "id": rule.id,
        "effect": rule.effect,
        "article_id": rule.article_id,
        "words": rule.words,
        "fields": rule.fields,
        "locale": rule.locale,
        "until": rule.until,
        "state": state,
    })
}

fn print_rule(rule: &Rule, state: &str) {
    let effect = rule.effect.name();
    output::line(&format!(
        "{}: {effect} {} ({state})",
        rule.id, rule.article_id
    ));
    if !rule.words.is_empty() {
        output::line(&format!("  words: {}", rule.words));
    }
    for (name, value) in &rule.fields {
        output::line(&format!("  {name}: {value}"));
    }
    if let Some(locale) = &rule.locale {
        output::line(&format!("  locale: {locale}"));
    }
    if let Some(until) = rule.until {
        output::line(&format!("  until: {until}"));
    }
}
