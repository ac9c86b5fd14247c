//! Lists the files of a folder.

use std::path::Path;

use helpdex::{Error, ErrorKind, Result};
use walkdir::{DirEntry, WalkDir};

use super::file::{Input, InputFile, MAX_FILES, Place};
use super::ignore::{IGNORE_FILE, Patterns};
use super::zip_files;
use crate::input_file::{kind_of_special_file, open_file, read_text_file};

/// The largest file of exclude patterns, in bytes: enough for ten thousand lines.
const MAX_IGNORE_BYTES: usize = 1_000_000;

/// Lists the files of a folder. Returns the patterns of paths that are not read: `excluded`, and those of the folder
/// itself. Hidden files and folders are left out, and symbolic links are not followed, so that nothing outside of the
/// folder is read.
pub(super) fn list(folder: &Path, excluded: &Patterns, input: &mut Input) -> Result<Patterns> {
    let mut patterns = excluded.clone();
    let ignore_file = folder.join(IGNORE_FILE);
    if ignore_file.is_file() {
        patterns.add_lines(&read_text_file(
            "read the file",
            &ignore_file,
            MAX_IGNORE_BYTES,
        )?);
    }
    let entries = WalkDir::new(folder).into_iter().filter_entry(|entry| {
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        entry.depth() == 0 || !(is_hidden || patterns.exclude(&path_below(folder, entry.path())))
    });
    for entry in entries {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_owned();
            Error::storage("read", &path, error.into())
        })?;
        if entry.file_type().is_file() {
            let metadata = entry.metadata().map_err(|error| {
                let path = entry.path().to_owned();
                Error::storage("read", &path, error.into())
            })?;
            input.files.push(InputFile {
                path: path_below(folder, entry.path()),
                size_bytes: metadata.len(),
                place: Place::Disk(entry.path().to_owned()),
            });
        } else {
            name_special_file(&entry, input);
        }
        if input.files.len() > MAX_FILES {
            return Err(Error::invalid(format!(
                "the folder has more than {MAX_FILES} files; give a smaller one, or exclude some"
            ))
            .at_path(folder));
        }
    }
    input.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(patterns)
}

/// Opens the archives of a folder in which nothing else is read, and notes those that cannot be opened. If there are
/// several, the files of each get a folder that is named after the archive.
pub(super) fn open_archives(input: &mut Input) -> Result<()> {
    let (archives, others): (Vec<_>, Vec<_>) = std::mem::take(&mut input.files)
        .into_iter()
        .partition(|file| file.ending() == "zip");
    input.files = others;
    let has_several = archives.len() > 1;
    let mut total_bytes = 0;
    for archive in archives {
        let Place::Disk(place) = &archive.place else {
            continue;
        };
        let prefix = match archive.path.rsplit_once('.') {
            Some((stem, _)) if has_several => format!("{stem}/"),
            _ => String::new(),
        };
        let known = input.files.len();
        let opened = open_file("open the file", place)
            .and_then(|file| zip_files::list(file, place, &prefix, &mut total_bytes, input));
        match opened {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Storage => return Err(error),
            Err(error) => {
                input.files.truncate(known);
                input.not_followed.push(error);
            }
        }
    }
    Ok(())
}

fn path_below(folder: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let names: Vec<_> = relative.iter().map(|name| name.to_string_lossy()).collect();
    names.join("/")
}

/// Notes a link, a pipe or a device that would otherwise have been read, so that the report names it.
fn name_special_file(entry: &DirEntry, input: &mut Input) {
    let path = entry.path();
    let Some(kind) = entry
        .metadata()
        .ok()
        .as_ref()
        .and_then(kind_of_special_file)
    else {
        return;
    };
    let may_be_articles = path.extension().is_some() || (entry.path_is_symlink() && path.is_dir());
    if !entry.file_type().is_dir() && may_be_articles {
        let message = format!("it is {kind}, which is not read; put a file there");
        input
            .not_followed
            .push(Error::invalid(message).at_path(path));
    }
}
