//! The options of an import.

use helpdex::{Locale, Visibility};

use crate::source::Source;

/// The options of an import. By default, the source is detected and an article is public only if its source proves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// The source of the files; `None`: the source is detected.
    pub source: Option<Source>,
    /// The visibility of articles whose source states none; by default internal.
    pub visibility: Visibility,
    /// The locale of articles that state none; `None`: such articles are left out.
    pub locale: Option<Locale>,
    /// The address of the help center, to which paths of pages are appended; `None`: pages without an address of their own
    /// have none.
    pub base_url: Option<String>,
    /// Paths that are not read, as patterns of `.gitignore`, besides those of a file `.helpdexignore` at the top.
    pub exclude: Vec<String>,
    /// The fields of an article and the table columns that hold them, such as `("title", "Subject")`; for other fields
    /// the column is guessed.
    pub columns: Vec<(String, String)>,
    /// Whether posts of a community are imported as articles too.
    pub community: bool,
}
