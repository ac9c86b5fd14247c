//! Fuzzes the text layer.

use helpdex_import::front_matter::{
    is_restricting_key, parse_front_matter, restricting_line, split_front_matter,
};
use helpdex_text::{
    Analysis, Analyzer, Body, CleanTicket, Content, Locale, MAX_TERM_BYTES, clean_article,
    detect_language,
};

use super::choice;

/// The language tags that are tried: languages with rules of their own, and an unknown one.
const TAGS: [&str; 20] = [
    "en", "de", "tr", "th", "ja", "zh", "ko", "ar", "he", "lt", "pl", "ru", "el", "hi", "nl", "fr",
    "ga", "az", "vi", "qx",
];

/// Analyses any text in any language. Asserts that there is no panic, terms are within their limits, ranges lie in the
/// text, and a second run gives the same.
pub fn analyze(input: &[u8]) {
    let (choice, text) = choice(input);
    let text = &String::from_utf8_lossy(text);
    let locales: Vec<Locale> = TAGS
        .iter()
        .map(|tag| tag.parse().expect("a language tag of two letters is valid"))
        .collect();
    let locale = &locales[choice % locales.len()];
    let analyzer = Analyzer::new(locale);
    let mut analysis = Analysis::default();
    analyzer.analyze(text, &mut analysis);
    for word in analysis.words() {
        assert!(!word.term.is_empty() && word.term.len() <= MAX_TERM_BYTES);
        let is_forbidden = |c: char| c.is_whitespace() || c.is_control();
        assert!(!word.term.contains(is_forbidden));
        assert!(text.get(word.range.clone()).is_some());
    }
    let terms: Vec<String> = analysis.words().map(|word| word.term.to_owned()).collect();
    let grams: Vec<String> = analysis.grams().map(str::to_owned).collect();
    analyzer.analyze(text, &mut analysis);
    assert!(analysis.words().map(|word| word.term).eq(&terms));
    assert!(analysis.grams().eq(&grams));
    let found = detect_language(text, &locales, Some(locale));
    assert!(found.locales.iter().all(|found| locales.contains(found)));
}

/// Cleans any text as an HTML article. Asserts that there is no panic, no control character and no blank line in the
/// result, and a second run gives the same.
pub fn clean_article_html(input: &[u8]) {
    let html = &String::from_utf8_lossy(input);
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
}

/// Cleans any text as a Markdown file. Asserts that there is no panic, no control character in the result, and a second
/// run gives the same.
pub fn clean_article_markdown(input: &[u8]) {
    let file = String::from_utf8_lossy(input);
    let Ok((_, markdown)) = split_front_matter(&file) else {
        return;
    };
    let Ok(article) = clean_article(Body::Markdown(markdown)) else {
        return;
    };
    for section in &article.sections {
        let is_forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(!section.text.contains(is_forbidden));
        let anchor = section.anchor.as_deref();
        assert!(anchor.is_none_or(|anchor| !anchor.contains(char::is_whitespace)));
    }
    let again = clean_article(Body::Markdown(markdown));
    assert_eq!(again.as_ref(), Ok(&article));
}

/// Cleans any bytes as a mail, and any text as plain text and as HTML, with its first line as subject or without one.
/// Asserts that there is no panic, the removed spans are in order and inside the decoded text, and cleaning the result
/// again changes nothing.
pub fn clean_ticket(input: &[u8]) {
    let (choice, bytes) = choice(input);
    let text = String::from_utf8_lossy(bytes);
    let (subject, text) = match text.split_once('\n') {
        Some((subject, text)) if choice & 4 != 0 => (Some(subject), text),
        _ => (None, &*text),
    };
    let content = match choice & 3 {
        0 => Content::Text(text),
        1 => Content::Html(text),
        _ => Content::Email(bytes),
    };
    let ticket = helpdex_text::clean_ticket(subject, content);
    check_spans(&ticket);
    let again = helpdex_text::clean_ticket(None, Content::Text(ticket.text()));
    assert_eq!(again.text(), ticket.text());
}

fn check_spans(ticket: &CleanTicket) {
    let mut end = 0;
    for removal in ticket.removed() {
        assert!(removal.range.start >= end && removal.range.start < removal.range.end);
        assert!(ticket.decoded().get(removal.range.clone()).is_some());
        end = removal.range.end;
    }
}

/// Parses any text as front matter, with and without its fences. Asserts that there is no panic, errors are on one
/// line, and a line that restricts readers is a line of the file.
pub fn front_matter(input: &[u8]) {
    let yaml = String::from_utf8_lossy(input);
    if let Err(error) = parse_front_matter(&yaml) {
        assert!(!error.to_string().contains('\n'));
    }
    for file in [&*yaml, &format!("---\n{yaml}\n---\nbody")] {
        let lines = file.lines().count();
        if let Some(found) = restricting_line(file) {
            assert!((1..=lines).contains(&found.line) && is_restricting_key(&found.key));
        }
        match split_front_matter(file) {
            Ok((block, rest)) => {
                assert!(file.ends_with(rest));
                if let Some(block) = block {
                    let _ = block.parse();
                }
            }
            Err(error) => assert!(!error.to_string().contains('\n')),
        }
    }
}
