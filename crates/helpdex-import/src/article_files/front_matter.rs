//! Front matter to the fields of an article.

use helpdex_text::{ARTICLE_KEYS, FrontMatterBlock, FrontMatterValue, is_restricting_key};

use crate::article_line::{StatusName, VisibilityName};
use helpdex::{ArticleFields, Status};
use helpdex::{Error, Result};

/// Statements of front matter about the visibility, beside its fields.
#[derive(Debug, Default)]
pub(super) struct StatedVisibility {
    /// Whether it has the key `visibility`.
    pub is_stated: bool,
    /// A key that is not read and seems to keep the article from readers, with its line in the file.
    pub restricting_key: Option<(usize, String)>,
}

/// Sets the fields that the front matter names.
pub(super) fn apply(
    block: &FrontMatterBlock<'_>,
    fields: &mut ArticleFields,
) -> Result<StatedVisibility> {
    let mut stated = StatedVisibility::default();
    for (written, value) in block.parse()? {
        // A key that hides an article must not be missed for its case, nor for a value that says nothing.
        let key = written.trim().to_lowercase();
        if !ARTICLE_KEYS.contains(&key.as_str()) {
            if is_restricting_key(&written) && stated.restricting_key.is_none() {
                stated.restricting_key = Some((line_of(block, &written), written));
            }
            continue;
        }
        let hides = matches!(
            key.as_str(),
            "visibility" | "status" | "draft" | "published"
        );
        if value == FrontMatterValue::Null && !hides {
            continue;
        }
        stated.is_stated |= key == "visibility";
        apply_value(fields, Value { key: &key, value })
            .map_err(|error| error.at_line(block.first_line))?;
    }
    Ok(stated)
}

/// The line of the file that a key stands on; the first one of the block where it is written otherwise there.
fn line_of(block: &FrontMatterBlock<'_>, key: &str) -> usize {
    let mut lines = block.yaml.lines();
    let above = lines.position(|line| line.contains(key)).unwrap_or(0);
    block.first_line + above
}

fn apply_value(fields: &mut ArticleFields, value: Value<'_>) -> Result<()> {
    match value.key {
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
        "status" if fields.status == Status::Published => {
            fields.status = value.name::<StatusName>()?.into();
        }
        "draft" if value.truth()? => fields.status = Status::Draft,
        "published" if !value.truth()? => fields.status = Status::Draft,
        "visibility" => fields.visibility = value.name::<VisibilityName>()?.into(),
        "user_segments" => fields.user_segments = value.list()?,
        "valid_from" => fields.valid_from = Some(value.text()?.parse()?),
        "valid_until" => fields.valid_until = Some(value.text()?.parse()?),
        "updated_at" | "lastmod" => fields.updated_at = Some(value.text()?.parse()?),
        "url" | "permalink" => fields.url = Some(value.text()?),
        _ => {}
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
