//! The languages that Helpdex knows, one row each. Adding a language starts here.

use frostem::{Algorithm, Algorithm as A};
use whatlang::Lang;

use self::Stemming::{KoreanParticles, None as Unstemmed, Once, Twice};
use super::script::{Script, Script as S};

/// The way in which the words of a language are cut down to stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stemming {
    /// Words are not stemmed.
    None,
    /// Words are stemmed by one pass of a Snowball algorithm.
    Once(Algorithm),
    /// Words are stemmed by two passes of a Snowball algorithm, for languages where one pass leaves forms of a word
    /// apart: in Turkish `fatura` becomes `fatur`, but `faturam` becomes `fatura`.
    Twice(Algorithm),
    /// The particles of Korean words are cut off.
    KoreanParticles,
}

/// A language, and the way in which its texts are read.
#[derive(Debug)]
pub(crate) struct Language {
    /// The language's code, as [`Locale::language`](crate::Locale::language) returns it.
    pub(crate) code: &'static str,
    /// The scripts that the language is written in, the usual one first; never empty.
    pub(crate) scripts: &'static [Script],
    pub(crate) stemming: Stemming,
    /// The language in whatlang, the library that detects languages; `None` when whatlang does not know it.
    pub(crate) detector: Option<Lang>,
}

/// Returns the language with this code; `None` when it has no row in [`LANGUAGES`].
pub(crate) fn language(code: &str) -> Option<&'static Language> {
    LANGUAGES
        .binary_search_by_key(&code, |language| language.code)
        .ok()
        .map(|index| &LANGUAGES[index])
}

/// Returns the code under which tables of words list a language: some languages have several codes, or share a table.
pub(crate) fn table_code(code: &str) -> &str {
    match code {
        "no" | "nn" => "nb",
        "bs" | "sr" => "hr",
        "iw" => "he",
        "tl" => "fil",
        code => code,
    }
}

const fn row(
    code: &'static str,
    scripts: &'static [Script],
    stemming: Stemming,
    detector: Option<Lang>,
) -> Language {
    Language {
        code,
        scripts,
        stemming,
        detector,
    }
}

/// Every language that frostem stems or whatlang knows, by code.
///
/// Words are stemmed twice where that measures better (nDCG@10, once and twice): ar `XQuAD` 0.9598, 0.9608; lt
/// Microsoft 365 0.7397, 0.7403; tr Microsoft 365 0.7433, 0.7461; ru for its MRR (0.940, 0.948). Stemming twice changes
/// nothing in en, de, hi, es.
#[rustfmt::skip]
pub(crate) const LANGUAGES: &[Language] = &[
    row("af", &[S::Latin], Unstemmed, Some(Lang::Afr)),
    row("am", &[S::Ethiopic], Unstemmed, Some(Lang::Amh)),
    row("ar", &[S::Arabic], Twice(A::Arabic), Some(Lang::Ara)),
    row("az", &[S::Latin], Unstemmed, Some(Lang::Aze)),
    row("be", &[S::Cyrillic], Unstemmed, Some(Lang::Bel)),
    row("bg", &[S::Cyrillic], Unstemmed, Some(Lang::Bul)),
    row("bn", &[S::Bengali], Unstemmed, Some(Lang::Ben)),
    row("bs", &[S::Latin], Once(A::Serbian), Some(Lang::Hrv)),
    row("ca", &[S::Latin], Once(A::Catalan), Some(Lang::Cat)),
    row("cs", &[S::Latin], Once(A::Czech), Some(Lang::Ces)),
    row("cy", &[S::Latin], Unstemmed, Some(Lang::Cym)),
    row("da", &[S::Latin], Once(A::Danish), Some(Lang::Dan)),
    row("de", &[S::Latin], Once(A::German), Some(Lang::Deu)),
    row("el", &[S::Greek], Once(A::Greek), Some(Lang::Ell)),
    row("en", &[S::Latin], Once(A::English), Some(Lang::Eng)),
    row("eo", &[S::Latin], Once(A::Esperanto), Some(Lang::Epo)),
    row("es", &[S::Latin], Once(A::Spanish), Some(Lang::Spa)),
    row("et", &[S::Latin], Once(A::Estonian), Some(Lang::Est)),
    row("eu", &[S::Latin], Once(A::Basque), None),
    row("fa", &[S::Arabic], Once(A::Persian), Some(Lang::Pes)),
    row("fi", &[S::Latin], Once(A::Finnish), Some(Lang::Fin)),
    row("fil", &[S::Latin], Unstemmed, Some(Lang::Tgl)),
    row("fr", &[S::Latin], Once(A::French), Some(Lang::Fra)),
    row("ga", &[S::Latin], Once(A::Irish), None),
    row("gu", &[S::Gujarati], Unstemmed, Some(Lang::Guj)),
    row("he", &[S::Hebrew], Unstemmed, Some(Lang::Heb)),
    row("hi", &[S::Devanagari], Once(A::Hindi), Some(Lang::Hin)),
    row("hr", &[S::Latin], Once(A::Serbian), Some(Lang::Hrv)),
    row("hu", &[S::Latin], Once(A::Hungarian), Some(Lang::Hun)),
    row("hy", &[S::Armenian], Once(A::Armenian), Some(Lang::Hye)),
    row("id", &[S::Latin], Once(A::Indonesian), Some(Lang::Ind)),
    row("it", &[S::Latin], Once(A::Italian), Some(Lang::Ita)),
    row("iw", &[S::Hebrew], Unstemmed, Some(Lang::Heb)),
    row("ja", &[S::Kana, S::Han], Unstemmed, Some(Lang::Jpn)),
    row("jv", &[S::Latin], Unstemmed, Some(Lang::Jav)),
    row("ka", &[S::Georgian], Unstemmed, Some(Lang::Kat)),
    row("km", &[S::Khmer], Unstemmed, Some(Lang::Khm)),
    row("kn", &[S::Kannada], Unstemmed, Some(Lang::Kan)),
    row("ko", &[S::Hangul], KoreanParticles, Some(Lang::Kor)),
    row("la", &[S::Latin], Unstemmed, Some(Lang::Lat)),
    row("lo", &[S::Lao], Unstemmed, None),
    row("lt", &[S::Latin], Twice(A::Lithuanian), Some(Lang::Lit)),
    row("lv", &[S::Latin], Unstemmed, Some(Lang::Lav)),
    row("mk", &[S::Cyrillic], Unstemmed, Some(Lang::Mkd)),
    row("ml", &[S::Malayalam], Unstemmed, Some(Lang::Mal)),
    row("mr", &[S::Devanagari], Unstemmed, Some(Lang::Mar)),
    row("my", &[S::Burmese], Unstemmed, Some(Lang::Mya)),
    row("nb", &[S::Latin], Once(A::Norwegian), Some(Lang::Nob)),
    row("ne", &[S::Devanagari], Once(A::Nepali), Some(Lang::Nep)),
    row("nl", &[S::Latin], Once(A::Dutch), Some(Lang::Nld)),
    row("nn", &[S::Latin], Once(A::Norwegian), Some(Lang::Nob)),
    row("no", &[S::Latin], Once(A::Norwegian), Some(Lang::Nob)),
    row("or", &[S::Oriya], Unstemmed, Some(Lang::Ori)),
    row("pa", &[S::Gurmukhi], Unstemmed, Some(Lang::Pan)),
    row("pl", &[S::Latin], Once(A::Polish), Some(Lang::Pol)),
    row("pt", &[S::Latin], Once(A::Portuguese), Some(Lang::Por)),
    row("ro", &[S::Latin], Once(A::Romanian), Some(Lang::Ron)),
    row("ru", &[S::Cyrillic], Twice(A::Russian), Some(Lang::Rus)),
    row("si", &[S::Sinhala], Unstemmed, Some(Lang::Sin)),
    row("sk", &[S::Latin], Unstemmed, Some(Lang::Slk)),
    row("sl", &[S::Latin], Unstemmed, Some(Lang::Slv)),
    row("sn", &[S::Latin], Unstemmed, Some(Lang::Sna)),
    row("sr", &[S::Cyrillic, S::Latin], Once(A::Serbian), Some(Lang::Srp)),
    row("st", &[S::Latin], Once(A::Sesotho), None),
    row("sv", &[S::Latin], Once(A::Swedish), Some(Lang::Swe)),
    row("ta", &[S::Tamil], Once(A::Tamil), Some(Lang::Tam)),
    row("te", &[S::Telugu], Unstemmed, Some(Lang::Tel)),
    row("th", &[S::Thai], Unstemmed, Some(Lang::Tha)),
    row("tk", &[S::Latin], Unstemmed, Some(Lang::Tuk)),
    row("tl", &[S::Latin], Unstemmed, Some(Lang::Tgl)),
    row("tr", &[S::Latin], Twice(A::Turkish), Some(Lang::Tur)),
    row("uk", &[S::Cyrillic], Unstemmed, Some(Lang::Ukr)),
    row("ur", &[S::Arabic], Unstemmed, Some(Lang::Urd)),
    row("uz", &[S::Latin], Unstemmed, Some(Lang::Uzb)),
    row("vi", &[S::Latin], Unstemmed, Some(Lang::Vie)),
    row("yi", &[S::Hebrew], Once(A::Yiddish), Some(Lang::Yid)),
    row("zh", &[S::Han], Unstemmed, Some(Lang::Cmn)),
    row("zu", &[S::Latin], Unstemmed, Some(Lang::Zul)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_by_code_and_found() {
        assert!(LANGUAGES.is_sorted_by_key(|language| language.code));
        for row in LANGUAGES {
            assert_eq!(language(row.code).unwrap().code, row.code);
        }
        assert!(language("xx").is_none());
    }

    #[test]
    fn every_language_that_frostem_stems_is_in_use() {
        for algorithm in Algorithm::all() {
            let is_used = LANGUAGES.iter().any(|language| {
                matches!(language.stemming, Once(used) | Twice(used) if used == *algorithm)
            });
            assert!(is_used, "{algorithm:?}");
        }
    }
}
