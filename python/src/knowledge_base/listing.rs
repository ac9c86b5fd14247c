//! Methods of `KnowledgeBase` that show what is indexed.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use super::KnowledgeBase;
use crate::answers;
use crate::audience::Audience;
use crate::error::{exception, guarded};
use crate::events::plain;
use crate::interruptible::{OnInterrupt, run};
use crate::moment::Moment;

#[pymethods]
impl KnowledgeBase {
    /// Return the articles that the audience may see at `now`, as the last publish indexed them.
    ///
    /// Args:
    ///     audience: The readers for whom they are listed.
    ///     now: The moment; the present unless given.
    ///
    /// Returns:
    ///     The articles as `IndexedArticle`, in the order of the ids.
    #[pyo3(signature = (audience, now = None))]
    fn articles<'py>(
        &self,
        py: Python<'py>,
        audience: &Bound<'py, Audience>,
        now: Option<Moment>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let handle = self.handle.opened(py)?;
        let audience = &audience.get().0;
        let now = now.unwrap_or_else(Moment::now).0;
        guarded(py, || {
            let articles = py.detach(|| {
                let articles = handle.articles(audience, now)?;
                articles.collect::<helpdex::Result<Vec<_>>>()
            });
            let articles = articles.map_err(|error| exception(py, &error))?;
            let articles = articles.iter();
            articles
                .map(|article| answers::indexed_article(py, article))
                .collect()
        })
    }

    /// Find near copies among the articles that the audience may see, and sentences that are alike but for a value.
    ///
    /// Args:
    ///     audience: The readers whose articles are compared.
    ///     now: The moment; the present unless given.
    ///
    /// Returns:
    ///     A dict with two lists of dicts: `copies` with `kind` (`exact`, `near`, `contained`), `similarity`, `words`, `left`
    ///     and `right`; and `differing` with `kind` (`number`, `name`, `negation`), both values, sentences and places.
    #[pyo3(signature = (audience, now = None))]
    fn copies<'py>(
        &self,
        py: Python<'py>,
        audience: &Bound<'py, Audience>,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let audience = audience.get().0.clone();
        let now = now.unwrap_or_else(Moment::now).0;
        let found = run(py, None, OnInterrupt::Abandon, move |_| {
            let articles = handle.articles(&audience, now)?;
            let articles = articles.collect::<helpdex::Result<Vec<_>>>()?;
            Ok(helpdex_insight::copies::copies(&articles))
        })?;
        plain(py, serde_json::to_string(&found))
    }

    /// Return the article of this id as the last publish indexed it, whoever may see it: see `articles`.
    ///
    /// Raises:
    ///     KeyError: When there is none.
    fn __getitem__<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let now = Moment::now().0;
        guarded(py, || {
            let article = py.detach(|| handle.article(id, &helpdex::Audience::internal(), now));
            match article.map_err(|error| exception(py, &error))? {
                Some(article) => answers::indexed_article(py, &article),
                None => Err(PyKeyError::new_err(id.to_owned())),
            }
        })
    }

    /// Return how many articles the last publish indexed, whoever may see them.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        let handle = self.handle.opened(py)?;
        let now = Moment::now().0;
        guarded(py, || {
            Ok(py.detach(|| handle.article_count(&helpdex::Audience::internal(), now)))
        })
    }
}
