//! Tables of rules: data files with one rule a line, its name first, folded when they are first used.

use super::fold::fold;

/// The rules of a table, in the order of the file: `(name, rest of the line)`.
///
/// Empty lines and lines that start with `#` are left out. A rule's name is the first word of its line.
pub(super) fn read(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(char::is_whitespace))
        .map(|(name, rest)| (name, rest.trim()))
}

/// A phrase with gaps, such as `on … wrote:`, to be compared with a whole folded line.
#[derive(Debug)]
pub(super) struct Pattern {
    name: &'static str,
    parts: Vec<String>,
    is_open_at_start: bool,
    is_open_at_end: bool,
}

impl Pattern {
    /// Reads a table of patterns, one a line; `…` is a gap of any length, empty included.
    pub(super) fn read_all(table: &'static str) -> Vec<Pattern> {
        read(table)
            .flat_map(|(name, phrase)| {
                // A gap may be empty, and then no space stands in front of the colon.
                let without_gap = phrase.strip_suffix(" …:").map(|head| format!("{head}:"));
                let with_gap = Pattern::new(name, phrase);
                [
                    Some(with_gap),
                    without_gap.map(|phrase| Pattern::new(name, &phrase)),
                ]
            })
            .flatten()
            .collect()
    }

    fn new(name: &'static str, phrase: &str) -> Self {
        Self {
            name,
            parts: phrase
                .split('…')
                .filter(|part| !part.is_empty())
                .map(fold_part)
                .collect(),
            is_open_at_start: phrase.starts_with('…'),
            is_open_at_end: phrase.ends_with('…'),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the whole line fits; linear in the line.
    pub(super) fn matches(&self, folded_line: &str) -> bool {
        let Some((last, firsts)) = self.parts.split_last() else {
            return false;
        };
        let mut rest = folded_line;
        for (i, part) in firsts.iter().enumerate() {
            if i == 0 && !self.is_open_at_start {
                match rest.strip_prefix(part.as_str()) {
                    Some(after) => rest = after,
                    None => return false,
                }
            } else {
                match rest.split_once(part.as_str()) {
                    Some((_, after)) => rest = after,
                    None => return false,
                }
            }
        }
        let is_first = firsts.is_empty() && !self.is_open_at_start;
        match (is_first, self.is_open_at_end) {
            (true, true) => rest.starts_with(last.as_str()),
            (true, false) => rest == last,
            (false, true) => rest.contains(last.as_str()),
            (false, false) => rest.ends_with(last.as_str()),
        }
    }
}

/// Folds the text beside a gap; its spaces there stay, so that `… rašė:` does not fit `phrase:`.
fn fold_part(part: &str) -> String {
    let space = |is_there: bool| if is_there { " " } else { "" };
    let starts = part.starts_with(' ');
    let ends = part.len() > 1 && part.ends_with(' ');
    format!("{}{}{}", space(starts), fold(part), space(ends))
}

/// Phrases that are looked up whole, each with the name of its rule.
#[derive(Debug)]
pub(super) struct Phrases {
    sorted: Vec<(String, &'static str)>,
}

impl Phrases {
    /// Reads a table of phrases: a name, then phrases between `|`.
    pub(super) fn read(table: &'static str) -> Self {
        let mut sorted: Vec<(String, &'static str)> = read(table)
            .flat_map(|(name, phrases)| {
                phrases
                    .split('|')
                    .map(move |phrase| (fold(phrase.trim()), name))
            })
            .filter(|(phrase, _)| !phrase.is_empty())
            .collect();
        // Of languages that share a phrase, the first of the file is named.
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.dedup_by(|a, b| a.0 == b.0);
        Self { sorted }
    }

    /// Every phrase, folded, with its rule.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.sorted
            .iter()
            .map(|(phrase, rule)| (phrase.as_str(), *rule))
    }

    /// The rule of exactly this folded phrase.
    pub(super) fn rule_of(&self, folded: &str) -> Option<&'static str> {
        let found = self
            .sorted
            .binary_search_by(|(phrase, _)| phrase.as_str().cmp(folded));
        found.ok().map(|i| self.sorted[i].1)
    }

    /// The longest phrase that the folded text starts with: its length in bytes and its rule.
    ///
    /// Logarithmic in the table for each length of `folded` tried, shortest last.
    pub(super) fn longest_prefix(&self, folded: &str) -> Option<(usize, &'static str)> {
        let mut upper = self
            .sorted
            .partition_point(|(phrase, _)| phrase.as_str() <= folded);
        // A phrase that is a prefix sorts before the text; anything between them shares that prefix.
        let mut best: Option<(usize, &'static str)> = None;
        let first = folded.chars().next()?;
        while upper > 0 {
            upper -= 1;
            let (phrase, rule) = &self.sorted[upper];
            if !phrase.starts_with(first) {
                break;
            }
            if folded.starts_with(phrase.as_str()) {
                best = Some((phrase.len(), rule));
                break;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_a_gap_at_an_end_is_anchored_there() {
        let table =
            "en-wrote on … wrote:\nru-wrote … писал(а):\nmobile sent from my …\nexact begin:";
        let patterns = Pattern::read_all(table);
        let matching = |line: &str| -> Vec<&str> {
            let folded = fold(line);
            patterns
                .iter()
                .filter(|p| p.matches(&folded))
                .map(Pattern::name)
                .collect()
        };
        assert_eq!(matching("On Monday Bo wrote:"), ["en-wrote"]);
        assert_eq!(matching("So on Monday Bo wrote:"), [""; 0]);
        assert_eq!(matching("On Monday Bo wrote: x"), [""; 0]);
        assert_eq!(matching("вт, Иван писал(а):"), ["ru-wrote"]);
        assert_eq!(matching("Sent from my iPhone"), ["mobile"]);
        assert_eq!(matching("Begin:"), ["exact"]);
        assert_eq!(matching("Begin: x"), [""; 0]);
    }

    #[test]
    fn the_longest_phrase_wins() {
        let phrases = Phrases::read("en hi | hi there | hello\nth สวัสดี | สวัสดีครับ");
        assert_eq!(phrases.longest_prefix("hi there bo"), Some((8, "en")));
        assert_eq!(phrases.longest_prefix("hi bo"), Some((2, "en")));
        assert_eq!(phrases.longest_prefix("ho"), None);
        assert_eq!(phrases.longest_prefix("สวัสดีครับผม").map(|p| p.1), Some("th"));
        assert_eq!(phrases.rule_of("hello"), Some("en"));
        assert_eq!(phrases.rule_of("hell"), None);
    }
}
