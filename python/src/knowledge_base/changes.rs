//! Methods of `KnowledgeBase` that change it.

use pyo3::prelude::*;

use super::KnowledgeBase;
use crate::answers;
use crate::arguments::Strings;
use crate::article;
use crate::feedback;
use crate::moment::Moment;

#[pymethods]
impl KnowledgeBase {
    /// Add articles, or replace those with the same ids. If an id occurs twice, the last article wins.
    ///
    /// Raises:
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn upsert<'py>(
        &self,
        py: Python<'py>,
        articles: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let articles = article::read(articles)?;
        let changes = self
            .handle
            .edit(py, move |writer| writer.upsert(articles))?;
        answers::changes(py, &changes)
    }

    /// Remove articles by id; unknown ids are ignored.
    ///
    /// Raises:
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn remove<'py>(&self, py: Python<'py>, ids: Strings) -> PyResult<Bound<'py, PyAny>> {
        let changes = self.handle.edit(py, move |writer| writer.remove(ids.0))?;
        answers::changes(py, &changes)
    }

    /// Make `articles` the full list: add and replace as `upsert` does, and remove all others.
    ///
    /// When iterating over `articles` raises, nothing is changed.
    ///
    /// Raises:
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn sync<'py>(
        &self,
        py: Python<'py>,
        articles: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let articles = article::read(articles)?;
        let changes = self.handle.edit(py, move |writer| writer.sync(articles))?;
        answers::changes(py, &changes)
    }

    /// Publish the articles that are visible at `now` as the next generation, and switch to it.
    ///
    /// It keeps the present models; `train` makes new ones. A model is trained again when its readers no longer see an
    /// article that it knows, or when something was forgotten.
    ///
    /// Ctrl-C, or an exception from `progress`, stops it within a second while it reads articles, and nothing is
    /// changed; once it puts the new generation in place, it ends that first.
    ///
    /// Args:
    ///     now: The moment, with a time zone; the present by default.
    ///     progress: Called as `progress(done, total)` with articles, at most 20 times a second.
    ///
    /// Raises:
    ///     DamagedError: When the feedback log is damaged; nothing is changed then.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When writing fails; the previous generation stays in use, and you can publish again.
    #[pyo3(signature = (now = None, progress = None))]
    fn publish<'py>(
        &self,
        py: Python<'py>,
        now: Option<Moment>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let now = now.unwrap_or_else(Moment::now).0;
        let published =
            self.handle
                .edit_and_let_go(py, progress.as_ref(), move |writer, link| {
                    writer.publish_with_progress(now, |progress| link.report(progress))
                })?;
        answers::published(py, &published)
    }

    /// Train a model for each class of readers from the feedback log, and publish the models with the articles of the
    /// generation in use.
    ///
    /// The same articles and feedback give the same models, whatever the history. Publish first: unpublished changes are
    /// lost.
    ///
    /// Args:
    ///     now: The moment, with a time zone; by default the present. Models know only articles that are valid then.
    ///     tickets: An iterable of `FeedbackEvent` to learn from instead of the log, for a host that keeps its own; only
    ///         the model is kept.
    ///
    /// Raises:
    ///     InvalidInputError: Before the first publish, and for a ticket that cannot be learned, naming it.
    ///     DamagedError: When the feedback log is damaged.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When writing fails; the models before stay in use.
    #[pyo3(signature = (now = None, *, tickets = None))]
    fn train<'py>(
        &self,
        py: Python<'py>,
        now: Option<Moment>,
        tickets: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let now = now.unwrap_or_else(Moment::now).0;
        let tickets = tickets.map(feedback::read).transpose()?;
        let trained = self
            .handle
            .edit_and_let_go(py, None, move |writer, _| match tickets {
                Some(tickets) => writer.train_on(now, tickets),
                None => writer.train(now),
            })?;
        answers::trained(py, &trained)
    }

    /// Learn from verdicts of people on tickets: add them to a log, cleaned and with personal data masked.
    ///
    /// Known verdicts are skipped. When this returns, the new ones survive a crash and a power cut. It never waits for
    /// changes of articles; verdicts from several threads are written together.
    ///
    /// Args:
    ///     solved: An iterable of `FeedbackEvent`.
    ///
    /// Returns:
    ///     The numbers of added and known verdicts, and the ids of articles that are not published: their verdicts are
    ///     kept, and count as soon as the articles are published.
    ///
    /// Raises:
    ///     InvalidInputError: For an entry that cannot be learned, which it names; nothing is learned.
    ///     DamagedError: When the log is damaged; likewise.
    ///     StorageError: When the log cannot be read or written; likewise.
    fn learn<'py>(
        &self,
        py: Python<'py>,
        solved: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let solved = feedback::read(solved)?;
        let learned = self.handle.change(py, move |handle| handle.learn(solved))?;
        answers::learned(py, &learned)
    }

    /// Purge removed and replaced articles: rewrite the log of articles without them, and delete every generation but
    /// the newest.
    ///
    /// When this returns, no file of the folder contains a byte of a removed article.
    ///
    /// Raises:
    ///     InvalidInputError: When articles were changed or denied since the newest publish; publish first.
    ///     IndexLockedError: When another process is changing it.
    ///     DamagedError: When what is there is damaged.
    ///     StorageError: When writing fails; it can be tried again.
    fn purge(&self, py: Python<'_>) -> PyResult<()> {
        self.handle
            .edit_and_let_go(py, None, |writer, _| writer.purge())
    }

    /// Hide articles from everybody, including agents, in every generation: for articles that must not be visible a
    /// moment longer.
    ///
    /// They are excluded before anything is counted or scored, as if they did not exist. Only the model contains them
    /// until the next publish. The denial is effective in this process when this returns, in others when they refresh
    /// or open, and it survives a crash. It never waits for changes of articles.
    ///
    /// Returns:
    ///     The number of ids that were not denied before; an id may be unknown.
    ///
    /// Raises:
    ///     InvalidInputError: For an empty id.
    ///     DamagedError: When the list is damaged.
    ///     StorageError: When it cannot be read or written.
    fn deny(&self, py: Python<'_>, ids: Strings) -> PyResult<usize> {
        self.handle.change(py, move |handle| handle.deny(ids.0))
    }

    /// Show denied articles again, from the current generation on. Publish the corrected articles first.
    ///
    /// Returns:
    ///     The number of ids that were denied.
    ///
    /// Raises:
    ///     DamagedError: When the list is damaged.
    ///     StorageError: When it cannot be read or written.
    fn allow(&self, py: Python<'_>, ids: Strings) -> PyResult<usize> {
        self.handle.change(py, move |handle| handle.allow(ids.0))
    }

    /// The ids of the denied articles, in order, as last read.
    #[getter]
    fn denied(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.handle.opened(py)?.denied())
    }
}
