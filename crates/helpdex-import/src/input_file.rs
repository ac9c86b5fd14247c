//! Opens files that the host names: never waiting for a pipe, and read within a limit.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::Path;
use std::str::Utf8Error;

use helpdex::{Error, Result};

/// Opens a file for reading. `what` completes the message "cannot ...".
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a folder, a pipe, a device or a socket, which might never end,
/// before it is opened; [`Storage`](helpdex::ErrorKind::Storage) when it cannot be opened.
pub fn open_file(what: &str, path: &Path) -> Result<File> {
    let metadata = fs::metadata(path).map_err(|e| Error::storage(what, path, e))?;
    if let Some(kind) = kind_of_special_file(&metadata) {
        return Err(Error::invalid(format!(
            "it is {kind}, not a file; give a file, or standard input where \"-\" stands for it"
        ))
        .at_path(path));
    }
    File::open(path).map_err(|e| Error::storage(what, path, e))
}

/// Reads a whole file of at most `max_bytes`; a larger one is not read at all. `what` completes the message "cannot
/// ...".
///
/// # Errors
/// As [`open_file`], and [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a file that is larger.
pub(crate) fn read_file(what: &str, path: &Path, max_bytes: usize) -> Result<Vec<u8>> {
    let file = open_file(what, path)?;
    let size_bytes = file
        .metadata()
        .map_err(|e| Error::storage(what, path, e))?
        .len();
    let limit = max_bytes as u64;
    let too_large = |size_bytes: &dyn std::fmt::Display| {
        Error::invalid(format!(
            "the file has {size_bytes} bytes; shorten it to {max_bytes}, or split it"
        ))
        .at_path(path)
    };
    if size_bytes > limit {
        return Err(too_large(&size_bytes));
    }
    // It may have grown since.
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::storage(what, path, e))?;
    if bytes.len() > max_bytes {
        return Err(too_large(&format!("more than {max_bytes}")));
    }
    Ok(bytes)
}

/// Reads a whole file as text. See [`read_file`] for the arguments.
///
/// # Errors
/// As [`read_file`], and [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a file that is not UTF-8.
pub(crate) fn read_text_file(what: &str, path: &Path, max_bytes: usize) -> Result<String> {
    let bytes = read_file(what, path, max_bytes)?;
    String::from_utf8(bytes).map_err(|e| not_utf8(e.utf8_error()).at_path(path))
}

/// Returns the error for a file that is not UTF-8.
pub(crate) fn not_utf8(error: Utf8Error) -> Error {
    let offset_bytes = error.valid_up_to();
    Error::invalid(format!(
        "the file is not UTF-8 at byte {offset_bytes}; save it as UTF-8"
    ))
}

/// Returns what to call a file that is not a regular one, such as "a folder"; `None` for a regular file.
pub(crate) fn kind_of_special_file(metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_file() {
        return None;
    }
    Some(if metadata.is_dir() {
        "a folder"
    } else if metadata.file_type().is_symlink() {
        "a symbolic link"
    } else {
        "a pipe, a device or a socket"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use helpdex::ErrorKind;

    #[test]
    fn a_sparse_file_of_terabytes_is_refused_by_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let error = read_file("read the file", &path, 1_000).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let expected = "the file has 1099511627776 bytes; shorten it to 1000";
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn a_file_at_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read_text_file("read", &path, 5).unwrap(), "12345");
        assert!(read_text_file("read", &path, 4).is_err());
        fs::write(&path, b"1\xff").unwrap();
        let error = read_text_file("read", &path, 5).unwrap_err();
        assert!(error.to_string().contains("not UTF-8 at byte 1"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_and_a_folder_are_refused_before_they_are_opened() {
        for (path, kind) in [("/dev/zero", "a device"), ("/", "a folder")] {
            let error = open_file("read the file", Path::new(path)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(kind), "{error}");
        }
    }
}
