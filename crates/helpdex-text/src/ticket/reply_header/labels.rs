//! The labels of header blocks in all languages: `From`, `Gesendet`, `宛先`.

use std::sync::LazyLock;

use crate::ticket::fold::fold;
use crate::ticket::rules;

pub(super) static LABELS: LazyLock<Labels> =
    LazyLock::new(|| Labels::read(include_str!("../../../data/ticket/header_labels.txt")));

/// The longest label before a colon, in bytes: the longest of the table has 24 characters of up to 3 bytes.
pub(super) const LONGEST_LABEL_BYTES: usize = 71;

/// The number of characters within which a label and its colon must end: the longest label of the table has 24.
const MOST_LABEL_CHARS: usize = 28;

/// The most words of a label of the table.
const MOST_LABEL_WORDS: usize = 3;

/// The bit of English, the language of the table's first line, in a set of languages.
pub(super) const ENGLISH: u64 = 1;

pub(super) const ROLES: usize = 5;
pub(super) const FROM: usize = 0;
pub(super) const TIME: usize = 1;
pub(super) const SUBJECT: usize = 4;

/// The labels of all languages; a set of languages is a bit mask in the order of the file.
#[derive(Debug)]
pub(super) struct Labels {
    /// Each folded label, with one set of languages for each role: those in which the label has that role.
    sorted: Vec<(String, [u64; ROLES])>,
    rules: Vec<&'static str>,
}

impl Labels {
    fn read(table: &'static str) -> Self {
        let mut meanings: Vec<(String, usize, u64)> = Vec::new();
        let mut rules = Vec::new();
        for (language, (rule, roles)) in rules::read(table).enumerate() {
            rules.push(rule);
            for (role, labels) in roles.split('|').enumerate().take(ROLES) {
                let labels = labels.split(',').map(|label| fold(label.trim()));
                meanings.extend(
                    labels
                        .filter(|label| !label.is_empty())
                        .map(|label| (label, role, 1 << language)),
                );
            }
        }
        assert!(rules.len() <= 64, "a set of languages is a mask of 64 bits");
        // Many mail programs leave "Cc" and "Bcc" in English.
        let all = u64::MAX >> (64 - rules.len());
        meanings.extend(["cc", "bcc"].map(|label| (label.to_owned(), 3, all)));
        meanings.sort();
        let mut sorted: Vec<(String, [u64; ROLES])> = Vec::new();
        for (label, role, language) in meanings {
            if sorted.last().is_none_or(|(last, _)| *last != label) {
                sorted.push((label, [0; ROLES]));
            }
            if let Some((_, roles)) = sorted.last_mut() {
                roles[role] |= language;
            }
        }
        Self { sorted, rules }
    }

    /// Returns the index of the label that a folded line begins with, and the value behind its colon or in the next
    /// cell of a table's row.
    pub(super) fn of_line<'l>(&self, folded: &'l str) -> Option<(usize, &'l str)> {
        let line = folded.trim_start_matches(['-', '|', ' ']);
        let head_end = line
            .char_indices()
            .map(|(i, _)| i)
            .nth(MOST_LABEL_CHARS)
            .unwrap_or(line.len());
        let sign = line[..head_end].find([':', '|'])?;
        let label = self.index_of(line[..sign].trim())?;
        Some((label, line[sign + 1..].trim_matches([' ', '|'])))
    }

    /// Returns the index of the label that a folded line begins with and the value, if only a space separates them:
    /// `From "Bo" <bo@example.com>`.
    pub(super) fn bare_of_line<'l>(&self, folded: &'l str) -> Option<(usize, &'l str)> {
        let spaces = folded.match_indices(' ').take(MOST_LABEL_WORDS);
        spaces
            .filter(|&(at, _)| at <= LONGEST_LABEL_BYTES)
            .filter_map(|(at, _)| Some((self.index_of(&folded[..at])?, folded[at..].trim())))
            .last()
    }

    fn index_of(&self, label: &str) -> Option<usize> {
        let found = self
            .sorted
            .binary_search_by(|(known, _)| known.as_str().cmp(label));
        found.ok()
    }

    pub(super) fn languages_of(&self, label: usize) -> u64 {
        self.sorted[label].1.iter().fold(0, |all, role| all | role)
    }

    pub(super) fn roles_of(&self, label: usize, languages: u64) -> impl Iterator<Item = usize> {
        let roles = self.sorted[label].1;
        (0..ROLES).filter(move |&role| roles[role] & languages != 0)
    }

    pub(super) fn first_rule(&self, languages: u64) -> &'static str {
        self.rules[languages.trailing_zeros() as usize]
    }
}
