//! Lists the files of a zip, and of the zips in it.

use std::cell::RefCell;
use std::fs::File;
use std::path::Path;
use std::rc::Rc;

use helpdex::{Error, Result};

use super::archive::{Archive, MAX_DEPTH, MAX_TOTAL_BYTES};
use super::file::{Input, InputFile, MAX_FILES, Place};

/// Lists the files of the archive at `place` and of the archives in it, each with `prefix` before its path.
/// `total_bytes` counts the unpacked bytes of all archives of the input.
pub(super) fn list(
    file: File,
    place: &Path,
    prefix: &str,
    total_bytes: &mut u64,
    input: &mut Input,
) -> Result<()> {
    list_one(file, prefix, 1, total_bytes, input).map_err(|error| {
        if error.path().is_some() {
            error
        } else {
            error.at_path(place)
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
    let archive = Archive::open(file)?;
    let count = archive.len();
    if count + input.files.len() > MAX_FILES {
        return Err(Error::invalid(format!(
            "the archive has more than {MAX_FILES} files; unpack it and give a part of it"
        )));
    }
    let archive = Rc::new(RefCell::new(archive));
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

/// Whether a path or a folder on it is hidden, or is one that macOS adds to archives.
fn is_hidden(path: &str) -> bool {
    path.split('/')
        .any(|name| name.starts_with('.') || name == "__MACOSX")
}
