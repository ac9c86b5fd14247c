#![no_main]

//! Any text in any language: no panic, terms within their bounds, ranges of the text, twice the same.

use helpdex_text::{Analysis, Analyzer, Locale, MAX_TERM_BYTES, detect_language};
use libfuzzer_sys::fuzz_target;

/// Languages with rules of their own, and one that is not known.
const TAGS: [&str; 20] = [
    "en", "de", "tr", "th", "ja", "zh", "ko", "ar", "he", "lt", "pl", "ru", "el", "hi", "nl", "fr",
    "ga", "az", "vi", "qx",
];

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let locales: Vec<Locale> = TAGS
        .iter()
        .map(|tag| tag.parse().expect("a language tag of two letters is valid"))
        .collect();
    let locale = &locales[usize::from(choice) % locales.len()];
    let analyzer = Analyzer::new(locale);
    let mut analysis = Analysis::default();
    analyzer.analyze(text, &mut analysis);
    for word in analysis.words() {
        assert!(!word.term.is_empty() && word.term.len() <= MAX_TERM_BYTES);
        assert!(
            !word
                .term
                .contains(|c: char| c.is_whitespace() || c.is_control())
        );
        assert!(text.get(word.range.clone()).is_some());
    }
    let terms: Vec<String> = analysis.words().map(|word| word.term.to_owned()).collect();
    let grams: Vec<String> = analysis.grams().map(str::to_owned).collect();
    analyzer.analyze(text, &mut analysis);
    assert!(analysis.words().map(|word| word.term).eq(&terms));
    assert!(analysis.grams().eq(&grams));
    let found = detect_language(text, &locales, Some(locale));
    assert!(found.locales.iter().all(|found| locales.contains(found)));
});
