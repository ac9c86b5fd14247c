//! The Python class `KnowledgeBase`.

use std::path::PathBuf;
use std::process;
use std::sync::{PoisonError, RwLock};

use helpdex::{Erasure, Filter, SuggestOptions};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::answers;
use crate::arguments::{Strings, locale, suggest_options, with_target};
use crate::article;
use crate::audience::Audience;
use crate::draft::Draft;
use crate::error::{exception, guarded, invalid, named};
use crate::interruptible::{OnInterrupt, run};
use crate::moment::Moment;
use crate::solved_ticket;
use crate::suggest_many::Answers;
use crate::ticket::TicketArgument;

/// A help center, ready to be asked: articles go in, `publish` makes them visible, `suggest` answers tickets.
///
/// Threads ask it while another one publishes or refreshes; every answer comes from one published generation. A handle
/// that a forked child inherits may read, not write. It cannot be pickled: open it by its path in the worker.
///
/// Changes of articles are gathered in memory until `publish`; when that returns, they survive a crash and a power cut.
/// What was not published is gone when the handle is closed. What is learned survives at once.
///
/// Example:
///     >>> with KnowledgeBase.in_memory() as kb:
///     ...     article = Article(id="pin", locale="en", title="Reset your PIN", visibility="public")
///     ...     changes = kb.upsert([article])
///     ...     published = kb.publish()
///     ...     answer = kb.suggest("how can I reset the pin?", audience=Audience.public(), min_probability=0.0)
///     >>> [suggestion.title for suggestion in answer]
///     ['Reset your PIN']
#[pyclass(frozen, module = "helpdex")]
pub(crate) struct KnowledgeBase {
    /// None once it is closed.
    handle: RwLock<Option<helpdex::KnowledgeBase>>,
    /// None when it lives in memory.
    folder: Option<PathBuf>,
    /// The process that opened it.
    process_id: u32,
}

#[pymethods]
impl KnowledgeBase {
    /// Return a knowledge base that lives in memory only, empty.
    #[staticmethod]
    fn in_memory() -> Self {
        Self::of(helpdex::KnowledgeBase::in_memory(), None)
    }

    /// Open the newest generation of the knowledge base in the folder `path`, verifying every byte.
    ///
    /// Where that cannot be used, the newest that can is opened, and `warnings` tell why. Reading needs no lock and no write
    /// access.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: Whose knowledge base it must be; files of another one are refused.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read.
    ///     IndexFormatError: When there is no knowledge base in it, when none of its generations can be used, because they
    ///         are damaged, of another version or of another tenant, and when the list of denied articles is damaged.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None))]
    fn open(py: Python<'_>, path: PathBuf, tenant: Option<String>) -> PyResult<Self> {
        let folder = path.clone();
        let handle = run(py, None, OnInterrupt::Abandon, move |_| match tenant {
            Some(tenant) => helpdex::KnowledgeBase::open_of_tenant(folder, &tenant),
            None => helpdex::KnowledgeBase::open(folder),
        })?;
        Ok(Self::of(handle, Some(path)))
    }

    /// Open the knowledge base in the folder `path` for changes, or start an empty one there.
    ///
    /// One made by another version keeps its articles and is empty for readers until the next publish; `warnings` tell so.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: Whose knowledge base it is: what is published is theirs from now on, and generations of another tenant or
    ///         of none are not used.
    ///
    /// Raises:
    ///     InvalidInputError: When the folder holds other files.
    ///     StorageError: When it cannot be made or read.
    ///     IndexFormatError: When the list of denied articles is damaged.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None))]
    fn open_or_create(py: Python<'_>, path: PathBuf, tenant: Option<String>) -> PyResult<Self> {
        let folder = path.clone();
        let handle = run(py, None, OnInterrupt::Wait, move |_| match tenant {
            Some(tenant) => helpdex::KnowledgeBase::open_or_create_of_tenant(folder, &tenant),
            None => helpdex::KnowledgeBase::open_or_create(folder),
        })?;
        Ok(Self::of(handle, Some(path)))
    }

    /// Verify every file of the knowledge base in the folder `path`: all generations, both logs, the list of denied
    /// articles.
    ///
    /// It changes nothing and takes no lock.
    ///
    /// Raises:
    ///     IndexFormatError: When there is no knowledge base; what is damaged is in the report.
    ///     StorageError: When the folder cannot be read.
    #[staticmethod]
    fn check(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyAny>> {
        let report = run(py, None, OnInterrupt::Abandon, move |_| {
            helpdex::KnowledgeBase::check(path)
        })?;
        answers::check_report(py, &report)
    }

    /// Add articles, or replace those of the same ids. Of an id that comes twice the last one counts.
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
        let changes = self.change(py, move |handle| handle.upsert(articles))?;
        answers::changes(py, &changes)
    }

    /// Remove articles by id; ids that are not there are passed over.
    ///
    /// Raises:
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn remove<'py>(&self, py: Python<'py>, ids: Strings) -> PyResult<Bound<'py, PyAny>> {
        let changes = self.change(py, move |handle| handle.remove(ids.0))?;
        answers::changes(py, &changes)
    }

    /// Make `articles` the full list: add and replace as `upsert` does, and remove all others.
    ///
    /// Nothing is changed when going through `articles` raises.
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
        let changes = self.change(py, move |handle| handle.sync(articles))?;
        answers::changes(py, &changes)
    }

    /// Set the locales whose articles fill in for what is not translated into a ticket's language, first choice first.
    ///
    /// Without any it is the locale with the most articles.
    ///
    /// Raises:
    ///     InvalidInputError: When one is no language tag.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn set_fallback_locales(&self, py: Python<'_>, locales: Vec<String>) -> PyResult<()> {
        let mut parsed = Vec::new();
        for tag in &locales {
            parsed.extend(self::locale(py, Some(tag.as_str()))?);
        }
        self.change(py, move |handle| handle.set_fallback_locales(parsed))
    }

    /// Set the synonyms of a locale, one rule a line, in place of those that it had.
    ///
    /// `2fa, two-step sign-in` says that all of these mean the same; `pw => password` that who writes the first may
    /// mean the other. `#` begins a comment.
    ///
    /// Raises:
    ///     InvalidInputError: For a rule that cannot be read, with its `line`, or when `locale` is no language tag.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn set_synonyms(&self, py: Python<'_>, locale: &str, rules: &str) -> PyResult<()> {
        let Some(locale) = self::locale(py, Some(locale))? else {
            return Ok(());
        };
        let rules = rules.to_owned();
        self.change(py, move |handle| {
            handle.set_synonyms(helpdex::Synonyms::parse(&locale, &rules)?)
        })
    }

    /// Publish the articles that are to be seen at `now` as the next generation, and go on with it.
    ///
    /// It learns from the solved tickets of the log, or from `tickets`. Where neither they nor the articles have changed,
    /// what was learned before is used again.
    ///
    /// Ctrl-C, or an exception from `progress`, stops it within a second while it reads articles, and nothing is
    /// changed; once it learns or puts the new generation in place, it ends that first.
    ///
    /// Args:
    ///     now: The moment, with a time zone; the present unless given.
    ///     progress: Called as `progress(done, total)` with articles, at most 20 times a second.
    ///     tickets: An iterable of `SolvedTicket` to learn from in place of those of the log, for a host that keeps its
    ///         own; nothing of them stays but what was learned. The next publish needs them again.
    ///
    /// Raises:
    ///     InvalidInputError: For a ticket that cannot be learned, naming it; nothing is changed then.
    ///     IndexFormatError: When the log of solved tickets is damaged or of another version; likewise.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When writing fails; the generation before stays in use, and publishing can be tried again.
    #[pyo3(signature = (now = None, progress = None, *, tickets = None))]
    fn publish<'py>(
        &self,
        py: Python<'py>,
        now: Option<Moment>,
        progress: Option<Bound<'py, PyAny>>,
        tickets: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle_for_changes(py)?;
        let now = now.unwrap_or_else(Moment::now).0;
        let tickets = tickets.map(solved_ticket::read).transpose()?;
        let published = run(py, progress.as_ref(), OnInterrupt::Wait, move |link| {
            let report = |progress| link.report(progress);
            match tickets {
                Some(tickets) => handle.publish_with_tickets(now, tickets, report),
                None => handle.publish_with_progress(now, report),
            }
        })?;
        answers::published(py, &published)
    }

    /// Learn what people did about tickets: add the verdicts to a log, cleaned and with personal data masked.
    ///
    /// What is there already is passed over. When this returns they survive a crash and a power cut. It waits for
    /// nobody who changes articles; what threads learn at the same time is written together.
    ///
    /// Args:
    ///     solved: An iterable of `SolvedTicket`.
    ///
    /// Returns:
    ///     How many verdicts were added and how many were there, and the ids of articles that are not published: their
    ///     verdicts are kept, and count once the articles are there.
    ///
    /// Raises:
    ///     InvalidInputError: For an entry that cannot be learned, naming it; nothing is learned then.
    ///     IndexFormatError: When the log is damaged or of another version; likewise.
    ///     StorageError: When the log cannot be read or written; likewise.
    fn learn<'py>(
        &self,
        py: Python<'py>,
        solved: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let solved = solved_ticket::read(solved)?;
        let learned = self.change(py, move |handle| handle.learn(solved))?;
        answers::learned(py, &learned)
    }

    /// Forget all that was learned of a ticket, or of every ticket of a requester. Learning it again is new then.
    ///
    /// When this returns no file of the log holds a byte of them, and after the next publish no file of the folder does:
    /// it learns anew, and removes the generations before. Publish afterwards.
    ///
    /// Who has a generation open that was published before, in another process too, goes on with it until `refresh`.
    ///
    /// Args:
    ///     ticket: The id of the ticket.
    ///     requester: The name of the requester, as it was learned.
    ///
    /// Returns:
    ///     How many verdicts were forgotten.
    ///
    /// Raises:
    ///     InvalidInputError: When both or none are given, or an empty name.
    ///     IndexFormatError: When the log is damaged or of another version.
    ///     StorageError: When the log cannot be read or written.
    #[pyo3(signature = (*, ticket = None, requester = None))]
    fn forget(
        &self,
        py: Python<'_>,
        ticket: Option<String>,
        requester: Option<String>,
    ) -> PyResult<usize> {
        let who = match (ticket, requester) {
            (Some(id), None) => Erasure::Ticket(id),
            (None, Some(name)) => Erasure::Requester(name),
            _ => {
                return Err(invalid(
                    py,
                    "it is not said whom to forget; give either ticket or requester",
                ));
            }
        };
        self.change(py, move |handle| handle.forget(&who))
    }

    /// Hide articles from everybody, agents too, in whatever generation is read: for what was published and must not be
    /// seen a moment longer.
    ///
    /// It is as if they did not exist: they are left out before anything is counted or scored. What was learned from past
    /// tickets counts them until the next publish. In this process it holds when this returns, in others once they refresh
    /// or open; it survives a crash. It waits for nobody who changes articles.
    ///
    /// Returns:
    ///     How many were not denied before; an id need not be there.
    ///
    /// Raises:
    ///     InvalidInputError: For an empty id.
    ///     IndexFormatError: When the list is damaged.
    ///     StorageError: When it cannot be read or written.
    fn deny(&self, py: Python<'_>, ids: Strings) -> PyResult<usize> {
        self.change(py, move |handle| handle.deny(ids.0))
    }

    /// Show articles again that were denied, from the generation in use on: publish first what was to change.
    ///
    /// Returns:
    ///     How many were denied.
    ///
    /// Raises:
    ///     IndexFormatError: When the list is damaged.
    ///     StorageError: When it cannot be read or written.
    fn allow(&self, py: Python<'_>, ids: Strings) -> PyResult<usize> {
        self.change(py, move |handle| handle.allow(ids.0))
    }

    /// The ids of the articles that are denied, in order, as they were read last.
    #[getter]
    fn denied(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.open_handle(py)?.denied())
    }

    /// Why the generation in use is not the newest that is there, one sentence each; empty when it is.
    #[getter]
    fn warnings(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.open_handle(py)?.warnings())
    }

    /// Whose knowledge base the generation in use is; None when no host said so.
    #[getter]
    fn tenant(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.open_handle(py)?.tenant())
    }

    /// Look whether a newer generation has been published, by this process or another, and go on with it, and which
    /// articles are denied.
    ///
    /// Returns:
    ///     Whether there was one.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read; the generation before stays in use.
    ///     IndexFormatError: When the new generation is damaged or of another version; likewise.
    fn refresh(&self, py: Python<'_>) -> PyResult<bool> {
        let handle = self.open_handle(py)?;
        run(py, None, OnInterrupt::Wait, move |_| handle.refresh())
    }

    /// Return the articles that answer a ticket, for this audience at this moment, or a silence with its reason.
    ///
    /// Any ticket has an outcome.
    ///
    /// Args:
    ///     ticket: A `Ticket`, or a `str` as one.
    ///     audience: Who asks.
    ///     now: The moment, with a time zone; the present unless given.
    ///     limit: How many articles are offered at most, 1 to 10.
    ///     min_probability: An article is offered when its probability is at least this, in [0, 1]. A target precision
    ///         that can be kept decides in its place.
    ///     target_precision: Show something only as far as at least this share of the first articles shown is right, above
    ///         0 and below 1; solved tickets tell the threshold. With a brand, label or product it is the same, and nothing
    ///         is promised.
    ///     promise: `first` when the first article is to be right and each is shown by its own probability, or `any` when any of
    ///         the `limit` articles is, which are shown together. With a target precision `limit` is at most 3 then.
    ///     confidence_level: How sure it is to be that the target is kept, above 0 and below 1.
    ///     fallback: `silent` when no threshold keeps the target, or `best_guess`: what has `min_probability`.
    ///     popularity: How much it counts how often an article solved tickets before, in [0, 1].
    ///     time_budget_ms: How long it may take, in milliseconds; as long as it takes when None. When the time ends, the
    ///         answer is silence with the reason `deadline` and an empty ranking.
    ///     told_to_agent: Whether the reason for silence is read by an agent, and by nobody else: then it tells when an
    ///         article that the audience may not see would be shown to the agent.
    ///     brand: Only articles of this brand, and those of none. It is no border: what was learned of others counts.
    ///     label: Only articles that have this label.
    ///     product: Only articles about this product, and those that name none.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (
        ticket, *, audience, now = None, limit = 3, min_probability = 0.5, target_precision = None, promise = "first",
        confidence_level = 0.95, fallback = "silent", popularity = 1.0, time_budget_ms = None, told_to_agent = false,
        brand = None, label = None, product = None
    ))]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn suggest<'py>(
        &self,
        py: Python<'py>,
        ticket: TicketArgument,
        audience: &Bound<'py, Audience>,
        now: Option<Moment>,
        limit: i64,
        min_probability: f64,
        target_precision: Option<f64>,
        promise: &str,
        confidence_level: f64,
        fallback: &str,
        popularity: f64,
        time_budget_ms: Option<u64>,
        told_to_agent: bool,
        brand: Option<String>,
        label: Option<String>,
        product: Option<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.open_handle(py)?;
        let filter = Filter {
            brand,
            label,
            product,
        };
        let options = suggest_options(limit, min_probability, popularity, filter);
        let options = SuggestOptions {
            time_budget_ms,
            told_to_agent,
            ..with_target(
                py,
                options,
                target_precision,
                promise,
                confidence_level,
                fallback,
            )?
        };
        let now = now.unwrap_or_else(Moment::now).0;
        let audience = &audience.get().0;
        guarded(py, || {
            let answer = py
                .detach(|| handle.suggest(&ticket.0, audience, now, &options))
                .map_err(|error| exception(py, &error))?;
            answers::suggestions(py, answer)
        })
    }

    /// Answer tickets one after the other, in their order, on all cores and with bounded memory.
    ///
    /// All answers come from the generation that is in use now; what is denied meanwhile is not shown. Some tickets are
    /// read ahead of the answer that is handed out: 64, or 16 a core where that is more. When going through `tickets`
    /// raises, the tickets before are answered first. The arguments are those of `suggest`; `now` is one moment for all.
    ///
    /// Returns:
    ///     An iterator with one answer a ticket.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (
        tickets, *, audience, now = None, limit = 3, min_probability = 0.5, target_precision = None, promise = "first",
        confidence_level = 0.95, fallback = "silent", popularity = 1.0, time_budget_ms = None, told_to_agent = false,
        brand = None, label = None, product = None
    ))]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn suggest_many(
        this: Bound<'_, Self>,
        tickets: &Bound<'_, PyAny>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
        limit: i64,
        min_probability: f64,
        target_precision: Option<f64>,
        promise: &str,
        confidence_level: f64,
        fallback: &str,
        popularity: f64,
        time_budget_ms: Option<u64>,
        told_to_agent: bool,
        brand: Option<String>,
        label: Option<String>,
        product: Option<String>,
    ) -> PyResult<Answers> {
        if tickets.is_instance_of::<pyo3::types::PyString>() {
            return Err(PyTypeError::new_err(
                "give a list of tickets, or ask `suggest` with one",
            ));
        }
        let py = this.py();
        let handle = this.get().open_handle(py)?;
        let filter = Filter {
            brand,
            label,
            product,
        };
        let options = suggest_options(limit, min_probability, popularity, filter);
        let options = SuggestOptions {
            time_budget_ms,
            told_to_agent,
            ..with_target(
                py,
                options,
                target_precision,
                promise,
                confidence_level,
                fallback,
            )?
        };
        let now = now.unwrap_or_else(Moment::now).0;
        let batch = handle
            .batch(&audience.get().0, now, &options)
            .map_err(|error| exception(py, &error))?;
        Ok(Answers::new(
            this.clone().unbind(),
            batch,
            tickets.try_iter()?,
        ))
    }

    /// Begin a draft: suggestions while a customer writes a ticket, asked for each longer text.
    ///
    /// The arguments are those of `suggest`; `now` is one moment for all texts.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (
        *, audience, now = None, limit = 3, min_probability = 0.5, target_precision = None, promise = "first",
        confidence_level = 0.95, fallback = "silent", popularity = 1.0, time_budget_ms = None, told_to_agent = false,
        brand = None, label = None, product = None
    ))]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn draft(
        this: Bound<'_, Self>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
        limit: i64,
        min_probability: f64,
        target_precision: Option<f64>,
        promise: &str,
        confidence_level: f64,
        fallback: &str,
        popularity: f64,
        time_budget_ms: Option<u64>,
        told_to_agent: bool,
        brand: Option<String>,
        label: Option<String>,
        product: Option<String>,
    ) -> PyResult<Draft> {
        let py = this.py();
        let handle = this.get().open_handle(py)?;
        let filter = Filter {
            brand,
            label,
            product,
        };
        let options = suggest_options(limit, min_probability, popularity, filter);
        let options = SuggestOptions {
            time_budget_ms,
            told_to_agent,
            ..with_target(
                py,
                options,
                target_precision,
                promise,
                confidence_level,
                fallback,
            )?
        };
        let now = now.unwrap_or_else(Moment::now).0;
        let draft = handle
            .draft(&audience.get().0, now, &options)
            .map_err(|error| exception(py, &error))?;
        Ok(Draft::new(this.clone().unbind(), draft))
    }

    /// The number of the generation in use; 0 before the first publish.
    #[getter]
    fn generation(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.open_handle(py)?.generation())
    }

    /// Return the locales of the articles that the audience may see at `now`, the present unless given, in order.
    #[pyo3(signature = (audience, now = None))]
    fn locales(
        &self,
        py: Python<'_>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
    ) -> PyResult<Vec<String>> {
        let handle = self.open_handle(py)?;
        let audience = &audience.get().0;
        let now = now.unwrap_or_else(Moment::now).0;
        guarded(py, || {
            let locales = py.detach(|| handle.locales(audience, now));
            Ok(locales.iter().map(ToString::to_string).collect())
        })
    }

    /// Let go of its memory and of its lock. Closing it again does nothing; any other use raises `ClosedError`.
    ///
    /// What other threads are asking it is answered first.
    fn close(&self, py: Python<'_>) {
        let handle = self
            .handle
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        py.detach(|| drop(handle));
    }

    fn __enter__(this: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        this.get().open_handle(this.py())?;
        Ok(this)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, pyo3::types::PyTuple>) {
        self.close(py);
    }

    #[expect(clippy::unused_self, reason = "pickle calls it as a method")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a KnowledgeBase cannot be pickled; open it by its path in the worker: helpdex.KnowledgeBase.open(path)",
        ))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let place = match &self.folder {
            Some(folder) => folder.as_os_str().into_pyobject(py)?.repr()?.to_string(),
            None => "in memory".to_owned(),
        };
        let state = match self.handle().as_ref() {
            Some(handle) => format!("generation={}", handle.generation()),
            None => "closed".to_owned(),
        };
        Ok(format!("<helpdex.KnowledgeBase {place}, {state}>"))
    }
}

impl KnowledgeBase {
    pub(crate) fn of(handle: helpdex::KnowledgeBase, folder: Option<PathBuf>) -> Self {
        Self {
            handle: RwLock::new(Some(handle)),
            folder,
            process_id: process::id(),
        }
    }

    /// A handle to work with: it stays whole when this one is closed meanwhile.
    pub(crate) fn open_handle(&self, py: Python<'_>) -> PyResult<helpdex::KnowledgeBase> {
        self.handle().ok_or_else(|| {
            named(
                py,
                "ClosedError",
                "the knowledge base is closed; open it again",
            )
        })
    }

    fn handle(&self) -> Option<helpdex::KnowledgeBase> {
        self.handle
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The lock of the folder belongs to the process that opened it, and so do changes that are not published yet.
    fn handle_for_changes(&self, py: Python<'_>) -> PyResult<helpdex::KnowledgeBase> {
        let handle = self.open_handle(py)?;
        if process::id() == self.process_id {
            return Ok(handle);
        }
        let message = format!(
            "this handle was opened by process {} and can only read in its forked child; open the knowledge base here \
             to change it",
            self.process_id
        );
        Err(named(py, "Error", message))
    }

    fn change<T: Send + 'static>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(helpdex::KnowledgeBase) -> helpdex::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let handle = self.handle_for_changes(py)?;
        run(py, None, OnInterrupt::Wait, move |_| change(handle))
    }
}
