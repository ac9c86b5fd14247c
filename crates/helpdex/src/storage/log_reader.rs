//! Reads the batches of a log, one after the other, and distinguishes a torn end from damage.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::storage::batch::{HEADER_BYTES, Header, SIZE_BYTES, body_bytes, checksum, records};
use crate::storage::files::File;
use crate::storage::identity::Owner;
use crate::storage::log_head::{LogHead, LogMark};

pub(super) const MAGIC: [u8; 8] = *b"HDXLOG1\n";

pub(super) const MAGIC_BYTES: u64 = MAGIC.len() as u64;

/// A position between two batches of a log, with data about the batches before it, by which a replaced log is noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(super) offset_bytes: u64,
    pub(super) head: Option<LogHead>,
    pub(super) first: Option<Header>,
    /// The last batch before the position: the offset at which it begins, and its header.
    pub(super) last: Option<(u64, Header)>,
    /// A hash over the headers of all batches before the position.
    pub(super) hash: blake3::Hash,
    /// The mark of the log in a manifest that the log was found to continue.
    pub(super) held_against: Option<LogMark>,
}

impl Position {
    pub(super) fn start() -> Self {
        Self {
            offset_bytes: MAGIC_BYTES,
            head: None,
            first: None,
            last: None,
            hash: blake3::hash(&MAGIC),
            held_against: None,
        }
    }

    /// Moves the position behind the next batch.
    pub(super) fn pass(&mut self, header: Header, body_bytes: usize) {
        self.first.get_or_insert(header);
        self.last = Some((self.offset_bytes, header));
        self.offset_bytes += (HEADER_BYTES + body_bytes) as u64;
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.hash.as_bytes()).update(&header);
        self.hash = hasher.finalize();
    }
}

/// Reads the complete batches of a log, one after the other.
pub(super) struct Batches<R> {
    reader: BufReader<R>,
    pub at: Position,
    /// The offset in the file, in bytes, at which reading stops.
    limit_bytes: u64,
}

impl<R: Read + Seek> Batches<R> {
    pub(super) fn open(mut file: R, at: Position, limit_bytes: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(at.offset_bytes))?;
        Ok(Self {
            reader: BufReader::new(file),
            at,
            limit_bytes,
        })
    }

    /// Returns the body of the next batch; `None` when no complete batch follows.
    pub(super) fn next_body(&mut self) -> io::Result<Option<Vec<u8>>> {
        let left = self.limit_bytes.saturating_sub(self.at.offset_bytes);
        let Some(left) = left.checked_sub(HEADER_BYTES as u64) else {
            return Ok(None);
        };
        let mut header = Header::default();
        self.reader.read_exact(&mut header)?;
        let Some(size) = body_bytes(&header).filter(|size| *size as u64 <= left) else {
            return Ok(None);
        };
        let mut body = vec![0; size];
        self.reader.read_exact(&mut body)?;
        if checksum(&body) != header[12..] {
            return Ok(None);
        }
        self.at.pass(header, body.len());
        Ok(Some(body))
    }
}

/// Calls `take` with the records of all batches that follow, without the head. The log must belong to `owner`, if one
/// is given. Returns the hash of the log at the position of the published mark, if a batch ends there.
pub(super) fn read_all<R: Read + Seek>(
    batches: &mut Batches<R>,
    path: &Path,
    owner: Option<&Owner>,
    published: Option<&LogMark>,
    remedy: &str,
    take: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Option<blake3::Hash>> {
    let mut hash_there = None;
    while let Some(body) = batches.next_body().map_err(read_failed(path))? {
        let mut records = records(&body);
        if batches.at.head.is_none() {
            let head = LogHead::read(records.next().unwrap_or_default(), remedy);
            let head = head.map_err(|error| error.at_path(path))?;
            if let Some(owner) = owner {
                let checked = head.check_owner(owner, remedy);
                checked.map_err(|error| error.at_path(path))?;
            }
            batches.at.head = Some(head);
        }
        for payload in records {
            take(payload).map_err(|error| error.at_path(path))?;
        }
        if published.is_some_and(|mark| mark.size_bytes == batches.at.offset_bytes) {
            hash_there = Some(batches.at.hash);
        }
    }
    Ok(hash_there)
}

/// Refuses a log that lacks something that was published from it.
pub(super) fn check_continued(
    published: &LogMark,
    head: Option<&LogHead>,
    hash_there: Option<blake3::Hash>,
    path: &Path,
    remedy: &str,
) -> Result<()> {
    let hash_there = hash_there.map(|hash| hash.to_hex());
    match head {
        Some(head) if published.is_continued_by(head, hash_there.as_deref()) => Ok(()),
        _ => Err(lost(path, remedy)),
    }
}

/// Iterates over the records of a log, oldest first, without its head.
pub(crate) struct Records {
    batches: Batches<File>,
    body: Vec<u8>,
    /// The offset in the body behind the last record that was returned.
    offset_bytes: usize,
    is_behind_head: bool,
    path: PathBuf,
    remedy: &'static str,
}

impl Records {
    /// Opens the records of a file up to the position `end`.
    pub(super) fn open(path: &Path, end: &Position, remedy: &'static str) -> Result<Self> {
        let file = File::open(path)?;
        let batches = Batches::open(file, Position::start(), end.offset_bytes);
        Ok(Self {
            batches: batches.map_err(read_failed(path))?,
            body: Vec::new(),
            offset_bytes: 0,
            is_behind_head: false,
            path: path.to_owned(),
            remedy,
        })
    }
}

impl Iterator for Records {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(payload) = records(&self.body[self.offset_bytes..]).next() {
                self.offset_bytes += SIZE_BYTES + payload.len();
                if !std::mem::replace(&mut self.is_behind_head, true) {
                    continue;
                }
                return Some(Ok(payload.to_vec()));
            }
            let at = self.batches.at.offset_bytes;
            match self.batches.next_body() {
                Ok(Some(body)) => (self.body, self.offset_bytes) = (body, 0),
                Ok(None) if at >= self.batches.limit_bytes => return None,
                failed => {
                    // What follows is not read: it ends here.
                    self.batches.limit_bytes = 0;
                    (self.body, self.offset_bytes) = (Vec::new(), 0);
                    return Some(Err(match failed {
                        Err(e) => read_failed(&self.path)(e),
                        Ok(_) => damaged_at(&self.path, at, self.remedy),
                    }));
                }
            }
        }
    }
}

/// Reads the first bytes of a log, as many as there are, up to the length of the magic.
pub(super) fn read_magic(file: &mut File) -> io::Result<Vec<u8>> {
    let mut magic = Vec::new();
    file.take(MAGIC_BYTES).read_to_end(&mut magic)?;
    Ok(magic)
}

/// Reads all bytes of a file from an offset on.
pub(super) fn read_from(file: &mut File, offset_bytes: u64) -> io::Result<Vec<u8>> {
    let mut rest = Vec::new();
    file.seek(SeekFrom::Start(offset_bytes))?;
    file.read_to_end(&mut rest)?;
    Ok(rest)
}

/// Whether a log was interrupted while it was created: its magic reached the disk in part or as zeros, and nothing
/// follows it, because everything else is written after the magic is synced.
pub(super) fn is_unfinished(magic: &[u8], size_bytes: u64) -> bool {
    let is_part = magic.len() < MAGIC.len() && MAGIC.starts_with(magic);
    let is_lost = size_bytes <= MAGIC_BYTES && magic.iter().all(|byte| *byte == 0);
    is_part || is_lost
}

/// Returns a function that makes the error for a log that cannot be read.
pub(super) fn read_failed(path: &Path) -> impl Fn(io::Error) -> Error + Copy {
    move |e| Error::storage("read the log", path, e)
}

/// Returns the error for a log that lacks something that was published from it.
pub(super) fn lost(path: &Path, remedy: &str) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("the log is missing, shorter or older than what was published from it; {remedy}"),
    )
    .at_path(path)
}

pub(super) fn not_a_log(path: &Path, remedy: &str) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("the log is damaged or of another version; {remedy}"),
    )
    .at_path(path)
}

pub(super) fn damaged_at(path: &Path, offset_bytes: u64, remedy: &str) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("the log is damaged at byte {offset_bytes}; {remedy}"),
    )
    .at_path(path)
}
