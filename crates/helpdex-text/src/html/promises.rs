//! Property tests of [`read`], and the hostile HTML that they and the article's tests use.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::html_text::{HtmlText, MarkKind};
use super::read;

/// A sign that the generated HTML has in attributes and comments only, so that it must never occur in the text.
pub(crate) const MARKUP_SIGN: char = '§';

const NAMES: &[&str] = &[
    "p",
    "div",
    "span",
    "b",
    "h1",
    "h2",
    "h3",
    "ol",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "caption",
    "pre",
    "br",
    "hr",
    "blockquote",
    "nav",
    "aside",
    "header",
    "article",
    "a",
    "section",
    "img",
    "details",
    "summary",
    "template",
    "select",
    "svg",
    "script",
    "style",
    "title",
    "html",
    "ac:structured-macro",
    "ac:parameter",
    "ac:task",
    "x-other",
];

const ATTRIBUTES: &[&str] = &[
    "",
    " class='§'",
    " title=\"§ > §\"",
    " hidden",
    " style='display:none'",
    " style='white-space:pre'",
    " style='border:none;border-top:solid §'",
    " id=x",
    " name='a b'",
    " class=gmail_quote",
    " start=2147483647",
    " value=-2147483648",
    " reversed",
    " lang=de",
    " /",
];

/// Generates well-formed tags in any order.
fn tag() -> impl Strategy<Value = String> {
    let start =
        (select(NAMES), select(ATTRIBUTES)).prop_map(|(name, rest)| format!("<{name}{rest}>"));
    prop_oneof![
        3 => start,
        2 => select(NAMES).prop_map(|name| format!("</{name}>")),
        1 => Just("<!-- § > <b> -->".to_owned()),
    ]
}

/// Generates text without `<`.
fn text() -> impl Strategy<Value = String> {
    let pieces: &[&str] = &[
        "word",
        " ",
        "\n",
        "\t",
        "a  b",
        "\r\n",
        "&amp;",
        "&lt;b>",
        "&nGt;",
        "&",
        "&#0;",
        "\u{0}",
        "\u{1f}",
        "\u{7f}",
        "\u{a0}",
        "再",
        "\u{202e}",
        "ü",
        "\u{1f600}",
        "> ",
    ];
    select(pieces).prop_map(str::to_owned)
}

/// Generates pages of text and well-formed tags that need not match.
pub(crate) fn tags_and_text() -> impl Strategy<Value = String> {
    vec(prop_oneof![tag(), text()], 0..60).prop_map(|pieces| pieces.concat())
}

/// Generates pages like [`tags_and_text`], with pieces among them that are no tags.
pub(crate) fn hostile_html() -> impl Strategy<Value = String> {
    let pieces: &[&str] = &[
        "<",
        "</",
        "<!",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "<a b='",
        "<a b=\"",
        "'",
        "\"",
        "<p a",
        "=",
        "/>",
        ">",
        "</p",
        "<ac:plain-text-body>",
        "<plaintext>",
        "<textarea>",
        "<math>",
        "<iframe>",
        "</br>",
    ];
    let piece = prop_oneof![
        tag(),
        text(),
        select(pieces).prop_map(str::to_owned),
        any::<String>(),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Whether a character is a control character that a text must not contain.
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

/// Asserts what [`HtmlText`] promises of its fields.
fn check_promises(html: &str, read: &HtmlText) {
    let text = &read.text;
    assert!(!text.contains(is_forbidden));
    assert!(!text.starts_with('\n') && !text.ends_with('\n'));
    assert!(text.lines().all(|line| !line.ends_with(' ')));
    let elements = html.matches('<').count();
    let entities = html.matches('&').count();
    assert!(text.len() <= html.len() + 16 * elements + 2 * entities);

    let mut open: Vec<usize> = Vec::new();
    let mut last_start = 0;
    for mark in &read.marks {
        assert!(text.get(mark.range.clone()).is_some());
        assert!(mark.range.start >= last_start);
        assert!(mark.kind == MarkKind::Divider || !mark.range.is_empty());
        last_start = mark.range.start;
        while open.last().is_some_and(|end| *end <= mark.range.start) {
            open.pop();
        }
        assert!(open.last().is_none_or(|end| *end >= mark.range.end));
        open.push(mark.range.end);
    }
}

proptest! {
    #[test]
    fn text_and_marks_keep_their_promises(html in hostile_html()) {
        let once = read(&html);
        check_promises(&html, &once);
        prop_assert_eq!(&read(&html), &once);
    }

    #[test]
    fn no_part_of_a_tag_enters_the_text(html in tags_and_text()) {
        let read = read(&html);
        prop_assert!(!read.text.contains(MARKUP_SIGN));
        prop_assert!(!read.text.contains("</"));
    }

    #[test]
    fn text_without_markup_keeps_its_words(words in vec("[a-zA-Zäöüก-ฮ0-9.,!>]{1,8}", 0..20)) {
        let text = words.join(" ");
        prop_assert_eq!(read(&text).text, text);
    }
}
