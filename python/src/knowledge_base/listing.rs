//! Methods of `KnowledgeBase` that show what is indexed.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use super::KnowledgeBase;
use crate::audience::Audience;
use crate::error::{exception, invalid};
use crate::moment::Moment;

#[pymethods]
impl KnowledgeBase {
    /// Return the articles that the audience may see at `now`, the present unless given, as the last publish indexed them.
    ///
    /// Args:
    ///     audience: For whom they are listed.
    ///     now: The moment, with a time zone; the present unless given.
    ///
    /// Returns:
    ///     One dictionary an article, in the order of the ids: `id`, `locale`, `title`, `url`, `visibility`,
    ///     `translation_group`, and `sections`, each with `heading`, `anchor`, `text` and `code`.
    #[pyo3(signature = (audience, now = None))]
    fn articles<'py>(
        &self,
        py: Python<'py>,
        audience: &Bound<'py, Audience>,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let audience = &audience.get().0;
        let now = now.unwrap_or_else(Moment::now).0;
        let articles = py.detach(|| {
            let articles = handle.articles(audience, now)?;
            articles.collect::<helpdex::Result<Vec<_>>>()
        });
        let articles = articles.map_err(|error| exception(py, &error))?;
        of_json(py, &articles)
    }

    /// Return the article of this id as the last publish indexed it, whoever may see it: see `articles`.
    ///
    /// Raises:
    ///     KeyError: When there is none.
    fn __getitem__<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let now = Moment::now().0;
        let article = py.detach(|| handle.article(id, &helpdex::Audience::internal(), now));
        match article.map_err(|error| exception(py, &error))? {
            Some(article) => of_json(py, &article),
            None => Err(PyKeyError::new_err(id.to_owned())),
        }
    }

    /// Return how many articles the last publish indexed, whoever may see them.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        let handle = self.handle.opened(py)?;
        let now = Moment::now().0;
        Ok(py.detach(|| handle.article_count(&helpdex::Audience::internal(), now)))
    }
}

/// Returns a value as dictionaries and lists of Python.
fn of_json<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let json = serde_json::to_string(value).map_err(|error| invalid(py, error.to_string()))?;
    py.import("json")?.call_method1("loads", (json,))
}
