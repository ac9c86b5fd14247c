//! Cleans articles: turns a stored body into sections of plain lines.

mod clean_article;
mod markdown;
#[cfg(test)]
mod promises;
mod section;

pub use clean_article::{CleanArticle, Section};
pub use markdown::begins_module_code;

use crate::error::Error;
use crate::html;

/// The largest body of an article, in bytes.
///
/// A body of this length is a book of 300,000 words: a manual or an export, to be split before it
/// is suggested to anyone.
pub const MAX_ARTICLE_BYTES: usize = 2_000_000;

/// The body of an article as it is stored.
///
/// The front matter of a file is not part of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body<'a> {
    /// A page or a piece of HTML; Confluence's storage format is HTML too.
    Html(&'a str),
    /// Markdown with tables, strikethrough and heading attributes. It may contain HTML and MDX.
    Markdown(&'a str),
    /// Plain text. No lines of it are taken for headings.
    Text(&'a str),
}

/// Cleans the body of an article. Linear in its length; the same body gives the same article.
///
/// - Text that a reader does not see is left out: scripts, styles, comments, navigation, headers
///   and footers of the page, sidebars, hidden elements, and MDX's `import` and `export` lines.
/// - Tables give a line a row, with ` | ` between the cells; items of ordered lists keep their
///   number; images give their alternative text; links give their text; code keeps its lines.
/// - Control characters are left out, but for `\n` and, in code, `\t`.
///
/// ```
/// use helpdex_text::{Body, clean_article};
///
/// let article = clean_article(Body::Markdown("# Passwords\n\n## Reset it\n\n1. Open *Settings*."))?;
/// assert_eq!(article.title.as_deref(), Some("Passwords"));
/// assert_eq!(article.sections[0].heading, "Reset it");
/// assert_eq!(article.sections[0].anchor.as_deref(), Some("reset-it"));
/// assert_eq!(article.sections[0].text, "1. Open Settings.");
/// # Ok::<(), helpdex_text::Error>(())
/// ```
///
/// # Errors
/// When the body is longer than [`MAX_ARTICLE_BYTES`]; the message names both sizes.
pub fn clean_article(body: Body<'_>) -> Result<CleanArticle, Error> {
    let (Body::Html(source) | Body::Markdown(source) | Body::Text(source)) = body;
    if source.len() > MAX_ARTICLE_BYTES {
        return Err(Error::new(format!(
            "article body of {} bytes is over the limit of {MAX_ARTICLE_BYTES} bytes; split it into several articles",
            source.len()
        )));
    }
    let article = match body {
        Body::Html(source) => section::article_of_html(html::read(source)),
        Body::Markdown(source) => {
            let mut article = section::article_of_html(html::read(&markdown::to_html(source)));
            section::slug_anchors(&mut article);
            article
        }
        Body::Text(source) => section::article_of_text(source),
    };
    Ok(article)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::Range;

    /// Cleans `body` and compares its outline: `= title`, then for each section
    /// `#level heading {anchor}` and its lines.
    fn check(body: Body<'_>, expected: &[&str]) {
        let article = clean_article(body).unwrap();
        let mut outline: Vec<String> = article.title.iter().map(|t| format!("= {t}")).collect();
        for section in &article.sections {
            let anchor = section.anchor.iter().map(|a| format!(" {{{a}}}"));
            let anchor: String = anchor.collect();
            outline.push(format!("#{} {}{anchor}", section.level, section.heading));
            outline.extend(section.text.lines().map(str::to_owned));
        }
        assert_eq!(outline, expected, "{body:?}");
    }

    fn check_html(html: &str, expected: &[&str]) {
        check(Body::Html(html), expected);
    }

    fn check_markdown(markdown: &str, expected: &[&str]) {
        check(Body::Markdown(markdown), expected);
    }

    #[test]
    fn headings_divide_html_into_sections() {
        check_html("", &[]);
        check_html("<p>", &[]);
        check_html("<p>one<p>two", &["#0 ", "one", "two"]);
        check_html(
            "lead<h2 id=a>A</h2>b<h3>C</h3><h2>D</h2>e",
            &["#0 ", "lead", "#2 A {a}", "b", "#3 C", "#2 D", "e"],
        );
        check_html(
            "<h2> </h2>a<h2><img alt='Pictured'></h2>",
            &["#0 ", "a", "#2 Pictured"],
        );
        check_html("<li><h3>In a list</h3>a", &["#3 In a list", "a"]);
        check_html("<h2>Never closed <p>text", &["#2 Never closed", "text"]);
    }

    #[test]
    fn the_title_is_not_repeated_as_a_heading() {
        check_html("<h1>T</h1>a<h2>B</h2>", &["= T", "#0 ", "a", "#2 B"]);
        check_html("<title>T | Site</title><h1>T</h1>a", &["= T", "#0 ", "a"]);
        check_html("<title>Site</title><h1>T</h1>a", &["= T", "#0 ", "a"]);
        check_html("<title>T</title>a<h2>T</h2>", &["= T", "#0 ", "a", "#2 T"]);
        check_html(
            "<title>B - Site</title><h1>A</h1>a<h1>B</h1>b<h1>C</h1>c",
            &["= B", "#1 A", "a", "b", "#1 C", "c"],
        );
        check_html("<h1>A</h1>a<h1>B</h1>b", &["= A", "#0 ", "a", "#1 B", "b"]);
        check_html("<h2>A</h2>a<h1>T</h1>b", &["= T", "#2 A", "a", "b"]);
        check_markdown("# T\n\n## T\n", &["= T", "#2 T {t-1}"]);
    }

    #[test]
    fn what_a_reader_does_not_see_is_left_out() {
        check_html(
            "<nav><h2>Menu</h2>x</nav>a<p hidden>b</p>c",
            &["#0 ", "a", "c"],
        );
        check_html(
            "<header><h1>Site</h1></header><main><header><h1>T</h1></header>a",
            &["= T", "#0 ", "a"],
        );
        check_html(
            "<h2>A<a class=headerlink href='#a'>¶</a></h2>b<footer>c",
            &["#2 A", "b"],
        );
        check_html(
            "a<nav>b<p hidden>c</nav>d<aside class=tip>e</aside>",
            &["#0 ", "a", "d", "e"],
        );
        check_html(
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            &["#0 ", "<script>alert(1)</script>"],
        );
    }

    #[test]
    fn the_language_of_a_page_is_read() {
        let locale = |html| clean_article(Body::Html(html)).unwrap().locale;
        assert_eq!(locale("<html lang=de>").as_deref(), Some("de"));
        assert_eq!(locale("<html lang=''>"), None);
        assert_eq!(locale("<p lang=de>"), None);
    }

    #[test]
    fn markdown_gives_lines_and_sections() {
        check_markdown("", &[]);
        check_markdown("\u{feff}# T\r\n\r\na\r\nb\r\n", &["= T", "#0 ", "a b"]);
        check_markdown("a\n\n---\n\nb", &["#0 ", "a", "b"]);
        check_markdown(
            "Setext\n======\na\n\nB\n--\n",
            &["= Setext", "#0 ", "a", "#2 B {b}"],
        );
        check_markdown(
            "3. *one*\n4. [two](/x)\n   - ~~three~~\n",
            &["#0 ", "3. one", "4. two", "three"],
        );
        check_markdown(
            "| a | b |\n|---|---|\n| `c` | d<br>e |\n",
            &["#0 ", "a | b", "c | d e"],
        );
        check_markdown(
            "```sh\nrun <x>\n\n  --now\n```",
            &["#0 ", "run <x>", "  --now"],
        );
        check_markdown("![The menu](a.png) ![](b.png)", &["#0 ", "The menu"]);
        check_markdown("- [x] done\n- [ ] open", &["#0 ", "done", "open"]);
        check_markdown("one[^1] two\n\n[^1]: three", &["#0 ", "one two", "three"]);
        check_markdown(
            ":::tip Offline?\n\na\n\n:::\n\n::: warning\nb\n:::",
            &["#0 ", "Offline?", "a", "b"],
        );
        check_markdown("> [!NOTE]\n> Take care.", &["#0 ", "Take care."]);
        check_markdown("Tab\there &amp; now", &["#0 ", "Tab here & now"]);
    }

    #[test]
    fn markdown_headings_get_the_slugs_of_github() {
        check_markdown(
            "## A & B: c_d, e-f!",
            &["#2 A & B: c_d, e-f! {a--b-c_d-e-f}"],
        );
        check_markdown(
            "## Über *uns*\n## 日本語 です",
            &["#2 Über uns {über-uns}", "#2 日本語 です {日本語-です}"],
        );
        check_markdown("## สวัสดี ค่ะ", &["#2 สวัสดี ค่ะ {สวัสดี-ค่ะ}"]);
        check_markdown(
            "## A\n## A\n## A-1\n## A",
            &["#2 A {a}", "#2 A {a-1}", "#2 A-1 {a-1-1}", "#2 A {a-2}"],
        );
        check_markdown("## A {#own .x}\n## !", &["#2 A {own}", "#2 !"]);
    }

    #[test]
    fn html_in_markdown_is_read_in_its_place() {
        check_markdown(
            "<details>\n<summary>Why?</summary>\n\nBecause **so**.\n\n</details>",
            &["#0 ", "Why?", "Because so."],
        );
        check_markdown("a<br>b <kbd>Ctrl</kbd>", &["#0 ", "a", "b Ctrl"]);
        check_markdown("<h2 id=x>A</h2>\n\nb", &["#2 A {x}", "b"]);
        check_markdown("<!-- c -->\n\na <!-- b --> d", &["#0 ", "a d"]);
        check_markdown(
            "Put it into the <title> tag.\n\nThen save.",
            &["#0 ", "Put it into the <title> tag.", "Then save."],
        );
        check_markdown("a <iframe src=x></iframe> b", &["#0 ", "a b"]);
        check_markdown("<script>\nx()\n</script>\n\na", &["#0 ", "a"]);
    }

    #[test]
    fn a_callout_of_markdown_in_an_aside_is_kept() {
        check_markdown(
            "<aside>\n💡 Rebates never add up.\n\n</aside>\n\na",
            &["#0 ", "💡 Rebates never add up.", "a"],
        );
        check_markdown("a <ASIDE class='x'>b</ASIDE> c", &["#0 ", "a", "b", "c"]);
        check_markdown("`<aside>` and <asides>a", &["#0 ", "<aside> and a"]);
        check_html("<aside>a</aside>b", &["#0 ", "b"]);
    }

    #[test]
    fn module_code_of_mdx_is_left_out() {
        check_markdown(
            "import Tabs from '@theme/Tabs';\nimport {\n  A,\n} from \"b\";\n\nexport const x = {\n  y: 1,\n};\n\n# T\n\n<Tabs>\n\na\n\n</Tabs>",
            &["= T", "#0 ", "a"],
        );
        check_markdown(
            "import the file, then export it",
            &["#0 ", "import the file, then export it"],
        );
        check_markdown("{/* a\nb */}\n\nc", &["#0 ", "c"]);
        check_markdown("export your data first", &["#0 ", "export your data first"]);
        check_markdown(
            "```js\nimport a from 'b'\n```",
            &["#0 ", "import a from 'b'"],
        );
    }

    /// Returns the blocks of code, each with the number of its section.
    fn code_of(article: &CleanArticle) -> Vec<(usize, Range<usize>)> {
        let sections = article.sections.iter().enumerate();
        sections
            .flat_map(|(number, section)| {
                section.code.iter().map(move |code| (number, code.clone()))
            })
            .collect()
    }

    #[test]
    fn blocks_of_code_are_told_by_their_lines() {
        let body = "# T\n\none\n\n```sh\nrun\n\n  --now\n```\n\ntwo\n\n## B\n\n```\nx\n```\n\n`y` is no block";
        let article = clean_article(Body::Markdown(body)).unwrap();
        assert_eq!(article.sections[0].text, "one\nrun\n  --now\ntwo");
        assert_eq!(code_of(&article), [(0, 1..3), (1, 0..1)]);
        let article = clean_article(Body::Html("<p>a<pre>b\nc</pre>d")).unwrap();
        assert_eq!(article.sections[0].text, "a\nb\nc\nd");
        assert_eq!(code_of(&article), [(0, 1..3)]);
    }

    #[test]
    fn plain_text_is_one_lead_of_lines() {
        check(Body::Text(""), &[]);
        check(Body::Text(" \r\n\n"), &[]);
        check(
            Body::Text("Title\r\n\r\n  one \u{0}\rtwo <b> &amp;"),
            &["#0 ", "Title", "  one", "two <b> &amp;"],
        );
    }

    #[test]
    fn a_body_over_the_limit_is_refused_with_both_sizes() {
        let body = "a".repeat(MAX_ARTICLE_BYTES + 1);
        let error = clean_article(Body::Text(&body)).unwrap_err().to_string();
        assert!(
            error.contains("2000001") && error.contains("2000000"),
            "{error}"
        );
        assert!(clean_article(Body::Markdown(&body[1..])).is_ok());
    }

    #[test]
    fn hostile_markdown_is_read_in_linear_time() {
        for piece in [
            "[",
            "![",
            "[a](",
            "*a _",
            "`",
            "``` ",
            "> ",
            "- ",
            "1. ",
            "<",
            "</",
            "<!--",
            "|",
            "&amp;",
            "a | b\n- | -\n",
            "[a]: x\n",
            "[^a]: x\n\n",
            "# a {#a}\n",
            "<title> ",
            "\t",
            "\0",
            "~~",
        ] {
            let markdown = piece.repeat(500_000 / piece.len());
            let article = clean_article(Body::Markdown(&markdown)).unwrap();
            assert!(article.sections.len() <= markdown.len(), "{piece}");
        }
    }
}
