//! Lists of function and courtesy words, written and checked by hand: one file for each language in
//! `data/function_words`.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::normalize::fold;

/// The function words of one language, in their normalized form and folded.
#[derive(Debug, Default)]
pub(crate) struct FunctionWords {
    words: HashSet<String>,
    is_active: bool,
}

impl FunctionWords {
    /// Returns the function words of the language `code`; empty when there is no list.
    pub(crate) fn of(code: &str) -> &'static Self {
        LISTS
            .iter()
            .find(|list| list.code == code)
            .map_or(&EMPTY, |list| &list.words)
    }

    /// Whether the function words of the language are left out of queries.
    pub(crate) fn is_active(&self) -> bool {
        self.is_active
    }

    /// Whether a normalized word is on the list; the word may be folded or not.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether there is a list for the language.
    pub(crate) fn is_known(&self) -> bool {
        !self.words.is_empty()
    }

    fn read(file: &str, is_active: bool) -> Self {
        let listed = file
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace);
        let mut words = HashSet::new();
        for word in listed {
            let mut folded = String::new();
            fold(word, &mut folded);
            words.insert(word.to_owned());
            words.insert(folded);
        }
        Self { words, is_active }
    }
}

static EMPTY: LazyLock<FunctionWords> = LazyLock::new(FunctionWords::default);

/// Returns the language code and the file of every list.
pub(crate) fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    LISTS.iter().map(|list| (list.code, list.file))
}

struct List {
    code: &'static str,
    file: &'static str,
    words: LazyLock<FunctionWords>,
}

macro_rules! lists {
    ($($code:literal $is_active:literal)*) => {
        [$(List {
            code: $code,
            file: include_str!(concat!("../../data/function_words/", $code, ".txt")),
            words: LazyLock::new(|| {
                let file = include_str!(concat!("../../data/function_words/", $code, ".txt"));
                FunctionWords::read(file, $is_active)
            }),
        }),*]
    };
}

/// The lists, and whether each is active: a list is active if queries without its words do no worse on a measured set
/// of the language. Every list serves language detection and keeps function words out of pairs, active or not.
///
/// Behind each: nDCG@10 with the words and without them (BM25 with k1 1.2, b 0.75, grams at 0.5).
static LISTS: [List; 26] = lists! {
    "ar" false // XQuAD 0.9598, 0.9595
    "cs" false // no set
    "da" false // no set
    "de" true // covid-faq 0.4138, 0.4199; XQuAD 0.9686, 0.9677
    "en" true // Firefox tickets 0.2099, 0.2239; StackFAQ 0.9313, 0.9329; XQuAD 0.9739, 0.9733
    "es" false // XQuAD 0.9707, 0.9688
    "et" false // no set
    "fi" false // no set
    "fr" false // no set
    "hi" false // XQuAD 0.9697, 0.9684
    "it" false // no set
    "ja" true // JaQuAD 0.9295, 0.9303; Microsoft 365 0.7964, 0.7976
    "lt" true // Microsoft 365 0.7529, 0.7528, with typing errors 0.6945, 0.6952
    "lv" false // no set
    "nb" false // no set
    "nl" false // no set
    "pl" true // Microsoft 365 0.7675, 0.7674, with typing errors 0.7134, 0.7154
    "pt" false // no set
    "ro" true // XQuAD 0.9754, 0.9755
    "ru" true // XQuAD 0.9668, 0.9677
    "sv" false // no set
    "th" false // XQuAD 0.9762, 0.9754; Microsoft 365 0.7528, 0.7536
    "tr" true // XQuAD 0.9628, 0.9637; Microsoft 365 0.7605, 0.7601
    "uk" false // no set
    "vi" false // XQuAD 0.9685, 0.9676
    "zh" false // XQuAD 0.9742, 0.9722; Microsoft 365 0.7742, 0.7740
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that no list of function words may contain, because tickets are about them.
    const CONTENT: &[&str] = &[
        "help",
        "page",
        "website",
        "work",
        "problem",
        "error",
        "account",
        "password",
        "email",
        "open",
        "set",
        "change",
        "hilfe",
        "seite",
        "fehler",
        "konto",
        "passwort",
        "hata",
        "hesap",
        "sifre",
        "sorun",
        "yardim",
        "klaida",
        "paskyra",
        "slaptazodis",
        "pagalba",
        "blad",
        "konto",
        "haslo",
        "pomoc",
        "ошибка",
        "пароль",
        "помощь",
        "error",
        "ayuda",
        "contrasena",
        "erreur",
        "aide",
        "compte",
        "errore",
        "aiuto",
        "fout",
        "ajuda",
        "erro",
        "senha",
        "خطا",
        "حساب",
        "त्रुटि",
        "पासवर्ड",
        "エラー",
        "パスワード",
        "错误",
        "密码",
        "รหัส",
        "ผ่าน",
    ];

    #[test]
    fn lists_hold_folded_words_and_no_content() {
        for list in &LISTS {
            let words = &list.words.words;
            assert!(words.len() > 80, "{}", list.code);
            for content in CONTENT {
                assert!(!words.contains(*content), "{}: {content}", list.code);
            }
        }
        assert!(FunctionWords::of("tr").contains("icin"));
        assert!(!FunctionWords::of("xx").is_known());
    }

    #[test]
    fn files_are_lower_case_with_ascii_apostrophes_and_no_word_twice() {
        for list in &LISTS {
            let mut seen = HashSet::new();
            for word in list
                .file
                .lines()
                .filter(|line| !line.starts_with('#'))
                .flat_map(str::split_whitespace)
            {
                assert_eq!(word, word.to_lowercase(), "{}", list.code);
                assert!(
                    !word.contains(['’', '‘', '-', '.']),
                    "{}: {word}",
                    list.code
                );
                assert!(seen.insert(word), "{}: {word} is there twice", list.code);
            }
        }
    }
}
