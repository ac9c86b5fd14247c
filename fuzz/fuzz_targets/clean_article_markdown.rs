#![no_main]

//! Any text as a Markdown file: no panic, no control characters, twice the same.

use helpdex_text::{Body, clean_article, split_front_matter};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &str| {
    let (_, markdown) = split_front_matter(file);
    let Ok(article) = clean_article(Body::Markdown(markdown)) else {
        return;
    };
    for section in &article.sections {
        let is_forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(!section.text.contains(is_forbidden));
        let anchor = section.anchor.as_deref();
        assert!(anchor.is_none_or(|anchor| !anchor.contains(char::is_whitespace)));
    }
    assert_eq!(
        clean_article(Body::Markdown(markdown)).as_ref(),
        Ok(&article)
    );
});
