//! Reads files of JSON lines, one line at a time, with bounded memory.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use helpdex::{Error, Result};
use serde::de::{DeserializeOwned, Error as _};

/// The longest line, in bytes: enough for a raw e-mail of 30 MB, the largest that is read, as a JSON string.
const MAX_LINE_BYTES: usize = 64 << 20;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Returns the lines of a reader with their numbers, from 1, without blank lines. Errors name `path`.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a line that is too long; the next one is read all the same.
/// [`Storage`](helpdex::ErrorKind::Storage) when reading fails; nothing follows.
pub fn json_lines<R: BufRead>(
    reader: R,
    path: &Path,
) -> impl Iterator<Item = Result<(usize, Vec<u8>)>> + use<R> {
    let path = path.to_owned();
    let mut lines = Lines {
        reader,
        path,
        number: 0,
        has_failed: false,
    };
    std::iter::from_fn(move || lines.next_line())
}

/// Parses a line that is one JSON object. serde takes a list for an object with its values in order; here a list is
/// refused.
///
/// # Errors
/// As [`serde_json::from_slice`], and for a value that is no object.
pub(crate) fn parse_object<T: DeserializeOwned>(line: &[u8]) -> serde_json::Result<T> {
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err(serde_json::Error::custom("expected an object in braces"));
    }
    serde_json::from_slice(line)
}

/// Returns the result of `parse` for each line; its errors name the line. Lines are read as by [`json_lines`].
///
/// # Errors
/// One a line: what `parse` returns, and as [`json_lines`].
pub fn parse_json_lines<R: BufRead, T>(
    reader: R,
    path: &Path,
    parse: fn(&[u8]) -> Result<T>,
) -> impl Iterator<Item = Result<T>> + use<R, T> {
    let lines = json_lines(reader, path);
    let path = path.to_owned();
    lines.map(move |line| {
        let (number, line) = line?;
        parse(&line).map_err(|error| error.at_path(&path).at_line(number))
    })
}

struct Lines<R> {
    reader: R,
    path: PathBuf,
    number: usize,
    has_failed: bool,
}

impl<R: BufRead> Lines<R> {
    fn next_line(&mut self) -> Option<Result<(usize, Vec<u8>)>> {
        while !self.has_failed {
            self.number += 1;
            match self.read() {
                Ok(None) => return None,
                Ok(Some(Line::Whole(line))) if line.trim_ascii().is_empty() => {}
                Ok(Some(Line::Whole(line))) => return Some(Ok((self.number, line))),
                Ok(Some(Line::TooLong)) => {
                    let error = Error::invalid(format!(
                        "the line has more than {MAX_LINE_BYTES} bytes; shorten or remove it"
                    ));
                    return Some(Err(error.at_path(&self.path).at_line(self.number)));
                }
                Err(error) => {
                    self.has_failed = true;
                    return Some(Err(Error::storage("read the file", &self.path, error)));
                }
            }
        }
        None
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        let limit = MAX_LINE_BYTES as u64 + 1;
        let read = self
            .reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        if line.len() > MAX_LINE_BYTES && !line.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
            return Ok(Some(Line::TooLong));
        }
        if line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Some(Line::Whole(line)))
    }
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;
    use helpdex::ErrorKind;

    #[test]
    fn a_line_of_a_gigabyte_is_told_with_little_memory_and_the_next_one_is_read() {
        let long = io::repeat(b'x').take(1 << 30);
        let reader = b"{}\r\n".chain(long).chain(&b"\n[]"[..]);
        let reader = BufReader::with_capacity(1 << 16, reader);
        let mut lines = json_lines(reader, Path::new("a.jsonl"));
        assert_eq!(lines.next().unwrap().unwrap(), (1, b"{}\r\n".to_vec()));
        let error = lines.next().unwrap().unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.jsonl:2: the line has more than 67108864 bytes; shorten or remove it"
        );
        assert_eq!(lines.next().unwrap().unwrap(), (3, b"[]".to_vec()));
        assert!(lines.next().is_none());
    }

    #[test]
    fn nothing_follows_when_reading_fails() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let reader = BufReader::new(b"{}\n{".chain(Broken));
        let mut lines = json_lines(reader, Path::new("a.jsonl"));
        assert!(lines.next().unwrap().is_ok());
        let error = lines.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Storage);
        assert!(lines.next().is_none());
    }
}
