//! Reads front matter in YAML, TOML and JSON into the fields of an article, with the keys of Helpdex and of site
//! generators.

mod forms;

use helpdex::article::Status;
use helpdex::{ArticleFields, Error, Result};

use self::forms::{Values, fenced, json_values, of_json_object, of_toml};
use crate::front_matter::{FrontMatterValue, is_restricting_key, split_front_matter};
use crate::json_value::moment_of;
use crate::report::LeftOut;
use crate::restriction::Restriction;
use crate::source::Source;

/// The front matter of a page, with its place in the file.
pub(super) struct Block<'a> {
    values: Values,
    text: &'a str,
    /// The line of the file on which the front matter begins, from 1.
    first_line: usize,
}

/// What front matter states besides the fields of an article.
#[derive(Default)]
pub(super) struct Stated {
    pub visibility: bool,
    pub id: bool,
    pub group: bool,
    /// The address of the page, or its path on the site, as the front matter states it.
    pub url: Option<String>,
    pub restriction: Option<Restriction>,
    pub left_out: Option<LeftOut>,
    /// The former addresses of the page.
    pub former: Vec<String>,
    /// The addresses of the page's translations.
    pub alternates: Vec<String>,
}

impl<'a> Block<'a> {
    /// Splits a file into its front matter, if it has any, and the text behind it.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for front matter that does not close or cannot be read, with its
    /// line, so that nobody publishes what it was to hide.
    pub(super) fn split(file: &'a str) -> Result<(Option<Self>, &'a str)> {
        let text = file.strip_prefix('\u{feff}').unwrap_or(file);
        if let Some((toml, body)) = fenced(text, "+++") {
            let values = of_toml(toml)?;
            return Ok((
                Some(Self {
                    values,
                    text: toml,
                    first_line: 2,
                }),
                body,
            ));
        }
        if text.starts_with('{')
            && let Some((json, body)) = of_json_object(text)
        {
            let values = json_values(json)?;
            return Ok((
                Some(Self {
                    values,
                    text: json,
                    first_line: 1,
                }),
                body,
            ));
        }
        let (block, body) = split_front_matter(file)?;
        let Some(block) = block else {
            return Ok((None, body));
        };
        let values = block.parse()?;
        Ok((
            Some(Self {
                values,
                text: block.yaml,
                first_line: block.first_line,
            }),
            body,
        ))
    }

    /// Sets the fields that the front matter states, and returns what else it states.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a value of the wrong kind.
    pub(super) fn apply(self, source: Source, fields: &mut ArticleFields) -> Result<Stated> {
        let mut stated = Stated::default();
        let is_own = source == Source::Markdown;
        for (written, value) in &self.values {
            // A key that hides an article must not be missed for its case.
            let key = written.trim().to_lowercase();
            let line = self.line_of(written);
            let value = Value { key: &key, value };
            let known = apply_visibility(&value, source, fields, &mut stated)
                .and_then(|known| Ok(known || apply_field(&value, is_own, fields, &mut stated)?))
                .map_err(|error| error.at_line(line))?;
            // Of Mintlify: the groups of users who see the page.
            let is_of_groups = source == Source::Mintlify && value.key == "groups";
            let restricts = is_of_groups || reads_as_restriction(written, &value);
            if !known && stated.restriction.is_none() && restricts {
                stated.restriction = Some(Restriction {
                    line,
                    key: written.clone(),
                });
            }
        }
        Ok(stated)
    }

    /// Returns the line of the file, from 1, that has a key.
    fn line_of(&self, key: &str) -> usize {
        let mut lines = self.text.lines();
        self.first_line + lines.position(|line| line.contains(key)).unwrap_or(0)
    }
}

/// Whether a flag is set: whether it has any value except for those that mean no.
fn is_set(value: &FrontMatterValue) -> bool {
    let key = "";
    *value != FrontMatterValue::Null && !matches!(Value { key, value }.truth(), Ok(false))
}

/// Notes that a key hides the page, if `hides`; of several reasons the first one is kept.
fn hide(stated: &mut Stated, reason: LeftOut, hides: bool) {
    if hides && stated.left_out.is_none() {
        stated.left_out = Some(reason);
    }
}

/// Reads a key that says who may see the page, and when. Returns whether the key is one of these.
fn apply_visibility(
    value: &Value<'_>,
    source: Source,
    fields: &mut ArticleFields,
    stated: &mut Stated,
) -> Result<bool> {
    match value.key {
        "visibility" => {
            fields.visibility = value.text()?.parse()?;
            stated.visibility = true;
        }
        "status" => match value.text()?.parse() {
            Ok(status) if fields.status == Status::Published => fields.status = status,
            Ok(_) => {}
            // Of a page of documentation it says how new it is.
            Err(_) if source != Source::Markdown => {
                let status = value.text()?;
                return Ok(is_any(
                    &status,
                    &[
                        "new",
                        "deprecated",
                        "stable",
                        "beta",
                        "experimental",
                        "updated",
                        "legacy",
                    ],
                ));
            }
            Err(error) => return Err(error.into()),
        },
        "draft" => {
            if value.truth()? {
                fields.status = Status::Draft;
            }
        }
        "published" => match value.moment() {
            // In Hugo it is a date.
            Some(moment) if source == Source::Hugo => fields.valid_from = Some(moment),
            _ => {
                if !value.truth()? {
                    fields.status = Status::Draft;
                }
            }
        },
        "valid_from" | "publishdate" | "pubdate" => {
            fields.valid_from = Some(value.needed_moment()?);
        }
        "valid_until" | "expirydate" | "unpublishdate" => {
            fields.valid_until = Some(value.needed_moment()?);
        }
        "user_segments" => fields.user_segments = value.list()?,
        _ => return apply_hiding(value, stated),
    }
    Ok(true)
}

/// Reads a key by which site generators hide a page. Returns whether the key is one of these.
fn apply_hiding(value: &Value<'_>, stated: &mut Stated) -> Result<bool> {
    match value.key {
        "is_draft" => hide(stated, LeftOut::Draft, value.truth()?),
        "unlisted"
        | "hidden"
        | "noindex"
        | "search_exclude"
        | "exclude_from_search"
        | "headless" => match value.truth() {
            Ok(truth) => hide(stated, LeftOut::Hidden, truth),
            Err(_) => return Ok(false),
        },
        "search" | "pagefind" | "searchable" | "publish" | "indexable" => match value.value {
            FrontMatterValue::Bool(truth) => hide(stated, LeftOut::Hidden, !truth),
            FrontMatterValue::Map(map) => {
                let excluded = map.get("exclude").or_else(|| map.get("hidden"));
                hide(stated, LeftOut::Hidden, excluded.is_some_and(is_set));
            }
            FrontMatterValue::String(_) if value.truth().is_ok() => {
                hide(stated, LeftOut::Hidden, !value.truth()?);
            }
            _ => return Ok(false),
        },
        "sidebar" | "build" => {
            if let FrontMatterValue::Map(map) = value.value {
                let is_hidden = map.get("hidden").is_some_and(is_set);
                let is_never = matches!(map.get("render"), Some(FrontMatterValue::String(text)) if text == "never");
                hide(stated, LeftOut::Hidden, is_hidden || is_never);
            }
        }
        "robots" => {
            let Ok(list) = value.list() else {
                return Ok(false);
            };
            let text = list.join(",").to_lowercase();
            hide(
                stated,
                LeftOut::Hidden,
                text.contains("noindex") || text.contains("none"),
            );
        }
        "archived" => hide(stated, LeftOut::Archived, value.truth()?),
        // What a page shows of itself: MkDocs and Docusaurus.
        "hide" if matches!(value.value, FrontMatterValue::List(_)) => {}
        "hide_title"
        | "hide_table_of_contents"
        | "hide_toc"
        | "hidetitle"
        | "toc_hide"
        | "hide_summary" => {}
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads a key of any other field. Returns whether the key is one of these.
fn apply_field(
    value: &Value<'_>,
    is_own: bool,
    fields: &mut ArticleFields,
    stated: &mut Stated,
) -> Result<bool> {
    if *value.value == FrontMatterValue::Null {
        return Ok(false);
    }
    match value.key {
        // Of site generators the id is a name within a folder, and the slug a path of the site.
        "id" if is_own => {
            fields.id = value.text()?;
            stated.id = true;
        }
        "slug" if is_own => {
            if fields.id.is_empty() {
                fields.id = value.text()?;
                stated.id = true;
            }
        }
        "translation_group" | "translationkey" => {
            fields.translation_group = Some(value.text()?);
            stated.group = true;
        }
        "locale" | "lang" => fields.locale = value.text()?,
        "title" => fields.title = value.text()?,
        "section_path" => fields.section_path = value.list()?,
        "labels" => fields.labels = value.list()?,
        "tags" => {
            if fields.labels.is_empty() {
                fields.labels = value.list().unwrap_or_default();
            }
        }
        "products" => fields.products = value.list()?,
        "brand" => fields.brand = Some(value.text()?),
        "updated_at" | "lastmod" => fields.updated_at = Some(value.needed_moment()?),
        "last_update" | "lastupdated" => {
            if let FrontMatterValue::Map(map) = value.value {
                let date = map.get("date").map(|value| Value { key: "date", value });
                fields.updated_at = date.and_then(|date| date.moment());
            }
        }
        _ => return apply_address(value, stated),
    }
    Ok(true)
}

/// Reads a key that states an address of the page or of its translations. Returns whether the key is one of these.
fn apply_address(value: &Value<'_>, stated: &mut Stated) -> Result<bool> {
    match value.key {
        "slug" => stated.url = value.text().ok(),
        "url" | "permalink" | "redirect_to" => {
            let url = value.text()?;
            if value.key == "redirect_to" {
                stated.left_out.get_or_insert(LeftOut::Redirect);
            } else if !url.contains(':') || url.contains("://") {
                stated.url = Some(url);
            }
        }
        "redirect_from" | "redirects" => stated.former.extend(value.list().unwrap_or_default()),
        // Of Obsidian they are other names.
        "aliases" => {
            let aliases = value.list().unwrap_or_default();
            let paths = aliases.into_iter().filter(|alias| alias.contains('/'));
            stated.former.extend(paths);
        }
        "hreflang" | "alternates" | "translations" => match value.value {
            FrontMatterValue::Map(map) => stated.alternates.extend(alternates(map)),
            _ => return Ok(false),
        },
        _ => return Ok(false),
    }
    Ok(true)
}

/// Returns the addresses of a page's translations, from a map of locales to addresses.
fn alternates(map: &Values) -> impl Iterator<Item = String> {
    map.iter().filter_map(|(locale, address)| {
        locale.parse::<helpdex::Locale>().ok()?;
        match address {
            FrontMatterValue::String(address) => Some(address.clone()),
            _ => None,
        }
    })
}

/// Whether a key that is not read seems to restrict who may read the page.
fn reads_as_restriction(key: &str, value: &Value<'_>) -> bool {
    const WORDS: [&str; 14] = [
        "robots",
        "noindex",
        "search",
        "searchable",
        "pagefind",
        "publish",
        "published",
        "expires",
        "expiry",
        "archived",
        "archive",
        "login",
        "headless",
        "indexable",
    ];
    let lower = key.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    let is_word = words.any(|word| WORDS.contains(&word));
    let denies = matches!(value.truth(), Ok(false))
        && !lower.contains("visib")
        && !lower.contains("search")
        && !lower.contains("publi")
        && !lower.contains("robots");
    // A date of publication or an author says nothing.
    let is_date = value.moment().is_some();
    (is_restricting_key(key) || is_word) && !denies && !is_date
}

struct Value<'a> {
    key: &'a str,
    value: &'a FrontMatterValue,
}

impl Value<'_> {
    fn text(&self) -> Result<String> {
        match self.value {
            FrontMatterValue::String(text) | FrontMatterValue::Number(text) => Ok(text.clone()),
            FrontMatterValue::Bool(truth) => Ok(truth.to_string()),
            _ => Err(self.refused("one text")),
        }
    }

    fn list(&self) -> Result<Vec<String>> {
        match self.value {
            FrontMatterValue::List(list) => Ok(list
                .iter()
                .filter(|entry| !entry.trim().is_empty())
                .cloned()
                .collect()),
            FrontMatterValue::String(text) | FrontMatterValue::Number(text) => {
                Ok(vec![text.clone()])
            }
            _ => Err(self.refused("a list of texts")),
        }
    }

    fn truth(&self) -> Result<bool> {
        match self.value {
            FrontMatterValue::Bool(truth) => Ok(*truth),
            FrontMatterValue::String(text) if is_any(text, &["yes", "true", "on"]) => Ok(true),
            FrontMatterValue::String(text) if is_any(text, &["no", "false", "off"]) => Ok(false),
            _ => Err(self.refused("true or false")),
        }
    }

    fn moment(&self) -> Option<helpdex::Timestamp> {
        match self.value {
            FrontMatterValue::String(text) => moment_of(text),
            _ => None,
        }
    }

    fn needed_moment(&self) -> Result<helpdex::Timestamp> {
        match self.moment() {
            Some(moment) => Ok(moment),
            None => self.text()?.parse(),
        }
    }

    fn refused(&self, expected: &str) -> Error {
        Error::invalid(format!("{} is not {expected}; correct it", self.key))
    }
}

fn is_any(text: &str, of: &[&str]) -> bool {
    of.iter().any(|known| text.eq_ignore_ascii_case(known))
}
