//! The content words of a text.

use helpdex_text::{Analysis, Analyzer};

/// Returns the content words of a text in their order: the term, and the word in lower case as the text spells it.
pub(crate) fn content_words(analyzer: &Analyzer, text: &str) -> Vec<(String, String)> {
    let mut analysis = Analysis::default();
    analyzer.analyze(text, &mut analysis);
    let words = analysis.words().filter(|word| !word.is_function_word);
    words
        .map(|word| (word.term.to_owned(), text[word.range].to_lowercase()))
        .collect()
}
