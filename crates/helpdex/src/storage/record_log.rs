//! An append-only file of checksummed batches of records: acknowledged batches survive a crash, and a torn tail is cut
//! off.
//!
//! ```text
//! file    magic, 8 bytes | batch*
//! ```
//! The format of a batch is in [`batch`](super::batch). The first record of the first batch is the log's [`LogHead`],
//! which is not among the records that are read.
//!
//! A batch is written at once and synced before it is acknowledged; a rewrite goes to another file, which is synced and
//! renamed. So a batch at the end that is short or full of zeros was never acknowledged, and is cut off. A damaged
//! batch that is as long as it says, or that a complete batch follows, may have been acknowledged; then the log is
//! refused rather than shortened.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::storage::batch::{HEADER_BYTES, Header, batch, batch_bytes, records, was_acknowledged};
use crate::storage::files::{self, Access, File};
use crate::storage::identity::Owner;
use crate::storage::log_head::{LogHead, LogHome, LogMark};
use crate::storage::log_reader::{
    Batches, MAGIC, MAGIC_BYTES, Position, Records, check_continued, damaged_at, is_unfinished,
    lost, not_a_log, read_all, read_failed, read_from, read_magic,
};
use crate::storage::operation::parent;

/// The number of bytes after which a rewrite begins a new batch, so that a log of any size can be read with little
/// memory.
const REWRITTEN_BATCH_BYTES: usize = 1 << 20;

/// A log open for appending.
pub(crate) struct RecordLog {
    path: PathBuf,
    file: File,
    /// The position up to which the log was read or written.
    end: Position,
    home: LogHome,
    remedy: &'static str,
}

impl RecordLog {
    /// Opens or creates the log; call [`read_on`](Self::read_on) next. `remedy` says in errors what to do about a
    /// damaged log.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged) for a file that is no log, and for one that is missing or empty and was
    /// not when it was published; [`Storage`](ErrorKind::Storage).
    pub(crate) fn open(path: &Path, home: LogHome, remedy: &'static str) -> Result<Self> {
        if home.published.is_some() && !files::exists(path)? {
            return Err(lost(path, remedy));
        }
        let mut file = File::open_to_append(path, home.access)?;
        let magic = read_magic(&mut file).map_err(read_failed(path))?;
        if is_unfinished(&magic, file.size_bytes()?) {
            if home.published.is_some() {
                return Err(lost(path, remedy));
            }
            file.cut(0)?;
            file.write(&MAGIC)?;
            file.sync()?;
        } else if magic != MAGIC {
            return Err(not_a_log(path, remedy));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            end: Position::start(),
            home,
            remedy,
        })
    }

    /// Continues at an earlier position. Returns whether the log still has that position; if not, the log was replaced
    /// and must be read from its start.
    pub(crate) fn resume(&mut self, position: Position) -> Result<bool> {
        let is_held = self.home.published.is_none() || self.home.published == position.held_against;
        if !is_held || self.file.size_bytes()? < position.offset_bytes {
            return Ok(false);
        }
        let goes_on = self.has(&position).map_err(read_failed(&self.path))?;
        if goes_on {
            self.end = position;
        }
        Ok(goes_on)
    }

    fn has(&mut self, position: &Position) -> io::Result<bool> {
        let first = position.first.map(|header| (MAGIC_BYTES, header));
        for (offset_bytes, expected) in first.into_iter().chain(position.last) {
            let mut header = Header::default();
            self.file.seek(SeekFrom::Start(offset_bytes))?;
            self.file.read_exact(&mut header)?;
            if header != expected {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Calls `take` with the following records, oldest first, and cuts off the data behind the last complete batch,
    /// which was never acknowledged. When this returns, the records survive a power cut, whichever process wrote them.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged) for a log that is damaged before its last batch, is another one's or does not
    /// hold what was published from it; [`Storage`](ErrorKind::Storage), and what `take` refuses, with the log's path. The
    /// log is left as it is then.
    pub(crate) fn read_on(&mut self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let path = &self.path;
        let before = self.end.clone();
        let size_bytes = self.file.size_bytes()?;
        let mut batches =
            Batches::open(&mut self.file, before.clone(), size_bytes).map_err(read_failed(path))?;
        let published = self.home.published.as_ref();
        let owner = Some(&self.home.owner);
        let hash_there = read_all(&mut batches, path, owner, published, self.remedy, &mut take)?;
        let mut end = batches.at;
        if end.offset_bytes < size_bytes {
            let rest = read_from(&mut self.file, end.offset_bytes).map_err(read_failed(path))?;
            if was_acknowledged(&rest) {
                return Err(self.damaged_at(end.offset_bytes));
            }
        }
        if let Some(published) = published
            && end.held_against.as_ref() != Some(published)
        {
            check_continued(published, end.head.as_ref(), hash_there, path, self.remedy)?;
            end.held_against = Some(published.clone());
        }
        if end.offset_bytes < size_bytes {
            self.file.cut(end.offset_bytes)?;
        }
        if before == Position::start() || end != before {
            // The writer may have been killed before it synced.
            self.file.sync()?;
            files::sync_folder(parent(path))?;
        }
        self.end = end;
        Ok(())
    }

    /// Calls `take` with all records of a log without changing it, and returns the number of bytes behind the last
    /// complete batch. The log must belong to the owner if one is given, and contain everything that was published from
    /// it.
    ///
    /// # Errors
    /// As [`read_on`](Self::read_on).
    pub(crate) fn check(
        path: &Path,
        owner: Option<&Owner>,
        published: Option<&LogMark>,
        remedy: &'static str,
        mut take: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<u64> {
        let mut file = File::open(path)?;
        let size_bytes = file.size_bytes()?;
        let magic = read_magic(&mut file).map_err(read_failed(path))?;
        if magic != MAGIC {
            return if is_unfinished(&magic, size_bytes) && published.is_some() {
                Err(lost(path, remedy))
            } else if is_unfinished(&magic, size_bytes) {
                Ok(size_bytes)
            } else {
                Err(not_a_log(path, remedy))
            };
        }
        let mut batches =
            Batches::open(&mut file, Position::start(), size_bytes).map_err(read_failed(path))?;
        let hash_there = read_all(&mut batches, path, owner, published, remedy, &mut take)?;
        let head = batches.at.head.take();
        let end = batches.at.offset_bytes;
        let rest = read_from(&mut file, end).map_err(read_failed(path))?;
        if was_acknowledged(&rest) {
            return Err(damaged_at(path, end, remedy));
        }
        if let Some(published) = published {
            check_continued(published, head.as_ref(), hash_there, path, remedy)?;
        }
        Ok(size_bytes - end)
    }

    /// Returns the head of a log; `None` if the log is missing or its first batch is damaged.
    pub(crate) fn read_head(path: &Path) -> Result<Option<LogHead>> {
        if !files::exists(path)? {
            return Ok(None);
        }
        let mut file = File::open(path)?;
        let size_bytes = file.size_bytes()?;
        if read_magic(&mut file).map_err(read_failed(path))? != MAGIC {
            return Ok(None);
        }
        let mut batches =
            Batches::open(&mut file, Position::start(), size_bytes).map_err(read_failed(path))?;
        let body = batches
            .next_body()
            .map_err(read_failed(path))?
            .unwrap_or_default();
        let first = records(&body).next().unwrap_or_default();
        Ok(LogHead::read(first, "").ok())
    }

    fn damaged_at(&self, offset_bytes: u64) -> Error {
        damaged_at(&self.path, offset_bytes, self.remedy)
    }

    /// Returns the records from the first one up to the position to which this log was read or written. Later batches,
    /// and a rewrite, do not affect them.
    pub(crate) fn records(&self) -> Result<Records> {
        Records::open(&self.path, &self.end, self.remedy)
    }

    /// Appends the records as one batch, after a head if the log is empty. When this returns, they survive a power cut.
    /// After an error the log must be reopened; it then has either none of them or all of them.
    pub(crate) fn append<'p>(
        &mut self,
        payloads: impl IntoIterator<Item = &'p [u8]>,
    ) -> Result<()> {
        let new_head = match self.end.head {
            Some(_) => None,
            None => Some(LogHead::following(&self.home.owner, None)),
        };
        let head_record = new_head.as_ref().map(LogHead::to_record).transpose()?;
        let mut records: Vec<&[u8]> = head_record.as_deref().into_iter().collect();
        for payload in payloads {
            records.push(payload);
        }
        let (header, body) = batch(records)?;
        if body.is_empty() {
            return Ok(());
        }
        let bytes = [&header[..], &body].concat();
        if let Err(error) = self.file.write(&bytes).and_then(|()| self.file.sync()) {
            // Where this fails too, the next who opens it finds a whole batch or cuts off a torn one.
            let _ = self.file.cut(self.end.offset_bytes);
            return Err(error);
        }
        self.end.pass(header, body.len());
        if new_head.is_some() {
            self.end.head = new_head;
        }
        Ok(())
    }

    /// Replaces all records at once, as the next incarnation of the log. After an error the log must be reopened; it
    /// then has either the old records or the new ones.
    pub(crate) fn rewrite(
        &mut self,
        payloads: impl IntoIterator<Item = Result<Vec<u8>>>,
    ) -> Result<()> {
        let head = LogHead::following(&self.home.owner, self.mark());
        let mut end = Self::begin(&self.path, self.home.access, head, payloads)?;
        // It follows a log that was held against it.
        end.held_against = self.end.held_against.take();
        self.file = File::open_to_append(&self.path, self.home.access)?;
        self.end = end;
        Ok(())
    }

    /// Writes a log with this head and these records in place of the existing one, and returns its end. After an error
    /// either the old or the new one exists.
    pub(crate) fn begin(
        path: &Path,
        access: Access,
        head: LogHead,
        payloads: impl IntoIterator<Item = Result<Vec<u8>>>,
    ) -> Result<Position> {
        let rewritten = rewritten_path(path);
        let written = Self::write_whole(&rewritten, access, head, payloads)
            .and_then(|end| files::rename(&rewritten, path).map(|()| end));
        if written.is_err() {
            // It may hold what was to go.
            let _ = files::remove(&rewritten);
        }
        let end = written?;
        files::sync_folder(parent(path))?;
        Ok(end)
    }

    fn write_whole(
        path: &Path,
        access: Access,
        head: LogHead,
        payloads: impl IntoIterator<Item = Result<Vec<u8>>>,
    ) -> Result<Position> {
        let mut file = File::create(path, access)?;
        file.write(&MAGIC)?;
        let mut end = Position::start();
        let head_record = head.to_record();
        end.head = Some(head);
        let mut gathered = Vec::new();
        let mut gathered_bytes = 0;
        for payload in std::iter::once(head_record).chain(payloads) {
            let payload = payload?;
            gathered_bytes += payload.len();
            gathered.push(payload);
            if gathered_bytes >= REWRITTEN_BATCH_BYTES {
                write_batch(&mut file, &mut end, &gathered)?;
                gathered.clear();
                gathered_bytes = 0;
            }
        }
        if !gathered.is_empty() {
            write_batch(&mut file, &mut end, &gathered)?;
        }
        file.sync()?;
        Ok(end)
    }

    /// Returns the records of every complete batch of a damaged log, and its head; `None` when the head is unreadable,
    /// because then the owner is unknown.
    pub(crate) fn salvage(path: &Path) -> Result<Option<(LogHead, Vec<Vec<u8>>)>> {
        if !files::exists(path)? {
            return Ok(None);
        }
        let bytes = files::read(path)?;
        let Some(mut rest) = bytes.strip_prefix(&MAGIC) else {
            return Ok(None);
        };
        let mut salvaged = Vec::new();
        while !rest.is_empty() {
            let size_bytes = batch_bytes(rest);
            if let Some(body) = size_bytes.and_then(|size| rest.get(HEADER_BYTES..size)) {
                salvaged.extend(records(body).map(<[u8]>::to_vec));
            }
            rest = &rest[size_bytes.unwrap_or(1)..];
        }
        let mut salvaged = salvaged.into_iter();
        let head = salvaged
            .next()
            .and_then(|first| LogHead::read(&first, "").ok());
        Ok(head.map(|head| (head, salvaged.collect())))
    }

    /// Removes the file of a rewrite that was interrupted: it may hold records that were forgotten since.
    pub(crate) fn remove_unfinished(path: &Path) -> Result<()> {
        files::remove(&rewritten_path(path))
    }

    /// Returns the position up to which the log was read or written.
    pub(crate) fn end(&self) -> Position {
        self.end.clone()
    }

    /// Returns the mark for a manifest, which covers everything up to the position to which the log was read or
    /// written; `None` before the first record.
    pub(crate) fn mark(&self) -> Option<LogMark> {
        Some(LogMark {
            incarnation: self.end.head.as_ref()?.incarnation,
            size_bytes: self.end.offset_bytes,
            hash: self.end.hash.to_hex().to_string(),
        })
    }

    /// Returns the number of times that the log was rewritten; 0 before the first record.
    pub(crate) fn incarnation(&self) -> u64 {
        self.end.head.as_ref().map_or(0, |head| head.incarnation)
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.end.offset_bytes
    }
}

/// Writes a batch, and moves the end of the log behind it.
fn write_batch(file: &mut File, end: &mut Position, payloads: &[Vec<u8>]) -> Result<()> {
    let (header, body) = batch(payloads.iter().map(Vec::as_slice))?;
    file.write(&header)?;
    file.write(&body)?;
    end.pass(header, body.len());
    Ok(())
}

/// Returns the path of the file in which a rewrite of the log at `path` is prepared.
fn rewritten_path(path: &Path) -> PathBuf {
    path.with_extension("rewritten")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::error::ErrorKind;
    use crate::storage::batch::MARK;

    fn home(published: Option<LogMark>) -> LogHome {
        LogHome {
            owner: Owner::example(),
            access: Access::Owner,
            published,
        }
    }

    fn check(path: &Path, take: impl FnMut(&[u8]) -> Result<()>) -> Result<u64> {
        let home = home(None);
        RecordLog::check(path, Some(&home.owner), None, "restore it", take)
    }

    fn open(path: &Path) -> Result<(RecordLog, Vec<Vec<u8>>)> {
        let mut payloads = Vec::new();
        let mut log = RecordLog::open(path, home(None), "restore it")?;
        log.read_on(|payload| {
            payloads.push(payload.to_vec());
            Ok(())
        })?;
        let again: Result<Vec<_>> = log.records()?.collect();
        assert_eq!(again?, payloads);
        let mut checked = Vec::new();
        let torn_bytes = check(path, |payload| {
            checked.push(payload.to_vec());
            Ok(())
        })?;
        assert_eq!((checked, torn_bytes), (payloads.clone(), 0));
        Ok((log, payloads))
    }

    fn records_of(path: &Path) -> Vec<Vec<u8>> {
        open(path).unwrap().1
    }

    #[test]
    fn a_log_cut_at_any_byte_keeps_its_whole_batches_and_takes_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (mut log, none) = open(&path).unwrap();
        assert!(none.is_empty());
        log.append([&b"first"[..]]).unwrap();
        let end_of_first = fs::read(&path).unwrap().len();
        log.append([&b""[..], b"third"]).unwrap();
        let whole = fs::read(&path).unwrap();
        for size in 0..=whole.len() {
            fs::write(&path, &whole[..size]).unwrap();
            let (mut log, mut expected) = open(&path).unwrap();
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
    fn a_flipped_bit_is_told_and_what_a_crash_leaves_at_the_end_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = open(&path).unwrap().0;
        log.append([&b"first"[..]]).unwrap();
        let end_of_first = fs::read(&path).unwrap().len();
        log.append([&b"second"[..], b"third"]).unwrap();
        let whole = fs::read(&path).unwrap();
        for at in MAGIC.len()..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            let error = open(&path).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Damaged, "byte {at}");
            assert_eq!(fs::read(&path).unwrap(), damaged, "it is left as it is");
            assert!(check(&path, |_| Ok(())).is_err());
        }
        for lost_from in end_of_first..whole.len() {
            let mut zeroed = whole.clone();
            zeroed[lost_from..].fill(0);
            fs::write(&path, &zeroed).unwrap();
            assert_eq!(records_of(&path), [b"first"], "zeros from {lost_from}");
        }
        for tail in [&[0_u8; 4096][..], b"garbage of an unfinished write"] {
            fs::write(&path, [&whole[..], tail].concat()).unwrap();
            assert_eq!(records_of(&path), [&b"first"[..], b"second", b"third"]);
        }
    }

    #[test]
    fn a_log_whose_first_bytes_did_not_come_to_the_disk_is_begun_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for lost in [&[0; MAGIC.len()][..], &[0; 3], &MAGIC[..5], b""] {
            fs::write(&path, lost).unwrap();
            assert_eq!(check(&path, |_| Ok(())).unwrap(), lost.len() as u64);
            let mut log = open(&path).unwrap().0;
            log.append([&b"first"[..]]).unwrap();
            assert_eq!(records_of(&path), [b"first"]);
        }
        fs::write(&path, [0; MAGIC.len() + 1]).unwrap();
        assert!(open(&path).is_err());
    }

    #[test]
    fn a_rewritten_log_holds_only_the_new_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = open(&path).unwrap().0;
        log.append([&b"old"[..]]).unwrap();
        log.rewrite([Ok(b"new".to_vec())]).unwrap();
        log.append([&b"newer"[..]]).unwrap();
        assert_eq!(records_of(&path), [&b"new"[..], b"newer"]);
    }

    #[test]
    fn a_rewrite_that_fails_leaves_the_log_and_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = open(&path).unwrap().0;
        log.append([&b"old"[..]]).unwrap();
        let large = vec![7; REWRITTEN_BATCH_BYTES];
        let error = log.rewrite([Ok(large), Err(Error::invalid("no"))]);
        assert!(error.is_err());
        assert_eq!(records_of(&path), [b"old"]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_large_rewrite_is_read_in_batches_of_bounded_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let payloads: Vec<Vec<u8>> = (0..40).map(|i| vec![i; 100_000]).collect();
        let mut log = open(&path).unwrap().0;
        log.rewrite(payloads.iter().cloned().map(Ok)).unwrap();
        assert_eq!(records_of(&path), payloads);
        let bytes = fs::read(&path).unwrap();
        let marks = bytes.windows(MARK.len()).filter(|window| *window == MARK);
        assert_eq!(marks.count(), 4);
    }

    #[test]
    fn a_log_is_read_on_from_where_it_was_left_unless_it_was_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut one = open(&path).unwrap().0;
        one.append([&b"first"[..]]).unwrap();
        let position = one.end();
        let mut two = open(&path).unwrap().0;
        two.append([&b"second"[..]]).unwrap();
        let before_rewrite = two.records().unwrap();

        let read_on = |log: &mut RecordLog| {
            let mut payloads = Vec::new();
            log.read_on(|payload| {
                payloads.push(payload.to_vec());
                Ok(())
            })
            .unwrap();
            payloads
        };
        let mut again = RecordLog::open(&path, home(None), "").unwrap();
        assert!(again.resume(position.clone()).unwrap());
        assert_eq!(read_on(&mut again), [b"second"]);
        assert_eq!(again.end(), two.end());

        // As long as before, and longer: another log all the same.
        for after in [&[&b"f1rst"[..]][..], &[b"f1rst", b"second"]] {
            let payloads = after.iter().map(|payload| Ok(payload.to_vec()));
            two.rewrite(payloads).unwrap();
            let mut again = RecordLog::open(&path, home(None), "").unwrap();
            assert!(!again.resume(position.clone()).unwrap());
            assert_eq!(read_on(&mut again), after);
        }
        // Who was reading the old log reads it to its end.
        let old: Result<Vec<_>> = before_rewrite.collect();
        assert_eq!(old.unwrap(), [&b"first"[..], b"second"]);
    }

    #[test]
    fn a_file_that_is_no_log_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "something else").unwrap();
        let error = open(&path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Damaged);
    }
}
