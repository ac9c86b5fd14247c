//! The Python class `Article`.

use helpdex::article::Votes;
use helpdex::{ArticleFields, Timestamp};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::arguments::{Strings, by_name, copied};
use crate::error::{exception, guarded};
use crate::moment::{Moment, to_datetime};

/// An article of a help center in one locale, as the host has it, checked.
///
/// Only `id`, `locale` and one of `title` and `body` must be given.
///
/// Args:
///     id: Unique in the knowledge base, 1 to 255 bytes; a translation has an id of its own.
///     locale: Language tag, such as `en` or `pt-BR`.
///     title: Plain text, up to 1,000 characters.
///     body: The text in the form that `format` names, up to 2 MB.
///     format: How `body` is written: `html`, `markdown` or `text`.
///     visibility: Who may see it: `public`, `signed_in` or `internal`. What states none is internal.
///     translation_group: What the translations of one article share.
///     section_path: The path of categories from the top.
///     labels: Free labels, for filters.
///     products: The products that it is about, for filters; empty: all of them.
///     brand: The brand that it belongs to; None: all of them.
///     status: `published`, `draft` or `archived`.
///     user_segments: Of the readers who may see it, only those of one of these segments; empty: all of them.
///     valid_from: Never shown before this moment.
///     valid_until: Never shown from this moment on.
///     updated_at: When its text last changed.
///     url: Where to read it: `http`, `https` or a relative path.
///     votes: How many readers found it helpful, and how many did not.
///     kind: What it is: `article`, the only kind so far.
///
/// Raises:
///     InvalidInputError: With the article's id, the value and the remedy.
///
/// Example:
///     >>> Article(id="pin", locale="en", title="Reset your PIN", visibility="public")
///     Article(id='pin', locale='en', title='Reset your PIN')
#[pyclass(frozen, eq, module = "helpdex")]
#[derive(PartialEq)]
pub(crate) struct Article(pub(crate) helpdex::Article);

#[pymethods]
impl Article {
    #[new]
    #[pyo3(signature = (
        *,
        id,
        locale,
        title = String::new(),
        body = String::new(),
        format = "text",
        visibility = "internal",
        translation_group = None,
        section_path = Strings::default(),
        labels = Strings::default(),
        products = Strings::default(),
        brand = None,
        status = "published",
        user_segments = Strings::default(),
        valid_from = None,
        valid_until = None,
        updated_at = None,
        url = None,
        votes = None,
        kind = "article",
    ), text_signature = "(*, id, locale, title='', body='', format='text', visibility='internal', \
        translation_group=None, section_path=(), labels=(), products=(), brand=None, status='published', \
        user_segments=(), valid_from=None, valid_until=None, updated_at=None, url=None, votes=None, kind='article')")]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn new(
        py: Python<'_>,
        id: String,
        locale: String,
        title: String,
        body: String,
        format: &str,
        visibility: &str,
        translation_group: Option<String>,
        section_path: Strings,
        labels: Strings,
        products: Strings,
        brand: Option<String>,
        status: &str,
        user_segments: Strings,
        valid_from: Option<Moment>,
        valid_until: Option<Moment>,
        updated_at: Option<Moment>,
        url: Option<String>,
        votes: Option<(u32, u32)>,
        kind: &str,
    ) -> PyResult<Self> {
        let fields = ArticleFields {
            id,
            kind: by_name(py, kind)?,
            translation_group,
            locale,
            title,
            body,
            format: by_name(py, format)?,
            section_path: section_path.0,
            labels: labels.0,
            products: products.0,
            brand,
            status: by_name(py, status)?,
            visibility: by_name(py, visibility)?,
            user_segments: user_segments.0,
            valid_from: valid_from.map(|moment| moment.0),
            valid_until: valid_until.map(|moment| moment.0),
            updated_at: updated_at.map(|moment| moment.0),
            url,
            votes: votes.map(|(up, down)| Votes { up, down }),
            state: None,
        };
        guarded(py, || {
            helpdex::Article::new(fields)
                .map(Self)
                .map_err(|error| exception(py, &error))
        })
    }

    /// The id of the article.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The locale of the article, in lower case.
    #[getter]
    fn locale(&self) -> &str {
        self.0.locale().as_str()
    }

    /// The title of the article, on one line.
    #[getter]
    fn title(&self) -> &str {
        &self.fields().title
    }

    /// The text of the article, in the format that `format` names.
    #[getter]
    fn body(&self) -> &str {
        &self.fields().body
    }

    /// The kind of article.
    #[getter]
    fn kind(&self) -> &'static str {
        self.fields().kind.name()
    }

    /// The format of `body`: `html`, `markdown` or `text`.
    #[getter]
    fn format(&self) -> &'static str {
        self.fields().format.name()
    }

    /// The visibility of the article: `public`, `signed_in` or `internal`.
    #[getter]
    fn visibility(&self) -> &'static str {
        self.fields().visibility.name()
    }

    /// The id that its translations share; by default its own id.
    #[getter]
    fn translation_group(&self) -> &str {
        self.0.translation_group()
    }

    /// The path of categories from the top of the help center.
    #[getter]
    fn section_path<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.fields().section_path)
    }

    /// The labels of the article.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.fields().labels)
    }

    /// The products that the article is about; empty: all products.
    #[getter]
    fn products<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.fields().products)
    }

    /// The brand that the article belongs to; None: all brands.
    #[getter]
    fn brand(&self) -> Option<&str> {
        self.fields().brand.as_deref()
    }

    /// The publication status: `published`, `draft` or `archived`.
    #[getter]
    fn status(&self) -> &'static str {
        self.fields().status.name()
    }

    /// The user segments that may see it; empty for all readers of its visibility.
    #[getter]
    fn user_segments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.fields().user_segments)
    }

    /// The moment from which the article may be shown; None: always.
    #[getter]
    fn valid_from<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.fields().valid_from)
    }

    /// The moment from which the article is no longer shown; None: never.
    #[getter]
    fn valid_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.fields().valid_until)
    }

    /// The time of the last change of the text; None: unknown.
    #[getter]
    fn updated_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.fields().updated_at)
    }

    /// The address of the article.
    #[getter]
    fn url(&self) -> Option<&str> {
        self.fields().url.as_deref()
    }

    /// The numbers of readers who found it helpful and not helpful; None when they were not asked.
    #[getter]
    fn votes(&self) -> Option<(u32, u32)> {
        self.fields().votes.map(|votes| (votes.up, votes.down))
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        PyString::new(py, self.id()).hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "Article(id={}, locale={}, title={})",
            PyString::new(py, self.id()).repr()?,
            PyString::new(py, self.locale()).repr()?,
            PyString::new(py, self.title()).repr()?
        ))
    }

    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let arguments = PyDict::new(py);
        arguments.set_item("id", self.id())?;
        arguments.set_item("locale", &self.fields().locale)?;
        arguments.set_item("title", self.title())?;
        arguments.set_item("body", self.body())?;
        arguments.set_item("format", self.format())?;
        arguments.set_item("visibility", self.visibility())?;
        arguments.set_item("translation_group", &self.fields().translation_group)?;
        arguments.set_item("section_path", self.section_path(py)?)?;
        arguments.set_item("labels", self.labels(py)?)?;
        arguments.set_item("products", self.products(py)?)?;
        arguments.set_item("brand", self.brand())?;
        arguments.set_item("status", self.status())?;
        arguments.set_item("user_segments", self.user_segments(py)?)?;
        arguments.set_item("valid_from", self.valid_from(py)?)?;
        arguments.set_item("valid_until", self.valid_until(py)?)?;
        arguments.set_item("updated_at", self.updated_at(py)?)?;
        arguments.set_item("url", self.url())?;
        arguments.set_item("votes", self.votes())?;
        arguments.set_item("kind", self.kind())?;
        Ok((PyTuple::empty(py), arguments))
    }
}

impl Article {
    fn fields(&self) -> &ArticleFields {
        self.0.fields()
    }
}

fn datetime(py: Python<'_>, moment: Option<Timestamp>) -> PyResult<Option<Bound<'_, PyAny>>> {
    moment.map(|moment| to_datetime(py, moment)).transpose()
}

/// Copies the articles out of an iterable of `Article`.
pub(crate) fn read(articles: &Bound<'_, PyAny>) -> PyResult<Vec<helpdex::Article>> {
    copied(articles, "articles", |value: &Article| value.0.clone())
}
