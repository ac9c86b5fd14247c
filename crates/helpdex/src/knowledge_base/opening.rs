//! Opens a knowledge base, for reading and for changes.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use super::owner::{find_list, has_knowledge_base};
use super::{Inner, KnowledgeBase};
use crate::error::{Error, ErrorKind, Result};
use crate::learning_log::LearningLog;
use crate::snapshot::deny_list::{self, DenyListFile};
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::Manifest;
use crate::storage::files::{self, Access};
use crate::storage::identity::{Identity, Owner, tenant_name};
use crate::storage::operation::parent;
use crate::storage::store::Store;
use crate::workspace::WORK_FOLDER;

/// Options for opening a knowledge base for changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenOptions {
    /// The tenant, for a host with several. A folder of another tenant, or of none, is refused.
    pub tenant: Option<String>,
    /// The identity of a new knowledge base, and the one that an older one must have. Without one it is derived from
    /// the tenant, the folder and the time of the first change: the `now` of the first publish, or the newest verdict that is
    /// learned before; from the ids, when articles are denied first. Two machines with the same folder, tenant and second
    /// derive the same.
    pub identity: Option<Identity>,
    /// Whether the files of a new knowledge base get the usual permissions of the process, on Unix by its umask. By
    /// default only their owner can read them (mode 0600, folders 0700). Existing folders keep their mode.
    pub shared_files: bool,
}

impl OpenOptions {
    pub(super) fn access(&self) -> Access {
        if self.shared_files {
            Access::Umask
        } else {
            Access::Owner
        }
    }

    /// Refuses a knowledge base of another owner than these name.
    pub(super) fn check(&self, found: &Owner) -> Result<()> {
        let message = match (&self.tenant, self.identity) {
            (Some(tenant), _) if found.tenant.as_ref() != Some(tenant) => format!(
                "the knowledge base is of {}, not of {tenant:?}; put the files of {tenant:?} there, or build it in a folder of \
                 its own",
                tenant_name(found.tenant.as_deref())
            ),
            (_, Some(identity)) if found.knowledge_base != identity => format!(
                "the knowledge base has the identity {}, not {identity}; put the files of {identity} there, or build it in a \
                 folder of its own",
                found.knowledge_base
            ),
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::IndexFormat, message))
    }
}

impl KnowledgeBase {
    /// Opens the newest generation of the knowledge base in `folder`, verifying every byte.
    ///
    /// Where that cannot be used, the newest that can is opened, and [`warnings`](Self::warnings) tell why. Reading needs no
    /// lock and no write access. The knowledge base of a tenant is read without a name too, and not changed.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when the folder cannot be read, [`IndexFormat`](ErrorKind::IndexFormat) when
    /// there is no knowledge base in it, when none of its generations can be used, because they are damaged, another one's or
    /// of another version, and when the list of [denied](Self::deny) articles is missing, damaged or older than what was
    /// published.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        Self::open_read_only(folder.as_ref(), OpenOptions::default())
    }

    /// Opens a knowledge base as [`open`](Self::open) does, if it belongs to this tenant; files of another one are
    /// refused.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`IndexFormat`](ErrorKind::IndexFormat) for a knowledge base of another tenant or of
    /// none.
    pub fn open_of_tenant(folder: impl AsRef<Path>, tenant: &str) -> Result<Self> {
        Self::open_read_only(folder.as_ref(), of_tenant(tenant))
    }

    fn open_read_only(folder: &Path, options: OpenOptions) -> Result<Self> {
        let store = Store::at(folder);
        // Before the generation: an article that is denied meanwhile is one of an older generation.
        let Some(file) = find_list(&store, false)? else {
            return Err(Error::no_knowledge_base(folder));
        };
        options
            .check(&file.owner)
            .map_err(|error| at_list(&store, error))?;
        let newest = Generation::open_newest_after(0, &store, &Generation::empty(), &file.owner);
        let Some(generation) = newest.map_err(|error| blame(&store, &file.owner, error))? else {
            return Err(Error::no_knowledge_base(folder));
        };
        Self::opened(store, options, Some(file), generation)
    }

    /// Opens the knowledge base in `folder` for changes, or starts an empty one there.
    ///
    /// One made by another version keeps its articles and is empty for readers until the next publish;
    /// [`warnings`](Self::warnings) tell so.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) when the folder holds other files, or the knowledge base of a tenant, which is
    /// changed by its name alone; [`Storage`](ErrorKind::Storage) when it cannot be made or read,
    /// [`IndexFormat`](ErrorKind::IndexFormat) when the list of [denied](Self::deny) articles is missing, damaged or older than
    /// what was published, and when files are those of another knowledge base. Nothing is changed then.
    pub fn open_or_create(folder: impl AsRef<Path>) -> Result<Self> {
        Self::open_or_create_with(folder, &OpenOptions::default())
    }

    /// Opens or creates a knowledge base as [`open_or_create`](Self::open_or_create) does, for this tenant; a folder of
    /// another tenant or of none is refused.
    ///
    /// # Errors
    /// As [`open_or_create`](Self::open_or_create), and [`IndexFormat`](ErrorKind::IndexFormat) for a knowledge base of
    /// another tenant or of none.
    pub fn open_or_create_of_tenant(folder: impl AsRef<Path>, tenant: &str) -> Result<Self> {
        Self::open_or_create_with(folder, &of_tenant(tenant))
    }

    /// Opens or creates a knowledge base as [`open_or_create`](Self::open_or_create) does, with a tenant, an identity
    /// from the host, or shared files.
    ///
    /// ```
    /// use helpdex::{Identity, KnowledgeBase, OpenOptions};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let folder = folder.path().join("kb");
    /// let options = OpenOptions {
    ///     tenant: Some("acme".into()),
    ///     identity: Some(Identity::new(4711)),
    ///     ..OpenOptions::default()
    /// };
    /// let knowledge_base = KnowledgeBase::open_or_create_with(&folder, &options)?;
    /// knowledge_base.publish("2026-03-01".parse()?)?;
    /// assert_eq!(knowledge_base.identity(), Some(Identity::new(4711)));
    /// assert!(KnowledgeBase::open_or_create_of_tenant(&folder, "globex").is_err());
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`open_or_create`](Self::open_or_create), and [`IndexFormat`](ErrorKind::IndexFormat) for a knowledge base of
    /// another tenant, of none, or of another identity than was given.
    pub fn open_or_create_with(folder: impl AsRef<Path>, options: &OpenOptions) -> Result<Self> {
        let folder = folder.as_ref();
        files::make_folder(folder, options.access())?;
        let store = Store::at(folder);
        let names = store.list()?;
        let is_empty = names
            .iter()
            .all(|name| name == WORK_FOLDER || name.starts_with('.'));
        if !is_empty && !has_knowledge_base(folder, &names)? {
            return Err(Error::invalid(
                "the folder has other files in it; give an empty folder, a new one, or a knowledge base",
            )
            .at_path(folder));
        }
        let file = find_list(&store, false)?;
        let generation = if let Some(file) = &file {
            let checked = options.check(&file.owner);
            checked.map_err(|error| at_list(&store, error))?;
            newest_for_changes(&store, &file.owner)?
        } else {
            Generation::empty()
        };
        let opened = Self::opened(store, options.clone(), file, generation)?;
        if let Some(owner) = opened.inner.owner.get() {
            opened.check_names_tenant(owner)?;
        }
        opened.prepare_work_folder(&folder.join(WORK_FOLDER))?;
        // Who made them may have been killed before the folders above were synced.
        for above in [folder, parent(folder)] {
            files::sync_folder(above)?;
        }
        Ok(opened)
    }

    /// Holds the list of denied articles against the generation, and hides them there.
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
                learning_log: LearningLog::new(work),
                options,
                owner,
                denied: Mutex::new(list),
                store,
                current: RwLock::new(Arc::new(generation)),
                workspace: Mutex::new(None),
            }),
        }
    }
}

fn of_tenant(tenant: &str) -> OpenOptions {
    OpenOptions {
        tenant: Some(tenant.to_owned()),
        ..OpenOptions::default()
    }
}

/// Returns the newest usable generation, or an empty one that says why none is usable; the next publish rebuilds it.
///
/// # Errors
/// [`IndexFormat`](ErrorKind::IndexFormat) when all that was published is another one's, [`Storage`](ErrorKind::Storage).
fn newest_for_changes(store: &Store, owner: &Owner) -> Result<Generation> {
    match Generation::open_newest_after(0, store, &Generation::empty(), owner) {
        Ok(newest) => Ok(newest.unwrap_or_else(Generation::empty)),
        Err(error) if error.kind() == ErrorKind::IndexFormat => {
            Manifest::check_any_of(store, owner)?;
            Ok(Generation::empty_because(&error))
        }
        Err(error) => Err(error),
    }
}

/// The error that tells most: whether the list of denied articles is the file that came from elsewhere.
fn blame(store: &Store, owner: &Owner, error: Error) -> Error {
    Manifest::check_any_of(store, owner).err().unwrap_or(error)
}

fn at_list(store: &Store, error: Error) -> Error {
    store.at_file(deny_list::DENY_LIST_FILE, error)
}
