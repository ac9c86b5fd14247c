//! `read_articles` of Python.

use std::path::PathBuf;

use helpdex::ArticleDefaults;
use pyo3::prelude::*;

use crate::arguments::{locale, visibility};
use crate::article::Article;
use crate::error::exception;
use crate::interruptible::{OnInterrupt, run};

/// Read the articles in `path`: a folder of Markdown, HTML and text files, or a file of JSON lines.
///
/// Files may begin with front matter whose keys are the arguments of `Article`. A bad file or line is skipped and the
/// rest is read.
///
/// Args:
///     path: The folder or the file.
///     visibility: That of articles that state none; they are never public by themselves.
///     default_locale: The locale of files that state none and lie in no folder named like one.
///
/// Returns:
///     The articles in the order of paths and lines, and one error for each file or line that was skipped, with its
///     `path` and `line`.
///
/// Raises:
///     StorageError: When `path` cannot be read at all.
///     InvalidInputError: When it holds no article file.
///
/// Example:
///     >>> articles, skipped = read_articles("help-center", visibility="public")  # doctest: +SKIP
#[pyfunction]
#[pyo3(signature = (path, *, visibility = "internal", default_locale = None))]
pub(crate) fn read_articles(
    py: Python<'_>,
    path: PathBuf,
    visibility: &str,
    default_locale: Option<&str>,
) -> PyResult<(Vec<Article>, Vec<PyErr>)> {
    let defaults = ArticleDefaults {
        visibility: self::visibility(py, visibility)?,
        locale: locale(py, default_locale)?,
    };
    let files = run(py, None, OnInterrupt::Abandon, move |_| {
        helpdex::read_articles(&path, &defaults)
    })?;
    let skipped = files.skipped.iter().map(|error| exception(py, error));
    Ok((
        files.articles.into_iter().map(Article).collect(),
        skipped.collect(),
    ))
}
