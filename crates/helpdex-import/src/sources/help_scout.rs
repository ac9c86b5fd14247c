//! Reads Docs of Help Scout: articles, whose collections and sites say who may see them.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{ArticleFields, BodyFormat, Result, Visibility};
use serde_json::Value;

use super::json_files::{Pass, Record, for_each_json, left_out_unknown, origin, warn_of_tickets};
use crate::collector::{Collector, Found};
use crate::input::Input;
use crate::json_value::{has, moment, name, names, text, truth};
use crate::probe::Probe;
use crate::report::LeftOut;

const LISTS: [&str; 7] = [
    "articles",
    "collections",
    "sites",
    "categories",
    "items",
    "redirects",
    "conversations",
];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["collectionId", "slug"])
        .or_else(|| probe.json_with(&["mailboxId", "threads"]))?;
    Some(format!("the fields of Help Scout articles in {path}"))
}

#[derive(Default)]
struct Tables {
    /// For each collection, by its id: whether it is public, the id of its site, and its name.
    collections: BTreeMap<String, (bool, Option<String>, String)>,
    /// The ids of the sites that are not public.
    closed_sites: BTreeSet<String>,
    categories: BTreeMap<String, (String, bool)>,
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    let mut tables = Tables::default();
    for_each_json(input, &LISTS, Pass::Tables, collector, &mut |record, _| {
        for_each_item(&record.value, &mut |value| tables.add(value));
    })?;
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            for_each_item(&record.value, &mut |value| {
                tables.read(value, &record, collector);
            });
        },
    )
}

/// Whether a record is a site of Docs, which has the number of a mailbox like a conversation.
pub(crate) fn is_site(value: &Value) -> bool {
    value.get("subDomain").is_some() || value.get("hasPublicSite").is_some()
}

/// Calls `take` with the record, or with each record in `{"articles": {"items": [...]}}`.
fn for_each_item(value: &Value, take: &mut dyn FnMut(&Value)) {
    let wrapped = value
        .as_object()
        .and_then(|object| object.values().find_map(items));
    match items(value).or(wrapped) {
        Some(list) => list.iter().for_each(take),
        None => take(value),
    }
}

impl Tables {
    fn add(&mut self, value: &Value) {
        let Some(id) = name(value, "id") else { return };
        let label = text(value, "name").unwrap_or_default().to_owned();
        if has(value, "visibility") && !has(value, "collectionId") {
            let is_public = text(value, "visibility") == Some("public");
            self.collections
                .insert(id, (is_public, name(value, "siteId"), label));
        } else if value.get("hasPublicSite").is_some() {
            let is_open = truth(value, "hasPublicSite") == Some(true)
                && text(value, "status") == Some("active");
            if !is_open {
                self.closed_sites.insert(id);
            }
        } else if has(value, "collectionId") && value.get("defaultSort").is_some() {
            let is_private =
                has(value, "visibility") && text(value, "visibility") != Some("public");
            self.categories.insert(id, (label, is_private));
        }
    }

    fn read(&self, value: &Value, record: &Record<'_>, collector: &mut Collector<'_>) {
        if let (Some(from), Some(to)) = (text(value, "urlMapping"), text(value, "redirect")) {
            let to = collector.site_address(to);
            collector.redirect(from, to);
            return;
        }
        if has(value, "mailboxId") && !is_site(value) {
            warn_of_tickets(collector, &record.file.path);
            return;
        }
        let is_article = has(value, "collectionId")
            && has(value, "slug")
            && value.get("defaultSort").is_none()
            && has(value, "status");
        let Some(id) = name(value, "id").filter(|_| is_article) else {
            let is_of_tables = has(value, "visibility")
                || has(value, "collectionId")
                || has(value, "hasPublicSite");
            if !is_of_tables {
                left_out_unknown(value, record.file, collector);
            }
            return;
        };
        let origin = origin(record, Some(&id));
        if text(value, "status") != Some("published") {
            collector.left_out(LeftOut::Draft, &origin);
            return;
        }
        // A list of articles has them without their text.
        let Some(body) = text(value, "text") else {
            collector.left_out(LeftOut::Empty, &origin);
            return;
        };
        let placed = self.placed(value);
        collector.article(Found {
            fields: ArticleFields {
                id,
                title: text(value, "name").unwrap_or_default().to_owned(),
                body: body.to_owned(),
                format: BodyFormat::Html,
                section_path: placed.section_path,
                labels: names(value, "keywords"),
                visibility: placed.visibility.unwrap_or(Visibility::Internal),
                updated_at: moment(value, "updatedAt").or_else(|| moment(value, "createdAt")),
                url: text(value, "publicUrl")
                    .filter(|url| url.starts_with("http"))
                    .map(str::to_owned),
                ..ArticleFields::default()
            },
            origin,
            states_visibility: placed.visibility.is_some(),
            ..Found::default()
        });
    }

    /// Returns where an article lies: its collection and first category, and who may read it because of them.
    fn placed(&self, article: &Value) -> Placed {
        let collection = name(article, "collectionId").and_then(|id| self.collections.get(&id));
        let ids = names(article, "categories");
        let categories: Vec<&(String, bool)> = ids
            .iter()
            .filter_map(|id| self.categories.get(id))
            .collect();
        let is_private = categories.iter().any(|(_, is_private)| *is_private);
        let visibility = collection.map(|(is_public, site, _)| {
            let is_closed = site
                .as_ref()
                .is_some_and(|site| self.closed_sites.contains(site));
            if *is_public && !is_closed && !is_private {
                Visibility::Public
            } else {
                Visibility::Internal
            }
        });
        let path = collection.map(|(_, _, name)| name.clone()).into_iter();
        let path = path.chain(categories.first().map(|(name, _)| name.clone()));
        Placed {
            section_path: path.filter(|name| !name.trim().is_empty()).collect(),
            visibility,
        }
    }
}

/// The place of an article in its site.
struct Placed {
    section_path: Vec<String>,
    /// The widest visibility that the collection, the site and the categories allow; `None` without a collection.
    visibility: Option<Visibility>,
}

/// Returns the list of records that an answer of the API contains as `items`.
fn items(value: &Value) -> Option<&Vec<Value>> {
    value.get("items").and_then(Value::as_array)
}
