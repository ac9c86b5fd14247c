//! The words that turn a sentence into its opposite.

/// The list of negations by language; its first lines say how to read it.
const LIST: &str = include_str!("../../data/negations.txt");

/// The negations of one language.
pub(super) struct Negations {
    words: Vec<&'static str>,
}

/// The role of a word in the list of negations.
pub(super) enum Found<'w> {
    /// The word is no negation.
    No,
    /// The word is a negation.
    Word,
    /// The word is the negation of this part of it.
    Of(&'w str),
}

impl Negations {
    /// Returns the negations of a language; empty for a language without a list.
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

    /// Looks up a word, which is given in lower case.
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
