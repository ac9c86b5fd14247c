//! `read_articles` of Python.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::path::PathBuf;

use helpdex_import::{ErrorList, ImportOptions, Source};
use pyo3::exceptions::PyUserWarning;
use pyo3::prelude::*;

use crate::arguments::{by_name, locale};
use crate::article::Article;
use crate::error::{exception, exceptions};
use crate::interruptible::{OnInterrupt, run};

/// Read the articles in `path`: a folder, a file or a zip of an export or of documentation. The source is detected.
///
/// Files may begin with front matter whose keys are the arguments of `Article`. A bad file or line is skipped and the
/// rest is read.
///
/// Args:
///     path: The folder or the file.
///     visibility: That of articles that state none; they are never public by themselves.
///     default_locale: The locale of files that state none and lie in no folder named like one.
///     source: Where the files come from, such as `zendesk` or `docusaurus`; None: it is detected.
///     base_url: The address of the help center, for pages that have a path alone.
///     exclude: Paths that are not read, as patterns of `.gitignore`.
///     columns: Which column of a table is which field of an article, such as `{"title": "Subject"}`.
///
/// Returns:
///     The articles in the order of paths and lines, and one error for each file or line that was skipped, with its
///     `path` and `line`. Of more than a hundred errors the first hundred are there, and one that tells how many more there
///     are.
///
/// Warns:
///     UserWarning: For an article that is internal although `visibility` is wider, since a key or a line of it reads as if
///         it kept the article from readers; for a symbolic link, a pipe or a device, which are never read.
///
/// Raises:
///     StorageError: When `path` cannot be read at all.
///     InvalidInputError: When it holds no article file.
///
/// Example:
///     >>> articles, skipped = read_articles("help-center", visibility="public")  # doctest: +SKIP
#[pyfunction]
#[pyo3(signature = (path, *, visibility = "internal", default_locale = None, source = None, base_url = None,
    exclude = Vec::new(), columns = BTreeMap::new()))]
#[expect(
    clippy::too_many_arguments,
    reason = "keyword arguments of Python, a struct in Rust"
)]
pub(crate) fn read_articles(
    py: Python<'_>,
    path: PathBuf,
    visibility: &str,
    default_locale: Option<&str>,
    source: Option<&str>,
    base_url: Option<String>,
    exclude: Vec<String>,
    columns: BTreeMap<String, String>,
) -> PyResult<(Vec<Article>, Vec<PyErr>)> {
    let source = source.map(Source::from_name).transpose();
    let options = ImportOptions {
        source: source.map_err(|error| exception(py, &error))?,
        visibility: by_name(py, visibility)?,
        locale: locale(py, default_locale)?,
        base_url,
        exclude,
        columns: columns.into_iter().collect(),
        community: false,
    };
    let files = run(py, None, OnInterrupt::Abandon, move |_| {
        helpdex_import::read_articles(&path, &options)
    })?;
    for error in files
        .made_internal
        .kept()
        .iter()
        .chain(files.not_followed.kept())
    {
        warn(py, &error.to_string())?;
    }
    for warning in &files.warnings {
        let (count, first) = (warning.count, &warning.first);
        warn(py, &format!("{count} {}, first {first}", warning.message))?;
    }
    for more in [&files.made_internal, &files.not_followed].map(ErrorList::count_not_kept) {
        if more > 0 {
            warn(py, &format!("and {more} more"))?;
        }
    }
    let skipped = exceptions(py, &files.skipped);
    Ok((files.articles.into_iter().map(Article).collect(), skipped))
}

fn warn(py: Python<'_>, message: &str) -> PyResult<()> {
    let message = CString::new(message.replace('\0', " ")).unwrap_or_default();
    PyErr::warn(py, &py.get_type::<PyUserWarning>(), &message, 1)
}
