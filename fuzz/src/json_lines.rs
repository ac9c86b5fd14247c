//! Reads files of JSON lines: articles, tickets and solved tickets.

use std::fs;

use helpdex::{Article, KnowledgeBase, Visibility};
use helpdex_import::front_matter::restricting_line;
use helpdex_import::{
    ArticleLine, Import, ImportOptions, read_articles, read_feedback, read_tickets,
};

/// Reads any bytes as a file of articles, of tickets and of solved tickets. Asserts that there is no panic, each error
/// names its line, an article that was read is the same after it is written and read again, and solved tickets can be
/// learned.
pub fn json_lines(input: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("lines.jsonl");
    fs::write(&path, input).expect("a temporary file can be written");
    let public = ImportOptions {
        visibility: Visibility::Public,
        ..ImportOptions::default()
    };
    if let Ok(files) = read_articles(&path, &public) {
        for article in &articles_of(files) {
            let article = article.fields();
            let restricts = restricting_line(&article.body).is_some();
            let is_stated = String::from_utf8_lossy(input).contains("visibility\"");
            assert!(!restricts || is_stated || article.visibility != Visibility::Public);
        }
    }
    if let Ok(files) = read_articles(&path, &ImportOptions::default()) {
        assert!(
            files
                .skipped
                .kept()
                .iter()
                .all(|error| error.line().is_some())
        );
        let articles = articles_of(files);
        let lines: String = articles
            .iter()
            .map(|article| {
                let json = serde_json::to_string(&ArticleLine::of(article.fields()));
                json.expect("the fields of an article are JSON") + "\n"
            })
            .collect();
        fs::write(&path, lines).expect("a temporary file can be written");
        if !articles.is_empty() {
            let again = read_articles(&path, &ImportOptions::default());
            assert_eq!(articles_of(again.expect("it has articles")), articles);
        }
    }
    for read in read_tickets(input, &path) {
        if let Err(error) = read {
            assert!(error.line().is_some());
        }
    }
    let mut tickets = Vec::new();
    for read in read_feedback(input, &path) {
        match read {
            Ok(ticket) => tickets.push(ticket),
            Err(error) => assert!(error.line().is_some()),
        }
    }
    let count = tickets.len();
    let learned = KnowledgeBase::in_memory().learn(tickets);
    let learned = learned.expect("what was read is a ticket that can be learned");
    assert_eq!(learned.added + learned.repeated, count);
}

fn articles_of(import: Import) -> Vec<Article> {
    let articles: helpdex::Result<Vec<Article>> = import.articles.collect();
    articles.expect("they are kept until they are asked for")
}
