//! Recognises product and error codes, which are the best search terms.

/// Whether a word is a code: `BRV-4102`, `ERR_CONN`, `0x80070057`, `v2.4.1`, `KB5034441`, `E42`.
pub(super) fn is_code(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    // The longest codes in use are names such as PR_CONNECT_RESET_ERROR and GUID-like ids.
    if !(2..=64).contains(&word.len()) || !word.is_ascii() {
        return false;
    }
    let has_digit = word.bytes().any(|b| b.is_ascii_digit());
    let has_upper = word.bytes().any(|b| b.is_ascii_uppercase());
    let has_lower = word.bytes().any(|b| b.is_ascii_lowercase());
    let is_plain = word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'));
    if !is_plain {
        return false;
    }
    let is_hexadecimal = word.len() > 3 && (word.starts_with("0x") || word.starts_with("0X"));
    let is_version = word.starts_with(['v', 'V'])
        && word.contains('.')
        && word[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_constant = word.contains('_') && has_upper && !has_lower;
    let is_numbered = has_digit && has_upper && !has_lower && !word.contains('/');
    is_hexadecimal || is_version || is_constant || is_numbered
}

/// Whether a text contains a code.
pub(super) fn has_code(text: &str) -> bool {
    words(text).any(|(_, word)| is_code(word))
}

/// Returns the words of a text, separated by white space and the punctuation around codes, each with the byte at which
/// it begins.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(is_separator)
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn is_separator(c: char) -> bool {
    const MARKS: &str = "=:,;()[]\"'{}<>|";
    c.is_whitespace() || MARKS.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_words_and_numbers() {
        for code in [
            "BRV-4102",
            "ERR_CONN-42",
            "0x80070057",
            "v2.4.1",
            "KB5034441",
            "ERR_CERT_DATE_INVALID",
            "(E42)",
            "ORA-00942",
        ] {
            assert!(is_code(code), "{code}");
        }
        for word in [
            "login",
            "Windows",
            "2024",
            "10:22",
            "USA",
            "iPhone",
            "a",
            "file.txt",
            "и",
            "http://x/A1",
        ] {
            assert!(!is_code(word), "{word}");
        }
    }
}
