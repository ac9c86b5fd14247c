//! Imports files that are packed into one input.

use std::fs;
use std::path::Path;

use helpdex::Article;
use helpdex_import::{ImportOptions, Source, read_articles};

/// The sign in front of the path of a file in an input.
const MARK: &str = "@@@ ";
/// The end of a line with the path of a file that is not UTF-8.
const LATIN: &str = " in latin-1";
/// The path of the section that holds what a test expects.
const EXPECTED: &str = "=>";
/// The most files of an input: a fuzzer finds what two or three of them do to each other.
const MAX_FILES: usize = 40;
/// The most bytes that a page may have with everything that it includes.
const MAX_PAGE_BYTES: usize = 2_000_000;

/// Imports any bytes, as the source that the first line names or the one that is detected. Asserts that there is no
/// panic, every article can be cleaned, each record gives at most one article, and no text grows beyond the limit of a
/// page.
pub fn imports(input: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let text = String::from_utf8_lossy(input);
    let options = ImportOptions {
        source: unpack(&text, folder.path()),
        locale: Some("en".parse().expect("it is a language tag")),
        base_url: Some("https://help.example.org".to_owned()),
        community: true,
        ..ImportOptions::default()
    };
    let Ok(import) = read_articles(folder.path(), &options) else {
        return;
    };
    let records = import.records;
    let articles: helpdex::Result<Vec<Article>> = import.articles.collect();
    let articles = articles.expect("they are kept until they are asked for");
    assert!(articles.len() <= records);
    for article in &articles {
        assert!(article.fields().body.len() <= MAX_PAGE_BYTES);
        article
            .clean()
            .expect("an article that was read can be cleaned");
    }
}

/// Returns the bytes of a file with this text, in Latin-1 or in UTF-8.
fn content(text: &str, is_latin: bool) -> Vec<u8> {
    if is_latin {
        text.chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect()
    } else {
        text.as_bytes().to_vec()
    }
}

/// Writes the files of an input to a folder, and returns the source that its first line names. A file begins behind a line
/// `@@@ PATH`, or `@@@ PATH in latin-1` for one that is not UTF-8.
pub fn unpack(input: &str, folder: &Path) -> Option<Source> {
    let (name, files) = input.split_once('\n')?;
    for file in files.split(MARK).skip(1).take(MAX_FILES) {
        let (path, text) = file.split_once('\n').unwrap_or((file, ""));
        let names: Vec<&str> = path.split('/').collect();
        let is_path = path.len() < 200
            && names
                .iter()
                .all(|name| !name.is_empty() && *name != ".." && !name.contains(['\0', '\\']));
        if !is_path || path == EXPECTED {
            continue;
        }
        let (path, is_latin) = match path.strip_suffix(LATIN) {
            Some(path) => (path, true),
            None => (path, false),
        };
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        // A file may stand where another one needs a folder.
        if fs::create_dir_all(parent).is_ok() && !path.is_dir() {
            let _ = fs::write(&path, content(text, is_latin));
        }
    }
    name.parse().ok()
}
