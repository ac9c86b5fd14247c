//! Escapes text from outside for an HTML page.

/// Escapes a text for an HTML page or a quoted attribute, so that no character of it is read as markup or affects how
/// the rest is shown.
///
/// Control characters other than line ends become spaces. Marks that reorder or hide text, and characters that do not
/// occur in text, are removed.
///
/// ```
/// assert_eq!(helpdex::escape_html("Reset <your> \u{202E}PIN"), "Reset &lt;your&gt; PIN");
/// ```
#[must_use]
pub fn escape_html(text: &str) -> String {
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
            | '\u{E0000}'..='\u{E00FF}'
            | '\u{E01F0}'..='\u{E0FFF}' => {}
            '\n' => escaped.push('\n'),
            '\u{2028}' | '\u{2029}' => escaped.push(' '),
            c if c.is_control() => escaped.push(' '),
            c if u32::from(c) & 0xFFFE == 0xFFFE => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_of_a_text_is_markup_or_steers_the_page() {
        let check =
            |text: &str, expected: &str| assert_eq!(escape_html(text), expected, "{text:?}");
        check(
            "<script>alert('x & \"y\"')</script>",
            "&lt;script&gt;alert(&#39;x &amp; &quot;y&quot;&#39;)&lt;/script&gt;",
        );
        check("a\u{202E}b\u{2066}c\u{200F}d\u{FEFF}", "abcd");
        check("a\0b\u{1B}[31mc\u{85}d\ne\rf", "a b [31mc d\ne f");
        check("a\u{FFFE}b\u{1FFFF}c\u{E0041}d", "abcd");
        check("ştėไทย😀 \u{200D}", "ştėไทย😀 \u{200D}");
        // It chooses a form of the sign before, in Japanese names.
        check("辻\u{E0100}", "辻\u{E0100}");
    }
}
