//! Numbers and text from outside, for the page.

use helpdex::escape_html;

/// Formats a share as `27%`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// Formats a count as `12,345`.
pub(super) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Formats a count with its noun, as `1 ticket` or `2 tickets`.
pub(super) fn plural(n: usize, name: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{} {name}{ending}", number(n))
}

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
