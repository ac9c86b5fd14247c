//! An append-only file of checksummed records: what was acknowledged survives a crash, a torn tail is cut off.
//!
//! ```text
//! magic, 8 bytes | record* ;  record: payload size, u32 LE | first 8 bytes of the payload's BLAKE3 | payload
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::store::sync_folder;
use crate::{Error, ErrorKind, Result};

const MAGIC: [u8; 8] = *b"HDXLOG1\n";
const CHECKSUM_BYTES: usize = 8;
const HEADER_BYTES: usize = 4 + CHECKSUM_BYTES;

/// A log open for appending.
pub(crate) struct RecordLog {
    path: PathBuf,
    file: File,
    size_bytes: u64,
}

impl RecordLog {
    /// Opens or creates the log and returns the payloads of its records, oldest first.
    /// What follows the last whole record is cut off: it was never acknowledged.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<Vec<u8>>)> {
        let failed = |e| Error::storage("open the log", path, e);
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(failed(e)),
        };
        let is_new = bytes.len() < MAGIC.len() && MAGIC.starts_with(&bytes);
        if !is_new && !bytes.starts_with(&MAGIC) {
            return Err(Error::new(
                ErrorKind::IndexFormat,
                "the log is damaged or of another version; move the knowledge base away and run `helpdex build` again",
            )
            .at_path(path));
        }
        let (payloads, valid_bytes) = read_records(&bytes);
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(failed)?;
        let mut size_bytes = valid_bytes as u64;
        if is_new {
            file.set_len(0).map_err(failed)?;
            file.write_all(&MAGIC).map_err(failed)?;
            size_bytes = MAGIC.len() as u64;
        } else if valid_bytes < bytes.len() {
            file.set_len(size_bytes).map_err(failed)?;
        }
        let log = Self {
            path: path.to_owned(),
            file,
            size_bytes,
        };
        Ok((log, payloads))
    }

    /// Appends the records; when this returns they survive a power cut. After an error none of them is there.
    pub(crate) fn append<'p>(
        &mut self,
        payloads: impl IntoIterator<Item = &'p [u8]>,
    ) -> Result<()> {
        let mut bytes = Vec::new();
        for payload in payloads {
            push_record(&mut bytes, payload);
        }
        let written = self
            .file
            .write_all(&bytes)
            .and_then(|()| self.file.sync_all());
        if let Err(e) = written {
            // A torn record would be cut off at the next opening in any case; this keeps later appends readable.
            let _ = self.file.set_len(self.size_bytes);
            return Err(Error::storage("append to the log", &self.path, e));
        }
        self.size_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Replaces all records at once.
    pub(crate) fn rewrite<'p>(
        &mut self,
        payloads: impl IntoIterator<Item = &'p [u8]>,
    ) -> Result<()> {
        let mut bytes = MAGIC.to_vec();
        for payload in payloads {
            push_record(&mut bytes, payload);
        }
        self.replace(&bytes)
            .map_err(|e| Error::storage("rewrite the log", &self.path, e))
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        let rewritten = self.path.with_extension("rewritten");
        let mut file = File::create(&rewritten)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&rewritten, &self.path)?;
        if let Some(folder) = self.path.parent() {
            sync_folder(folder)?;
        }
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        self.size_bytes = bytes.len() as u64;
        Ok(())
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }
}

fn push_record(bytes: &mut Vec<u8>, payload: &[u8]) {
    let size = u32::try_from(payload.len()).expect("a record is bounded by the size of an article");
    bytes.extend_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(&blake3::hash(payload).as_bytes()[..CHECKSUM_BYTES]);
    bytes.extend_from_slice(payload);
}

/// The payloads of the whole records, and how many bytes they take with what stands before them.
fn read_records(bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let mut payloads = Vec::new();
    let mut start = MAGIC.len().min(bytes.len());
    while let Some(payload) = read_record(&bytes[start..]) {
        start += HEADER_BYTES + payload.len();
        payloads.push(payload.to_vec());
    }
    (payloads, start)
}

fn read_record(bytes: &[u8]) -> Option<&[u8]> {
    let size = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let checksum = bytes.get(4..HEADER_BYTES)?;
    let payload = bytes.get(HEADER_BYTES..HEADER_BYTES.checked_add(size)?)?;
    (&blake3::hash(payload).as_bytes()[..CHECKSUM_BYTES] == checksum).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(path: &Path) -> Vec<Vec<u8>> {
        RecordLog::open(path).unwrap().1
    }

    #[test]
    fn a_log_cut_at_any_byte_keeps_its_whole_records_and_takes_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (mut log, none) = RecordLog::open(&path).unwrap();
        assert!(none.is_empty());
        log.append([&b"first"[..], b"", b"third"]).unwrap();
        let whole = fs::read(&path).unwrap();
        for size in 0..=whole.len() {
            fs::write(&path, &whole[..size]).unwrap();
            let (mut log, before) = RecordLog::open(&path).unwrap();
            assert!(before.len() <= 3);
            log.append([&b"new"[..]]).unwrap();
            let mut expected = before;
            expected.push(b"new".to_vec());
            assert_eq!(records(&path), expected, "cut at {size}");
        }
    }

    #[test]
    fn a_flipped_bit_ends_the_log_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        RecordLog::open(&path)
            .unwrap()
            .0
            .append([&b"first"[..], b"second"])
            .unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(records(&path), [b"first"]);
    }

    #[test]
    fn a_rewritten_log_holds_only_the_new_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = RecordLog::open(&path).unwrap().0;
        log.append([&b"old"[..]]).unwrap();
        log.rewrite([&b"new"[..]]).unwrap();
        log.append([&b"newer"[..]]).unwrap();
        assert_eq!(records(&path), [&b"new"[..], b"newer"]);
    }

    #[test]
    fn a_file_that_is_no_log_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "something else").unwrap();
        let error = RecordLog::open(&path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::IndexFormat);
    }
}
