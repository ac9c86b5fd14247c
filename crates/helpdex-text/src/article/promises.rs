//! Property tests of [`clean_article`].

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Body, CleanArticle, clean_article};
use crate::html::promises::{MARKUP_SIGN, hostile_html, is_forbidden, tags_and_text};

/// Generates Markdown out of whole lines and parts of lines.
fn markdown() -> impl Strategy<Value = String> {
    let pieces: &[&str] = &[
        "# ",
        "## a\n",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "999999999. ",
        "> ",
        "    ",
        "\t",
        "```",
        "~~~\n",
        "*",
        "_",
        "`",
        "[",
        "](",
        ")",
        "![",
        "|",
        "|-|-|\n",
        "a | b\n",
        "---\n",
        "===\n",
        "<b>",
        "</b>",
        "<div>\n",
        "<title>",
        "<!--",
        "-->",
        "&amp;",
        "{#x}",
        ":::note ",
        ":::",
        "[^1]",
        "[^1]: ",
        "- [x] ",
        "import a from 'b'\n",
        "export {",
        "{/*",
        "*/}",
        "word",
        "再",
        "\\",
        "\r\n",
        "\u{0}",
        "\u{feff}",
    ];
    let piece = prop_oneof![
        4 => select(pieces).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => hostile_html(),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Asserts what [`CleanArticle`] promises of its fields.
fn check_promises(article: &CleanArticle) {
    for (index, section) in article.sections.iter().enumerate() {
        assert_eq!(section.level == 0, section.heading.is_empty());
        assert!(section.level <= 6 && (section.level > 0 || index == 0));
        assert!(!section.heading.contains(char::is_control));
        assert!(!section.heading.is_empty() || !section.text.is_empty());
        assert!(!section.text.contains(is_forbidden));
        assert!(
            section.text.split('\n').all(|line| !line.trim().is_empty()) || section.text.is_empty()
        );
        let anchor = section.anchor.as_deref();
        assert!(anchor.is_none_or(|a| !a.is_empty() && !a.contains(char::is_whitespace)));
    }
    assert!(article.title.as_ref().is_none_or(|title| !title.is_empty()));
}

fn length(article: &CleanArticle) -> usize {
    let sections = article.sections.iter();
    sections
        .map(|s| s.heading.len() + 1 + s.text.len() + 1)
        .sum()
}

proptest! {
    #[test]
    fn html_articles_keep_their_promises(html in hostile_html()) {
        let article = clean_article(Body::Html(&html)).unwrap();
        check_promises(&article);
        prop_assert_eq!(clean_article(Body::Html(&html)).unwrap(), article);
    }

    #[test]
    fn no_part_of_a_tag_enters_a_section(html in tags_and_text()) {
        let article = clean_article(Body::Html(&html)).unwrap();
        for section in &article.sections {
            prop_assert!(!section.text.contains(MARKUP_SIGN) && !section.heading.contains(MARKUP_SIGN));
        }
    }

    #[test]
    fn markdown_articles_keep_their_promises(markdown in markdown()) {
        let article = clean_article(Body::Markdown(&markdown)).unwrap();
        check_promises(&article);
        prop_assert!(length(&article) <= 3 * markdown.len() + 16);
        prop_assert_eq!(clean_article(Body::Markdown(&markdown)).unwrap(), article);
    }

    #[test]
    fn text_articles_keep_their_promises(text in any::<String>()) {
        let article = clean_article(Body::Text(&text)).unwrap();
        check_promises(&article);
        prop_assert!(length(&article) <= text.len() + 2);
    }

    #[test]
    fn anchors_of_markdown_are_unique(headings in vec("[ab]{1,2}(-1)?", 0..12)) {
        let lines: Vec<String> = headings.iter().map(|heading| format!("## {heading}\n")).collect();
        let markdown = lines.concat();
        let article = clean_article(Body::Markdown(&markdown)).unwrap();
        let mut anchors: Vec<_> = article.sections.iter().map(|s| s.anchor.clone()).collect();
        prop_assert_eq!(anchors.len(), headings.len());
        anchors.sort();
        anchors.dedup();
        prop_assert_eq!(anchors.len(), headings.len());
    }
}
