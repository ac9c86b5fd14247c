//! Lists of function and courtesy words, checked by hand, a file a language.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The function words of one language, folded.
#[derive(Debug, Default)]
pub(crate) struct FunctionWords(HashSet<&'static str>);

impl FunctionWords {
    /// The active list of a language; empty when there is none.
    pub(crate) fn of(_code: &str) -> &'static Self {
        static EMPTY: LazyLock<FunctionWords> = LazyLock::new(FunctionWords::default);
        &EMPTY
    }

    pub(crate) fn contains(&self, folded: &str) -> bool {
        self.0.contains(folded)
    }
}
