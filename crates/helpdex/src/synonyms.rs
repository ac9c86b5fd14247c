//! Synonyms and abbreviations of a locale, which expand queries only.

use std::collections::BTreeMap;

use helpdex_text::{Analysis, Analyzer, Locale};

use crate::error::{Error, Result};

/// The most rules of a locale. Elasticsearch accepts as many rules in a set; a file with more is a mistake.
const MAX_RULES: usize = 10_000;
/// The longest line, in bytes, its comment included: enough for 40 phrases of five words.
const MAX_RULE_BYTES: usize = 1_000;
/// The most phrases on one side of a rule. Each phrase expands to all others, so the cost grows with the square of
/// their number.
const MAX_PHRASES: usize = 40;
/// The most bytes of all rules of a locale: that many lines of 100 bytes.
const MAX_TEXT_BYTES: usize = MAX_RULES * 100;

/// The synonym rules of one locale, which map the words of customers to those of the articles.
///
/// password, passcode` that who writes the first may mean any of the others, and not the reverse. => There is one rule
/// a line; `#` begins a comment. `2fa, two-step sign-in` says that all of these mean the same. `pw => password,
/// passcode` says that somebody who writes the first may mean any of the others, but not the reverse. => password,
/// passcode` that who writes the first may mean any of the others, and not the reverse. Case, endings and diacritics do
/// not matter. A locale has up to 10,000 lines of up to 1,000 bytes, 1 MB together, and a side of a rule up to 40
/// phrases.
#[derive(Clone, PartialEq, Eq)]
pub struct Synonyms {
    locale: Locale,
    text: String,
    /// The phrases that rules expand, by their first term.
    phrases: BTreeMap<String, Vec<Phrase>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Phrase {
    terms: Vec<String>,
    /// The phrase as the rule spells it.
    written: String,
    expansions: Vec<String>,
}

/// A phrase of a ticket that a rule expands.
pub(crate) struct Expansion<'a> {
    /// The phrase as the rule spells it.
    pub written: &'a str,
    /// The terms that the phrase expands to.
    pub terms: &'a [String],
}

impl Synonyms {
    /// The most bytes that [`parse`](Self::parse) accepts.
    pub const MAX_TEXT_BYTES: usize = MAX_TEXT_BYTES;

    /// Parses the rules of a locale.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) with the line for a rule that cannot be read or is too long, and for
    /// more than there may be.
    pub fn parse(locale: &Locale, text: &str) -> Result<Self> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(Error::invalid(format!(
                "the synonyms have {} bytes; shorten them to {MAX_TEXT_BYTES}",
                text.len()
            )));
        }
        let mut synonyms = Self {
            locale: locale.clone(),
            text: text.to_owned(),
            phrases: BTreeMap::new(),
        };
        let analyzer = Analyzer::new(locale);
        for (number, line) in (1..).zip(text.lines()) {
            if line.len() > MAX_RULE_BYTES {
                let size_bytes = line.len();
                return Err(Error::invalid(format!(
                    "the line has {size_bytes} bytes; shorten it to {MAX_RULE_BYTES}, or split it"
                ))
                .at_line(number));
            }
            let rule = line.split('#').next().unwrap_or_default().trim();
            if !rule.is_empty() {
                synonyms
                    .add_rule(rule, &analyzer)
                    .map_err(|error| error.at_line(number))?;
            }
            if number > MAX_RULES {
                return Err(Error::invalid(format!(
                    "there are more than {MAX_RULES} lines of synonyms; remove some"
                )));
            }
        }
        Ok(synonyms)
    }

    /// The locale of the rules.
    #[must_use]
    pub fn locale(&self) -> &Locale {
        &self.locale
    }

    /// Returns the text of the rules as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn add_rule(&mut self, rule: &str, analyzer: &Analyzer) -> Result<()> {
        let (left, right) = if let Some((left, right)) = rule.split_once("=>") {
            (
                phrases(left, rule, analyzer)?,
                phrases(right, rule, analyzer)?,
            )
        } else {
            let all = phrases(rule, rule, analyzer)?;
            if all.len() < 2 {
                return Err(refused(rule));
            }
            (all.clone(), all)
        };
        for (written, terms) in left {
            let others = right.iter().filter(|(_, other)| *other != terms);
            let expansions = others.flat_map(|(_, other)| other.clone()).collect();
            self.phrases
                .entry(terms[0].clone())
                .or_default()
                .push(Phrase {
                    terms,
                    written,
                    expansions,
                });
        }
        Ok(())
    }

    /// Returns the expansions of the phrases that begin at the first of these terms of a ticket.
    pub(crate) fn at<'a>(&'a self, terms: &'a [String]) -> impl Iterator<Item = Expansion<'a>> {
        terms
            .first()
            .and_then(|first| self.phrases.get(first))
            .into_iter()
            .flatten()
            .filter(move |phrase| terms.starts_with(&phrase.terms))
            .map(|phrase| Expansion {
                written: &phrase.written,
                terms: &phrase.expansions,
            })
    }
}

impl std::fmt::Debug for Synonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Synonyms")
            .field("locale", &self.locale)
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

/// Returns the phrases on a side of a rule, each as it was written and with its terms.
fn phrases(side: &str, rule: &str, analyzer: &Analyzer) -> Result<Vec<(String, Vec<String>)>> {
    let count = side.split(',').count();
    if count > MAX_PHRASES {
        return Err(Error::invalid(format!(
            "the synonym rule has {count} phrases on a side; give at most {MAX_PHRASES}"
        )));
    }
    side.split(',')
        .map(|phrase| {
            let terms = terms_of(phrase, analyzer);
            let written = phrase.trim().to_owned();
            (!terms.is_empty()).then_some((written, terms))
        })
        .collect::<Option<_>>()
        .ok_or_else(|| refused(rule))
}

fn refused(rule: &str) -> Error {
    Error::invalid(format!(
        "synonym rule {rule:?} cannot be read; write it like \"2fa, two-step sign-in\" or \"pw => password\""
    ))
}

fn terms_of(phrase: &str, analyzer: &Analyzer) -> Vec<String> {
    let mut analysis = Analysis::default();
    analyzer.analyze(phrase, &mut analysis);
    outer_terms(&analysis)
}

/// Returns the terms of a text in order; of a joined word, which has terms for itself and its parts, only the whole.
pub(crate) fn outer_terms(analysis: &Analysis) -> Vec<String> {
    let mut end = 0;
    let mut terms = Vec::new();
    for word in analysis.words() {
        if word.range.start >= end {
            end = word.range.end;
            terms.push(word.term.to_owned());
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonyms(text: &str) -> Result<Synonyms> {
        Synonyms::parse(&"en".parse().unwrap(), text)
    }

    #[track_caller]
    fn check(rules: &str, ticket: &str, expected: &[&str]) {
        let synonyms = synonyms(rules).unwrap();
        let analyzer = Analyzer::new(synonyms.locale());
        let terms = terms_of(ticket, &analyzer);
        let mut found: Vec<&str> = (0..terms.len())
            .flat_map(|start| synonyms.at(&terms[start..]))
            .flat_map(|expansion| expansion.terms.iter().map(String::as_str))
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn rules_go_both_ways_or_one_way_and_know_endings_and_phrases() {
        check("bill, invoice", "my Bills", &["invoic"]);
        check("bill, invoice", "invoice", &["bill"]);
        check("pw => password", "PW lost", &["password"]);
        check("pw => password", "password lost", &[]);
        check(
            "card machine => reader",
            "the card machine is dead",
            &["reader"],
        );
        check("card machine => reader", "card", &[]);
        check(
            "# only a comment\n\nbill, invoice # both",
            "bill",
            &["invoic"],
        );
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_named_with_its_line() {
        for (rules, line) in [
            ("a, b\nalone", 2),
            ("x =>", 1),
            ("x => y, ,", 1),
            ("!, b", 1),
        ] {
            let error = synonyms(rules).unwrap_err();
            assert_eq!(error.line(), Some(line), "{rules:?}");
            assert!(error.to_string().contains("write it like"), "{error}");
        }
        assert!(synonyms(&"a, b\n".repeat(MAX_RULES + 1)).is_err());
    }

    #[test]
    fn what_is_over_a_limit_is_named_with_its_size_and_the_limit() {
        let many: Vec<String> = (0..41).map(|n| format!("w{n}")).collect();
        for (rules, expected) in [
            (many.join(","), "has 41 phrases on a side; give at most 40"),
            (
                format!("a, {}", "b".repeat(998)),
                "the line has 1001 bytes; shorten it to 1000",
            ),
            (
                format!("{}\n", "#".repeat(999)).repeat(1_001),
                "the synonyms have 1001000 bytes; shorten them to 1000000",
            ),
        ] {
            let error = synonyms(&rules).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(synonyms(&many[..40].join(",")).is_ok());
    }
}
