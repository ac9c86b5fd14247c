//! Stores texts until everything is read: in memory while they are few, then in a file without a name.

use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use helpdex::{Error, Result};
use tempfile::{SpooledTempFile, spooled_tempfile};

/// The number of bytes that are kept in memory: enough for the articles of most help centers.
const MAX_MEMORY_BYTES: usize = 64 << 20;

/// Texts that are stored in memory, from 64 MB on in a temporary file, and that can be read back in any order.
pub(crate) struct Spool {
    file: BufWriter<SpooledTempFile>,
    end_bytes: u64,
    /// Whether the position of the file is where the next text is written.
    is_at_end: bool,
}

/// The place in its spool where a text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spooled {
    offset_bytes: u64,
    size_bytes: usize,
}

impl Spool {
    pub(crate) fn new() -> Self {
        Self {
            file: BufWriter::new(spooled_tempfile(MAX_MEMORY_BYTES)),
            end_bytes: 0,
            is_at_end: true,
        }
    }

    /// Stores a text, and returns its place.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) when the folder of temporary files is full.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<Spooled> {
        let spooled = Spooled {
            offset_bytes: self.end_bytes,
            size_bytes: bytes.len(),
        };
        self.write(bytes).map_err(failed)?;
        self.end_bytes += bytes.len() as u64;
        Ok(spooled)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.is_at_end {
            self.file.seek(SeekFrom::Start(self.end_bytes))?;
            self.is_at_end = true;
        }
        self.file.write_all(bytes)
    }

    /// Reads a text back from its place.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) when the temporary file cannot be read.
    pub(crate) fn get(&mut self, spooled: Spooled) -> Result<Vec<u8>> {
        self.read(spooled).map_err(failed)
    }

    fn read(&mut self, spooled: Spooled) -> io::Result<Vec<u8>> {
        self.is_at_end = false;
        self.file.seek(SeekFrom::Start(spooled.offset_bytes))?;
        let mut bytes = vec![0; spooled.size_bytes];
        self.file.get_mut().read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

fn failed(error: io::Error) -> Error {
    Error::storage(
        "keep what was read in the folder of temporary files",
        Path::new(&std::env::temp_dir()),
        error,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_again_in_any_order_and_others_are_added() {
        let mut spool = Spool::new();
        let large = vec![b'x'; MAX_MEMORY_BYTES];
        let texts: [&[u8]; 4] = [b"one", b"", &large, b"four"];
        let spooled: Vec<Spooled> = texts.map(|text| spool.put(text).unwrap()).to_vec();
        assert!(spool.get(spooled[3]).unwrap() == texts[3]);
        let last = spool.put(b"five").unwrap();
        for (text, spooled) in texts.iter().zip(&spooled).rev() {
            assert!(spool.get(*spooled).unwrap() == *text);
        }
        assert!(spool.get(last).unwrap() == b"five");
    }
}
