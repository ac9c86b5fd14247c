//! The files that an import is given: a folder, a file, a zip with zips in it, or standard input, all read in the same
//! way.

mod archive;
mod file;
mod folder;
mod ignore;
mod zip_files;

use std::cell::RefCell;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use helpdex::{Error, Result};

use self::archive::is_zip;
use self::file::Place;
pub(crate) use self::file::{Input, InputFile};
pub(crate) use self::ignore::Patterns;
use crate::error_list::ErrorList;
use crate::input_file::open_file;

impl Input {
    /// Opens a folder, a file, a zip, or standard input for `-`. Files that match `excluded` are left out.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) for what cannot be opened, [`InvalidInput`](helpdex::ErrorKind::InvalidInput)
    /// for a pipe, a device, and an archive that is over a bound or is not one.
    pub(crate) fn open(path: &Path, excluded: &Patterns) -> Result<Self> {
        if path == Path::new("-") {
            return Self::of_reader(io::stdin().lock(), "standard input");
        }
        let metadata =
            std::fs::metadata(path).map_err(|e| Error::storage("read the articles", path, e))?;
        let mut input = Self {
            root: path.to_owned(),
            has_folders: true,
            files: Vec::new(),
            not_followed: ErrorList::default(),
        };
        if metadata.is_dir() {
            let excluded = folder::list(path, excluded, &mut input)?;
            if !input.files.iter().any(InputFile::may_be_read) {
                folder::open_archives(&mut input)?;
                input.files.retain(|file| !excluded.exclude(&file.path));
            }
            return Ok(input);
        }
        let mut file = open_file("open the file", path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_zip(&mut file).map_err(|e| Error::storage("read the file", path, e))? {
            zip_files::list(file, path, "", &mut 0, &mut input)?;
            input.files.retain(|file| !excluded.exclude(&file.path));
        } else {
            input.has_folders = false;
            input.files.push(InputFile {
                path: name.into_owned(),
                size_bytes: metadata.len(),
                place: Place::Disk(path.to_owned()),
            });
        }
        Ok(input)
    }

    /// Copies a stream to a file without a name, because it is read twice: to detect its source, and for its content.
    fn of_reader(mut reader: impl Read, name: &str) -> Result<Self> {
        let root = PathBuf::from(name);
        let failed = |e| Error::storage("read", &root, e);
        let mut file = tempfile::tempfile().map_err(failed)?;
        let size_bytes = io::copy(&mut reader, &mut file).map_err(failed)?;
        let mut input = Self {
            root: root.clone(),
            has_folders: false,
            files: Vec::new(),
            not_followed: ErrorList::default(),
        };
        if is_zip(&mut file).map_err(failed)? {
            input.has_folders = true;
            zip_files::list(file, &root, "", &mut 0, &mut input)?;
        } else {
            input.files.push(InputFile {
                path: name.to_owned(),
                size_bytes,
                place: Place::Copied(Rc::new(RefCell::new(file))),
            });
        }
        Ok(input)
    }
}
