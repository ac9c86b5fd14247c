//! Rules of support leads: an article is pinned or blocked for tickets that have some words or fields.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::{Analysis, Analyzer, Locale, names};
use serde::{Deserialize, Serialize};

use crate::analysed_ticket::AnalysedTicket;
use crate::article::check_id;
use crate::error::{Error, Result};
use crate::synonyms::outer_terms;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

/// The most rules of a knowledge base, as many as a rule set of Elasticsearch may have by default.
const MAX_RULES: usize = 100;
/// The most bytes of the words of a rule, and of the name and the value of a field: a sentence of forty words.
const MAX_TEXT_BYTES: usize = 400;
/// The most fields that a rule compares.
const MAX_FIELDS: usize = 10;

/// A rule of a support lead: pins an article on top of the answers to some tickets, or blocks it there.
///
/// A ticket must match every part of the rule that is given; a rule without any part applies to all tickets. The
/// article stands for its translations and copies too. A rule on an article that the reader may not see has no effect.
///
/// ```
/// use helpdex::settings::{Rule, RuleEffect};
///
/// let rule = Rule {
///     words: "card declined".into(),
///     fields: [("page_url".into(), "https://example.com/checkout*".into())].into(),
///     until: Some("2026-12-24".parse()?),
///     ..Rule::new("outage", RuleEffect::Pin, "card-outage")
/// };
/// assert!(rule.check().is_ok());
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The id of the rule, 1 to 255 bytes.
    pub id: String,
    /// Whether the article is pinned or blocked.
    pub effect: RuleEffect,
    /// The id of the article.
    pub article_id: String,
    /// Words that the ticket must have, all of them, in any order and any of their forms. Words such as "the" do not
    /// count. Empty: any words.
    pub words: String,
    /// Values that [fields](Ticket::fields) of the ticket must have, by name. A value that ends with `*` stands for all
    /// that begin like it. Case matters.
    pub fields: BTreeMap<String, String>,
    /// The language or locale of the ticket: `pt` stands for `pt-BR` too. `None`: any.
    pub locale: Option<Locale>,
    /// The moment at which the rule ends; `None`: it has no end.
    pub until: Option<Timestamp>,
}

/// The effect of a [`Rule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleEffect {
    /// The article is shown on top, whatever its probability.
    Pin,
    /// The article is not shown.
    Block,
}

names!(RuleEffect, "effect of a rule" {
    Pin => "pin",
    Block => "block",
});

/// The rules of a knowledge base, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules(BTreeMap<String, Rule>);

impl Rules {
    /// Adds a rule, and replaces the one of the same id.
    pub fn set(&mut self, rule: Rule) {
        self.0.insert(rule.id.clone(), rule);
    }

    /// Removes a rule, and returns it.
    pub fn remove(&mut self, id: &str) -> Option<Rule> {
        self.0.remove(id)
    }

    /// Returns the rule of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.0.get(id)
    }

    /// Returns every rule, in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.values()
    }

    /// Checks every rule and their number.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the rule.
    pub(crate) fn check(&self) -> Result<()> {
        if self.0.len() > MAX_RULES {
            return Err(Error::invalid(format!(
                "there are {} rules; remove some, so that at most {MAX_RULES} are left",
                self.0.len()
            )));
        }
        self.iter().try_for_each(Rule::check)
    }

    pub(crate) fn to_record(&self) -> Vec<RuleRecord> {
        self.iter().map(RuleRecord::from).collect()
    }

    /// Returns the rules of a record.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a value that this version refuses.
    pub(crate) fn from_record(records: &[RuleRecord]) -> Result<Self> {
        records.iter().map(RuleRecord::rule).collect()
    }
}

impl FromIterator<Rule> for Rules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let mut all = Self::default();
        rules.into_iter().for_each(|rule| all.set(rule));
        all
    }
}

impl Rule {
    /// Makes a rule that applies to all tickets and has no end.
    #[must_use]
    pub fn new(id: impl Into<String>, effect: RuleEffect, article_id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            effect,
            article_id: article_id.into(),
            words: String::new(),
            fields: BTreeMap::new(),
            locale: None,
            until: None,
        }
    }

    /// Checks that the rule can be kept.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty or long id, words without a letter or digit, and what is
    /// over a limit.
    pub fn check(&self) -> Result<()> {
        check_id("rule id", &self.id)?;
        check_id("article id", &self.article_id)?;
        let id = &self.id;
        if self.fields.len() > MAX_FIELDS {
            let count = self.fields.len();
            return Err(Error::invalid(format!(
                "rule {id:?} compares {count} fields; give at most {MAX_FIELDS}"
            )));
        }
        let of_fields = self.fields.iter().flat_map(|(name, value)| [name, value]);
        for text in of_fields.chain([&self.words]) {
            if text.len() > MAX_TEXT_BYTES {
                let size_bytes = text.len();
                return Err(Error::invalid(format!(
                    "rule {id:?} has a text of {size_bytes} bytes; shorten it to {MAX_TEXT_BYTES}"
                )));
            }
        }
        if !self.words.trim().is_empty() && !self.words.contains(char::is_alphanumeric) {
            return Err(Error::invalid(format!(
                "the words of rule {id:?} have no letter or digit; give words, or leave them out"
            )));
        }
        Ok(())
    }

    /// Whether the rule has not ended yet.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Whether a ticket has the words, the fields and the locale of the rule. `locale` is the one that the ticket is
    /// taken to be in.
    pub(crate) fn matches(
        &self,
        ticket: &Ticket,
        analysed: &mut AnalysedTicket<'_>,
        locale: &Locale,
    ) -> bool {
        let is_of_locale = self
            .locale
            .as_ref()
            .is_none_or(|wanted| wanted == locale || wanted.as_str() == locale.language());
        is_of_locale
            && self.fields.iter().all(|(name, wanted)| {
                let value = ticket.fields.get(name);
                value.is_some_and(|value| is_value(wanted, value))
            })
            && has_words(&self.words, analysed, locale)
    }
}

/// Whether the value of a field is the wanted one, or begins like it if that ends with `*`.
fn is_value(wanted: &str, value: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => value.starts_with(beginning),
        None => value == wanted,
    }
}

/// Whether a ticket has all of these words, as terms of a locale. Function words count only if there are no others.
fn has_words(words: &str, ticket: &mut AnalysedTicket<'_>, locale: &Locale) -> bool {
    if words.trim().is_empty() {
        return true;
    }
    let mut analysis = Analysis::default();
    Analyzer::new(locale).analyze(words, &mut analysis);
    let all = outer_terms(&analysis);
    let function_words: BTreeSet<&str> = analysis
        .words()
        .filter(|word| word.is_function_word)
        .map(|word| word.term)
        .collect();
    let mut wanted: BTreeSet<&str> = all.iter().map(String::as_str).collect();
    if wanted.iter().any(|term| !function_words.contains(term)) {
        wanted.retain(|term| !function_words.contains(term));
    }
    if wanted.is_empty() {
        return false;
    }
    for text in ticket.in_locale(locale) {
        for word in text.analysis.words() {
            wanted.remove(word.term);
        }
    }
    wanted.is_empty()
}

/// A rule in the form in which a log and a manifest store it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RuleRecord {
    id: String,
    effect: String,
    article_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    words: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    /// The end of the rule in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

impl From<&Rule> for RuleRecord {
    fn from(rule: &Rule) -> Self {
        Self {
            id: rule.id.clone(),
            effect: rule.effect.name().to_owned(),
            article_id: rule.article_id.clone(),
            words: rule.words.clone(),
            fields: rule.fields.clone(),
            locale: rule.locale.as_ref().map(Locale::to_string),
            until: rule.until.map(Timestamp::unix_seconds),
        }
    }
}

impl RuleRecord {
    fn rule(&self) -> Result<Rule> {
        Ok(Rule {
            id: self.id.clone(),
            effect: self.effect.parse()?,
            article_id: self.article_id.clone(),
            words: self.words.clone(),
            fields: self.fields.clone(),
            locale: self.locale.as_deref().map(str::parse).transpose()?,
            until: self.until.map(Timestamp::from_unix_seconds),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Rule {
        Rule::new("r", RuleEffect::Pin, "a")
    }

    #[track_caller]
    fn check(rule: &Rule, ticket: &Ticket, locale: &str, expected: bool) {
        let clean = ticket.clean();
        let mut analysed = AnalysedTicket::new(&clean);
        let locale = locale.parse().unwrap();
        let matches = rule.matches(ticket, &mut analysed, &locale);
        assert_eq!(matches, expected, "{rule:?}");
    }

    #[track_caller]
    fn check_words(words: &str, locale: &str, text: &str, expected: bool) {
        let rule = Rule {
            words: words.into(),
            ..rule()
        };
        check(&rule, &Ticket::from_text(text), locale, expected);
    }

    #[test]
    fn all_words_must_be_in_the_ticket_in_any_form_and_order() {
        check_words("refund", "en", "When do I get my refunds?", true);
        check_words("card decline", "en", "They DECLINED both cards.", true);
        check_words("card declined", "en", "My card is lost.", false);
        check_words("the refund", "en", "Refund please", true);
        check_words("fatura", "tr", "Faturaları göremiyorum", true);
        check_words("ใบแจ้งหนี้", "th", "ฉันหาใบแจ้งหนี้ไม่พบ", true);
        check_words("file.txt", "en", "I cannot open file.txt here", true);
        check_words("file.txt", "en", "a file and a txt", false);
    }

    #[test]
    fn words_are_never_a_query() {
        for text in [
            "refund OR card",
            "refund -card",
            "\"refund card",
            "+refund *",
        ] {
            check_words("card", "en", text, text.contains("card"));
        }
        check_words("refund OR card", "en", "refund", false);
        check_words("card*", "en", "cardboard", false);
    }

    #[test]
    fn words_that_are_all_function_words_must_all_be_there() {
        check_words("how do", "en", "how do I get my refund", true);
        check_words("how do", "en", "my refund", false);
    }

    #[test]
    fn fields_are_compared_as_a_whole_or_by_their_beginning() {
        let ticket = |page: &str| Ticket {
            fields: [("page_url".to_owned(), page.to_owned())].into(),
            ..Ticket::from_text("help me pay")
        };
        for (wanted, page, expected) in [
            ("/checkout", "/checkout", true),
            ("/checkout", "/checkout/pay", false),
            ("/checkout*", "/checkout/pay", true),
            ("/checkout*", "/Checkout", false),
            ("*", "", true),
        ] {
            let rule = Rule {
                fields: [("page_url".into(), wanted.into())].into(),
                ..rule()
            };
            check(&rule, &ticket(page), "en", expected);
            check(&rule, &Ticket::from_text("help me pay"), "en", false);
        }
    }

    #[test]
    fn a_language_stands_for_all_its_locales_and_a_locale_for_itself() {
        for (wanted, locale, expected) in [
            ("pt", "pt-BR", true),
            ("pt-BR", "pt-BR", true),
            ("pt-BR", "pt", false),
            ("pt-BR", "pt-PT", false),
            ("en", "pt", false),
        ] {
            let rule = Rule {
                locale: Some(wanted.parse().unwrap()),
                ..rule()
            };
            check(
                &rule,
                &Ticket::from_text("preciso de ajuda"),
                locale,
                expected,
            );
        }
    }

    #[test]
    fn a_rule_ends_at_its_moment() {
        let until = Timestamp::from_unix_seconds(100);
        let rule = Rule {
            until: Some(until),
            ..rule()
        };
        assert!(rule.is_in_force(Timestamp::from_unix_seconds(99)));
        assert!(!rule.is_in_force(until));
    }

    #[test]
    fn rules_come_back_from_their_record() {
        let rules: Rules = [
            Rule {
                words: "card".into(),
                fields: [("product".into(), "till".into())].into(),
                locale: Some("pt-BR".parse().unwrap()),
                until: Some(Timestamp::from_unix_seconds(100)),
                ..rule()
            },
            Rule::new("s", RuleEffect::Block, "b"),
        ]
        .into_iter()
        .collect();
        let json = serde_json::to_string(&rules.to_record()).unwrap();
        let record: Vec<RuleRecord> = serde_json::from_str(&json).unwrap();
        assert_eq!(Rules::from_record(&record).unwrap(), rules);
    }

    #[test]
    fn a_rule_that_cannot_be_kept_is_refused_with_the_remedy() {
        let long = "x".repeat(401);
        for (rule, expected) in [
            (Rule::new("", RuleEffect::Pin, "a"), "rule id \"\" is empty"),
            (
                Rule::new("r", RuleEffect::Pin, ""),
                "article id \"\" is empty",
            ),
            (
                Rule {
                    words: "?!".into(),
                    ..rule()
                },
                "no letter or digit; give words",
            ),
            (
                Rule {
                    words: long.clone(),
                    ..rule()
                },
                "a text of 401 bytes; shorten it to 400",
            ),
            (
                Rule {
                    fields: (0..11).map(|n| (n.to_string(), String::new())).collect(),
                    ..rule()
                },
                "compares 11 fields; give at most 10",
            ),
        ] {
            let error = rule.check().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let many: Rules = (0..101)
            .map(|n| Rule::new(n.to_string(), RuleEffect::Pin, "a"))
            .collect();
        let error = many.check().unwrap_err().to_string();
        assert!(error.contains("there are 101 rules"), "{error}");
    }
}
