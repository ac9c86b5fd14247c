//! Text and numbers as they stand on the page.

use crate::eval::Interval;

/// Text from outside as text of the page: no sign of it is markup, and none steers how the rest is shown.
///
/// Control characters become spaces; marks that reorder or hide text, and signs that no text has, are taken out.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Marks of direction, embeddings, overrides and isolates; invisible operators; tags; the byte-order mark.
            '\u{061C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}' => {}
            '\u{2028}' | '\u{2029}' => escaped.push(' '),
            c if c.is_control() => escaped.push(' '),
            c if u32::from(c) & 0xFFFE == 0xFFFE => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// `27%`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// `21 to 33%`.
pub(super) fn percent_interval(interval: &Interval) -> String {
    format!(
        "{:.0} to {:.0}%",
        100.0 * interval.low,
        100.0 * interval.high
    )
}

/// `12,345`.
pub(super) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 ticket`, `2 tickets`.
pub(super) fn plural(n: usize, name: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{} {name}{ending}", number(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_of_a_text_is_markup_or_steers_the_page() {
        let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected, "{text:?}");
        check(
            "<script>alert('x & \"y\"')</script>",
            "&lt;script&gt;alert(&#39;x &amp; &quot;y&quot;&#39;)&lt;/script&gt;",
        );
        check("a\u{202E}b\u{2066}c\u{200F}d\u{FEFF}", "abcd");
        check("a\0b\u{1B}[31mc\u{85}d\ne", "a b [31mc d e");
        check("a\u{FFFE}b\u{1FFFF}c\u{E0041}d", "abcd");
        check("ştėไทย😀 \u{200D}", "ştėไทย😀 \u{200D}");
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(plural(1, "ticket"), "1 ticket");
        assert_eq!(plural(2_000, "ticket"), "2,000 tickets");
    }
}
