//! The files of an input, on disk, in an archive, or copied from standard input.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use helpdex::{Error, Result};
use helpdex_text::decode_page;

use super::archive::Archive;
use crate::error_list::ErrorList;
use crate::input_file::{not_utf8, open_file};

/// The most files of an input: enough for a help center of any size, with its images.
pub(crate) const MAX_FILES: usize = 500_000;

/// All files of an input, in the order of their paths.
pub(crate) struct Input {
    /// The path of the input, for errors.
    pub root: PathBuf,
    /// Whether `root` is a folder or an archive, and not a single file.
    pub has_folders: bool,
    pub files: Vec<InputFile>,
    /// Errors for links, pipes and devices, which are never followed, and for archives in a folder that cannot be
    /// opened.
    pub not_followed: ErrorList,
}

impl Input {
    /// Returns the path of a file as errors name it.
    pub(crate) fn place_of(&self, path: &str) -> PathBuf {
        if self.has_folders {
            self.root.join(path)
        } else {
            self.root.clone()
        }
    }

    /// Returns the file with this path.
    pub(crate) fn file(&self, path: &str) -> Option<&InputFile> {
        let index = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        index.ok().map(|index| &self.files[index])
    }
}

/// A file of an input.
pub(crate) struct InputFile {
    /// The path below the root of the input, with `/` between the names; the name of the file if the input is a single
    /// file.
    pub path: String,
    pub size_bytes: u64,
    pub(super) place: Place,
}

pub(super) enum Place {
    Disk(PathBuf),
    /// A file without a name, copied from standard input.
    Copied(Rc<RefCell<File>>),
    Archive(Rc<RefCell<Archive>>, usize),
}

impl InputFile {
    /// Returns the name of the file, without the folders that lead to it.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the text behind the last dot of the file name, in lower case; "" when there is none.
    pub(crate) fn ending(&self) -> String {
        let name = self.name();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ending.to_ascii_lowercase()
    }

    /// Whether the file is about the other files, such as a README: whether it is at the top and has such a name.
    pub(crate) fn is_about_the_others(&self) -> bool {
        const NAMES: [&str; 7] = [
            "readme",
            "license",
            "licence",
            "copying",
            "notice",
            "contributing",
            "changelog",
        ];
        let stem = self.path.split('.').next().unwrap_or_default();
        NAMES.iter().any(|name| stem.eq_ignore_ascii_case(name))
    }

    /// Whether some source may read the file, by its name ending: a page, a table, a file of records or of mails.
    pub(crate) fn may_be_read(&self) -> bool {
        const ENDINGS: [&str; 20] = [
            "md", "mdx", "markdown", "html", "htm", "txt", "rst", "adoc", "asciidoc", "json",
            "jsonl", "ndjson", "xml", "csv", "tsv", "tab", "parquet", "eml", "mbox", "mbx",
        ];
        ENDINGS.contains(&self.ending().as_str()) && !self.is_about_the_others()
    }

    /// Calls `read` with a reader of the file's content.
    ///
    /// # Errors
    /// What `read` returns, and [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be opened.
    pub(crate) fn with_reader<T>(
        &self,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T>,
    ) -> Result<T> {
        match &self.place {
            Place::Disk(path) => read(&mut BufReader::new(open_file("open the file", path)?)),
            Place::Copied(file) => {
                let mut file = file.try_borrow_mut().map_err(|_| in_use(&self.path))?;
                let start = file.seek(SeekFrom::Start(0));
                start.map_err(|e| Error::storage("read", Path::new(&self.path), e))?;
                read(&mut BufReader::new(&mut *file))
            }
            Place::Archive(archive, index) => archive
                .try_borrow_mut()
                .map_err(|_| in_use(&self.path))?
                .with_reader(*index, read),
        }
    }

    /// Opens the content as a file of the disk: an entry of an archive is copied to a file without a name.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) when it cannot be opened or copied.
    #[cfg(feature = "parquet")]
    pub(crate) fn on_disk(&self) -> Result<File> {
        if let Place::Disk(path) = &self.place {
            return open_file("open the file", path);
        }
        self.with_reader(|reader| {
            let failed = |e| Error::storage("unpack", Path::new(&self.path), e);
            let mut file = tempfile::tempfile().map_err(failed)?;
            std::io::copy(reader, &mut file).map_err(failed)?;
            Ok(file)
        })
    }

    /// Reads the first `max_bytes` of the file, or the whole file if it is shorter.
    pub(crate) fn head(&self, max_bytes: usize) -> Result<Vec<u8>> {
        self.with_reader(|reader| {
            let mut head = Vec::new();
            reader
                .take(max_bytes as u64)
                .read_to_end(&mut head)
                .map_err(|e| Error::storage("read", Path::new(&self.path), e))?;
            Ok(head)
        })
    }

    /// Reads the whole file, which must have at most `max_bytes`.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a larger file, and as [`with_reader`](Self::with_reader).
    pub(crate) fn read(&self, max_bytes: usize) -> Result<Vec<u8>> {
        let too_large = |size: &dyn std::fmt::Display| {
            Error::invalid(format!(
                "the file has {size} bytes; shorten it to {max_bytes}, or split it"
            ))
        };
        if self.size_bytes > max_bytes as u64 {
            return Err(too_large(&self.size_bytes));
        }
        let bytes = self.head(max_bytes + 1)?;
        if bytes.len() > max_bytes {
            return Err(too_large(&format!("more than {max_bytes}")));
        }
        Ok(bytes)
    }

    /// Reads the whole file as text. See [`read`](Self::read) for the limit.
    ///
    /// # Errors
    /// As [`read`](Self::read), and for a file that is not UTF-8.
    pub(crate) fn read_text(&self, max_bytes: usize) -> Result<String> {
        let bytes = self.read(max_bytes)?;
        String::from_utf8(bytes).map_err(|e| not_utf8(e.utf8_error()))
    }

    /// Reads a whole page of HTML, which may declare another charset than UTF-8.
    ///
    /// # Errors
    /// As [`read`](Self::read), and for a page that is not UTF-8 and declares no charset.
    pub(crate) fn read_page(&self, max_bytes: usize) -> Result<String> {
        let bytes = self.read(max_bytes)?;
        match decode_page(&bytes) {
            Some(text) => Ok(text.into_owned()),
            None => String::from_utf8(bytes).map_err(|e| not_utf8(e.utf8_error())),
        }
    }
}

/// Returns the error for an archive of which two files are read at once, which no source does.
fn in_use(path: &str) -> Error {
    Error::new(
        helpdex::ErrorKind::Internal,
        format!("{path:?} is read while another file of its archive is"),
    )
}
