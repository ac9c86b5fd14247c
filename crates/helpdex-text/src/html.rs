//! Reads HTML as text: one line for each block, with marks over what a caller may want to cut or to keep apart.
//!
//! It uses a tokenizer only, because every tree builder that we tried was quadratic in nesting depth: 100,000 nested
//! `div` took more than 20 seconds or overflowed the stack.

mod attribute_limit;
mod attributes;
mod elements;
mod html_text;
mod link_targets;
mod open_elements;
#[cfg(test)]
pub(crate) mod promises;
mod reader;
mod text_writer;
mod tokens;

use crate::budget::{Budget, Ended};

pub(crate) use html_text::{HtmlText, Mark, MarkKind};
pub(crate) use link_targets::with_link_targets;
pub(crate) use text_writer::is_kept;

/// Reads a page, a mail or a piece of HTML. The empty text gives the empty text.
///
/// Never fails: what is not HTML is read as text. Elements nested deeper than [`MAX_DEPTH`](open_elements::MAX_DEPTH)
/// are flattened. Linear in the length of `html`.
pub(crate) fn read(html: &str) -> HtmlText {
    read_within(html, &mut Budget::unlimited()).expect("a budget without limit does not end")
}

/// Like [`read`], but stops when the budget ends.
pub(crate) fn read_within(html: &str, budget: &mut Budget<'_>) -> Result<HtmlText, Ended> {
    let limited = attribute_limit::limit_attributes(html, budget)?;
    tokens::read(&limited, budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `html` and compares its text, in which `⏎` stands for a line end.
    fn check(html: &str, expected: &str) {
        let read = read(html);
        assert_eq!(read.text.replace('\n', "⏎"), expected, "{html}");
        for mark in &read.marks {
            assert!(read.text.get(mark.range.clone()).is_some(), "{html}");
        }
    }

    /// Reads `html` and compares its marks, each as `rule: text`.
    fn check_marks(html: &str, expected: &[&str]) {
        let read = read(html);
        let marks: Vec<String> = read
            .marks
            .iter()
            .map(|mark| format!("{}: {}", mark.rule, &read.text[mark.range.clone()]))
            .collect();
        assert_eq!(marks, expected, "{html}");
    }

    #[test]
    fn blocks_stand_on_lines_of_their_own() {
        check("", "");
        check("a  b\n c", "a b c");
        check("<p>one<p>two", "one⏎⏎two");
        check("<div>one</div><div>two</div>three", "one⏎two⏎three");
        check("one<br>two<br><br>three<br>", "one⏎two⏎⏎three");
        check("<div>a</div><div><br></div><div>b</div>", "a⏎⏎b");
        check("a<b>b</b><i> c</i>", "ab c");
        check("再設\n定を<b>\n行う</b> 時", "再設定を行う 時");
        check("한국\n어 a\n再", "한국 어 a 再");
        check("<p>unclosed <b>bold<p>next", "unclosed bold⏎⏎next");
        check("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a⏎b");
        check(
            "<figure><img alt='The menu'><figcaption>Where it is</figcaption></figure>",
            "The menu⏎Where it is",
        );
        check(
            "<details><summary>Why?</summary>Because.</details>",
            "Why?⏎⏎Because.",
        );
    }

    #[test]
    fn entities_are_decoded_once() {
        check(
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "<script>alert(1)</script>",
        );
        check(
            "&amp;lt; &copy &#x41;&#0; a&nbsp;&nbsp;b",
            "&lt; © A\u{fffd} a b",
        );
        check("a < b && c > d", "a < b && c > d");
    }

    #[test]
    fn lists_keep_their_order() {
        check("<ol><li>one<li><p>two</p></ol>", "1. one⏎2. two");
        check("<ol start=3><li>a<li value=7>b<li>c</ol>", "3. a⏎7. b⏎8. c");
        check("<ol reversed start=2><li>a<li>b</ol>", "2. a⏎1. b");
        check("<ul><li>a<ul><li>b</ul><li>c</ul>d", "a⏎b⏎c⏎⏎d");
        check("<ol><li>a<ol><li>b</ol><li>c</ol>", "1. a⏎1. b⏎2. c");
        check("<ol><li></li><li>b</li></ol>", "2. b");
        check(
            "<dl><dt>Term<dd>Meaning<dt>Other<dd>Thing</dl>",
            "Term⏎Meaning⏎Other⏎Thing",
        );
    }

    #[test]
    fn table_rows_stand_on_one_line() {
        check(
            "<table><tr><td>a<td>b<tr><td>c<td>d</table>e",
            "a | b⏎c | d⏎⏎e",
        );
        check(
            "<table><tr><td colspan=2>a</td></tr><tr><td></td><td>d</td></tr></table>",
            "a⏎d",
        );
        check(
            "<table><tr><td><p>a</p></td><td><div>b</div></td></tr></table>",
            "a | b",
        );
        check(
            "<table><tr><th>a<th>b<tr><td>c<br>d<td><ul><li>e<li>f</ul></table>",
            "a | b⏎c d | e f",
        );
        check(
            "<table><tr><td>left<td><p>Dear all</p><p>Bye</p></table>",
            "left⏎Dear all⏎⏎Bye",
        );
        check(
            "<table><tr><td><table><tr><td>a<td>b</table><td>c</table>",
            "a | b | c",
        );
    }

    #[test]
    fn preformatted_text_keeps_its_lines() {
        check("<pre>\na\n\n\tb  \n</pre>c", "a⏎⏎\tb⏎⏎c");
        check("<pre>  a<b>\n  </b>b</pre>", "  a⏎  b");
        check("<div style='white-space: pre-wrap'>a\nb</div>", "a⏎b");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        check(
            "a<script>if (a<b) '</p>'</script>b<style>p{}</style>c",
            "abc",
        );
        check("<head><title>T</title><style>x</style></head><body>a", "a");
        check(
            "<template><p>x</p></template>a<select><option>x</select>b",
            "ab",
        );
        check("<!-- a > b -->c<!doctype html>d<![CDATA[e]]>f", "cdf");
        check(
            "<svg><title>x</title><style>y</style><text>z</text></svg>a",
            "a",
        );
        check("<svg><path><p>a", "a");
        check("<iframe src=x />a<script src=y />b", "ab");
        check(
            "a\u{0}b\u{1}c\u{7f}d\u{85}e\u{ad}f&#7;g\u{202e}h",
            "abcd efgh",
        );
        check(
            "<img alt='image001.png'>a<img alt='OK button'>b",
            "a OK button b",
        );
    }

    #[test]
    fn confluence_macros_give_their_body() {
        check(
            "<ac:structured-macro ac:name='info'><ac:parameter ac:name='icon'>false</ac:parameter>\
             <ac:parameter ac:name='title'>Note</ac:parameter><ac:rich-text-body><p>Body</p>\
             </ac:rich-text-body></ac:structured-macro>",
            "Note⏎⏎Body",
        );
        check(
            "<ac:plain-text-body><![CDATA[if (a > b) {\n  c\n}]]></ac:plain-text-body>",
            "if (a > b) {⏎  c⏎}",
        );
        check(
            "<ac:link><ri:page ri:content-title='x'/><ac:link-body>here</ac:link-body></ac:link>",
            "here",
        );
    }

    #[test]
    fn headings_are_marked_with_their_anchor() {
        let anchors = |html: &str| -> Vec<Option<String>> {
            let marks = read(html).marks.into_iter();
            marks
                .filter_map(|mark| match mark.kind {
                    MarkKind::Heading { anchor, .. } => Some(anchor),
                    _ => None,
                })
                .collect()
        };
        check_marks(
            "<h1>A</h1>b<h2>C <b>d</b></h3>e",
            &["heading: A", "heading: C d"],
        );
        for html in [
            "<h2 id=x>A</h2>",
            "<h2><a name=x></a>A</h2>",
            "<h2>A<a id=x href='#x'>#</a></h2>",
            "b<a name=x></a><h2>A</h2>",
            "<section id=x><h2>A</h2></section>",
        ] {
            assert_eq!(anchors(html), [Some("x".to_owned())], "{html}");
        }
        assert_eq!(anchors("<a name=x></a>b<h2>A</h2>"), [None]);
        assert_eq!(anchors("<h2 id='a b'>A</h2><h2 id=''>B</h2>"), [None, None]);
    }

    #[test]
    fn mail_quotes_are_marked() {
        check_marks("a<blockquote>b<p>c</blockquote>d", &["blockquote: b\n\nc"]);
        check_marks(
            "a<div class='x_gmail_quote'><div class=gmail_attr>On x:<br></div><blockquote>b</blockquote></div>",
            &[
                "gmail_quote: On x:\n\nb",
                "gmail_attr: On x:",
                "blockquote: b",
            ],
        );
        check_marks(
            "a<hr tabindex='-1'><div id='divRplyFwdMsg'>From: b</div>c",
            &["outlook_rule: "],
        );
        check_marks(
            "a<div style='border:none; border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm'><p>From: b</div>",
            &["outlook_border_top: "],
        );
        check_marks(
            "a<div class=gmail_signature>Ann</div>",
            &["gmail_signature: Ann"],
        );
        let divided = read("a<hr id=stopSpelling>b");
        assert_eq!(divided.marks[0].range, 3..3);
    }

    #[test]
    fn hidden_text_and_page_furniture_are_marked() {
        check_marks(
            "<p hidden>a</p>b<span style='Display: NONE'>c<span>d</span></span>e",
            &["hidden: a", "hidden_style: cd"],
        );
        check_marks(
            "<nav>a</nav><header>b</header><article><header>c</header></article>",
            &["navigation_element: a", "header: b"],
        );
        check_marks(
            "<aside>a</aside><aside class='Note'>b</aside><footer>c</footer>",
            &["aside: a", "navigation_element: c"],
        );
        check_marks(
            "<span style='font-size:0.0px;color:#fff'>a</span><b style='font-size:0.8em'>b</b>",
            &["hidden_style: a"],
        );
        check_marks("<div><span hidden>a</div>b", &["hidden: a"]);
    }

    #[test]
    fn title_and_language_are_read() {
        let page = read("<html lang='pt-BR'><head><title> A &amp;\n B </title></head><body>c");
        assert_eq!(page.title.as_deref(), Some("A & B"));
        assert_eq!(page.lang.as_deref(), Some("pt-BR"));
        assert_eq!(read("<title> </title>").title, None);
    }

    #[test]
    fn nesting_deeper_than_the_limit_is_flattened() {
        let deep = format!(
            "{}text{}end",
            "<div>".repeat(100_000),
            "</div>".repeat(100_000)
        );
        check(&deep, "text⏎end");
        let deep = format!(
            "{}text",
            "<ul><li><table><tr><td><blockquote>".repeat(20_000)
        );
        check(&deep, "text");
    }

    #[test]
    fn hostile_html_is_read_in_linear_time() {
        let attributes: Vec<String> = (0..300_000).map(|n| format!(" a{n}=1")).collect();
        let attributes = attributes.concat();
        for html in [
            "<".repeat(2_000_000),
            "&amp".repeat(500_000),
            "</div>".repeat(500_000),
            "<b>".repeat(700_000),
            "<li>".repeat(500_000),
            "<p hidden>".repeat(200_000),
            format!("<!--{}-->", "x".repeat(5_000_000)),
            format!("<!--{}", "<!--".repeat(500_000)),
            format!("<p{attributes}>"),
            format!("<p title=\"{attributes}"),
            format!("<table>{}{}", "<div>".repeat(505), "<tr>".repeat(500_000)),
            format!(
                "{}{}",
                "<span hidden>".repeat(500),
                "</p></div>".repeat(200_000)
            ),
            "<table><tr><td>a<td>b".repeat(100_000),
            "<hr tabindex=-1>".repeat(100_000),
            "<blockquote><hr tabindex=-1></blockquote>".repeat(50_000),
            "<svg><p>".repeat(200_000),
            "<a name=x>".repeat(200_000),
            "<pre>\n".repeat(300_000),
        ] {
            assert!(read(&html).text.len() <= html.len(), "{html:.40}");
        }
    }
}
