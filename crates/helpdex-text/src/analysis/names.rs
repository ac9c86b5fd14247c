//! Signs that are part of a name: `C++`, `F#`, `Notepad++`, `.NET`, `A/B`, `AT&T`, `24/7`.

use std::ops::Range;

/// The most letters of a word that forms a name with the dot in front of it: the longest file endings in common use,
/// such as `.xhtml`, have five. A longer word behind a dot is the beginning of a sentence whose space is missing.
const MOST_LETTERS_BEHIND_DOT: usize = 5;

/// Returns the length in bytes of the signs behind a word that belong to its name, 0 when there are none.
///
/// - `+` and `++` behind a word with a letter: `C++`, `Google+`. Neither `a+b` nor `50+` is a name, but `C++17` has one.
/// - `#` behind a single letter: `C#`. Behind more letters it stands for "number": `PO#`.
pub(crate) fn signs_behind(text: &str, word: &Range<usize>) -> usize {
    let rest = &text[word.end..];
    if !rest.starts_with(|c| is_plus(c) || is_hash(c)) {
        return 0;
    }
    let name = &text[word.clone()];
    let signs = if rest.starts_with(is_plus) {
        rest.len() - rest.trim_start_matches(is_plus).len()
    } else if name.chars().count() == 1 {
        rest.chars().next().map_or(0, char::len_utf8)
    } else {
        return 0;
    };
    if !name.contains(char::is_alphabetic) {
        return 0;
    }
    let count = rest[..signs].chars().count();
    let next = rest[signs..].chars().next();
    let is_version = count == 2 && next.is_some_and(char::is_numeric);
    let ends = next.is_none_or(|c| !c.is_alphanumeric() && !is_plus(c) && !is_hash(c));
    if count <= 2 && (ends || is_version) {
        signs
    } else {
        0
    }
}

fn is_plus(c: char) -> bool {
    matches!(c, '+' | '＋')
}

fn is_hash(c: char) -> bool {
    matches!(c, '#' | '＃' | '♯')
}

/// Whether the dot in front of a word belongs to its name, as in `.NET` and `.docx`.
pub(crate) fn has_dot_in_front(text: &str, word: &Range<usize>) -> bool {
    let Some(before) = text[..word.start].strip_suffix('.') else {
        return false;
    };
    let name = &text[word.clone()];
    let len = name.chars().count();
    (2..=MOST_LETTERS_BEHIND_DOT).contains(&len)
        && name.chars().all(char::is_alphabetic)
        && before.chars().next_back().is_none_or(|c| {
            c.is_whitespace() || matches!(c, '(' | '[' | '"' | '\'' | '“' | '„' | '«' | '*' | '/')
        })
}

/// Whether two words are one name because of the sign between them: `A/B`, `Q&A`, `24/7`.
///
/// Each side has one or two letters, and at least one side a single one; or a slash has one or two digits on each side.
/// A longer chain, such as a path or a date, is no name.
pub(crate) fn are_joined(text: &str, first: &Range<usize>, next: &Range<usize>) -> bool {
    let sign = &text[first.end..next.start];
    if !matches!(sign, "/" | "&") {
        return false;
    }
    let is_continued = text[..first.start].ends_with(['/', '&', '.', '@', '='])
        || text[next.end..].starts_with(['/', '&', '=', '@', ';']);
    let (left, right) = (&text[first.clone()], &text[next.clone()]);
    let (left_len, right_len) = (left.chars().count(), right.chars().count());
    let are_letters = (left_len == 1 || right_len == 1)
        && left.chars().chain(right.chars()).all(char::is_alphabetic);
    let are_digits = sign == "/" && left.chars().chain(right.chars()).all(char::is_numeric);
    !is_continued && left_len <= 2 && right_len <= 2 && (are_letters || are_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the range, in bytes, of the first `word` in `text`.
    fn range(text: &str, word: &str) -> Range<usize> {
        let start = text.find(word).unwrap();
        start..start + word.len()
    }

    #[test]
    fn signs_belong_to_a_name_where_the_name_ends_with_them() {
        for (text, word, signs) in [
            ("C++", "C", "++"),
            ("in C++.", "C", "++"),
            ("C++17", "C", "++"),
            ("Notepad++,", "Notepad", "++"),
            ("Google+ account", "Google", "+"),
            ("the S8+", "S8", "+"),
            ("C＋＋", "C", "＋＋"),
            ("c#", "c", "#"),
            ("C♯ 12", "C", "♯"),
            ("a+b", "a", ""),
            ("Ctrl+C", "Ctrl", ""),
            ("50+ users", "50", ""),
            ("ok+++", "ok", ""),
            ("PO# 12", "PO", ""),
            ("C#7", "C", ""),
            ("page#top", "page", ""),
            ("C", "C", ""),
        ] {
            assert_eq!(
                signs_behind(text, &range(text, word)),
                signs.len(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_dot_belongs_to_a_short_word_behind_a_space() {
        for (text, word, expected) in [
            (".NET", "NET", true),
            ("on .NET 8", "NET", true),
            ("a (.pdf)", "pdf", true),
            ("end.Next", "Next", false),
            ("wait ...ok", "ok", false),
            (".5", "5", false),
            ("it fails .Please help", "Please", false),
        ] {
            assert_eq!(
                has_dot_in_front(text, &range(text, word)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn short_words_are_joined_by_a_slash_or_an_ampersand() {
        for (text, first, next, expected) in [
            ("A/B test", "A", "B", true),
            ("AT&T", "AT", "T", true),
            ("24/7", "24", "7", true),
            ("km/h", "km", "h", true),
            ("2/3/2026", "2", "3", false),
            ("a/b/c", "a", "b", false),
            ("?a&b=1", "a", "b", false),
            ("he/she", "he", "she", false),
            ("A / B", "A", "B", false),
            ("4&5", "4", "5", false),
        ] {
            let first = range(text, first);
            let at = text.rfind(next).unwrap();
            let next = at..at + next.len();
            assert_eq!(are_joined(text, &first, &next), expected, "{text}");
        }
    }
}
