//! Articles from files: a folder of Markdown, HTML and text files, or a file with one JSON object a line.

mod claims;
mod front_matter;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::BufReader;
use std::path::Path;

use helpdex_text::{
    Body, Locale, MAX_ARTICLE_BYTES, MAX_FRONT_MATTER_BYTES, clean_article, restricting_line,
    split_front_matter,
};
use walkdir::{DirEntry, WalkDir};

use self::claims::{Claim, settle};
use self::front_matter::StatedVisibility;
use crate::article_line::ArticleLine;
use crate::error_list::ErrorList;
use crate::input_file::{kind_of_special_file, open_file, read_page_file, read_text_file};
use crate::json_lines::{json_lines, parse_object};
use helpdex::{Article, ArticleFields, BodyFormat, Visibility};
use helpdex::{Error, ErrorKind, Result};

/// The largest file of an article: its body, its front matter, and the lines around that.
const MAX_FILE_BYTES: usize = MAX_ARTICLE_BYTES + MAX_FRONT_MATTER_BYTES + 100;

/// Defaults for articles that do not state these values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleDefaults {
    /// The visibility of articles that state none: internal by default, never public by itself.
    pub visibility: Visibility,
    /// The locale of files that state none.
    pub locale: Option<Locale>,
}

/// The articles that were read, and the errors of skipped files and lines.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ArticleFiles {
    /// The articles, in the order of file paths and lines.
    pub articles: Vec<Article>,
    /// One error for each file or line that is no article, with path and line.
    pub skipped: ErrorList,
    /// Files with the name of an article that are never read, with their paths: symbolic links, pipes, devices and
    /// sockets.
    pub passed_over: ErrorList,
    /// The articles that are internal although the default is wider, since a key or a line of theirs, which is named with
    /// path and line, reads as if it kept them from readers and is not read as such. An article that states its visibility is
    /// not among them.
    pub made_internal: ErrorList,
}

/// Reads the articles in `path`: a folder, or a file of JSON lines (see [`ArticleLine`](crate::ArticleLine)).
///
/// In a folder every file that ends in `.md`, `.markdown`, `.html`, `.htm` or `.txt` is an article; hidden files and
/// folders are passed over, and symbolic links are not followed, so that nothing outside of the folder is read. Its front
/// matter (YAML between two lines `---`) has the keys of [`ArticleFields`] but for `body` and `format`; `slug`, `lang`,
/// `tags`, `permalink`, `lastmod` and `draft: true` are read as other programs mean them, and other keys are passed over.
/// What it lacks is taken from elsewhere: the id from the path, the title from the first heading or the file's name, the
/// locale from `<html lang>`, else from a folder named like `en` or `pt-br`, else from `defaults`.
///
/// A bad file or line is skipped with an error and the rest is read. Of lines with one id the first is kept. Of files that
/// name one id, the file keeps it whose path gives it; where there is none, all of them are skipped.
///
/// Nobody publishes by accident: a file whose front matter cannot be read as such is skipped, and an article that states no
/// visibility is [internal](ArticleFiles::made_internal) where a key of its front matter, or a line at the head of its text,
/// reads as if it kept the article from readers, such as `visiblity` or `access`.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when `path` or a folder in it cannot be read,
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) when it holds no article file or is a pipe, a device or a socket.
pub fn read_articles(path: impl AsRef<Path>, defaults: &ArticleDefaults) -> Result<ArticleFiles> {
    let path = path.as_ref();
    let metadata = fs::metadata(path).map_err(|e| Error::storage("read the articles", path, e))?;
    let mut reader = Reader {
        defaults,
        files: ArticleFiles::default(),
        lines: BTreeMap::new(),
    };
    if metadata.is_dir() {
        reader.read_folder(path)?;
    } else {
        reader.read_json_lines(path)?;
    }
    if reader.files.articles.is_empty() && reader.files.skipped.is_empty() {
        return Err(Error::invalid(
            "there are no articles; give a folder of .md or .html files, or a file of JSON lines",
        )
        .at_path(path));
    }
    Ok(reader.files)
}

struct Reader<'a> {
    defaults: &'a ArticleDefaults,
    files: ArticleFiles,
    /// The line of each id.
    lines: BTreeMap<String, usize>,
}

/// A key or a line that seems to keep an article from readers, and where it stands.
struct Restriction {
    line: usize,
    key: String,
}

impl Reader<'_> {
    fn read_folder(&mut self, folder: &Path) -> Result<()> {
        let entries = WalkDir::new(folder)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()));
        let mut claims = Vec::new();
        let mut unread = BTreeMap::new();
        for entry in entries {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(folder).to_owned();
                Error::storage("read", &path, error.into())
            })?;
            if !entry.file_type().is_file() {
                self.pass_over(&entry);
            } else if let Some(format) = format_of(entry.path()) {
                match self.read_file(folder, entry.path(), format) {
                    Ok(claim) => claims.push(claim),
                    Err(error) => {
                        self.files.skipped.push(error.at_path(entry.path()));
                        let id = parts_of_path(folder, entry.path()).join("/");
                        unread.insert(id, entry.into_path());
                    }
                }
            }
        }
        self.files.articles = settle(claims, &unread, &mut self.files.skipped);
        Ok(())
    }

    /// Reports an entry that is not a regular file but has the name of an article or of a folder.
    fn pass_over(&mut self, entry: &DirEntry) {
        let path = entry.path();
        let Some(kind) = entry
            .metadata()
            .ok()
            .as_ref()
            .and_then(kind_of_special_file)
        else {
            return;
        };
        let may_be_articles =
            format_of(path).is_some() || (entry.path_is_symlink() && path.is_dir());
        if !entry.file_type().is_dir() && may_be_articles {
            self.files.passed_over.push(
                Error::invalid(format!("it is {kind}, which is not read; put a file there"))
                    .at_path(path),
            );
        }
    }

    fn read_file(&mut self, folder: &Path, path: &Path, format: BodyFormat) -> Result<Claim> {
        let text = match format {
            BodyFormat::Html => read_page_file("read the file", path, MAX_FILE_BYTES)?,
            BodyFormat::Markdown | BodyFormat::Text => {
                read_text_file("read the file", path, MAX_FILE_BYTES)?
            }
        };
        let (block, body) = split_front_matter(&text)?;
        let mut fields = ArticleFields {
            body: body.to_owned(),
            format,
            visibility: self.defaults.visibility,
            ..ArticleFields::default()
        };
        let stated = match &block {
            Some(block) => front_matter::apply(block, &mut fields)?,
            None => StatedVisibility::default(),
        };
        let restriction = if stated.is_stated {
            None
        } else {
            let of_key = stated.restricting_key;
            let of_key = of_key.map(|(line, key)| Restriction { line, key });
            of_key.or_else(|| Restriction::of_text(&text))
        };
        let id_of_path = self.fill_in(&mut fields, folder, path)?;
        let restriction = restriction.filter(|_| fields.visibility < Visibility::Internal);
        if restriction.is_some() {
            fields.visibility = Visibility::Internal;
        }
        let article = Article::new(fields)?;
        if let Some(restriction) = restriction {
            let error = restriction.error(&article).at_path(path);
            self.files
                .made_internal
                .push(error.at_line(restriction.line));
        }
        Ok(Claim {
            is_of_path: article.id() == id_of_path,
            article,
            path: path.to_owned(),
        })
    }

    /// Adds what the front matter lacks; returns the id that the path gives.
    fn fill_in(&self, fields: &mut ArticleFields, folder: &Path, path: &Path) -> Result<String> {
        let parts = parts_of_path(folder, path);
        let id_of_path = parts.join("/");
        if fields.id.is_empty() {
            fields.id.clone_from(&id_of_path);
        }
        if !fields.title.is_empty() && !fields.locale.is_empty() {
            return Ok(id_of_path);
        }
        let clean = clean_article(body_of(fields))?;
        if fields.title.is_empty() {
            let file_name = parts.last().map_or("", String::as_str);
            fields.title = clean
                .title
                .unwrap_or_else(|| file_name.replace(['-', '_'], " "));
        }
        if fields.locale.is_empty() {
            let of_folder = parts[..parts.len().saturating_sub(1)]
                .iter()
                .find(|part| is_locale_folder(part));
            let default = self.defaults.locale.as_ref().map(ToString::to_string);
            fields.locale = clean
                .locale
                .or_else(|| of_folder.cloned())
                .or(default)
                .ok_or_else(|| {
                    Error::invalid(
                        "the article states no locale; add `locale: en` to its front matter, or give a default locale",
                    )
                })?;
        }
        Ok(id_of_path)
    }

    fn read_json_lines(&mut self, path: &Path) -> Result<()> {
        let file = open_file("open the file", path)?;
        for line in json_lines(BufReader::new(file), path) {
            match line {
                Ok((number, line)) => {
                    if let Err(error) = self.take_line(path, number, &line) {
                        self.files.skipped.push(error.at_path(path).at_line(number));
                    }
                }
                Err(error) if error.kind() == ErrorKind::Storage => return Err(error),
                Err(error) => self.files.skipped.push(error),
            }
        }
        Ok(())
    }

    fn take_line(&mut self, path: &Path, number: usize, line: &[u8]) -> Result<()> {
        let (article, restriction) = self.read_line(line)?;
        if let Some(first) = self.lines.get(article.id()) {
            let path = path.display();
            return Err(Error::invalid(format!(
                "the id stands in {path}:{first} already; give each article an id of its own"
            ))
            .about_article(article.id()));
        }
        self.lines.insert(article.id().to_owned(), number);
        if let Some(restriction) = restriction {
            let error = restriction.error(&article).at_path(path);
            self.files.made_internal.push(error.at_line(number));
        }
        self.files.articles.push(article);
        Ok(())
    }

    fn read_line(&self, line: &[u8]) -> Result<(Article, Option<Restriction>)> {
        let line: ArticleLine = parse_object(line)
            .map_err(|e| Error::invalid(format!("the line is not an article in JSON: {e}")))?;
        let states_visibility = line.states_visibility();
        let states_locale = line.states_locale();
        let mut fields = line.into_fields();
        let mut restriction = None;
        if !states_visibility {
            restriction = Restriction::of_text(&fields.body)
                .filter(|_| self.defaults.visibility < Visibility::Internal);
            fields.visibility = match restriction {
                Some(_) => Visibility::Internal,
                None => self.defaults.visibility,
            };
        }
        if !states_locale && let Some(locale) = &self.defaults.locale {
            fields.locale = locale.to_string();
        }
        Ok((Article::new(fields)?, restriction))
    }
}

impl Restriction {
    fn of_text(text: &str) -> Option<Self> {
        restricting_line(text).map(|found| Self {
            line: found.line,
            key: found.key,
        })
    }

    fn error(&self, article: &Article) -> Error {
        let key: String = self.key.chars().take(40).collect();
        Error::invalid(format!(
            "{key:?} reads as if it kept the article from readers and is not read as such, so it is internal; write \
             `visibility: public` or `visibility: internal` into its front matter"
        ))
        .about_article(article.id())
    }
}

/// The body, as the text layer takes it.
fn body_of(fields: &ArticleFields) -> Body<'_> {
    match fields.format {
        BodyFormat::Html => Body::Html(&fields.body),
        BodyFormat::Markdown => Body::Markdown(&fields.body),
        BodyFormat::Text => Body::Text(&fields.body),
    }
}

/// The names of the folders below `folder` that lead to a file, and its own without its ending.
fn parts_of_path(folder: &Path, path: &Path) -> Vec<String> {
    let relative = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    let parts = relative.iter();
    parts
        .map(|part| part.to_string_lossy().into_owned())
        .collect()
}

fn is_hidden(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with('.')
}

fn format_of(path: &Path) -> Option<BodyFormat> {
    let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "md" | "markdown" => Some(BodyFormat::Markdown),
        "html" | "htm" => Some(BodyFormat::Html),
        "txt" => Some(BodyFormat::Text),
        _ => None,
    }
}

/// Two letters, or two letters and a region or script: longer names are more often words than languages.
fn is_locale_folder(name: &str) -> bool {
    name.parse::<Locale>()
        .is_ok_and(|locale| locale.language().len() == 2)
}
