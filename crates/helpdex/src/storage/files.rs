//! The operations on files that a crash must not undo. The library writes to a disk only through them.
//!
//! Each of them is an [`Operation`], so that tests can make any one fail, or cut the power behind it.

use std::fs::{self, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
#[cfg(test)]
use crate::storage::faults::{self, run};
use crate::storage::operation::{Action, Operation, parent};

/// The access rights of new files and folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Access {
    /// Only their owner has access.
    #[default]
    Owner,
    /// Everybody has access whom the process allows it, on Unix by its umask.
    Umask,
}

impl Access {
    /// Returns the access rights of an existing file; the default if they cannot be read.
    pub(crate) fn of_file(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(metadata) = fs::metadata(path) {
            use std::os::unix::fs::PermissionsExt as _;
            if metadata.permissions().mode() & 0o077 != 0 {
                return Self::Umask;
            }
        }
        #[cfg(not(unix))]
        let _ = path;
        Self::default()
    }
}

impl Operation<'_> {
    fn attempt<T>(&self, operate: impl FnOnce() -> io::Result<T>) -> Result<T> {
        run(self, operate).map_err(|e| Error::storage(&self.action.to_string(), self.path, e))
    }
}

#[cfg(not(test))]
fn run<T>(_: &Operation<'_>, operate: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    operate()
}

/// Creates a folder and all missing folders above it. When this returns, they survive a power cut.
pub(crate) fn make_folder(folder: &Path, access: Access) -> Result<()> {
    if exists(folder)? {
        return Ok(());
    }
    let parent = parent(folder);
    make_folder(parent, access)?;
    Action::MakeFolder
        .at(folder)
        .attempt(|| match folder_builder(access).create(folder) {
            // Another one made it meanwhile.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
            made => made,
        })?;
    sync_folder(parent)
}

fn folder_builder(access: Access) -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    if access == Access::Owner {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    builder
}

/// Returns the options to create a file with these access rights.
fn options(access: Access) -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    if access == Access::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options
}

/// Syncs a folder. Files that were created, renamed or removed in it survive a power cut only after that.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    Action::SyncFolder.at(folder).attempt(|| {
        // Windows cannot open a folder as a file, and orders renames itself.
        if cfg!(unix) {
            fs::File::open(folder)?.sync_all()
        } else {
            Ok(())
        }
    })
}

/// Returns the names of all files and folders in a folder, in order; none when the folder is missing.
pub(crate) fn list(folder: &Path) -> Result<Vec<String>> {
    Action::List.at(folder).attempt(|| {
        let entries = match fs::read_dir(folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    })
}

pub(crate) fn exists(path: &Path) -> Result<bool> {
    Action::LookFor.at(path).attempt(|| path.try_exists())
}

pub(crate) fn size_bytes(path: &Path) -> Result<u64> {
    Action::LookFor
        .at(path)
        .attempt(|| Ok(fs::metadata(path)?.len()))
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    Action::Read.at(path).attempt(|| fs::read(path))
}

/// Writes a file atomically: after a crash at any moment it is complete or absent, and when this returns it is
/// complete. It writes another file, syncs and renames it, and syncs the folder. When a step fails, the unfinished file
/// is removed.
pub(crate) fn write_whole(
    path: &Path,
    unfinished: &Path,
    bytes: &[u8],
    access: Access,
) -> Result<()> {
    let written = write_synced(unfinished, bytes, access);
    if let Err(error) = written.and_then(|()| rename(unfinished, path)) {
        // Where this fails too, the next who writes the file takes its place.
        let _ = remove(unfinished);
        return Err(error);
    }
    sync_folder(parent(path))
}

fn write_synced(path: &Path, bytes: &[u8], access: Access) -> Result<()> {
    let mut file = File::create(path, access)?;
    file.write(bytes)?;
    file.sync()
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    Action::RenameFrom(from)
        .at(to)
        .attempt(|| fs::rename(from, to))
}

/// Removes a file, if it exists.
pub(crate) fn remove(path: &Path) -> Result<()> {
    Action::Remove
        .at(path)
        .attempt(|| match fs::remove_file(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        })
}

/// An open file with its path.
pub(crate) struct File {
    file: fs::File,
    path: PathBuf,
}

impl File {
    /// Creates an empty file for writing, and replaces an existing one.
    pub(crate) fn create(path: &Path, access: Access) -> Result<Self> {
        Self::opened(Action::Create, path, || {
            options(access).write(true).truncate(true).open(path)
        })
    }

    /// Opens a file for reading.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::opened(Action::Open, path, || fs::File::open(path))
    }

    /// Opens a file for reading and for writing at its end; creates it empty if it is missing.
    pub(crate) fn open_to_append(path: &Path, access: Access) -> Result<Self> {
        Self::opened(Action::OpenToAppend, path, || {
            options(access).read(true).append(true).open(path)
        })
    }

    fn opened(
        action: Action<'_>,
        path: &Path,
        open: impl FnOnce() -> io::Result<fs::File>,
    ) -> Result<Self> {
        let file = action.at(path).attempt(open)?;
        #[cfg(test)]
        faults::opened(path);
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Writes all of the bytes. After an error, some of them may be written.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let Self { file, path } = self;
        Action::Write.at(path).attempt(|| file.write_all(bytes))
    }

    /// Syncs the file: when this returns, its content survives a power cut.
    pub(crate) fn sync(&self) -> Result<()> {
        self.attempt(Action::Sync, fs::File::sync_all)
    }

    /// Truncates the file after this many bytes.
    pub(crate) fn cut(&self, size_bytes: u64) -> Result<()> {
        self.attempt(Action::Cut, |file| file.set_len(size_bytes))
    }

    pub(crate) fn size_bytes(&self) -> Result<u64> {
        self.attempt(Action::LookFor, |file| Ok(file.metadata()?.len()))
    }

    /// Takes the lock of the file for this handle; returns false when another process or handle has it.
    pub(crate) fn try_lock(&self) -> Result<bool> {
        self.attempt(Action::Lock, |file| match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(e)) => Err(e),
        })
    }

    /// Takes the lock of the file for this handle, and waits while another process or handle has it.
    pub(crate) fn lock(&self) -> Result<()> {
        self.attempt(Action::Lock, |file| {
            loop {
                match file.lock() {
                    // A signal came meanwhile.
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    locked => return locked,
                }
            }
        })
    }

    /// Releases the lock; if that fails, closing the file does.
    pub(crate) fn unlock(&self) {
        let _ = self.file.unlock();
    }

    fn attempt<T>(
        &self,
        action: Action<'_>,
        operate: impl FnOnce(&fs::File) -> io::Result<T>,
    ) -> Result<T> {
        action.at(&self.path).attempt(|| operate(&self.file))
    }
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self { file, path } = self;
        run(&Action::Read.at(path), || file.read(buffer))
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
impl Drop for File {
    fn drop(&mut self) {
        faults::closed(&self.path);
    }
}
