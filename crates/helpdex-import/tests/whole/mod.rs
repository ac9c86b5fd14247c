//! An import with all of its articles in memory.

use std::ops::Deref;
use std::path::Path;

use helpdex::{Article, Result};
use helpdex_import::{Import, ImportOptions, read_articles};

/// An import with all of its articles.
#[derive(Debug)]
pub struct Whole {
    pub articles: Vec<Article>,
    import: Import,
}

/// Reads all articles in `path`.
pub fn read_whole(path: impl AsRef<Path>, options: &ImportOptions) -> Result<Whole> {
    let mut import = read_articles(path, options)?;
    Ok(Whole {
        articles: import.articles.by_ref().collect::<Result<_>>()?,
        import,
    })
}

impl Deref for Whole {
    type Target = Import;

    fn deref(&self) -> &Import {
        &self.import
    }
}
