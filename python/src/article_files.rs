//! `read_articles` of Python.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use helpdex_import::{ErrorList, ImportOptions, LeftOut, Source};
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
///     An iterator over the articles in the order of paths and records, which keeps one of them in memory. Its `skipped` has
///     one error for each file or record that cannot be read, `left_out` counts the others by reason.
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
///     >>> articles = read_articles("help-center", visibility="public")  # doctest: +SKIP
///     >>> changes = kb.sync(articles)  # doctest: +SKIP
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
) -> PyResult<Articles> {
    let options = ImportOptions {
        source: source.map(|name| by_name(py, name)).transpose()?,
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
    Ok(Articles {
        left: Mutex::new(files.articles),
        source: files.source,
        detected_by: files.detected_by,
        records: files.records,
        left_out: files.left_out,
        skipped: files.skipped,
        unproven: files.unproven,
        redirects: files.redirects,
    })
}

/// The articles that `read_articles` found, an iterator that reads one at a time, and what became of the other records.
///
/// Everything but the articles is complete before the first of them is read.
#[pyclass(frozen, module = "helpdex")]
pub(crate) struct Articles {
    left: Mutex<helpdex_import::Articles>,
    source: Source,
    detected_by: String,
    records: usize,
    left_out: BTreeMap<LeftOut, ErrorList>,
    skipped: ErrorList,
    unproven: usize,
    redirects: Vec<(String, String)>,
}

#[pymethods]
impl Articles {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Article>> {
        let next = py.detach(|| {
            let left = self.left.lock();
            left.unwrap_or_else(PoisonError::into_inner).next()
        });
        let next = next.transpose().map_err(|error| exception(py, &error))?;
        Ok(next.map(Article))
    }

    /// The addresses and paths that lead to pages, with the ids, addresses or paths of those: for `redirects` of
    /// `read_exported_tickets`.
    #[getter]
    fn redirects(&self) -> BTreeMap<&str, &str> {
        let redirects = self.redirects.iter();
        redirects.map(|(from, to)| (&**from, &**to)).collect()
    }

    /// The name of the source, such as `zendesk`.
    #[getter]
    fn source(&self) -> &'static str {
        self.source.name()
    }

    /// The reason for which this source was detected.
    #[getter]
    fn detected_by(&self) -> &str {
        &self.detected_by
    }

    /// The number of records: articles, and records that are left out or skipped.
    #[getter]
    fn records(&self) -> usize {
        self.records
    }

    /// The number of records that are not articles for readers, by reason, such as `draft`.
    #[getter]
    fn left_out(&self) -> BTreeMap<&'static str, usize> {
        let reasons = self.left_out.iter();
        reasons
            .map(|(reason, list)| (reason.name(), list.count()))
            .collect()
    }

    /// The number of articles that are internal because their source does not prove that everybody may read them.
    #[getter]
    fn unproven(&self) -> usize {
        self.unproven
    }

    /// The errors for the files or records that were skipped, each with its `path` and `line`. Of more than a hundred
    /// errors, the first hundred are there, and one that says how many more there are.
    #[getter]
    fn skipped(&self, py: Python<'_>) -> Vec<PyErr> {
        exceptions(py, &self.skipped)
    }
}

fn warn(py: Python<'_>, message: &str) -> PyResult<()> {
    let message = CString::new(message.replace('\0', " ")).unwrap_or_default();
    PyErr::warn(py, &py.get_type::<PyUserWarning>(), &message, 1)
}
