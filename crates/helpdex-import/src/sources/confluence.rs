//! Reads Confluence: the XML export of a space, pages as its API returns them, and files in its storage format.

mod storage;

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{ArticleFields, BodyFormat, Result, Visibility};
use serde_json::Value;

use self::storage::of_storage;
use super::json_files::{is_json, left_out_unknown};
use crate::collector::{Collector, Found, Origin};
use crate::input::{Input, InputFile};
use crate::json_records::for_each_record;
use crate::json_value::{moment_of, name, text};
use crate::probe::Probe;
use crate::report::LeftOut;
use crate::spool::Spooled;
use crate::xml::{Element, for_each_element};

/// The largest file in the storage format that is read, in bytes.
const MAX_FILE_BYTES: usize = 2_000_000;

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe.path(|path| path.rsplit('/').next() == Some("entities.xml"));
    if let Some(path) = path {
        return Some(format!("the file {path}"));
    }
    let path = probe.head_with(|file, head| {
        let is_markup = head.contains("<ac:") || head.contains("<ri:");
        let is_export = head.contains("<hibernate-generic");
        (file.ending() == "xml" && (is_markup || is_export))
            || (is_markup && head.contains("\"storage\""))
    });
    path.map(|path| format!("the markup of Confluence in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for file in &input.files {
        let head = file.head(2_000)?;
        let head = String::from_utf8_lossy(&head).into_owned();
        if head.contains("<hibernate-generic") || file.name() == "entities.xml" {
            read_space(file, collector)?;
        } else if file.ending() == "xml" && file.name() != "exportDescriptor.xml" {
            read_storage_file(file, collector)?;
        } else if is_json(input, file) {
            read_json(file, collector)?;
        } else {
            collector.passed_over(file);
        }
    }
    Ok(())
}

/// The most pages above a page that are checked for restrictions.
const MAX_PAGES_ABOVE: usize = 100;

/// The objects of a space's export that are needed to read its pages.
#[derive(Default)]
struct Space {
    pages: Vec<Page>,
    /// Each text by its id, with whether it is in the old wiki markup.
    bodies: BTreeMap<String, (Spooled, bool)>,
    /// The ids of the sets of permissions that restrict who may view a page.
    view_sets: BTreeSet<String>,
    /// Whether the export is cut off, so that restrictions may be missing.
    is_cut_off: bool,
    /// The ids of the spaces that everybody may view.
    open_spaces: BTreeSet<String>,
    keys: BTreeMap<String, String>,
    labels: BTreeMap<String, String>,
    /// The ids of the labels of each page, by the id of the page.
    labellings: BTreeMap<String, Vec<String>>,
}

/// A page of a space, or a post of its blog.
#[derive(Default)]
struct Page {
    id: String,
    title: String,
    parent: Option<String>,
    space: Option<String>,
    bodies: Vec<String>,
    sets: Vec<String>,
    is_history: bool,
    status: String,
    updated: String,
}

fn read_space(file: &InputFile, collector: &mut Collector<'_>) -> Result<()> {
    let mut space = Space::default();
    let read = file.with_reader(|reader| {
        for_each_element(reader, &["object"], &mut |object| {
            space.add(&object, collector);
        })
    });
    match read {
        Ok(()) => {}
        Err(error) if Collector::is_fatal(&error) => return Err(error),
        Err(error) => {
            space.is_cut_off = true;
            let origin = Origin {
                path: file.path.clone(),
                ..Origin::default()
            };
            collector.failed(error, &origin, None);
        }
    }
    space.read(&file.path, collector);
    Ok(())
}

/// Returns the id that an element contains as a reference to another object; `None` if it contains none.
fn id_in(element: &Element) -> Option<String> {
    let id = element
        .element("id")
        .map_or(element.text.trim(), |id| id.text.trim());
    (!id.is_empty()).then(|| id.to_owned())
}

fn property<'a>(object: &'a Element, name: &str) -> Option<&'a Element> {
    object
        .elements
        .iter()
        .rev()
        .find(|element| element.attribute("name") == Some(name) && element.name != "collection")
}

fn property_text(object: &Element, name: &str) -> String {
    property(object, name).map_or(String::new(), |element| element.text.trim().to_owned())
}

fn references(object: &Element, name: &str) -> Vec<String> {
    let collection = object
        .elements
        .iter()
        .find(|e| e.name == "collection" && e.attribute("name") == Some(name));
    let elements = collection.map(|collection| collection.elements.iter());
    elements.into_iter().flatten().filter_map(id_in).collect()
}

impl Page {
    fn new(object: &Element, id: String) -> Self {
        let is_history = property(object, "originalVersion")
            .is_some_and(|original| id_in(original).is_some())
            || property(object, "originalVersionId")
                .is_some_and(|original| !original.text.trim().is_empty());
        Self {
            title: property_text(object, "title"),
            parent: property(object, "parent").and_then(id_in),
            space: property(object, "space").and_then(id_in),
            bodies: references(object, "bodyContents"),
            sets: references(object, "contentPermissionSets"),
            is_history,
            status: property_text(object, "contentStatus"),
            updated: property_text(object, "lastModificationDate"),
            id,
        }
    }

    /// Returns the reason for which the page is left out; `None` if it is an article.
    fn left_out(&self) -> Option<LeftOut> {
        match self.status.as_str() {
            _ if self.is_history => Some(LeftOut::OldVersion),
            "" | "current" => None,
            "draft" => Some(LeftOut::Draft),
            _ => Some(LeftOut::Archived),
        }
    }
}

impl Space {
    fn add(&mut self, object: &Element, collector: &mut Collector<'_>) {
        let class = object.attribute("class").unwrap_or_default();
        let Some(id) = object.element("id").map(|id| id.text.trim().to_owned()) else {
            return;
        };
        match class {
            "Page" | "BlogPost" => {
                self.pages.push(Page::new(object, id));
            }
            "BodyContent" => {
                let body = property(object, "body").map_or("", |body| body.text.as_str());
                if body.trim().is_empty() {
                    return;
                }
                let body = collector.keep(body);
                let is_old = property_text(object, "bodyType") == "0";
                if let Some(content) = property(object, "content").and_then(id_in) {
                    self.bodies.insert(format!("of {content}"), (body, is_old));
                }
                self.bodies.insert(id, (body, is_old));
            }
            // The other kind says who may change a page.
            "ContentPermissionSet" if property_text(object, "type") != "Edit" => {
                self.view_sets.insert(id);
                if let Some(page) = property(object, "owningContent").and_then(id_in) {
                    self.view_sets.insert(format!("of {page}"));
                }
            }
            "SpacePermission" => {
                let is_view = property_text(object, "type") == "VIEWSPACE";
                let subject = property_text(object, "allUsersSubject");
                if is_view
                    && subject == "anonymous-users"
                    && let Some(space) = property(object, "space").and_then(id_in)
                {
                    self.open_spaces.insert(space);
                }
            }
            "Space" => {
                self.keys.insert(id, property_text(object, "key"));
            }
            "Label" => {
                self.labels.insert(id, property_text(object, "name"));
            }
            "Labelling" => {
                let label = property(object, "label").and_then(id_in);
                let content = property(object, "content").and_then(id_in);
                if let (Some(label), Some(content)) = (label, content) {
                    self.labellings.entry(content).or_default().push(label);
                }
            }
            _ => {}
        }
    }

    /// Whether everybody who may view the space may view the page: neither the page nor a page above it is restricted.
    /// False if a page above it is not in the export.
    fn is_open(&self, page: &Page, parents: &BTreeMap<&str, &Page>) -> bool {
        let mut at = page;
        for _ in 0..MAX_PAGES_ABOVE {
            let is_restricted = at.sets.iter().any(|set| self.view_sets.contains(set))
                || self.view_sets.contains(&format!("of {}", at.id));
            if is_restricted {
                return false;
            }
            let Some(parent) = &at.parent else {
                return !self.is_cut_off;
            };
            // A parent that is not in the export may be restricted.
            let Some(parent) = parents.get(parent.as_str()) else {
                return false;
            };
            at = parent;
        }
        false
    }

    fn read(&self, path: &str, collector: &mut Collector<'_>) {
        let parents: BTreeMap<&str, &Page> = self
            .pages
            .iter()
            .map(|page| (page.id.as_str(), page))
            .collect();
        for page in &self.pages {
            let origin = Origin {
                path: path.to_owned(),
                line: None,
                record: Some(page.id.clone()),
            };
            if let Some(reason) = page.left_out() {
                collector.left_out(reason, &origin);
                continue;
            }
            let body = page.bodies.iter().find_map(|body| self.bodies.get(body));
            let body = body.or_else(|| self.bodies.get(&format!("of {}", page.id)));
            let Some((body, is_old)) = body else {
                collector.left_out(LeftOut::Empty, &origin);
                continue;
            };
            if *is_old {
                collector.warn(
                    "wiki_markup",
                    "pages are in the wiki markup of old, which is read as plain text",
                    &page.title,
                );
            }
            let body = collector.kept(*body);
            let is_open = self.is_open(page, &parents);
            let space = page.space.as_ref();
            let is_public = is_open && space.is_some_and(|id| self.open_spaces.contains(id));
            let mut fields = self.fields(page, &body, *is_old);
            if is_public {
                fields.visibility = Visibility::Public;
            }
            let base = collector.options.base_url.as_deref();
            fields.url = base.map(|base| {
                let base = base.trim_end_matches('/');
                format!("{base}/pages/viewpage.action?pageId={}", page.id)
            });
            collector.article(Found {
                fields,
                origin,
                states_visibility: is_public || !is_open,
                ..Found::default()
            });
        }
    }

    /// Returns the fields of a page's article, except for its address and its visibility.
    fn fields(&self, page: &Page, body: &str, is_old: bool) -> ArticleFields {
        let key = page.space.as_ref().and_then(|space| self.keys.get(space));
        let labels = self.labellings.get(&page.id).into_iter().flatten();
        let (body, format) = if is_old {
            (body.to_owned(), BodyFormat::Text)
        } else {
            (of_storage(body), BodyFormat::Html)
        };
        ArticleFields {
            id: page.id.clone(),
            title: page.title.clone(),
            body,
            format,
            section_path: key
                .filter(|key| !key.is_empty())
                .cloned()
                .into_iter()
                .collect(),
            labels: labels
                .filter_map(|label| self.labels.get(label))
                .cloned()
                .collect(),
            updated_at: moment_of(&page.updated),
            ..ArticleFields::default()
        }
    }
}

/// Whether a page, as the API returns it, names the users or groups that may read it.
fn is_restricted(page: &Value) -> bool {
    let readers = page.pointer("/restrictions/read/restrictions");
    let lists = readers.and_then(Value::as_object).into_iter().flatten();
    lists
        .filter(|(kind, _)| matches!(kind.as_str(), "user" | "group"))
        .any(|(_, readers)| {
            let results = readers.get("results").unwrap_or(readers);
            results.as_array().is_none_or(|results| !results.is_empty())
        })
}

/// Reads pages as the API of Confluence returns them in JSON, with their text in the storage format.
fn read_json(file: &InputFile, collector: &mut Collector<'_>) -> Result<()> {
    let origin = Origin {
        path: file.path.clone(),
        ..Origin::default()
    };
    let read = file.with_reader(|reader| {
        for_each_record(reader, &["results"], &mut |_, value| {
            let Some(id) = name(&value, "id") else {
                left_out_unknown(&value, file, collector);
                return;
            };
            let origin = Origin {
                record: Some(id.clone()),
                ..origin.clone()
            };
            let body = value.pointer("/body/storage/value").and_then(Value::as_str);
            let status = value.get("status").filter(|status| !status.is_null());
            if let Some(status) = status.filter(|status| *status != "current") {
                let reason = if status == "draft" {
                    LeftOut::Draft
                } else {
                    LeftOut::Archived
                };
                collector.left_out(reason, &origin);
                return;
            }
            let Some(body) = body else {
                collector.left_out(LeftOut::Empty, &origin);
                return;
            };
            collector.article(Found {
                fields: ArticleFields {
                    id,
                    title: text(&value, "title").unwrap_or_default().to_owned(),
                    body: of_storage(body),
                    format: BodyFormat::Html,
                    updated_at: value
                        .pointer("/version/createdAt")
                        .and_then(Value::as_str)
                        .and_then(moment_of),
                    ..ArticleFields::default()
                },
                origin,
                states_visibility: is_restricted(&value),
                ..Found::default()
            });
        })
    });
    match read {
        Err(error) if Collector::is_fatal(&error) => Err(error),
        Err(error) => {
            collector.failed(error, &origin, None);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Reads a file that contains one page in the storage format.
fn read_storage_file(file: &InputFile, collector: &mut Collector<'_>) -> Result<()> {
    let origin = Origin {
        path: file.path.clone(),
        ..Origin::default()
    };
    let id = file
        .path
        .rsplit_once('.')
        .map_or(file.path.as_str(), |(stem, _)| stem)
        .to_owned();
    let body = match file.read_text(MAX_FILE_BYTES) {
        Ok(body) => body,
        Err(error) if Collector::is_fatal(&error) => return Err(error),
        Err(error) => {
            collector.failed(error, &origin, Some(id));
            return Ok(());
        }
    };
    let title = file
        .name()
        .trim_end_matches(".xml")
        .replace(['-', '_'], " ");
    collector.article(Found {
        fields: ArticleFields {
            id,
            title,
            body: of_storage(&body),
            format: BodyFormat::Html,
            ..ArticleFields::default()
        },
        origin,
        is_of_path: true,
        ..Found::default()
    });
    Ok(())
}
