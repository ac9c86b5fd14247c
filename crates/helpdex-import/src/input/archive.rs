//! A zip archive, which may contain zips, read within bounds.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use helpdex::{Error, Result};
use zip::ZipArchive;
use zip::result::ZipError;

/// The most bytes that an archive may unpack to; larger exports must be given as files.
pub(super) const MAX_TOTAL_BYTES: u64 = 8 << 30;
/// The most bytes that one packed byte may become. XML of exports gives 20 to 40, the worst case of deflate 1,032.
const MAX_RATIO: u64 = 200;
/// The number of bytes that every unpacked file may have, whatever the ratio.
const SMALL_FILE_BYTES: u64 = 1 << 20;
/// The deepest nesting of archives: an export of Notion holds an archive in an archive.
pub(super) const MAX_DEPTH: usize = 2;

/// An open archive.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
}

/// Whether a file begins like a zip. The position is back at the start of the file afterwards.
pub(super) fn is_zip(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(4).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(head == b"PK\x03\x04" || head == b"PK\x05\x06")
}

impl Archive {
    /// Opens a file as an archive.
    pub(super) fn open(file: File) -> Result<Self> {
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|e| unreadable(&e))?;
        Ok(Self { zip })
    }

    /// Returns the number of entries in the archive.
    pub(super) fn len(&self) -> usize {
        self.zip.len()
    }

    /// Returns the name of an entry and the number of bytes that it unpacks to; `None` for a folder.
    pub(super) fn entry(&mut self, index: usize) -> Result<Option<(String, u64)>> {
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

    /// Unpacks an entry that is itself an archive into a file without a name.
    pub(super) fn unpacked(&mut self, index: usize, path: &str) -> Result<File> {
        self.with_reader(index, |reader| {
            let failed = |e| Error::storage("unpack", Path::new(path), e);
            let mut file = tempfile::tempfile().map_err(failed)?;
            io::copy(reader, &mut file).map_err(failed)?;
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            Ok(file)
        })
    }

    /// Calls `read` with a reader of an entry, which ends at the size that the entry states.
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
