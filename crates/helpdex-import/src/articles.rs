//! The articles of an import, read one after the other.

use std::fmt;
use std::vec;

use helpdex::{Article, Error, ErrorKind, Result};

use crate::article_line::ArticleLine;
use crate::spool::{Spool, Spooled};

/// The articles of an [`Import`](crate::Import) in the order of the files' paths and records. Each is read when it is
/// asked for, so that an export of any size takes little memory.
///
/// An item is [`Storage`](ErrorKind::Storage) when the temporary file that holds the articles cannot be read; it is the
/// last item then.
pub struct Articles {
    spool: Spool,
    left: vec::IntoIter<Spooled>,
}

impl Articles {
    pub(crate) fn new(spool: Spool, articles: Vec<Spooled>) -> Self {
        Self {
            spool,
            left: articles.into_iter(),
        }
    }
}

impl Iterator for Articles {
    type Item = Result<Article>;

    fn next(&mut self) -> Option<Result<Article>> {
        let spooled = self.left.next()?;
        let read = read(&mut self.spool, spooled);
        if read.is_err() {
            self.left = vec::IntoIter::default();
        }
        Some(read)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl ExactSizeIterator for Articles {}

impl fmt::Debug for Articles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Articles")
            .field("left", &self.left.len())
            .finish_non_exhaustive()
    }
}

/// Stores an article in the spool until the import is complete.
pub(crate) fn put(spool: &mut Spool, article: &Article) -> Result<Spooled> {
    let line = ArticleLine::of(article.fields());
    let bytes = serde_json::to_vec(&line).map_err(|error| unexpected(&error))?;
    spool.put(&bytes)
}

/// Reads an article back from the spool.
pub(crate) fn read(spool: &mut Spool, spooled: Spooled) -> Result<Article> {
    let bytes = spool.get(spooled)?;
    let line: ArticleLine = serde_json::from_slice(&bytes).map_err(|error| unexpected(&error))?;
    Article::new(line.into_fields())
}

/// Returns the error for an article that cannot be read back as it was stored, which is a fault of Helpdex.
fn unexpected(error: &serde_json::Error) -> Error {
    let category = format!("{:?}", error.classify()).to_lowercase();
    Error::new(
        ErrorKind::Internal,
        format!("an article was not put away as it can be read ({category} error)"),
    )
}
