//! A short hash of what the analyzer makes of texts. Every index stores it: when the terms change, so does the
//! fingerprint.

use std::sync::LazyLock;

use super::analyzer::Analyzer;
use super::terms::Analysis;
use super::{function_words, simplified_chinese};
use crate::locale::Locale;

/// The fingerprint of this build's analyzer: 16 lower-case hexadecimal digits.
///
/// It is a hash of the terms and grams of a fixed text in each language, of every list of function words and of the
/// table of Chinese characters. An index is only served to an analyzer of the same fingerprint, because a changed
/// stemmer (by a new version of a dependency), table or constant changes terms, and a query would miss what the index
/// holds. Computed once, in some 10 ms.
///
/// ```
/// let fingerprint = helpdex_text::analyzer_fingerprint();
/// assert_eq!(fingerprint.len(), 16);
/// ```
#[must_use]
pub fn analyzer_fingerprint() -> &'static str {
    static FINGERPRINT: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        for (code, text) in samples() {
            hash_analysis(code, text, &mut hasher);
        }
        for (code, list) in function_words::files() {
            hash_analysis(code, &without_comments(list), &mut hasher);
        }
        let pairs = without_comments(simplified_chinese::PAIRS);
        hash_analysis("zh", &pairs, &mut hasher);
        hasher.finalize().to_hex()[..16].to_owned()
    });
    &FINGERPRINT
}

/// Returns the language codes and texts of `data/fingerprint.txt`.
fn samples() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../../data/fingerprint.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
}

/// Returns a list of words without its comment lines, which give no term.
fn without_comments(list: &str) -> String {
    let lines: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    lines.join("\n")
}

fn hash_analysis(code: &str, text: &str, hasher: &mut blake3::Hasher) {
    let Ok(locale) = code.parse::<Locale>() else {
        return;
    };
    let mut analysis = Analysis::default();
    Analyzer::new(&locale).analyze(text, &mut analysis);
    // No term or gram holds a control character, so these separators keep the items apart.
    hasher.update(code.as_bytes());
    for word in analysis.words() {
        hasher.update(b"\x01");
        hasher.update(word.term.as_bytes());
        hasher.update(if word.is_function_word {
            b"\x02"
        } else {
            b"\x03"
        });
    }
    for gram in analysis.grams() {
        hasher.update(b"\x04");
        hasher.update(gram.as_bytes());
    }
    hasher.update(b"\n");
}

#[cfg(test)]
mod tests {
    use super::super::language::LANGUAGES;
    use super::*;

    #[test]
    fn every_language_with_a_stemmer_or_a_list_has_a_sample() {
        for language in LANGUAGES {
            // One language under two codes.
            let code = match language.code {
                "iw" => "he",
                "nn" | "no" => "nb",
                "tl" => "fil",
                code => code,
            };
            let without: &[&str] = &["jv", "or", "sn"];
            assert!(
                samples().any(|(sample, _)| sample == code) || without.contains(&code),
                "{code}"
            );
        }
        for (code, text) in samples() {
            code.parse::<Locale>().unwrap();
            assert!(text.len() > 40, "{code}");
        }
    }

    #[test]
    fn a_comment_in_a_list_is_no_part_of_the_fingerprint() {
        assert_eq!(
            without_comments("# pronouns\nwe us\n# others\nso"),
            "we us\nso"
        );
    }

    #[test]
    fn the_hash_follows_terms_and_language() {
        let hash = |code: &str, text: &str| {
            let mut hasher = blake3::Hasher::new();
            hash_analysis(code, text, &mut hasher);
            hasher.finalize()
        };
        assert_eq!(hash("en", "settings"), hash("en", "settings"));
        assert_ne!(hash("en", "settings"), hash("de", "settings"));
        assert_ne!(hash("en", "settings"), hash("en", "setting"));
    }
}
