//! Articles from files: a folder of Markdown, HTML and text files, or a file with one JSON object a line.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use helpdex_text::{FrontMatterValue, Locale, clean_article, split_front_matter};
use walkdir::WalkDir;

use crate::article::{Article, ArticleFields, BodyFormat, Status};
use crate::audience::Visibility;
use crate::json_lines::json_lines;
use crate::{Error, ErrorKind, Result};

/// What articles are given that do not say it themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleDefaults {
    /// The visibility of articles that state none: internal unless said, never public by itself.
    pub visibility: Visibility,
    /// The locale of files that state none.
    pub locale: Option<Locale>,
}

/// The articles that were read, and what was skipped.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ArticleFiles {
    /// In the order of the files' paths and lines.
    pub articles: Vec<Article>,
    /// One error for each file or line that is no article, with path and line.
    pub skipped: Vec<Error>,
}

/// Reads the articles in `path`: a folder, or a file of JSON lines (see [`ArticleFields`]).
///
/// In a folder every file that ends in `.md`, `.markdown`, `.html`, `.htm` or `.txt` is an article; hidden files and
/// folders are passed over. Its front matter (YAML between two lines `---`) has the keys of [`ArticleFields`] but for
/// `body` and `format`; `slug`, `lang`, `tags`, `permalink`, `lastmod` and `draft: true` are read as other programs
/// mean them, and other keys are passed over. What it lacks is taken from elsewhere:
/// the id from the path, the title from the first heading or the file's name, the locale from `<html lang>`, else from a
/// folder named like `en` or `pt-br`, else from `defaults`.
///
/// A bad file or line is skipped with an error and the rest is read. Of an id that comes twice the first is kept.
///
/// # Errors
/// [`Storage`](crate::ErrorKind::Storage) when `path` or a folder in it cannot be read,
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) when it holds no article file.
pub fn read_articles(path: impl AsRef<Path>, defaults: &ArticleDefaults) -> Result<ArticleFiles> {
    let path = path.as_ref();
    let metadata = fs::metadata(path).map_err(|e| Error::storage("read the articles", path, e))?;
    let mut reader = Reader {
        defaults,
        files: ArticleFiles::default(),
        places: BTreeMap::new(),
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
    /// Where each id was read.
    places: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn read_folder(&mut self, folder: &Path) -> Result<()> {
        let is_visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
        let entries = WalkDir::new(folder)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || is_visible(entry.file_name()));
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    if let Some(format) = format_of(entry.path()) {
                        let read = self.read_file(folder, entry.path(), format);
                        self.take(read, entry.path(), None);
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    return Err(Error::storage("read", &path, error.into()));
                }
            }
        }
        Ok(())
    }

    fn read_file(&self, folder: &Path, path: &Path, format: BodyFormat) -> Result<Article> {
        let bytes = fs::read(path).map_err(|e| Error::storage("read the file", path, e))?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let offset_bytes = e.utf8_error().valid_up_to();
            Error::invalid(format!(
                "the file is not UTF-8 at byte {offset_bytes}; save it as UTF-8"
            ))
        })?;
        let (block, body) = split_front_matter(&text);
        let mut fields = ArticleFields {
            body: body.to_owned(),
            format,
            visibility: self.defaults.visibility,
            ..ArticleFields::default()
        };
        if let Some(block) = block {
            let values = block.parse().map_err(Error::from)?;
            apply_front_matter(values, &mut fields)
                .map_err(|error| error.at_line(block.first_line))?;
        }
        self.fill_in(&mut fields, folder, path)?;
        Article::new(fields)
    }

    /// What the front matter lacks.
    fn fill_in(&self, fields: &mut ArticleFields, folder: &Path, path: &Path) -> Result<()> {
        let relative = path.strip_prefix(folder).unwrap_or(path).with_extension("");
        let parts: Vec<String> = relative
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        if fields.id.is_empty() {
            fields.id = parts.join("/");
        }
        if !fields.title.is_empty() && !fields.locale.is_empty() {
            return Ok(());
        }
        let clean = clean_article(fields.body_in_format())?;
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
        Ok(())
    }

    fn read_json_lines(&mut self, path: &Path) -> Result<()> {
        let file = File::open(path).map_err(|e| Error::storage("open the file", path, e))?;
        for line in json_lines(BufReader::new(file), path) {
            match line {
                Ok((number, line)) => {
                    let read = self.read_line(&line);
                    self.take(read, path, Some(number));
                }
                Err(error) if error.kind() == ErrorKind::Storage => return Err(error),
                Err(error) => self.files.skipped.push(error),
            }
        }
        Ok(())
    }

    fn read_line(&self, line: &[u8]) -> Result<Article> {
        // An object that states no visibility is told from one that states "internal".
        #[derive(serde::Deserialize)]
        struct Stated {
            visibility: Option<serde::de::IgnoredAny>,
            locale: Option<serde::de::IgnoredAny>,
        }
        let invalid = |e: serde_json::Error| {
            Error::invalid(format!("the line is not an article in JSON: {e}"))
        };
        let mut fields: ArticleFields = serde_json::from_slice(line).map_err(invalid)?;
        let stated: Stated = serde_json::from_slice(line).map_err(invalid)?;
        if stated.visibility.is_none() {
            fields.visibility = self.defaults.visibility;
        }
        if stated.locale.is_none()
            && let Some(locale) = &self.defaults.locale
        {
            fields.locale = locale.to_string();
        }
        Article::new(fields)
    }

    fn take(&mut self, read: Result<Article>, path: &Path, line: Option<usize>) {
        let at = |error: Error| {
            let error = error.at_path(path);
            match line {
                Some(line) => error.at_line(line),
                None => error,
            }
        };
        match read {
            Ok(article) => {
                let place = line.map_or(path.display().to_string(), |line| {
                    format!("{}:{line}", path.display())
                });
                if let Some(first) = self.places.get(article.id()) {
                    let error = Error::invalid(format!(
                        "the id stands in {first} already; give each article an id of its own"
                    ));
                    self.files
                        .skipped
                        .push(at(error.about_article(article.id())));
                } else {
                    self.places.insert(article.id().to_owned(), place);
                    self.files.articles.push(article);
                }
            }
            Err(error) => self.files.skipped.push(at(error)),
        }
    }
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

fn apply_front_matter(
    values: BTreeMap<String, FrontMatterValue>,
    fields: &mut ArticleFields,
) -> Result<()> {
    for (key, value) in values {
        // A key that hides an article must not be missed for its case, nor for a value that says nothing.
        let key = key.trim().to_lowercase();
        let hides = matches!(
            key.as_str(),
            "visibility" | "status" | "draft" | "published"
        );
        if value == FrontMatterValue::Null && !hides {
            continue;
        }
        let value = Value { key: &key, value };
        match key.as_str() {
            "id" => fields.id = value.text()?,
            "slug" if fields.id.is_empty() => fields.id = value.text()?,
            "translation_group" => fields.translation_group = Some(value.text()?),
            "locale" | "lang" => fields.locale = value.text()?,
            "title" => fields.title = value.text()?,
            "section_path" => fields.section_path = value.list()?,
            "labels" => fields.labels = value.list()?,
            "tags" if fields.labels.is_empty() => fields.labels = value.list()?,
            "products" => fields.products = value.list()?,
            "brand" => fields.brand = Some(value.text()?),
            "status" if fields.status == Status::Published => fields.status = value.name()?,
            "draft" if value.truth()? => fields.status = Status::Draft,
            "published" if !value.truth()? => fields.status = Status::Draft,
            "visibility" => fields.visibility = value.name()?,
            "user_segments" => fields.user_segments = value.list()?,
            "valid_from" => fields.valid_from = Some(value.text()?.parse()?),
            "valid_until" => fields.valid_until = Some(value.text()?.parse()?),
            "updated_at" | "lastmod" => fields.updated_at = Some(value.text()?.parse()?),
            "url" | "permalink" => fields.url = Some(value.text()?),
            // Other programs keep their own keys there.
            _ => {}
        }
    }
    Ok(())
}

struct Value<'a> {
    key: &'a str,
    value: FrontMatterValue,
}

impl Value<'_> {
    fn text(self) -> Result<String> {
        match self.value {
            FrontMatterValue::String(text) | FrontMatterValue::Number(text) => Ok(text),
            FrontMatterValue::Bool(truth) => Ok(truth.to_string()),
            _ => Err(self.refused("one text")),
        }
    }

    fn list(self) -> Result<Vec<String>> {
        match self.value {
            FrontMatterValue::List(list) => Ok(list),
            FrontMatterValue::String(text) => Ok(vec![text]),
            _ => Err(self.refused("a list of texts")),
        }
    }

    /// One of the names of an enum.
    fn name<T: for<'de> serde::Deserialize<'de>>(self) -> Result<T> {
        let key = self.key.to_owned();
        let name = self.text()?;
        serde_json::from_value(serde_json::Value::String(name))
            .map_err(|e| Error::invalid(format!("{key}: {e}")))
    }

    fn truth(&self) -> Result<bool> {
        match &self.value {
            FrontMatterValue::Bool(truth) => Ok(*truth),
            FrontMatterValue::String(text) if text.eq_ignore_ascii_case("yes") => Ok(true),
            FrontMatterValue::String(text) if text.eq_ignore_ascii_case("no") => Ok(false),
            _ => Err(self.refused("true or false")),
        }
    }

    fn refused(&self, expected: &str) -> Error {
        Error::invalid(format!("{} is not {expected}; correct it", self.key))
    }
}
