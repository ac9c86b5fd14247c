//! Words that say nothing about what a customer needs: greetings, thanks, and complaints without a topic.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use unicode_segmentation::UnicodeSegmentation;

use super::analyzer::Analyzer;
use super::function_words;
use super::language::table_code;
use super::normalize::{Normalizer, fold};
use super::terms::Analysis;

/// The lists as text: for each language one line with its code and its words.
const FILE: &str = include_str!("../../data/small_talk.txt");

static LISTS: LazyLock<Vec<SmallTalk>> = LazyLock::new(|| {
    let lines = FILE.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(code, words)| SmallTalk {
            code,
            words,
            terms: OnceLock::new(),
        })
        .collect()
});

/// The words of one language that say nothing about what a customer needs, such as greetings.
///
/// ```
/// use helpdex_text::{Analyzer, SmallTalk};
///
/// let list = SmallTalk::of_language("en").unwrap();
/// let analyzer = Analyzer::new(&"en".parse()?);
/// assert!(list.contains("thank", &analyzer));
/// assert!(!list.contains("invoic", &analyzer));
/// # Ok::<(), helpdex_text::Error>(())
/// ```
pub struct SmallTalk {
    code: &'static str,
    words: &'static str,
    /// The words of the list as terms of the language's analyzer; computed at the first use.
    terms: OnceLock<HashSet<String>>,
}

impl SmallTalk {
    /// Returns the list of the language with this code; `None` when there is none.
    #[must_use]
    pub fn of_language(code: &str) -> Option<&'static Self> {
        let code = table_code(code);
        LISTS.iter().find(|list| list.code == code)
    }

    /// Whether a term is on the list. `analyzer` is the one of the list's language.
    #[must_use]
    pub fn contains(&self, term: &str, analyzer: &Analyzer) -> bool {
        let terms = self.terms.get_or_init(|| {
            let mut analysis = Analysis::default();
            analyzer.analyze(self.words, &mut analysis);
            analysis.words().map(|word| word.term.to_owned()).collect()
        });
        terms.contains(term)
    }
}

/// The most words of a text that counts as small talk.
const MOST_WORDS: usize = 12;

/// Maps each folded word to the languages in which it is small talk or a function word: one bit for each list, in the
/// order of the lists.
static LANGUAGES: LazyLock<HashMap<String, u64>> = LazyLock::new(|| {
    let mut languages: HashMap<String, u64> = HashMap::new();
    for (number, list) in LISTS.iter().enumerate().take(u64::BITS as usize) {
        let of_code = function_words::files().filter(|(code, _)| *code == list.code);
        let function_words =
            of_code.flat_map(|(_, file)| file.lines().filter(|line| !line.starts_with('#')));
        let all = function_words
            .flat_map(str::split_whitespace)
            .chain(list.words.split_whitespace());
        for word in all {
            *languages.entry(folded(word)).or_default() |= 1 << number;
        }
    }
    languages
});

/// Whether a text is only a greeting, thanks, or a complaint without a topic. Such a text has 1 to 12 words, and all of
/// them are small talk or function words of the same language. Only languages that are written with spaces are
/// recognised.
///
/// ```
/// use helpdex_text::is_small_talk;
///
/// assert!(is_small_talk("Buongiorno, grazie mille!"));
/// assert!(!is_small_talk("Buongiorno, la fattura"));
/// ```
#[must_use]
pub fn is_small_talk(text: &str) -> bool {
    let mut common = u64::MAX;
    let mut count = 0;
    for word in text.unicode_words() {
        count += 1;
        common &= LANGUAGES.get(&folded(word)).copied().unwrap_or(0);
        if common == 0 || count > MOST_WORDS {
            return false;
        }
    }
    count > 0
}

fn folded(word: &str) -> String {
    let rules = Normalizer {
        has_dotless_i: false,
        simplifies_chinese: false,
    };
    let (mut normalized, mut folded) = (String::new(), String::new());
    rules.normalize(word, &mut normalized);
    fold(&normalized, &mut folded);
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WordFrequencies;

    #[test]
    fn every_language_with_word_frequencies_has_a_list() {
        for code in WordFrequencies::languages() {
            assert!(SmallTalk::of_language(code).is_some(), "{code}");
        }
        assert!(SmallTalk::of_language("tlh").is_none());
    }

    #[track_caller]
    fn check(code: &str, text: &str, expected: bool) {
        let analyzer = Analyzer::new(&code.parse().unwrap());
        let mut analysis = Analysis::default();
        analyzer.analyze(text, &mut analysis);
        let list = SmallTalk::of_language(code).unwrap();
        let is_small_talk = analysis
            .words()
            .all(|word| list.contains(word.term, &analyzer));
        assert_eq!(is_small_talk, expected, "{code}: {text}");
    }

    #[test]
    fn a_text_is_small_talk_when_one_language_has_all_of_its_words() {
        for text in [
            "Hello?",
            "any news",
            "Dziękuję bardzo",
            "Tack så mycket",
            "ça ne marche pas",
            "İyi günler",
            "It doesn't work",
            "non funziona",
            "не работает",
            "het werkt niet",
        ] {
            assert!(is_small_talk(text), "{text}");
        }
        for text in [
            "",
            "?!",
            "refund",
            "hello invoice",
            "danke grazie",
            "does not print",
        ] {
            assert!(!is_small_talk(text), "{text}");
        }
    }

    #[test]
    fn greetings_and_thanks_are_small_talk_and_matters_are_not() {
        check("en", "Good morning, thanks", true);
        check("en", "refund", false);
        check("de", "Guten Morgen, bitte helfen", true);
        check("de", "Rechnung", false);
        check("hr", "Dobar dan", true);
        check("th", "ขอบคุณมากครับ", true);
        check("ja", "ありがとうございます", true);
        check("tr", "Teşekkürler", true);
    }
}
