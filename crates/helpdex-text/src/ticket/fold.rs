//! Folds text to the form in which lines and rules are compared: lower case, without marks, with one kind of space,
//! quote and dash.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Folds a line or a rule, so that `ŞUNU  YAZDI :` and `şunu yazdı:` compare equal.
///
/// Marks are dropped from Latin, Greek and Cyrillic letters only: Thai, Indic and Arabic writing needs them.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, &mut |c| push(c, &mut folded));
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// Folds the first `max_chars` characters of a text, and returns for each byte of the folded text the byte behind the
/// original of its character.
pub(super) fn fold_prefix(text: &str, max_chars: usize) -> (String, Vec<usize>) {
    let mut folded = String::new();
    let mut ends = Vec::new();
    for (start, c) in text.char_indices().take(max_chars) {
        let end = start + c.len_utf8();
        fold_char(c, &mut |c| {
            let before = folded.len();
            push(c, &mut folded);
            if folded.len() < before {
                ends.truncate(folded.len());
            }
            // A dropped space before a colon and a repeated space leave nothing to point from.
            ends.resize(folded.len(), end);
        });
        if let Some(last) = ends.last_mut() {
            *last = end.max(*last);
        }
    }
    (folded, ends)
}

fn push(c: char, folded: &mut String) {
    match c {
        ' ' if folded.is_empty() || folded.ends_with(' ') => {}
        ':' | ',' | '!' | '?' if folded.ends_with(' ') => {
            // French writes a space before a colon, and so do many who are not French.
            folded.pop();
            folded.push(c);
        }
        c => folded.push(c),
    }
}

fn fold_char(c: char, push: &mut impl FnMut(char)) {
    match c {
        'a'..='z'
        | '0'..='9'
        | '.'
        | ','
        | ':'
        | '-'
        | '('
        | ')'
        | '['
        | ']'
        | '@'
        | '/'
        | '<'
        | '>'
        | '\''
        | '"' => {
            push(c);
        }
        'A'..='Z' => push(c.to_ascii_lowercase()),
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '`' | '\u{00B4}' => push('\''),
        '\u{201C}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}' | '\u{300C}' | '\u{300D}' => push('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => push('-'),
        '、' => push(','),
        'ł' | 'Ł' => push('l'),
        'ı' => push('i'),
        'ø' | 'Ø' => push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => push('d'),
        'ß' => {
            push('s');
            push('s');
        }
        // Bold marks of mail programs that write HTML as text.
        '*' => {}
        c if c.is_whitespace() => push(' '),
        c if is_invisible(c) || c.is_control() => {}
        // Letters with marks stand below the Armenian block, in Latin Extended Additional and Greek Extended; full-width
        // letters and punctuation stand in U+FF00 to U+FF60.
        '\u{00A0}'..='\u{052F}' | '\u{1E00}'..='\u{1FFF}' | '\u{FF00}'..='\u{FF60}' => {
            decompose_compatible(c, |part| {
                for lower in part.to_lowercase() {
                    if lower.is_whitespace() {
                        push(' ');
                    } else if !is_combining_mark(lower) {
                        push(lower);
                    }
                }
            });
        }
        c => {
            for lower in c.to_lowercase() {
                push(lower);
            }
        }
    }
}

/// Whether a reader does not see a character: a joiner, a mark of direction, the soft hyphen, the byte order mark.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_in_case_marks_spaces_and_quotes_fold_alike() {
        for (one, other) in [
            ("Şunu  YAZDI :", "sunu yazdi:"),
            ("İLT", "ilt"),
            ("Le 5 mars, Zoé a écrit\u{a0}:", "le 5 mars, zoe a ecrit:"),
            ("*From:* “Bo”", "from: \"bo\""),
            ("Ｆｒｏｍ：", "from:"),
            ("Sent from my iPhone’un", "sent from my iphone'un"),
            ("straße Øl Łódź", "strasse ol lodz"),
        ] {
            assert_eq!(fold(one), other);
        }
    }

    #[test]
    fn every_folded_byte_points_behind_its_original() {
        let text = "Héllo ,  wörld";
        let (folded, ends) = fold_prefix(text, 100);
        assert_eq!(folded, "hello, world");
        assert_eq!(ends.len(), folded.len());
        assert_eq!(&text[..ends[5]], "Héllo ,");
    }
}
