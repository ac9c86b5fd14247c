//! Text from outside, for the page.

use helpdex::escape_html;

/// Returns words as a list that keeps each word in its own direction.
pub(super) fn words(words: &[String]) -> String {
    let words = words.iter();
    let words: Vec<String> = words
        .map(|word| format!("<bdi>{}</bdi>", escape_html(word)))
        .collect();
    words.join(" ")
}

/// Returns a text from outside, in its own direction.
pub(super) fn text(text: &str) -> String {
    format!("<bdi>{}</bdi>", escape_html(text))
}
