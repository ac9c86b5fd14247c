//! Detects the language of a text among the locales that an index holds.

use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;

use unicode_segmentation::UnicodeSegmentation;
use whatlang::{Detector, Lang};

use super::function_words::FunctionWords;
use super::language::language;
use super::normalize::{Normalizer, fold};
use super::script::Script;
use super::simplified_chinese::simplify;
use crate::locale::Locale;
use crate::names;

/// The locales that a text may be written in, with the evidence for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectedLanguage {
    /// The locales, best first: those of the detected language or, when [`by`](Self::by) is [`DetectedBy::Unsure`], all
    /// those to search. Empty only when there was no candidate.
    pub locales: Vec<Locale>,
    /// The evidence by which the language was chosen.
    pub by: DetectedBy,
}

/// The evidence by which a language was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DetectedBy {
    /// Only one candidate language is written in the script of the text.
    Script,
    /// The statistics of letters and function words decided.
    Statistics,
    /// No evidence decided: the result holds the locales of the best two languages, and the default.
    Unsure,
    /// There was only one candidate locale, so the text was not read.
    OnlyCandidate,
}

names!(DetectedBy, "way of detection" {
    Script => "script",
    Statistics => "statistics",
    Unsure => "unsure",
    OnlyCandidate => "only_candidate",
});

/// Finds the language of `text` among `candidates`, the locales of an index.
///
/// A single candidate is returned without reading the text. Otherwise the script of the text decides if only one
/// candidate language uses it; otherwise statistics over the languages that use it. For a short or undecided text the
/// result holds the locales of the best two languages, and `default` if it is a candidate. Reads the first 4,000
/// letters.
///
/// ```
/// use helpdex_text::{DetectedBy, Locale, detect_language};
///
/// let candidates: Vec<Locale> = ["en", "tr", "th"].iter().map(|tag| tag.parse()).collect::<Result<_, _>>()?;
/// let found = detect_language("ลืมรหัสผ่าน Zendesk", &candidates, None);
/// assert_eq!((found.locales[0].as_str(), found.by), ("th", DetectedBy::Script));
/// # Ok::<(), helpdex_text::Error>(())
/// ```
#[must_use]
pub fn detect_language(
    text: &str,
    candidates: &[Locale],
    default: Option<&Locale>,
) -> DetectedLanguage {
    if let [only] = candidates {
        return DetectedLanguage {
            locales: vec![only.clone()],
            by: DetectedBy::OnlyCandidate,
        };
    }
    let letters = Letters::of(text);
    let possible: Vec<&str> = distinct(
        candidates
            .iter()
            .map(Locale::language)
            .filter(|code| letters.may_be_in(code)),
    );
    let (languages, by) = match possible.as_slice() {
        [] => {
            let first = default.into_iter().chain(candidates);
            (distinct(first.map(Locale::language)), DetectedBy::Unsure)
        }
        [only] => (vec![*only], DetectedBy::Script),
        _ => by_statistics(&letters, &possible),
    };
    let shown = if by == DetectedBy::Unsure { 2 } else { 1 };
    let mut locales: Vec<&Locale> = Vec::new();
    for language in languages.into_iter().take(shown) {
        locales.extend(locales_of(
            language,
            candidates,
            default,
            letters.is_traditional,
        ));
    }
    if by == DetectedBy::Unsure {
        locales.extend(default.filter(|default| candidates.contains(default)));
    }
    DetectedLanguage {
        locales: distinct(locales).into_iter().cloned().collect(),
        by,
    }
}

/// The most letters of a text that language detection reads; more change nothing.
const MAX_LETTERS: usize = 4_000;

/// How much a letter of another script counts against a Latin one when the script of a text is chosen. Texts in every
/// script contain Latin product names; Latin texts hardly ever contain other letters.
const NON_LATIN_WEIGHT: usize = 4;

/// The number of letters from which on letter statistics count in full; a Han character counts as three letters.
const MIN_LETTERS: f64 = 20.0;

/// The weight of one function word in the vote on the language; letter statistics weigh at most 1.
const FUNCTION_WORD_WEIGHT: f64 = 0.5;

/// The lead over the second language, in [0, 1], that the best one must have: the confidence that whatlang itself calls
/// reliable.
const MIN_LEAD: f64 = 0.9;

/// The letters of a text, reduced to what tells its language.
struct Letters {
    /// The script of most letters, where one letter of another script counts as four Latin ones; `None` without
    /// letters.
    script: Option<Script>,
    /// The normalized words with letters of that script, each with a space behind it.
    words: String,
    /// The number of letters as a share of [`MIN_LETTERS`], at most 1.
    length_share: f64,
    /// Whether the text has Han characters that are written differently in simplified Chinese.
    is_traditional: bool,
}

impl Letters {
    fn of(text: &str) -> Self {
        let text = text
            .char_indices()
            .filter(|&(_, c)| Script::of(c).is_some())
            .nth(MAX_LETTERS)
            .map_or(text, |(at, _)| &text[..at]);
        let mut counts: BTreeMap<Script, usize> = BTreeMap::new();
        for script in text.chars().filter_map(Script::of) {
            let weight = if script == Script::Latin {
                1
            } else {
                NON_LATIN_WEIGHT
            };
            *counts.entry(script).or_default() += weight;
        }
        // Japanese has kana between its Han characters, Chinese has none.
        if counts.contains_key(&Script::Kana) {
            let han = counts.remove(&Script::Han).unwrap_or_default();
            *counts.entry(Script::Kana).or_default() += han;
        }
        let script = counts
            .into_iter()
            .max_by_key(|&(_, count)| count)
            .map(|(script, _)| script);
        let mut words = String::new();
        for word in text
            .unicode_words()
            .filter(|word| word.contains(|c| is_of(c, script)))
        {
            NORMALIZER.normalize(word, &mut words);
            words.push(' ');
        }
        let letter_weight = if script == Some(Script::Han) {
            3.0
        } else {
            1.0
        };
        let letter_count: f64 = text
            .chars()
            .filter(|&c| is_of(c, script))
            .map(|_| letter_weight)
            .sum();
        Self {
            script,
            words,
            length_share: (letter_count / MIN_LETTERS).min(1.0),
            is_traditional: text.chars().any(|c| simplify(c) != c),
        }
    }

    /// Whether a text in this script may be in the language; a language that Helpdex does not know may use any script.
    /// `false` for a text without letters.
    fn may_be_in(&self, code: &str) -> bool {
        let Some(script) = self.script else {
            return false;
        };
        language(code).is_none_or(|language| language.scripts.contains(&script))
    }

    /// Counts the words of the text that are on the list of function words of a language.
    fn function_word_count(&self, code: &str) -> f64 {
        let list = FunctionWords::of(code);
        let mut folded = String::new();
        self.words
            .split(' ')
            .filter(|word| {
                folded.clear();
                fold(word, &mut folded);
                list.contains(&folded)
            })
            .map(|_| 1.0)
            .sum()
    }
}

/// Whether the script of a character is `script`; `false` for a character without a script.
fn is_of(c: char, script: Option<Script>) -> bool {
    Script::of(c).is_some_and(|of| Some(of) == script)
}

/// The normalizer for language detection: without the rules of any language, since the language is not known yet.
const NORMALIZER: Normalizer = Normalizer {
    has_dotless_i: false,
    simplifies_chinese: false,
};

/// Orders languages by how well they fit, best first, and says whether that was decided. `possible` holds at least two
/// languages that use the script.
///
/// Letter statistics and function words vote: letters know the endings of words, and function words are recognised
/// without their diacritics.
fn by_statistics<'a>(letters: &Letters, possible: &[&'a str]) -> (Vec<&'a str>, DetectedBy) {
    let mut detectors = distinct(possible.iter().filter_map(|code| detector(code)));
    let best = detect(letters, &detectors);
    detectors.retain(|&lang| best.is_none_or(|(best, _)| lang != best));
    let second = detect(letters, &detectors).map(|(lang, _)| lang);
    let best_lang = best.map(|(lang, _)| lang);
    // The words of a language without a list cannot be counted, so they must not outvote it.
    let can_count_words = possible
        .iter()
        .all(|code| !is_detected_as(code, best_lang) || FunctionWords::of(code).is_known());

    let mut evidence: Vec<(f64, bool, &str)> = possible
        .iter()
        .map(|&code| {
            let mut weight = 0.0;
            if can_count_words {
                weight += FUNCTION_WORD_WEIGHT * letters.function_word_count(code);
            }
            if let Some((_, confidence)) = best.filter(|_| is_detected_as(code, best_lang)) {
                weight += confidence * letters.length_share;
            }
            (weight, is_detected_as(code, second), code)
        })
        .collect();
    evidence.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));

    let lead = evidence[0].0 - evidence[1].0;
    // Of a language that is not known at all nothing speaks for or against it.
    let all_are_known = possible
        .iter()
        .all(|code| detector(code).is_some() || FunctionWords::of(code).is_known());
    let by = if lead > MIN_LEAD && all_are_known {
        DetectedBy::Statistics
    } else {
        DetectedBy::Unsure
    };
    (evidence.into_iter().map(|(_, _, code)| code).collect(), by)
}

/// Whether `lang` is what whatlang calls the language `code`.
fn is_detected_as(code: &str, lang: Option<Lang>) -> bool {
    lang.is_some() && detector(code) == lang
}

fn detector(code: &str) -> Option<Lang> {
    language(code)?.detector
}

/// Returns the language of `among` whose letter statistics fit best, and the confidence, in [0, 1].
fn detect(letters: &Letters, among: &[Lang]) -> Option<(Lang, f64)> {
    if among.is_empty() {
        return None;
    }
    let found = Detector::with_allowlist(among.to_vec()).detect(&letters.words)?;
    // The list does not bind it where a script has one language only.
    among
        .contains(&found.lang())
        .then(|| (found.lang(), found.confidence()))
}

/// Returns the candidate locales of a language: the default first, Chinese ones by whether the text is traditional.
fn locales_of<'a>(
    language: &str,
    candidates: &'a [Locale],
    default: Option<&Locale>,
    is_traditional: bool,
) -> Vec<&'a Locale> {
    let mut locales: Vec<&Locale> = candidates
        .iter()
        .filter(|locale| locale.language() == language)
        .collect();
    locales.sort_by_key(|&locale| {
        let fits = language != "zh" || is_traditional == is_traditional_chinese(locale);
        (!fits, Some(locale) != default)
    });
    locales
}

/// Whether a Chinese locale is written in traditional characters, by its script or its region.
fn is_traditional_chinese(locale: &Locale) -> bool {
    locale
        .as_str()
        .split('-')
        .any(|part| matches!(part, "hant" | "tw" | "hk" | "mo"))
}

/// Returns the items without repetitions, in the order of their first occurrence. Linear, because an index may have
/// thousands of locales.
fn distinct<T: Eq + Hash + Copy>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut known = HashSet::new();
    items
        .into_iter()
        .filter(|item| known.insert(*item))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts which of the candidates is detected, and by what evidence. Spaces separate the candidates; one with `*`
    /// is the default.
    fn check(text: &str, candidates: &str, expected: &str, by: DetectedBy) {
        let locale = |tag: &str| tag.trim_end_matches('*').parse::<Locale>().unwrap();
        let list: Vec<Locale> = candidates.split_whitespace().map(locale).collect();
        let default = candidates
            .split_whitespace()
            .find(|tag| tag.ends_with('*'))
            .map(locale);
        let found = detect_language(text, &list, default.as_ref());
        let locales: Vec<&str> = found.locales.iter().map(Locale::as_str).collect();
        assert_eq!(
            (locales.join(" "), found.by),
            (expected.to_owned(), by),
            "{text:?}"
        );
    }

    #[test]
    fn a_single_candidate_is_taken_unread() {
        check(
            "Ich kann mich nicht anmelden",
            "en",
            "en",
            DetectedBy::OnlyCandidate,
        );
        check("", "en", "en", DetectedBy::OnlyCandidate);
        check("hello", "", "", DetectedBy::Unsure);
    }

    #[test]
    fn a_script_of_one_candidate_decides() {
        check(
            "รหัสผ่าน Microsoft Outlook ใช้ไม่ได้",
            "en th lt",
            "th",
            DetectedBy::Script,
        );
        check(
            "パスワードを忘れました",
            "en ja zh",
            "ja",
            DetectedBy::Script,
        );
        check("비밀번호", "en ko ja", "ko", DetectedBy::Script);
        check("How do I log in?", "en th ru", "en", DetectedBy::Script);
        check(
            "How do I log in?",
            "en en-gb* th",
            "en-gb en",
            DetectedBy::Script,
        );
    }

    #[test]
    fn letters_and_function_words_decide_within_a_script() {
        let latin = "en de tr lt pl es";
        check(
            "I forgot my password and cannot log in",
            latin,
            "en",
            DetectedBy::Statistics,
        );
        check(
            "Ich habe mein Passwort vergessen",
            latin,
            "de",
            DetectedBy::Statistics,
        );
        check(
            "Merhaba, sifremi unuttum ve hesabima giremiyorum",
            latin,
            "tr",
            DetectedBy::Statistics,
        );
        check(
            "negaliu prisijungti prie savo paskyros",
            latin,
            "lt",
            DetectedBy::Statistics,
        );
        check(
            "忘记了密码，无法登录帐户",
            "en ja zh",
            "zh",
            DetectedBy::Statistics,
        );
    }

    #[test]
    fn an_undecided_text_gets_the_best_two_and_the_default() {
        check("Outlook", "en* th lt", "lt en", DetectedBy::Unsure);
        check("VPN", "de lt tr*", "tr de", DetectedBy::Unsure);
        check("12345", "en lt* tr", "lt en", DetectedBy::Unsure);
        check("привет", "en lt* tr", "lt en", DetectedBy::Unsure);
    }

    #[test]
    fn characters_tell_the_chinese_locales_apart() {
        check(
            "無法登錄帳戶",
            "en zh-cn zh-tw",
            "zh-tw zh-cn",
            DetectedBy::Script,
        );
        check(
            "无法登录帐户",
            "en zh-hant zh-hans",
            "zh-hans zh-hant",
            DetectedBy::Script,
        );
    }

    #[test]
    fn a_language_that_nothing_is_known_of_is_never_ruled_out() {
        check(
            "I forgot my password and cannot log in",
            "en xx",
            "en xx",
            DetectedBy::Unsure,
        );
    }
}
