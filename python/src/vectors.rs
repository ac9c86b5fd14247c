//! The Python classes `Vector` and `Embedder`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use helpdex::Error;
use helpdex::vectors::{self, EmbedError, Embedder as _, GivenVectors, TextKind, values_of_rows};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::error::{exception, invalid};
use crate::interruptible::{OnInterrupt, run};
use crate::numbers;

/// The vector of a text by a model of the host, scaled to unit length and kept in 8 bits a value.
///
/// Its `repr` shows no value: a vector of a ticket tells about its text.
///
/// Args:
///     model: The name of the model, 1 to 200 bytes.
///     values: The numbers: an array of one dimension, such as a row of numpy or torch, or a list.
///
/// Raises:
///     InvalidInputError: For values that are no numbers, not finite, all zeros, none or more than 8,192.
///
/// Example:
///     >>> vector = Vector("my-model", [3.0, -4.0])
///     >>> vector.dimension, [round(value, 2) for value in vector.values]
///     (2, [0.6, -0.8])
#[pyclass(frozen, eq, module = "helpdex")]
#[derive(PartialEq)]
pub(crate) struct Vector(pub(crate) vectors::Vector);

#[pymethods]
impl Vector {
    #[new]
    fn new(py: Python<'_>, model: &str, values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let values = numbers::row(values).map_err(|found| {
            invalid(
                py,
                format!("the values of a vector are {found}; give numbers in one dimension"),
            )
        })?;
        let vector = vectors::Vector::new(model, &values).map_err(|e| exception(py, &e))?;
        vector.map(Self).ok_or_else(|| {
            invalid(
                py,
                "a vector of zeros says nothing; leave it out where a text has none",
            )
        })
    }

    /// The name of the model.
    #[getter]
    fn model(&self) -> &str {
        self.0.model()
    }

    /// The number of values.
    #[getter]
    fn dimension(&self) -> usize {
        self.0.dimension()
    }

    /// The values that are kept, of unit length. A vector that is made of them is equal to this one.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.to_values())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let model = PyString::new(py, self.model()).repr()?;
        Ok(format!("Vector({model}, dimension={})", self.dimension()))
    }

    fn __getnewargs__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyString>, Bound<'py, PyTuple>)> {
        Ok((PyString::new(py, self.model()), self.values(py)?))
    }
}

/// A model of the host that turns texts into vectors, or vectors that it made before.
///
/// A knowledge base that is opened with it embeds new and changed passages when it publishes, and each ticket when it is asked:
/// see `embedder` of `KnowledgeBase.open_or_create`. Helpdex has no model of its own and downloads none.
///
/// Args:
///     name: The name of the model, 1 to 200 bytes, with everything that changes its vectors: the revision, and how texts
///         are prepared. Vectors of two names are never compared.
///     dimension: The number of values of each vector, 1 to 8,192.
///     embed: Called with a list of at most 64 texts; returns one row of `dimension` numbers for each, in their order: an
///         array of numpy, torch or the like, or a list of lists. A row of zeros says that a text has no vector. It is called
///         on threads of Helpdex, one of several at a time. None: only `articles` have vectors, and tickets bring theirs.
///     embed_tickets: Called for tickets in place of `embed`, for a model that wants another prefix for them.
///     articles: The vectors that the host already has, by the id of the article: rows of numbers, or `Vector`s. The first one is
///         that of the title; where the others are one for each passage, an answer shows the passage that is nearest. Articles
///         that are not in it are embedded.
///     patience_ms: How long an answer waits for the vector of its ticket, in milliseconds; None waits as long as it takes,
///         or half of the answer's `time_budget_ms`.
///
/// Raises:
///     InvalidInputError: For a name or a dimension out of range, and for `articles` that are no vectors, with the id.
///
/// Example:
///     >>> letters = lambda texts: [[text.count("a"), text.count("b"), 1] for text in texts]
///     >>> embedder = Embedder("letters", 3, letters)
///     >>> kb = KnowledgeBase.in_memory(embedder=embedder)
///     >>> kb.embed("abba")
///     Vector('letters', dimension=3)
#[pyclass(frozen, module = "helpdex")]
pub(crate) struct Embedder(Arc<Model>);

/// The model behind an `Embedder`.
struct Model {
    given: GivenVectors,
    embed: Option<Py<PyAny>>,
    embed_tickets: Option<Py<PyAny>>,
    patience_ms: Option<u64>,
}

#[pymethods]
impl Embedder {
    #[new]
    #[pyo3(signature = (name, dimension, embed = None, *, embed_tickets = None, articles = None, patience_ms = None))]
    fn new(
        py: Python<'_>,
        name: &str,
        dimension: i64,
        embed: Option<Py<PyAny>>,
        embed_tickets: Option<Py<PyAny>>,
        articles: Option<&Bound<'_, PyDict>>,
        patience_ms: Option<u64>,
    ) -> PyResult<Self> {
        // Below 0 is as far out of range as 0.
        let dimension = usize::try_from(dimension).unwrap_or(0);
        let mut given = GivenVectors::new(name, dimension).map_err(|e| exception(py, &e))?;
        for (id, vectors) in articles.into_iter().flatten() {
            let id: String = id.extract()?;
            let vectors = vectors_of(name, &vectors).map_err(|error| error.about_article(&id));
            let inserted = vectors.and_then(|vectors| given.insert(&id, vectors));
            inserted.map_err(|error| exception(py, &error))?;
        }
        Ok(Self(Arc::new(Model {
            given,
            embed,
            embed_tickets,
            patience_ms,
        })))
    }

    /// The name of the model.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The number of values of each vector.
    #[getter]
    fn dimension(&self) -> usize {
        self.0.dimension()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let name = PyString::new(py, self.name()).repr()?;
        Ok(format!("Embedder({name}, dimension={})", self.dimension()))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // An open knowledge base holds the functions too, and shows them to nobody.
        if Arc::strong_count(&self.0) == 1 {
            visit.call(&self.0.embed)?;
            visit.call(&self.0.embed_tickets)?;
        }
        Ok(())
    }
}

impl Embedder {
    /// Returns the embedder as the library takes it.
    pub(crate) fn shared(&self) -> Arc<dyn vectors::Embedder> {
        Arc::<Model>::clone(&self.0)
    }
}

/// Reads vectors out of rows of numbers, or out of `Vector`s.
fn vectors_of(model: &str, value: &Bound<'_, PyAny>) -> helpdex::Result<Vec<vectors::Vector>> {
    if let Ok(made) = value.extract::<Vec<PyRef<'_, Vector>>>() {
        return Ok(made.iter().map(|vector| vector.0.clone()).collect());
    }
    let rows =
        numbers::rows(value).map_err(|found| Error::invalid(format!("its vectors are {found}")))?;
    let mut vectors = Vec::with_capacity(rows.len());
    for (number, row) in (1..).zip(rows) {
        let vector = vectors::Vector::new(model, &row)
            .map_err(|error| Error::invalid(format!("row {number}: {error}")))?;
        vectors.extend(vector);
    }
    Ok(vectors)
}

impl vectors::Embedder for Model {
    fn name(&self) -> &str {
        self.given.name()
    }

    fn dimension(&self) -> usize {
        self.given.dimension()
    }

    fn embed(&self, texts: &[&str], kind: TextKind) -> Result<Vec<f32>, EmbedError> {
        let of_tickets = self.embed_tickets.as_ref();
        let of_tickets = of_tickets.filter(|_| kind == TextKind::Ticket);
        let Some(embed) = of_tickets.or(self.embed.as_ref()) else {
            return self.given.embed(texts, kind);
        };
        let rows = Python::try_attach(|py| {
            let given = embed.bind(py).call1((PyList::new(py, texts)?,))?;
            PyResult::Ok(numbers::rows(&given))
        });
        let rows = rows.ok_or("the interpreter ends")??;
        let (name, dimension) = (self.name(), self.dimension());
        let rows =
            rows.map_err(|found| Error::invalid(format!("the embedder {name:?} gave {found}")))?;
        Ok(values_of_rows(name, dimension, texts.len(), &rows)?)
    }

    fn of_article(&self, article_id: &str) -> Option<Vec<vectors::Vector>> {
        let given = self.given.of_article(article_id);
        given.filter(|vectors| self.embed.is_none() || !vectors.is_empty())
    }

    fn patience_ms(&self) -> Option<u64> {
        self.patience_ms
    }
}

/// Read vectors of articles or tickets by their ids, out of a column of a table: CSV, TSV, or JSON objects whose keys are columns.
///
/// A row has a column `id` and a column `vector` or `embedding`: numbers in a list of JSON, or with spaces or commas between
/// them. A list of lists, and several rows with one id, give several vectors. An empty cell, and zeros, give none.
///
/// Args:
///     path: The file, such as the one that the articles themselves are read from.
///     model: The name of the model that made the vectors.
///     columns: Which column is which field, such as `{"vector": "minilm"}`.
///
/// Returns:
///     The vectors by id, for `articles` of `Embedder` and for `vector` of `Ticket`.
///
/// Raises:
///     StorageError: When the file cannot be read.
///     InvalidInputError: When it has no such columns or no vector, and for a row that is no vector, with `path` and `line`.
///
/// Example:
///     >>> vectors = read_vectors("articles.csv", "my-model")  # doctest: +SKIP
///     >>> embedder = Embedder("my-model", 384, articles=vectors)  # doctest: +SKIP
#[pyfunction]
#[pyo3(signature = (path, model, *, columns = None))]
pub(crate) fn read_vectors(
    py: Python<'_>,
    path: PathBuf,
    model: String,
    columns: Option<BTreeMap<String, String>>,
) -> PyResult<Bound<'_, PyDict>> {
    let columns: Vec<_> = columns.unwrap_or_default().into_iter().collect();
    let given = run(py, None, OnInterrupt::Abandon, move |_| {
        helpdex_import::read_vectors(&path, &model, &columns)
    })?;
    let by_id = PyDict::new(py);
    for (id, vectors) in given.iter() {
        let vectors: Vec<Vector> = vectors.iter().cloned().map(Vector).collect();
        by_id.set_item(id, PyList::new(py, vectors)?)?;
    }
    Ok(by_id)
}
