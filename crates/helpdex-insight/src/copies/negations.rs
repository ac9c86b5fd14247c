//! The words that turn a sentence into its opposite.

/// The list; its head says how to read it.
const LIST: &str = include_str!("../../data/negations.txt");

/// The negations of one language.
pub(super) struct Negations {
    words: Vec<&'static str>,
}

/// A word that was looked up.
pub(super) enum Found<'w> {
    /// It is no negation.
    No,
    /// It is one, and nothing else.
    Word,
    /// It is the negation of the rest of the word.
    Of(&'w str),
}

impl Negations {
    /// Returns the negations of a language; none for a language without a list.
    pub(super) fn of(language: &str) -> Self {
        let lines = LIST.lines().filter(|line| !line.starts_with('#'));
        let words = lines
            .filter_map(|line| line.split_once(' '))
            .find(|(code, _)| *code == language)
            .map(|(_, words)| words.split_whitespace().collect());
        Self {
            words: words.unwrap_or_default(),
        }
    }

    /// Looks up a word in lower case.
    pub(super) fn find<'w>(&self, word: &'w str) -> Found<'w> {
        for negation in &self.words {
            if let Some(part) = negation
                .strip_prefix('*')
                .and_then(|rest| rest.strip_suffix('*'))
            {
                if word.contains(part) {
                    return Found::Word;
                }
            } else if let Some(start) = negation.strip_suffix('*') {
                if word.starts_with(start) {
                    return Found::Word;
                }
            } else if let Some(prefix) = negation.strip_suffix('+') {
                // Shorter rests are other words: Lithuanian "nes" and "net".
                let rest = word.strip_prefix(prefix);
                if let Some(rest) = rest.filter(|rest| rest.chars().count() >= 4) {
                    return Found::Of(rest);
                }
            } else if word == *negation {
                return Found::Word;
            }
        }
        Found::No
    }
}
