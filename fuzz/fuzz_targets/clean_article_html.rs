#![no_main]

//! Any text as HTML: no panic, no control characters, no line that is blank, twice the same.

use helpdex_text::{Body, clean_article};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|html: &str| {
    let Ok(article) = clean_article(Body::Html(html)) else {
        return;
    };
    for section in &article.sections {
        assert!(section.level <= 6);
        let is_forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(!section.text.contains(is_forbidden));
        assert!(section.text.lines().all(|line| !line.trim().is_empty()));
    }
    assert_eq!(clean_article(Body::Html(html)).as_ref(), Ok(&article));
});
