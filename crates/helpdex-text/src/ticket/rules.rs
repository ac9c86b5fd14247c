//! Reads tables of rules: data files with one rule a line, its name first. They are folded when they are first used.

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
    /// Reads a table of patterns, one a line; `…` is a gap of any length, which may be empty.
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

    /// Returns the number of words behind the last gap: 1 in `on … wrote:`, 0 in `am … schrieb …:`.
    pub(super) fn words_behind_last_gap(&self) -> usize {
        let last = self.parts.last().map_or("", String::as_str);
        let words = last.split_whitespace();
        words
            .filter(|word| word.contains(char::is_alphanumeric))
            .count()
    }

    /// Whether the pattern matches the whole line. Linear in the line.
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

/// Folds a text next to a gap and keeps the spaces at its ends, so that `… rašė:` does not match `phrase:`.
fn fold_part(part: &str) -> String {
    let start = if part.starts_with(' ') { " " } else { "" };
    let end = if part.len() > 1 && part.ends_with(' ') {
        " "
    } else {
        ""
    };
    format!("{start}{}{end}", fold(part))
}

/// Returns the kind with this name, as a table of rules has it.
///
/// # Panics
/// When no kind has this name: the tables are part of the program, and its tests read all of them.
pub(super) fn kind<K: Copy>(name: &str, kinds: &[(&str, K)]) -> K {
    let found = kinds.iter().find(|(known, _)| *known == name);
    let Some(&(_, kind)) = found else {
        let known: Vec<&str> = kinds.iter().map(|(known, _)| *known).collect();
        panic!("a rule table has a line of the kind {name:?}; write one of {known:?}");
    };
    kind
}

/// Phrases that are looked up as a whole, each with a value from its line: the name of a rule, or a kind.
#[derive(Debug)]
pub(super) struct Phrases<V = &'static str> {
    sorted: Vec<(String, V)>,
}

impl Phrases {
    /// Reads a table of phrases: a name, then phrases between `|`.
    pub(super) fn read(table: &'static str) -> Self {
        Self::from_lines(read(table))
    }
}

impl<V: Copy> Phrases<V> {
    /// Collects the phrases of lines, each of which is a value and phrases between `|`.
    pub(super) fn from_lines(lines: impl Iterator<Item = (V, &'static str)>) -> Self {
        let mut sorted: Vec<(String, V)> = lines
            .flat_map(|(value, phrases)| {
                phrases
                    .split('|')
                    .map(move |phrase| (fold(phrase.trim()), value))
            })
            .filter(|(phrase, _)| !phrase.is_empty())
            .collect();
        // The first of several lines with the same phrase wins.
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.dedup_by(|a, b| a.0 == b.0);
        Self { sorted }
    }

    /// Returns every phrase, folded, with its value.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, V)> {
        self.sorted
            .iter()
            .map(|(phrase, value)| (phrase.as_str(), *value))
    }

    /// Returns the value of the phrase that equals `folded`.
    pub(super) fn value_of(&self, folded: &str) -> Option<V> {
        let found = self
            .sorted
            .binary_search_by(|(phrase, _)| phrase.as_str().cmp(folded));
        found.ok().map(|i| self.sorted[i].1)
    }

    /// Returns the length, in bytes, and the value of the longest phrase that the folded text begins with.
    ///
    /// Each step is a binary search and shortens the beginning that a phrase may still match, so that there are at most
    /// as many steps as the longest phrase has characters.
    pub(super) fn longest_prefix(&self, folded: &str) -> Option<(usize, V)> {
        let mut prefix = folded;
        loop {
            let behind = self
                .sorted
                .partition_point(|(phrase, _)| phrase.as_str() <= prefix);
            let (phrase, value) = &self.sorted[behind.checked_sub(1)?];
            let common = common_prefix_len(phrase, prefix);
            if common == phrase.len() {
                return Some((common, *value));
            }
            // Every phrase that the text starts with sorts before this one, so that this one starts with it too.
            prefix = &prefix[..common];
        }
    }
}

/// Returns the length, in bytes, of the longest common beginning of the two texts.
fn common_prefix_len(a: &str, b: &str) -> usize {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    same.map(|(c, _)| c.len_utf8()).sum()
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
        assert_eq!(phrases.longest_prefix(""), None);
        assert_eq!(phrases.longest_prefix("hi thez"), Some((2, "en")));
        assert_eq!(phrases.longest_prefix("สวัสดีครับผม").map(|p| p.1), Some("th"));
        assert_eq!(phrases.value_of("hello"), Some("en"));
        assert_eq!(phrases.value_of("hell"), None);
    }

    #[test]
    fn the_longest_prefix_is_the_one_that_a_look_at_every_phrase_finds() {
        let phrases = Phrases::read("x a | ab | abc | abz | b | ba | bab | é | éa | ด | ดี");
        let letters = ["", "a", "b", "c", "z", "é", "ด", "ี", " "];
        for one in letters {
            for two in letters {
                for three in letters {
                    let text = [one, two, three].concat();
                    let expected = phrases
                        .all()
                        .filter(|(phrase, _)| text.starts_with(phrase))
                        .map(|(phrase, value)| (phrase.len(), value))
                        .max();
                    assert_eq!(phrases.longest_prefix(&text), expected, "{text:?}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "write one of [\"reply\", \"forward\"]")]
    fn a_kind_that_nobody_knows_is_refused() {
        kind("foreward", &[("reply", 1), ("forward", 2)]);
    }
}
