//! Tests of the analysis: cases of each language as data in `tests/analysis`, and properties of every text.
#![expect(
    clippy::unwrap_used,
    reason = "clippy allows it in test functions, but not in what they call"
)]

use std::fmt::Write as _;
use std::path::Path;

use helpdex_text::{Analysis, Analyzer, Locale, MAX_TERM_BYTES, detect_language};
use proptest::prelude::*;

/// The cases of each language are in a file with its code as name. A line has a text, ` => ` and the expected terms,
/// function words in parentheses; lines that begin with `# ` are comments.
#[test]
fn every_language_gives_the_terms_of_its_cases() {
    let mut failures = String::new();
    let mut files: Vec<_> = std::fs::read_dir("tests/analysis")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 25);
    for file in files {
        check(&file, &mut failures);
    }
    assert!(failures.is_empty(), "\n{failures}");
}

fn check(file: &Path, failures: &mut String) {
    let code = file.file_stem().unwrap().to_str().unwrap();
    let analyzer = analyzer(code);
    let mut analysis = Analysis::default();
    for line in std::fs::read_to_string(file).unwrap().lines() {
        if line.starts_with("# ") {
            continue;
        }
        let (text, expected) = line.split_once(" => ").unwrap();
        analyzer.analyze(text, &mut analysis);
        let terms: Vec<String> = analysis
            .words()
            .map(|word| {
                if word.is_function_word {
                    format!("({})", word.term)
                } else {
                    word.term.to_owned()
                }
            })
            .collect();
        if terms.join(" ") != expected {
            writeln!(
                failures,
                "{code}: {text}\n  expected {expected}\n  found    {}",
                terms.join(" ")
            )
            .unwrap();
        }
    }
}

/// Compounds, misspelled words and words without diacritics share grams with the words that are meant.
#[test]
fn grams_connect_what_words_do_not() {
    assert!(percent_shared("de", "Rechnung", "Rechnungsadresse") >= 70);
    assert!(percent_shared("nl", "instellingen", "wachtwoordinstellingen") >= 70);
    assert!(percent_shared("en", "pasword", "password") >= 50);
    assert!(percent_shared("tr", "şifremi değiştir", "sifremi degistir") == 100);
    assert!(percent_shared("vi", "mật khẩu", "mat khau") == 100);
    assert!(percent_shared("ko", "비밀번호변경", "비밀번호를 변경") >= 70);
    assert!(percent_shared("zh", "忘記密碼", "忘记密码") == 100);
}

/// Returns the share of the grams of `one` that `other` has too, in percent.
fn percent_shared(code: &str, one: &str, other: &str) -> usize {
    let (ones, others) = (grams(code, one), grams(code, other));
    ones.iter().filter(|gram| others.contains(gram)).count() * 100 / ones.len()
}

fn grams(code: &str, text: &str) -> Vec<String> {
    let mut analysis = Analysis::default();
    analyzer(code).analyze(text, &mut analysis);
    analysis.grams().map(str::to_owned).collect()
}

fn terms(code: &str, text: &str) -> Vec<String> {
    let mut analysis = Analysis::default();
    analyzer(code).analyze(text, &mut analysis);
    analysis.words().map(|word| word.term.to_owned()).collect()
}

/// Analyses odd texts of up to 8 MB, so that a step that is not linear shows.
#[test]
fn odd_texts_of_megabytes_are_analysed() {
    let texts = [
        "a".repeat(8_000_000),
        "e".to_owned() + &"\u{301}".repeat(1_000_000),
        "\u{FDFA}".repeat(200_000),
        "ภ".repeat(300_000),
        "のの字".repeat(100_000),
        "\u{3099}".repeat(300_000),
        "あ\u{3099}\u{323}".repeat(100_000),
        "ํ่า".repeat(100_000),
        "a-".repeat(1_000_000),
        "a_.b".repeat(500_000),
        "1.".repeat(1_000_000),
        "\0\u{FEFF}\u{200D}".repeat(500_000),
        "👨\u{200D}👩\u{200D}👧".repeat(100_000),
        "[email]".repeat(300_000),
        "aعअกあ한".repeat(100_000),
    ];
    let (analyzer, mut analysis) = (analyzer("en"), Analysis::default());
    for text in &texts {
        analyzer.analyze(text, &mut analysis);
        assert_promises(text, &analysis);
    }
}

const CODES: [&str; 40] = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga",
    "he", "hi", "hu", "hy", "id", "it", "ja", "ko", "lt", "nb", "ne", "nl", "pl", "pt", "ro", "ru",
    "sr", "st", "sv", "ta", "th", "tr", "yi", "zh",
];

fn analyzer(code: &str) -> Analyzer {
    Analyzer::new(&code.parse::<Locale>().unwrap())
}

fn assert_promises(text: &str, analysis: &Analysis) {
    let mut start = 0;
    for word in analysis.words() {
        assert!(
            !word.term.is_empty() && word.term.len() <= MAX_TERM_BYTES,
            "{:?}",
            word.term
        );
        assert!(
            !word
                .term
                .contains(|c: char| c.is_whitespace() || c.is_control()),
            "{:?}",
            word.term
        );
        assert!(word.range.start >= start, "ranges are ordered");
        assert!(
            !word.range.is_empty() && text.get(word.range.clone()).is_some(),
            "{:?}",
            word.range
        );
        start = word.range.start;
    }
    for gram in analysis.grams() {
        assert!(!gram.is_empty());
        assert!(
            !gram.contains(|c: char| c.is_whitespace() || c.is_control()),
            "{gram:?}"
        );
    }
}

/// Generates any characters, and characters for which there are rules.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zıİşğüžąčęėįšųūłżáéßœñ'’ʼ .:_@0-9-]{0,60}",
        "[ก-๛ກ-ໝ ๐-๙a-z]{0,60}",
        "[あ-んァ-ヴー々一-龥ｦ-ﾟ゙ａ-ｚ0-9 ]{0,60}",
        "[가-힣 a-z]{0,40}",
        "[؀-ۿ\u{200c} ]{0,60}",
        "[֐-״ ]{0,60}",
        "[ऀ-ॿ஀-௿԰-֏ა-ჿ ]{0,60}",
        "[а-яёіїўѐ́Α-Ωα-ωάς ]{0,60}",
    ]
}

proptest! {
    #[test]
    fn terms_and_ranges_keep_their_promises(text in texts()) {
        let mut analysis = Analysis::default();
        for code in CODES {
            analyzer(code).analyze(&text, &mut analysis);
            assert_promises(&text, &analysis);
        }
    }

    #[test]
    fn an_analysis_does_not_depend_on_what_its_buffers_held(one in texts(), other in texts()) {
        for code in ["en", "tr", "th", "ja", "vi"] {
            let analyzer = analyzer(code);
            let mut fresh = Analysis::default();
            analyzer.analyze(&other, &mut fresh);
            let mut used = Analysis::default();
            analyzer.analyze(&one, &mut used);
            analyzer.analyze(&other, &mut used);
            prop_assert!(fresh.words().eq(used.words()));
            prop_assert!(fresh.grams().eq(used.grams()));
        }
    }

    #[test]
    fn words_of_two_lines_are_those_of_each(one in texts(), other in texts()) {
        let both = terms("en", &format!("{one}\n{other}"));
        prop_assert_eq!(both, [terms("en", &one), terms("en", &other)].concat());
    }

    #[test]
    fn detection_returns_candidates_only_and_each_once(text in texts(), default in 0_usize..6) {
        let candidates: Vec<Locale> =
            ["en", "tr", "zh-hant", "zh-hans", "xx", "th"].iter().map(|tag| tag.parse().unwrap()).collect();
        let found = detect_language(&text, &candidates, candidates.get(default));
        prop_assert!(!found.locales.is_empty());
        for (at, locale) in found.locales.iter().enumerate() {
            prop_assert!(candidates.contains(locale));
            prop_assert!(!found.locales[..at].contains(locale));
        }
        prop_assert_eq!(&found, &detect_language(&text, &candidates, candidates.get(default)));
    }
}
