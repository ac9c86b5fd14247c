//! Reads articles from a path of any kind.

use std::path::Path;

use helpdex::{Error, Result};

use crate::collector::Collector;
use crate::input::{Input, Patterns};
use crate::options::ImportOptions;
use crate::probe::Probe;
use crate::report::Import;
use crate::source_list;
use crate::ticket_source_list;

/// Reads the articles in `path`: a folder, a file, a zip, which may contain zips, or standard input for `-`. The archives in
/// a folder are opened if nothing else in the folder is read.
///
/// The articles are stored in memory up to 64 MiB and in a temporary file beyond that, so that an export of any size
/// takes little memory.
///
/// The source is detected unless `options` name it. Hidden files are passed over and symbolic links are not followed,
/// so that nothing outside of `path` is read; no address is ever opened. A bad file or record is skipped with an error
/// and the rest is read. If two records claim one id, both are skipped, unless the path of one of them gives the id. Of
/// equal records, and of a page that is given twice, the newest is used.
///
/// Nothing is published by accident. If a source does not prove that everybody may read an article, the article gets
/// the visibility of the options, which is internal by default. A file whose front matter cannot be read is skipped. An
/// article that states no visibility is [internal](Import::made_internal) if a key of its front matter, or a line at
/// the head of its text, seems to restrict who may read it, such as `visiblity` or `access`.
///
/// ```
/// use helpdex_import::{ImportOptions, Source, read_articles};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("reset.md"), "---\nlocale: en\n---\n# Reset your password\n\nPress Reset.\n")?;
/// let import = read_articles(folder.path(), &ImportOptions::default())?;
/// assert_eq!(import.source, Source::Markdown);
/// for article in import.articles {
///     assert_eq!(article?.fields().title, "Reset your password");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when `path` or a folder in it cannot be read, or the folder of temporary files is full;
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) when it is a pipe, a device, an archive over a bound, or of no source.
pub fn read_articles(path: impl AsRef<Path>, options: &ImportOptions) -> Result<Import> {
    let path = path.as_ref();
    let mut input = Input::open(path, &Patterns::new(&options.exclude))?;
    let named = options
        .source
        .map(|source| (source, "being named".to_owned()));
    let found = named.or_else(|| source_list::detect(&Probe::new(&input)));
    let (source, why) = found.ok_or_else(|| nothing_to_read(&input).at_path(path))?;
    let not_followed = std::mem::take(&mut input.not_followed);
    let mut collector = Collector::new(options, &input, source, why);
    source_list::read(source, &input, &mut collector)?;
    name_what_is_not_read(&input, &mut collector);
    collector.finish(not_followed)
}

/// Warns of archives that are not opened, and of another source beside the one that is read.
fn name_what_is_not_read(input: &Input, collector: &mut Collector<'_>) {
    let archives = input.files.iter().filter(|file| file.ending() == "zip");
    for archive in archives.filter(|_| input.has_folders) {
        collector.warn(
            "archive",
            "archives are not opened, since they lie beside other files or too deep; give each by itself",
            &archive.path,
        );
    }
    let is_docs = collector.source().is_documentation();
    let rest = Probe::of(input, |file| {
        // Settings and data of a site are no source of their own.
        let is_of_site = is_docs && file.ending() == "json";
        !collector.is_touched(file) && !is_of_site && !file.is_about_the_others()
    });
    if let Some((other, why)) = source_list::detect_beside(collector.source(), &rest) {
        collector.warn(
            "other_source",
            "other source lies beside this one and is not read; read it by itself with --from",
            &format!("{}: {why}", other.name()),
        );
    }
}

/// Returns the error for an input that no source reads, with a guess at what it is.
fn nothing_to_read(input: &Input) -> Error {
    const REMEDY: &str = "give a folder of .md or .html files, an export, or a file of JSON lines";
    if let Some((_, why)) = ticket_source_list::detect(&Probe::new(input)) {
        return Error::invalid(format!(
            "it seems to be an export of tickets, by {why}: `helpdex tickets` and `helpdex backtest` read it; for articles, \
             {REMEDY}"
        ));
    }
    if let Some(looks_like) = looks_like(input) {
        return Error::invalid(format!("{looks_like}; {REMEDY}, or name the source"));
    }
    Error::invalid(format!("there are no articles; {REMEDY}"))
}

/// Returns what an input seems to be that has no articles; `None` for a folder or an archive of any files.
fn looks_like(input: &Input) -> Option<&'static str> {
    const DOCUMENT: &str = "it is a document of a word processor";
    const SPREADSHEET: &str = "it is a spreadsheet; save it as CSV";
    if let (false, [file]) = (input.has_folders, input.files.as_slice()) {
        return Some(match file.ending().as_str() {
            "pdf" => "it is a PDF",
            "doc" | "docx" | "odt" | "rtf" => DOCUMENT,
            "xls" | "xlsx" | "ods" => SPREADSHEET,
            "json" => "it is JSON of no form that is known",
            _ => "it is of no form that is known",
        });
    }
    // The documents of today's office programs are archives.
    let first = input
        .files
        .iter()
        .find_map(|file| match file.path.as_str() {
            "word/document.xml" => Some(DOCUMENT),
            "xl/workbook.xml" => Some(SPREADSHEET),
            "ppt/presentation.xml" => Some("it is a presentation"),
            "content.xml" => Some("it is a document or a spreadsheet of an office program"),
            _ => None,
        });
    let has_archives_alone =
        !input.files.is_empty() && input.files.iter().all(|file| file.ending() == "zip");
    first.or(has_archives_alone.then_some("its archives lie too deep; unpack them"))
}
