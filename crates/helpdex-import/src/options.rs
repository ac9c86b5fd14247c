//! The options of an import.

use helpdex::{Locale, Visibility};

use crate::source::Source;

/// The options of an import; by default it detects everything and publishes nothing that is not proven public.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// The source of the files; `None`: it is detected.
    pub source: Option<Source>,
    /// The visibility of articles whose source states none: internal by default, never public by itself.
    pub visibility: Visibility,
    /// The locale of articles that state none.
    pub locale: Option<Locale>,
    /// The address of the help center, to which paths of pages are appended; `None`: pages without an address of their own
    /// have none.
    pub base_url: Option<String>,
    /// Paths that are not read, as patterns of `.gitignore`, besides those of a file `.helpdexignore` at the top.
    pub exclude: Vec<String>,
    /// Which column of a table is which field of an article, such as `("title", "Subject")`; the rest is guessed.
    pub columns: Vec<(String, String)>,
    /// Whether posts of a community are articles too.
    pub community: bool,
}
