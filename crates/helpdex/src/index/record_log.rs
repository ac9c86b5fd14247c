//! An append-only file of checksummed batches of records: what was acknowledged survives a crash, a torn tail is cut off.
//!
//! ```text
//! file    magic, 8 bytes | batch*
//! batch   mark, 4 bytes | size of the body, u64 LE | first 8 bytes of the body's BLAKE3 | body: record*
//! record  size of the payload, u32 LE | payload
//! ```
//! A batch is written at once and synced before it is acknowledged. So a batch that is damaged was never acknowledged if
//! it is the last, and is cut off; if a whole batch follows, it was, and the log is refused rather than shortened.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::store::sync_folder;
use crate::{Error, ErrorKind, Result};

const MAGIC: [u8; 8] = *b"HDXLOG1\n";
const MARK: [u8; 4] = [0xB1, b'H', b'D', 0x0A];
const CHECKSUM_BYTES: usize = 8;
const HEADER_BYTES: usize = MARK.len() + 8 + CHECKSUM_BYTES;

/// A log open for appending.
pub(crate) struct RecordLog {
    path: PathBuf,
    file: File,
    size_bytes: u64,
}

impl RecordLog {
    /// Opens or creates the log and returns the payloads of its records, oldest first.
    /// What follows the last whole batch is cut off: it was never acknowledged.
    ///
    /// # Errors
    /// [`IndexFormat`](ErrorKind::IndexFormat) for a file that is no log or that is damaged before its last batch,
    /// [`Storage`](ErrorKind::Storage).
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
        let (payloads, valid_bytes) = read_batches(&bytes);
        if has_batch(&bytes[valid_bytes..]) {
            return Err(Error::new(
                ErrorKind::IndexFormat,
                format!("the log is damaged at byte {valid_bytes}; restore it from a copy, or move the knowledge base away and run `helpdex build` again"),
            )
            .at_path(path));
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(failed)?;
        let mut size_bytes = valid_bytes as u64;
        if is_new {
            file.set_len(0).map_err(failed)?;
            file.write_all(&MAGIC).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            if let Some(folder) = path.parent() {
                sync_folder(folder).map_err(failed)?;
            }
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

    /// Appends the records as one batch; when this returns they survive a power cut. After an error the log must be
    /// opened again: none of them is there, or all of them.
    pub(crate) fn append<'p>(
        &mut self,
        payloads: impl IntoIterator<Item = &'p [u8]>,
    ) -> Result<()> {
        let bytes = batch(payloads)?;
        self.file
            .write_all(&bytes)
            .and_then(|()| self.file.sync_all())
            .map_err(|e| Error::storage("append to the log", &self.path, e))?;
        self.size_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Replaces all records at once. After an error the log must be opened again.
    pub(crate) fn rewrite<'p>(
        &mut self,
        payloads: impl IntoIterator<Item = &'p [u8]>,
    ) -> Result<()> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(batch(payloads)?);
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

fn batch<'p>(payloads: impl IntoIterator<Item = &'p [u8]>) -> Result<Vec<u8>> {
    let mut bytes = vec![0; HEADER_BYTES];
    for payload in payloads {
        let size = u32::try_from(payload.len()).map_err(|_| {
            Error::invalid("a record of the log has more than 4 GB; make it smaller")
        })?;
        bytes.extend_from_slice(&size.to_le_bytes());
        bytes.extend_from_slice(payload);
    }
    let (header, body) = bytes.split_at_mut(HEADER_BYTES);
    header[..4].copy_from_slice(&MARK);
    header[4..12].copy_from_slice(&(body.len() as u64).to_le_bytes());
    header[12..].copy_from_slice(&checksum(body));
    Ok(bytes)
}

/// The payloads of the whole batches from the start, and how many bytes they take with what stands before them.
fn read_batches(bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let mut payloads = Vec::new();
    let mut start = MAGIC.len().min(bytes.len());
    while let Some(body) = read_batch(&bytes[start..]) {
        start += HEADER_BYTES + body.len();
        payloads.extend(records(body).map(<[u8]>::to_vec));
    }
    (payloads, start)
}

/// The body of the whole batch that the bytes begin with.
fn read_batch(bytes: &[u8]) -> Option<&[u8]> {
    let header = bytes.get(..HEADER_BYTES)?;
    let size = u64::from_le_bytes(header[4..12].try_into().ok()?);
    let end = HEADER_BYTES.checked_add(usize::try_from(size).ok()?)?;
    let body = bytes.get(HEADER_BYTES..end)?;
    (header.starts_with(&MARK) && checksum(body) == header[12..]).then_some(body)
}

/// Whether a whole batch stands anywhere in the bytes. A mark that stands in a text by chance is followed by a size and
/// a checksum that do not fit.
fn has_batch(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|start| bytes[start] == MARK[0] && read_batch(&bytes[start..]).is_some())
}

/// `body` has the right checksum, so that it holds whole records.
fn records(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let (size, behind) = rest.split_first_chunk::<4>()?;
        let (payload, next) = behind.split_at_checked(u32::from_le_bytes(*size) as usize)?;
        rest = next;
        Some(payload)
    })
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut checksum = [0; CHECKSUM_BYTES];
    checksum.copy_from_slice(&blake3::hash(body).as_bytes()[..CHECKSUM_BYTES]);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records_of(path: &Path) -> Vec<Vec<u8>> {
        RecordLog::open(path).unwrap().1
    }

    #[test]
    fn a_log_cut_at_any_byte_keeps_its_whole_batches_and_takes_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (mut log, none) = RecordLog::open(&path).unwrap();
        assert!(none.is_empty());
        log.append([&b"first"[..]]).unwrap();
        let end_of_first = fs::read(&path).unwrap().len();
        log.append([&b""[..], b"third"]).unwrap();
        let whole = fs::read(&path).unwrap();
        for size in 0..=whole.len() {
            fs::write(&path, &whole[..size]).unwrap();
            let (mut log, mut expected) = RecordLog::open(&path).unwrap();
            let count = match size {
                _ if size == whole.len() => 3,
                _ if size >= end_of_first => 1,
                _ => 0,
            };
            assert_eq!(expected.len(), count, "cut at {size}");
            log.append([&b"new"[..]]).unwrap();
            expected.push(b"new".to_vec());
            assert_eq!(records_of(&path), expected, "cut at {size}");
        }
    }

    #[test]
    fn a_damaged_last_batch_is_cut_off_and_an_earlier_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = RecordLog::open(&path).unwrap().0;
        log.append([&b"first"[..]]).unwrap();
        let end_of_first = fs::read(&path).unwrap().len();
        log.append([&b"second"[..], b"third"]).unwrap();
        let whole = fs::read(&path).unwrap();
        for at in MAGIC.len()..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            if at < end_of_first {
                let error = RecordLog::open(&path).err().unwrap();
                assert_eq!(error.kind(), ErrorKind::IndexFormat);
                assert_eq!(fs::read(&path).unwrap(), damaged, "it is left as it is");
            } else {
                assert_eq!(records_of(&path), [b"first"], "byte {at}");
            }
        }
        for tail in [&[0_u8; 4096][..], b"garbage of an unfinished write"] {
            fs::write(&path, [&whole[..], tail].concat()).unwrap();
            assert_eq!(records_of(&path), [&b"first"[..], b"second", b"third"]);
        }
    }

    #[test]
    fn a_rewritten_log_holds_only_the_new_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = RecordLog::open(&path).unwrap().0;
        log.append([&b"old"[..]]).unwrap();
        log.rewrite([&b"new"[..]]).unwrap();
        log.append([&b"newer"[..]]).unwrap();
        assert_eq!(records_of(&path), [&b"new"[..], b"newer"]);
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
