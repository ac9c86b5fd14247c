//! Keys and lines that read as if they kept an article from readers.

use helpdex::{Article, Error};
use helpdex_text::restricting_line;

/// A key or a line that seems to keep an article from readers, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Restriction {
    /// The line, from 1; 0 where it stands on no line.
    pub line: usize,
    pub key: String,
}

impl Restriction {
    /// Finds one at the head of a text.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        restricting_line(text).map(|found| Self {
            line: found.line,
            key: found.key,
        })
    }

    /// Returns what is said of an article that it makes internal.
    pub(crate) fn error(&self, article: &Article) -> Error {
        let key: String = self.key.chars().take(40).collect();
        Error::invalid(format!(
            "{key:?} reads as if it kept the article from readers and is not read as such, so it is internal; write \
             `visibility: public` or `visibility: internal` into its front matter"
        ))
        .about_article(article.id())
    }
}
