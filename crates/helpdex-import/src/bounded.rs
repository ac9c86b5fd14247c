//! Readers that fail when a record is larger than a limit.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// A reader that fails once more bytes were read than one record may have.
pub(crate) struct Bounded<R> {
    reader: R,
    left: Rc<Cell<usize>>,
    max_bytes: usize,
}

/// The handle that tells a [`Bounded`] reader that the next record begins.
#[derive(Clone)]
pub(crate) struct Bound {
    left: Rc<Cell<usize>>,
    max_bytes: usize,
}

impl<R: Read> Bounded<R> {
    /// Returns the reader, and the handle that tells it where records begin. A record may have `max_bytes`.
    pub(crate) fn new(reader: R, max_bytes: usize) -> (Self, Bound) {
        let left = Rc::new(Cell::new(max_bytes));
        let bound = Bound {
            left: Rc::clone(&left),
            max_bytes,
        };
        (
            Self {
                reader,
                left,
                max_bytes,
            },
            bound,
        )
    }
}

impl Bound {
    pub(crate) fn next_record(&self) {
        self.left.set(self.max_bytes);
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other(format!(
                "a record has more than {} bytes",
                self.max_bytes
            )));
        }
        let most = buffer.len().min(left);
        let read = self.reader.read(&mut buffer[..most])?;
        self.left.set(left - read);
        Ok(read)
    }
}
