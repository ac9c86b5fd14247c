//! Cleans whole articles as their tools write them, and compares each with the outline that is expected of it.
//!
//! A case is a file of `tests/articles`, `.html` or `.md`, and its `.outline`. To accept the present result of the
//! code, run the test with `HELPDEX_ACCEPT=1` and read the difference.

use std::path::Path;

use helpdex_text::{Body, CleanArticle, clean_article};

/// Writes the outline of an article: the title, the language, and for each section `#level heading {anchor}` and its
/// lines.
fn outline(article: &CleanArticle) -> String {
    let title = article
        .title
        .iter()
        .map(|title| format!("title: {title}\n"));
    let locale = article
        .locale
        .iter()
        .map(|locale| format!("locale: {locale}\n"));
    let sections = article.sections.iter().map(|section| {
        let anchor = section
            .anchor
            .as_deref()
            .map(|anchor| format!(" {{{anchor}}}"));
        let anchor = anchor.unwrap_or_default();
        let (level, heading, text) = (section.level, &section.heading, &section.text);
        format!("\n#{level} {heading}{anchor}\n{text}\n")
    });
    title.chain(locale).chain(sections).collect()
}

#[test]
fn whole_articles_give_their_outline() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/articles");
    let mut cases = 0;
    let mut differing = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().unwrap().to_str().unwrap();
        let source = std::fs::read_to_string(&path).unwrap();
        let body = match extension {
            "html" => Body::Html(&source),
            "md" => Body::Markdown(&source),
            _ => continue,
        };
        cases += 1;
        let actual = outline(&clean_article(body).unwrap());
        let outline_path = path.with_extension("outline");
        if std::env::var_os("HELPDEX_ACCEPT").is_some() {
            std::fs::write(&outline_path, &actual).unwrap();
        }
        let expected = std::fs::read_to_string(&outline_path).unwrap_or_default();
        if actual != expected {
            differing.push(format!("{}:\n{actual}", path.display()));
        }
    }
    assert_eq!(cases, 7);
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
