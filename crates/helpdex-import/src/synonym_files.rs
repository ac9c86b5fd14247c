//! Reads files of synonyms, one file for each locale.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use helpdex::settings::Synonyms;
use helpdex::{Error, Locale, Result};

use crate::input_file::read_text_file;

/// Reads the files of a folder whose names are a locale and `.txt`, such as `pt-br.txt`, in the order of their names,
/// and skips other files.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) with file and line for a rule that cannot be read, and for a folder
/// without such a file, [`Storage`](helpdex::ErrorKind::Storage) for a folder or a file that cannot be read.
pub fn read_synonyms(folder: impl AsRef<Path>) -> Result<Vec<Synonyms>> {
    let folder = folder.as_ref();
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|e| unreadable(folder, e))? {
        let path = entry.map_err(|e| unreadable(folder, e))?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_text = path.extension().is_some_and(|extension| extension == "txt");
        if let (true, Ok(locale)) = (is_text, name.parse::<Locale>()) {
            let text = read_text_file("read the synonyms", &path, Synonyms::MAX_TEXT_BYTES)?;
            let synonyms = Synonyms::parse(&locale, &text).map_err(|error| error.at_path(&path))?;
            all.insert(locale, synonyms);
        }
    }
    if all.is_empty() {
        return Err(Error::invalid(
            "there are no synonyms; name each file as its locale, such as en.txt",
        )
        .at_path(folder));
    }
    Ok(all.into_values().collect())
}

fn unreadable(folder: &Path, error: io::Error) -> Error {
    Error::storage("read the synonyms", folder, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_never_ends_is_refused_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("en.txt");
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert!(read_synonyms(folder.path()).is_err());
        fs::remove_file(&path).unwrap();
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let error = read_synonyms(folder.path()).unwrap_err().to_string();
        assert!(error.contains("shorten it to 1000000"), "{error}");
    }
}
