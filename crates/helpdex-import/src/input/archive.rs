//! A zip with zips in it, within bounds.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use helpdex::{Error, Result};
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Input, InputFile, MAX_FILES, Place};

/// The most bytes that an archive unpacks to: larger exports are given as files.
const MAX_TOTAL_BYTES: u64 = 8 << 30;
/// The most bytes that a packed byte becomes. XML of exports gives 20 to 40, the worst of deflate 1,032.
const MAX_RATIO: u64 = 200;
/// The bytes that every file may have, whatever the ratio.
const SMALL_FILE_BYTES: u64 = 1 << 20;
/// The deepest that an archive may lie in archives: that of Notion holds one.
const MAX_DEPTH: usize = 2;

/// An archive that is open.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
}

/// Returns whether a file begins as a zip does, and goes back to its start.
pub(super) fn is_zip(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(4).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(head == b"PK\x03\x04" || head == b"PK\x05\x06")
}

/// Lists the files of an archive and of the archives in it.
pub(super) fn list(file: File, input: &mut Input) -> Result<()> {
    let mut total_bytes = 0;
    let root = input.root.clone();
    list_one(file, "", 1, &mut total_bytes, input).map_err(|error| {
        if error.path().is_some() {
            error
        } else {
            error.at_path(&root)
        }
    })?;
    input.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
}

fn list_one(
    file: File,
    prefix: &str,
    depth: usize,
    total_bytes: &mut u64,
    input: &mut Input,
) -> Result<()> {
    let zip = ZipArchive::new(BufReader::new(file)).map_err(|e| unreadable(&e))?;
    if zip.len() + input.files.len() > MAX_FILES {
        return Err(Error::invalid(format!(
            "the archive has more than {MAX_FILES} files; unpack it and give a part of it"
        )));
    }
    let archive = Rc::new(RefCell::new(Archive { zip }));
    let count = archive.borrow().zip.len();
    for index in 0..count {
        let Some((name, size_bytes)) = archive.borrow_mut().entry(index)? else {
            continue;
        };
        let path = format!("{prefix}{name}");
        *total_bytes += size_bytes;
        if *total_bytes > MAX_TOTAL_BYTES {
            return Err(Error::invalid(format!(
                "the archive unpacks to more than {MAX_TOTAL_BYTES} bytes; unpack it and give the folder"
            )));
        }
        let is_archive = name.to_ascii_lowercase().ends_with(".zip");
        if is_archive && depth < MAX_DEPTH {
            let inner = archive.borrow_mut().unpacked(index, &path)?;
            list_one(inner, prefix, depth + 1, total_bytes, input)?;
        } else if !is_hidden(&name) {
            input.files.push(InputFile {
                path,
                size_bytes,
                place: Place::Archive(Rc::clone(&archive), index),
            });
        }
    }
    Ok(())
}

/// Returns whether a name or a folder above it is hidden, or is what macOS adds to archives.
fn is_hidden(path: &str) -> bool {
    path.split('/')
        .any(|name| name.starts_with('.') || name == "__MACOSX")
}

impl Archive {
    /// Returns the name of an entry and the bytes that it unpacks to; `None` for a folder.
    fn entry(&mut self, index: usize) -> Result<Option<(String, u64)>> {
        let entry = self.zip.by_index_raw(index).map_err(|e| unreadable(&e))?;
        if entry.is_dir() {
            return Ok(None);
        }
        let name = entry.name().map_err(|e| unreadable(&e))?.replace('\\', "/");
        let shown: String = name.chars().take(100).collect();
        let leaves =
            name.starts_with('/') || name.contains(":/") || entry.enclosed_name().is_none();
        if entry.is_symlink() || entry.encrypted() || leaves {
            return Err(Error::invalid(format!(
                "the archive has {shown:?}, which is a link, leaves the archive or is encrypted; remove it"
            )));
        }
        let most = (entry.compressed_size() * MAX_RATIO).max(SMALL_FILE_BYTES);
        if entry.size() > most {
            return Err(Error::invalid(format!(
                "{shown:?} in the archive unpacks to {} bytes from {}, as no export does; unpack it and give the file",
                entry.size(),
                entry.compressed_size()
            )));
        }
        Ok(Some((name, entry.size())))
    }

    /// Unpacks an archive in this one to a file without a name.
    fn unpacked(&mut self, index: usize, path: &str) -> Result<File> {
        self.with_reader(index, |reader| {
            let failed = |e| Error::storage("unpack", Path::new(path), e);
            let mut file = tempfile::tempfile().map_err(failed)?;
            io::copy(reader, &mut file).map_err(failed)?;
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            Ok(file)
        })
    }

    /// Hands a reader of an entry to `read`; it ends where the entry is longer than it says.
    pub(super) fn with_reader<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T>,
    ) -> Result<T> {
        let entry = self.zip.by_index(index).map_err(|e| unreadable(&e))?;
        let size_bytes = entry.size();
        read(&mut BufReader::new(entry.take(size_bytes)))
    }
}

fn unreadable(error: &ZipError) -> Error {
    Error::invalid(format!(
        "the archive cannot be read: {error}; export it again, or unpack it and give the folder"
    ))
}
