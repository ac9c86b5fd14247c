//! Keys and lines that seem to restrict who may read an article.

use helpdex::{Article, Error};

use crate::front_matter::restricting_line;

/// A key or a line that seems to restrict who may read an article.
#[derive(Debug, Clone)]
pub(crate) struct Restriction {
    /// The number of the line, from 1; 0 for a key that is not on a line of its own.
    pub line: usize,
    pub key: String,
}

impl Restriction {
    /// Finds a line at the head of a text that seems to restrict who may read it; `None` if there is none.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        restricting_line(text).map(|found| Self {
            line: found.line,
            key: found.key,
        })
    }

    /// Returns the message that an article is internal because of this key or line.
    pub(crate) fn error(&self, article: &Article) -> Error {
        let key: String = self.key.chars().take(40).collect();
        Error::invalid(format!(
            "{key:?} reads as if it kept the article from readers and is not read as such, so it is internal; write \
             `visibility: public` or `visibility: internal` into its front matter"
        ))
        .about_article(article.id())
    }
}
