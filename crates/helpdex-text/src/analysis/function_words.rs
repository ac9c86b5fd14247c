//! Lists of function and courtesy words, written and checked by hand: a file a language in `data/function_words`.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::normalize::fold;

/// The function words of one language, folded.
#[derive(Debug, Default)]
pub(crate) struct FunctionWords(HashSet<String>);

impl FunctionWords {
    /// The list that marks the function words of a language; empty when it has none that is active.
    pub(crate) fn active(code: &str) -> &'static Self {
        LISTS
            .iter()
            .find(|list| list.code == code && list.is_active)
            .map_or(&EMPTY, |list| &list.words)
    }

    /// The list of a language, active or not; empty when it has none.
    pub(crate) fn of(code: &str) -> &'static Self {
        LISTS
            .iter()
            .find(|list| list.code == code)
            .map_or(&EMPTY, |list| &list.words)
    }

    /// Whether a normalized and folded word is on the list.
    pub(crate) fn contains(&self, folded: &str) -> bool {
        self.0.contains(folded)
    }

    /// Whether there is a list at all.
    pub(crate) fn is_known(&self) -> bool {
        !self.0.is_empty()
    }

    fn read(file: &str) -> Self {
        let words = file
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace);
        Self(
            words
                .map(|word| {
                    let mut folded = String::new();
                    fold(word, &mut folded);
                    folded
                })
                .collect(),
        )
    }
}

static EMPTY: LazyLock<FunctionWords> = LazyLock::new(FunctionWords::default);

struct List {
    code: &'static str,
    is_active: bool,
    words: LazyLock<FunctionWords>,
}

/// A list drops words from queries only when `is_active`: when dropping them loses nothing on a measured set.
macro_rules! lists {
    ($($code:literal $is_active:literal)*) => {
        [$(List {
            code: $code,
            is_active: $is_active,
            words: LazyLock::new(|| {
                FunctionWords::read(include_str!(concat!("../../data/function_words/", $code, ".txt")))
            }),
        }),*]
    };
}

static LISTS: [List; 16] = lists! {
    "ar" true
    "de" true
    "en" true
    "es" true
    "fr" true
    "hi" true
    "it" true
    "ja" true
    "lt" true
    "nl" true
    "pl" true
    "pt" true
    "ru" true
    "th" true
    "tr" true
    "zh" true
};
