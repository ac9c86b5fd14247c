//! The operations on files, with the names that error messages use; tests make them fail.

use std::fmt;
use std::path::Path;

/// An action on one file or folder.
pub(super) struct Operation<'p> {
    pub action: Action<'p>,
    pub path: &'p Path,
}

#[derive(Clone, Copy)]
pub(super) enum Action<'p> {
    MakeFolder,
    SyncFolder,
    List,
    LookFor,
    Create,
    OpenToAppend,
    Open,
    Read,
    Write,
    Cut,
    Sync,
    RenameFrom(&'p Path),
    Remove,
    Lock,
}

impl fmt::Display for Action<'_> {
    /// Writes the action so that it completes "cannot ...".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MakeFolder => "make the folder",
            Self::SyncFolder => "sync the folder",
            Self::List => "read the folder",
            Self::LookFor => "look for the file",
            Self::Create => "create the file",
            Self::OpenToAppend | Self::Open => "open the file",
            Self::Read => "read the file",
            Self::Write => "write the file",
            Self::Cut => "cut the file",
            Self::Sync => "sync the file",
            Self::RenameFrom(from) => return write!(f, "rename {} to the file", from.display()),
            Self::Remove => "remove the file",
            Self::Lock => "lock the file",
        })
    }
}

impl<'p> Action<'p> {
    pub(super) fn at(self, path: &'p Path) -> Operation<'p> {
        Operation { action: self, path }
    }
}

/// Returns the folder that contains a file or folder.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        // What is named without a folder is in the one that we are in.
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => path,
    }
}
