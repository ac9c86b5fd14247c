//! The Python class `KnowledgeBase`.

use std::path::PathBuf;
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use helpdex::{Decision, Erasure, ErrorKind, Identity, Settings, Writer};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::answers;
use crate::arguments::{Strings, locale};
use crate::article;
use crate::audience::Audience;
use crate::draft::Draft;
use crate::error::{exception, guarded, invalid, named};
use crate::interruptible::{Link, OnInterrupt, run};
use crate::moment::Moment;
use crate::options::suggest_options;
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
    /// From the first change until the next publish.
    writer: Arc<Mutex<Option<Writer>>>,
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
    ///     NotFoundError: When there is no knowledge base in it.
    ///     DamagedError: When none of its generations can be used, or the list of denied articles is damaged.
    ///     OtherVersionError: When another version of Helpdex wrote it.
    ///     OtherOwnerError: When it is another tenant's.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None))]
    fn open(py: Python<'_>, path: PathBuf, tenant: Option<String>) -> PyResult<Self> {
        let builder = builder(path.clone(), tenant);
        let handle = run(py, None, OnInterrupt::Abandon, move |_| builder.open())?;
        Ok(Self::of(handle, Some(path)))
    }

    /// Open as `open` does, and refuse every change by this handle: nothing is written into the folder.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: Whose knowledge base it must be; files of another one are refused.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read.
    ///     NotFoundError: When there is no knowledge base in it.
    ///     DamagedError: When none of its generations can be used, or the list of denied articles is damaged.
    ///     OtherVersionError: When another version of Helpdex wrote it.
    ///     OtherOwnerError: When it is another tenant's.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None))]
    fn open_read_only(py: Python<'_>, path: PathBuf, tenant: Option<String>) -> PyResult<Self> {
        let builder = builder(path.clone(), tenant);
        let handle = run(py, None, OnInterrupt::Abandon, move |_| {
            builder.open_read_only()
        })?;
        Ok(Self::of(handle, Some(path)))
    }

    /// Open the knowledge base in the folder `path` for changes, or start an empty one there.
    ///
    /// One made by another version keeps its articles and is empty for readers until the next publish; `warnings` tell so.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: Whose knowledge base it is; a folder of another tenant, or of none, is refused.
    ///     identity: The identity of a new knowledge base, and the one that an older one must have: 32 hexadecimal digits.
    ///         Without one it is derived from the tenant, the folder and the time of the first change.
    ///     shared_files: Whether the files of a new knowledge base are made as the umask says; otherwise they are their
    ///         owner's alone.
    ///
    /// Raises:
    ///     InvalidInputError: When the folder holds other files, or the knowledge base of a tenant that is not named, or for
    ///         an identity that cannot be read.
    ///     StorageError: When it cannot be made or read.
    ///     OtherOwnerError: When it is another tenant's, or has another identity.
    ///     DamagedError: When the list of denied articles is missing, damaged or older than what was published.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None, identity = None, shared_files = false))]
    fn open_or_create(
        py: Python<'_>,
        path: PathBuf,
        tenant: Option<String>,
        identity: Option<&str>,
        shared_files: bool,
    ) -> PyResult<Self> {
        let mut builder = builder(path.clone(), tenant).shared_files(shared_files);
        if let Some(identity) = identity {
            let identity = identity.parse::<Identity>();
            builder = builder.identity(identity.map_err(|error| exception(py, &error))?);
        }
        let handle = run(py, None, OnInterrupt::Wait, move |_| {
            builder.open_or_create()
        })?;
        Ok(Self::of(handle, Some(path)))
    }

    /// Begin anew what cannot be used of the list of denied articles, the log of articles and that of solved tickets, from
    /// what is left of them and from the newest publish.
    ///
    /// A copy of the folder holds more: restore it where there is one. What is published is not touched, and readers go on.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: Whose knowledge base it is.
    ///
    /// Raises:
    ///     InvalidInputError: When `tenant` is not the one of the knowledge base.
    ///     NotFoundError: When there is none, or nothing left that says whose it is.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When it cannot be read or written.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None))]
    fn repair(py: Python<'_>, path: PathBuf, tenant: Option<String>) -> PyResult<Bound<'_, PyAny>> {
        let repaired = run(py, None, OnInterrupt::Wait, move |_| {
            helpdex::KnowledgeBase::repair(path, tenant.as_deref())
        })?;
        answers::repaired(py, &repaired)
    }

    /// Verify every file of the knowledge base in the folder `path`: all generations, both logs, the list of denied
    /// articles.
    ///
    /// It changes nothing and takes no lock.
    ///
    /// Raises:
    ///     NotFoundError: When there is no knowledge base; what is damaged is in the report.
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
        let changes = self.edit(py, move |writer| writer.upsert(articles))?;
        answers::changes(py, &changes)
    }

    /// Remove articles by id; ids that are not there are passed over.
    ///
    /// Raises:
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When what is there cannot be read.
    fn remove<'py>(&self, py: Python<'py>, ids: Strings) -> PyResult<Bound<'py, PyAny>> {
        let changes = self.edit(py, move |writer| writer.remove(ids.0))?;
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
        let changes = self.edit(py, move |writer| writer.sync(articles))?;
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
        self.edit(py, move |writer| {
            let mut settings = writer.settings().clone();
            settings.fallback_locales = parsed;
            writer.set_settings(settings)
        })
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
        self.edit(py, move |writer| {
            let mut settings = writer.settings().clone();
            let synonyms = helpdex::Synonyms::parse(&locale, &rules)?;
            settings.synonyms.set(synonyms);
            writer.set_settings(settings)
        })
    }

    /// Set the locale in which the help center is written first; None: the locale with the most articles.
    ///
    /// It fills in, before the fallback locales, for what is not translated into a ticket's language, and it is assumed where
    /// the language of a ticket cannot be told. Readers answer by it from the next publish on.
    ///
    /// Raises:
    ///     InvalidInputError: When it is no language tag.
    ///     IndexLockedError: When another process is changing it.
    fn set_main_locale(&self, py: Python<'_>, locale: Option<&str>) -> PyResult<()> {
        let main_locale = self::locale(py, locale)?;
        self.edit(py, move |writer| {
            let settings = writer.settings().clone();
            writer.set_settings(Settings {
                main_locale,
                ..settings
            })
        })
    }

    /// Set how it is decided which articles are offered, where a question does not say it, from the next publish on.
    ///
    /// Args:
    ///     options: Of these `min_probability`, `target_precision`, `confidence_level` and `when_unmet` count; None: at
    ///         least probability 0.5.
    ///     **keywords: Fields of `SuggestOptions` that replace those of `options`.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    ///     IndexLockedError: When another process is changing it.
    #[pyo3(signature = (options = None, **keywords))]
    fn set_decision(
        &self,
        py: Python<'_>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let decision = match suggest_options(py, options, keywords)?.decision {
            Decision::AsConfigured => None,
            decision => Some(decision),
        };
        self.edit(py, move |writer| {
            let settings = writer.settings().clone();
            writer.set_settings(Settings {
                decision,
                ..settings
            })
        })
    }

    /// The settings that were published with the generation in use.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        answers::settings(py, &self.open_handle(py)?.settings())
    }

    /// Publish the articles that are to be seen at `now` as the next generation, and go on with it.
    ///
    /// It keeps the models that are there; `train` makes new ones. Where readers no longer see an article that their model
    /// knows, or something was forgotten, the model is trained again without it.
    ///
    /// Ctrl-C, or an exception from `progress`, stops it within a second while it reads articles, and nothing is
    /// changed; once it puts the new generation in place, it ends that first.
    ///
    /// Args:
    ///     now: The moment, with a time zone; the present unless given.
    ///     progress: Called as `progress(done, total)` with articles, at most 20 times a second.
    ///
    /// Raises:
    ///     DamagedError: When the feedback log is damaged; nothing is changed then.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When writing fails; the generation before stays in use, and publishing can be tried again.
    #[pyo3(signature = (now = None, progress = None))]
    fn publish<'py>(
        &self,
        py: Python<'py>,
        now: Option<Moment>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let now = now.unwrap_or_else(Moment::now).0;
        let published = self.edit_and_let_go(py, progress.as_ref(), move |writer, link| {
            writer.publish_with_progress(now, |progress| link.report(progress))
        })?;
        answers::published(py, &published)
    }

    /// Train a model for each class of readers from the feedback log, and publish the models with the articles that are
    /// published already.
    ///
    /// The same articles and feedback give the same models, whatever the history. Changes that are not published are lost:
    /// publish first.
    ///
    /// Args:
    ///     now: The moment, with a time zone; the present unless given. Models know no article that begins later or ends.
    ///     tickets: An iterable of `SolvedTicket` to learn from in place of those of the log, for a host that keeps its
    ///         own; nothing of them stays but the model.
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
        let tickets = tickets.map(solved_ticket::read).transpose()?;
        let trained = self.edit_and_let_go(py, None, move |writer, _| match tickets {
            Some(tickets) => writer.train_on(now, tickets),
            None => writer.train(now),
        })?;
        answers::trained(py, &trained)
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
    ///     DamagedError: When the log is damaged; likewise.
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
    ///     DamagedError: When the log is damaged.
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

    /// Purge what is not shown any more: write the log of articles anew without what was removed or replaced, and remove every
    /// generation but the newest.
    ///
    /// When this returns, no file of the folder holds a byte of a removed article.
    ///
    /// Raises:
    ///     InvalidInputError: When something was changed or denied since the newest publish: publish first.
    ///     IndexLockedError: When another process is changing it.
    ///     DamagedError: When what is there is damaged.
    ///     StorageError: When writing fails; it can be tried again.
    fn purge(&self, py: Python<'_>) -> PyResult<()> {
        self.edit_and_let_go(py, None, |writer, _| writer.purge())
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
    ///     DamagedError: When the list is damaged.
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
    ///     DamagedError: When the list is damaged.
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

    /// What tells it from every other knowledge base, 32 hexadecimal digits; None before its first change.
    #[getter]
    fn identity(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let identity = self.open_handle(py)?.identity();
        Ok(identity.map(|identity| identity.to_string()))
    }

    /// Whose knowledge base it is; None when no host said so.
    #[getter]
    fn tenant(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.open_handle(py)?.tenant())
    }

    /// Look whether a newer generation has been published, by this process or another, and go on with it, and which
    /// articles are denied.
    ///
    /// A folder that was restored or replaced is followed too, and `warnings` say so; but not where less was forgotten or
    /// denied than was seen before.
    ///
    /// Returns:
    ///     Whether it goes on with another generation.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read; the generation before stays in use.
    ///     DamagedError: When the new generation is damaged, or the folder was restored from before something was forgotten
    ///         or denied; likewise.
    ///     OtherOwnerError: When another knowledge base is in its place; likewise.
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
    ///     options: How it is asked; the defaults unless given.
    ///     **keywords: Fields of `SuggestOptions` that replace those of `options`.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (ticket, *, audience, now = None, options = None, **keywords))]
    fn suggest<'py>(
        &self,
        py: Python<'py>,
        ticket: TicketArgument,
        audience: &Bound<'py, Audience>,
        now: Option<Moment>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.open_handle(py)?;
        let options = suggest_options(py, options, keywords)?;
        let now = now.unwrap_or_else(Moment::now).0;
        let audience = &audience.get().0;
        guarded(py, || {
            let answer = py
                .detach(|| handle.suggest(&ticket.0, audience, now, &options))
                .map_err(|error| exception(py, &error))?;
            answers::suggestions(py, &answer)
        })
    }

    /// Answer tickets one after the other, in their order, on all cores and with bounded memory.
    ///
    /// All answers come from the generation that is in use now; what is denied meanwhile is not shown. Some tickets are
    /// read ahead of the answer that is handed out: 64, or 16 a core where that is more. When going through `tickets`
    /// raises, the tickets before are answered first. `options` and `keywords` are those of `suggest`; `now` is one moment for all.
    ///
    /// Returns:
    ///     An iterator with one answer a ticket.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (tickets, *, audience, now = None, options = None, **keywords))]
    fn suggest_many(
        this: Bound<'_, Self>,
        tickets: &Bound<'_, PyAny>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Answers> {
        if tickets.is_instance_of::<pyo3::types::PyString>() {
            return Err(PyTypeError::new_err(
                "give a list of tickets, or ask `suggest` with one",
            ));
        }
        let py = this.py();
        let handle = this.get().open_handle(py)?;
        let options = suggest_options(py, options, keywords)?;
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
    /// `options` and `keywords` are those of `suggest`; `now` is one moment for all texts.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (*, audience, now = None, options = None, **keywords))]
    fn draft(
        this: Bound<'_, Self>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Draft> {
        let py = this.py();
        let handle = this.get().open_handle(py)?;
        let options = suggest_options(py, options, keywords)?;
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
        let writer = Arc::clone(&self.writer);
        py.detach(|| {
            *lock(&writer) = None;
            drop(handle);
        });
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
            writer: Arc::default(),
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

    /// Changes articles or settings by the writer, which stays until the next publish.
    fn edit<T: Send + 'static>(
        &self,
        py: Python<'_>,
        edit: impl FnOnce(&mut Writer) -> helpdex::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let handle = self.handle_for_changes(py)?;
        let writer = Arc::clone(&self.writer);
        run(py, None, OnInterrupt::Wait, move |_| {
            edit(writer_of(&handle, &mut lock(&writer))?)
        })
    }

    /// Puts changes in place, and lets go of the writer: another process may change the knowledge base next.
    fn edit_and_let_go<T: Send + 'static>(
        &self,
        py: Python<'_>,
        progress: Option<&Bound<'_, PyAny>>,
        edit: impl FnOnce(&mut Writer, &Link) -> helpdex::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let handle = self.handle_for_changes(py)?;
        let writer = Arc::clone(&self.writer);
        run(py, progress, OnInterrupt::Wait, move |link| {
            let mut guard = lock(&writer);
            let done = edit(writer_of(&handle, &mut guard)?, link);
            let keeps_changes = matches!(&done, Err(error) if error.kind() != ErrorKind::Storage);
            if !keeps_changes {
                *guard = None;
            }
            done
        })
    }
}

/// Returns the writer, which is taken at the first change.
fn writer_of<'w>(
    handle: &helpdex::KnowledgeBase,
    writer: &'w mut Option<Writer>,
) -> helpdex::Result<&'w mut Writer> {
    let taken = match writer.take() {
        Some(taken) => taken,
        None => handle.writer()?,
    };
    Ok(writer.insert(taken))
}

/// A writer that panicked is replaced as a whole.
fn lock<T>(mutex: &Mutex<Option<T>>) -> MutexGuard<'_, Option<T>> {
    mutex.lock().unwrap_or_else(|poisoned| {
        mutex.clear_poison();
        let mut guard = poisoned.into_inner();
        *guard = None;
        guard
    })
}

fn builder(folder: PathBuf, tenant: Option<String>) -> helpdex::Builder {
    let builder = helpdex::KnowledgeBase::builder(folder);
    match tenant {
        Some(tenant) => builder.tenant(tenant),
        None => builder,
    }
}
