//! Opens a knowledge base, for reading and for changes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use crate::error::{Error, Result};
use crate::event_log::EventLog;
use crate::knowledge_base::handle::{Inner, KnowledgeBase, OpenPools};
use crate::knowledge_base::open_options::OpenOptions;
use crate::knowledge_base::owner::{find_list, has_knowledge_base};
use crate::learning_log::LearningLog;
use crate::snapshot::deny_list::{self, DenyListFile};
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::Manifest;
use crate::storage::files;
use crate::storage::identity::{Identity, Owner};
use crate::storage::operation::parent;
use crate::storage::store::Store;
use crate::workspace::{IDEAS_FOLDER, WORK_FOLDER, Workspace};

/// The options for opening a knowledge base in a folder, made by [`KnowledgeBase::builder`].
///
/// ```
/// use helpdex::{Identity, KnowledgeBase};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path().join("kb");
/// let builder = KnowledgeBase::builder(&folder).tenant("acme").identity(Identity::new(4711));
/// let knowledge_base = builder.open_or_create()?;
/// knowledge_base.writer()?.publish("2026-03-01".parse()?)?;
/// assert_eq!(knowledge_base.identity(), Some(Identity::new(4711)));
/// assert_eq!(KnowledgeBase::open_read_only(&folder)?.tenant().as_deref(), Some("acme"));
/// assert!(KnowledgeBase::builder(&folder).tenant("globex").open().is_err());
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder opens nothing until it is told to"]
pub struct Builder {
    folder: PathBuf,
    options: OpenOptions,
}

impl Builder {
    pub(super) fn with_options(folder: &Path, options: OpenOptions) -> Self {
        let folder = folder.to_owned();
        Self { folder, options }
    }

    /// Names the tenant that the knowledge base must belong to, for hosts with many tenants. The knowledge base of
    /// another tenant, or of none, is refused. Without a name any knowledge base can be read, but only one without a
    /// tenant can be changed.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.options.tenant = Some(tenant.into());
        self
    }

    /// Sets the identity of a new knowledge base, or the identity that an existing one must have.
    ///
    /// Without one it is derived from the tenant, the folder and the time of the first change: the `now` of the first
    /// publish, or the time of the newest feedback if feedback is learned first, or the ids if articles are denied
    /// first. Two machines with the same folder, tenant and second derive the same identity.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.options.identity = Some(identity);
        self
    }

    /// Sets whether the files of a new knowledge base get the permissions that the process gives to all files, on Unix
    /// by its umask. By default only their owner can use them: files have the mode 0600 and folders 0700. Existing
    /// folders keep their mode.
    pub fn shared_files(mut self, shared_files: bool) -> Self {
        self.options.shared_files = shared_files;
        self
    }

    /// Opens the newest generation, and verifies every byte.
    ///
    /// If it cannot be used, the newest usable generation is opened, and [`warnings`](KnowledgeBase::warnings) says
    /// why. Opening needs no lock and no write access.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no knowledge base in the folder, or none that was published;
    /// [`Storage`](crate::ErrorKind::Storage) when the folder cannot be read;
    /// [`Damaged`](crate::ErrorKind::Damaged), [`OtherVersion`](crate::ErrorKind::OtherVersion) or [`OtherOwner`](crate::ErrorKind::OtherOwner)
    /// when none of its generations can be used. It is [`Damaged`](crate::ErrorKind::Damaged) too when the list of
    /// [denied](KnowledgeBase::deny) articles is missing, damaged or older than what was published.
    pub fn open(self) -> Result<KnowledgeBase> {
        let Self { folder, options } = self;
        let store = Store::at(&folder);
        // Before the generation: an article that is denied meanwhile is one of an older generation.
        let Some(file) = find_list(&store, false)? else {
            return Err(Error::no_knowledge_base(&folder));
        };
        options
            .check(&file.owner)
            .map_err(|error| at_list(&store, error))?;
        let newest = Generation::open_newest_after(0, &store, &Generation::empty(), &file.owner);
        let Some(generation) = newest.map_err(|error| blame(&store, &file.owner, error))? else {
            return Err(Error::no_knowledge_base(&folder));
        };
        KnowledgeBase::opened(store, options, Some(file), generation)
    }

    /// Opens like [`open`](Self::open), and refuses every change by this handle: nothing is written to the folder.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_read_only(mut self) -> Result<KnowledgeBase> {
        self.options.read_only = true;
        self.open()
    }

    /// Opens the knowledge base for changes, or starts an empty one in the folder.
    ///
    /// A knowledge base of another version keeps its articles and is empty for readers until the next publish;
    /// [`warnings`](KnowledgeBase::warnings) says so.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the folder holds other files; [`OtherOwner`](crate::ErrorKind::OtherOwner) for
    /// the knowledge base of another tenant or identity, and of a tenant that was not named;
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be made or read; [`Damaged`](crate::ErrorKind::Damaged) when the list of
    /// [denied](KnowledgeBase::deny) articles is missing, damaged or older than what was published. Nothing is changed then.
    pub fn open_or_create(self) -> Result<KnowledgeBase> {
        let Self { folder, options } = self;
        files::make_folder(&folder, options.access())?;
        let store = Store::at(&folder);
        let names = store.list()?;
        let is_empty = names
            .iter()
            .all(|name| name == WORK_FOLDER || name == IDEAS_FOLDER || name.starts_with('.'));
        if !is_empty && !has_knowledge_base(&folder, &names)? {
            return Err(Error::invalid(
                "the folder has other files in it; give an empty folder, a new one, or a knowledge base",
            )
            .at_path(&folder));
        }
        let file = find_list(&store, false)?;
        let generation = if let Some(file) = &file {
            let checked = options.check(&file.owner);
            checked.map_err(|error| at_list(&store, error))?;
            newest_for_changes(&store, &file.owner)?
        } else {
            Generation::empty()
        };
        let opened = KnowledgeBase::opened(store, options, file, generation)?;
        if let Some(owner) = opened.inner.owner.get() {
            opened.check_names_tenant(owner)?;
        }
        opened.prepare_work_folder(&folder.join(WORK_FOLDER))?;
        // Who made them may have been killed before the folders above were synced.
        for above in [&*folder, parent(&folder)] {
            files::sync_folder(above)?;
        }
        Ok(opened)
    }
}

impl KnowledgeBase {
    /// Returns a builder that opens the knowledge base in `folder` with options: see [`Builder`].
    pub fn builder(folder: impl AsRef<Path>) -> Builder {
        Builder::with_options(folder.as_ref(), OpenOptions::default())
    }

    /// Opens the knowledge base in `folder`: see [`Builder::open`].
    ///
    /// ```
    /// use helpdex::{ErrorKind, KnowledgeBase};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let folder = folder.path();
    /// let error = KnowledgeBase::open(folder).err().unwrap();
    /// assert_eq!(error.kind(), ErrorKind::NotFound);
    /// KnowledgeBase::open_or_create(folder)?.writer()?.publish("2026-03-01".parse()?)?;
    /// assert_eq!(KnowledgeBase::open(folder)?.generation(), 1);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::open`].
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        Self::builder(folder).open()
    }

    /// Opens the knowledge base in `folder` for reading only: see [`Builder::open_read_only`].
    ///
    /// ```
    /// use helpdex::KnowledgeBase;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let folder = folder.path();
    /// KnowledgeBase::open_or_create(folder)?.writer()?.publish("2026-03-01".parse()?)?;
    /// let knowledge_base = KnowledgeBase::open_read_only(folder)?;
    /// assert!(knowledge_base.deny(["refund"]).is_err());
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::open`].
    pub fn open_read_only(folder: impl AsRef<Path>) -> Result<Self> {
        Self::builder(folder).open_read_only()
    }

    /// Opens the knowledge base in `folder` for changes, or starts an empty one there: see [`Builder::open_or_create`].
    ///
    /// # Errors
    /// As [`Builder::open_or_create`].
    pub fn open_or_create(folder: impl AsRef<Path>) -> Result<Self> {
        Self::builder(folder).open_or_create()
    }

    /// Refuses a change by a handle that was opened read-only.
    pub(super) fn check_writable(&self) -> Result<()> {
        if !self.inner.options.read_only {
            return Ok(());
        }
        let error = Error::invalid(
            "the knowledge base was opened read-only; open it with `open` to change it",
        );
        Err(match self.inner.store.folder() {
            Some(folder) => error.at_path(folder),
            None => error,
        })
    }

    /// Opens with this generation, and hides in it the articles that the list denies. Reads the list again if somebody
    /// has published a newer one.
    fn opened(
        store: Store,
        options: OpenOptions,
        mut file: Option<DenyListFile>,
        mut generation: Generation,
    ) -> Result<Self> {
        if let Some(file) = &mut file {
            if file.list.version() < generation.listed().version() {
                // Somebody may have denied and published since it was read.
                *file = DenyListFile::read(&store)?.ok_or_else(|| deny_list::missing(&store))?;
                file.check_published(generation.listed(), &store)?;
            }
            store.set_access(file.access);
            generation.set_denied(&file.list)?;
        }
        Ok(Self::with(store, options, file, generation))
    }

    pub(super) fn with(
        store: Store,
        options: OpenOptions,
        file: Option<DenyListFile>,
        generation: Generation,
    ) -> Self {
        let work = store.folder().map(|folder| folder.join(WORK_FOLDER));
        let (owner, list) = match file {
            Some(file) => (OnceLock::from(file.owner), file.list),
            None => Default::default(),
        };
        Self {
            inner: Arc::new(Inner {
                learning_log: LearningLog::new(work.clone()),
                event_log: EventLog::new(work),
                options,
                owner,
                denied: Mutex::new(list),
                store,
                current: RwLock::new(Arc::new(generation)),
                in_memory: Mutex::new(Some(Workspace::default())),
                pools: OpenPools::default(),
            }),
            embedder: None,
        }
    }
}

/// Returns the newest usable generation for a writer. If none is usable, returns an empty one that says why; the next
/// publish rebuilds the articles.
///
/// # Errors
/// [`OtherOwner`](crate::ErrorKind::OtherOwner) when all that was published is another one's, [`Storage`](crate::ErrorKind::Storage).
fn newest_for_changes(store: &Store, owner: &Owner) -> Result<Generation> {
    match Generation::open_newest_after(0, store, &Generation::empty(), owner) {
        Ok(newest) => Ok(newest.unwrap_or_else(Generation::empty)),
        Err(error) if error.kind().is_unusable_file() => {
            Manifest::check_any_of(store, owner)?;
            Ok(Generation::empty_because(&error))
        }
        Err(error) => Err(error),
    }
}

/// Returns the error of the published manifests if all of them belong to another owner, else `error`: only the first
/// says that the list of denied articles came from elsewhere.
fn blame(store: &Store, owner: &Owner, error: Error) -> Error {
    Manifest::check_any_of(store, owner).err().unwrap_or(error)
}

fn at_list(store: &Store, error: Error) -> Error {
    store.at_file(deny_list::DENY_LIST_FILE, error)
}
