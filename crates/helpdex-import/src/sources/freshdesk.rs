//! Reads Freshdesk and Freshservice: solution articles, whose folders say who may see them.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::article::Votes;
use helpdex::{ArticleFields, BodyFormat, Locale, Result, Visibility};
use serde_json::Value;

use super::json_files::{Pass, Record, for_each_json, left_out_unknown, origin, warn_of_tickets};
use crate::collector::{Collector, Found};
use crate::input::Input;
use crate::json_value::{has, moment, name, name_of, names, text};
use crate::probe::Probe;
use crate::report::LeftOut;

const LISTS: [&str; 9] = [
    "articles",
    "solution_articles",
    "folders",
    "solution_folders",
    "categories",
    "solution_categories",
    "tickets",
    "conversations",
    "results",
];

/// The `status` of an article that is published; that of a draft is 1.
const PUBLISHED: i64 = 2;
/// The `visibility` of a folder that all users may see. In Freshdesk 2 means those who are signed in, 3 agents, and 4
/// to 7 other groups; Freshservice has the same 1 and 2, and other meanings for the rest.
const ALL_USERS: &str = "1";
const SIGNED_IN: &str = "2";

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe.json_with(&["folder_id", "description", "status"])?;
    Some(format!("the fields of Freshdesk articles in {path}"))
}

#[derive(Default)]
struct Tables {
    /// The visibility and the name of each folder, by its id.
    folders: BTreeMap<String, (Visibility, String)>,
    categories: BTreeMap<String, String>,
    /// For each id of an article, the locales in which it was found: translations have the same id in other files.
    seen: BTreeMap<String, BTreeSet<Option<String>>>,
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    let mut tables = Tables::default();
    for_each_json(input, &LISTS, Pass::Tables, collector, &mut |record, _| {
        tables.add(&record);
    })?;
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            tables.read(&record, collector);
        },
    )
}

impl Tables {
    fn add(&mut self, record: &Record<'_>) {
        let value = &record.value;
        let Some(id) = name(value, "id") else { return };
        if is_article(record) {
            self.seen
                .entry(id)
                .or_default()
                .insert(locale_of_path(&record.file.path));
        } else if has(value, "visibility") && value.get("name").is_some() {
            let visibility = readers_of(&value["visibility"]);
            let name = text(value, "name").unwrap_or_default().to_owned();
            self.folders.insert(id, (visibility, name));
        } else if let Some(name) = text(value, "name") {
            self.categories.insert(id, name.to_owned());
        }
    }

    fn read(&self, record: &Record<'_>, collector: &mut Collector<'_>) {
        let value = &record.value;
        if has(value, "requester_id") || (has(value, "ticket_id") && has(value, "incoming")) {
            warn_of_tickets(collector, &record.file.path);
            return;
        }
        let Some(id) = name(value, "id") else { return };
        if !is_article(record) {
            if value.get("title").is_some() {
                left_out_unknown(&record.value, record.file, collector);
            }
            return;
        }
        let locale = locale_of_path(&record.file.path);
        let default = collector.default_locale().map(Locale::to_string);
        let copies = self.seen.get(&id);
        let is_alone = copies.is_none_or(|copies| copies.len() == 1);
        let own_id = match &locale {
            Some(locale) if !is_alone && default.as_ref() != Some(locale) => {
                format!("{id}@{locale}")
            }
            _ => id.clone(),
        };
        let origin = origin(record, Some(&own_id));
        if value.get("status").and_then(Value::as_i64) != Some(PUBLISHED) {
            collector.left_out(LeftOut::Draft, &origin);
            return;
        }
        let folder = name(value, "folder_id").and_then(|id| self.folders.get(&id));
        let visibility = visibility(value, folder.map(|(visibility, _)| *visibility));
        let body = text(value, "description").filter(|body| !body.is_empty());
        collector.article(Found {
            fields: ArticleFields {
                id: own_id,
                translation_group: Some(id),
                locale: locale.unwrap_or_default(),
                title: text(value, "title").unwrap_or_default().to_owned(),
                body: body
                    .or_else(|| text(value, "description_text"))
                    .unwrap_or_default()
                    .to_owned(),
                format: BodyFormat::Html,
                section_path: self.section_path(value, folder.map(|(_, name)| name.as_str())),
                labels: names(value, "tags"),
                visibility: visibility.unwrap_or_default(),
                updated_at: moment(value, "updated_at"),
                url: text(value, "url")
                    .filter(|url| url.starts_with("http"))
                    .map(str::to_owned),
                votes: votes(value),
                ..ArticleFields::default()
            },
            origin,
            states_visibility: visibility.is_some(),
            ..Found::default()
        });
    }

    /// Returns the names of an article's category and folder, as far as they are known.
    fn section_path(&self, article: &Value, folder: Option<&str>) -> Vec<String> {
        let category = name(article, "category_id").and_then(|id| self.categories.get(&id));
        let category = category
            .map(String::as_str)
            .or_else(|| text(article, "category_name"));
        let folder = folder.or_else(|| text(article, "folder_name"));
        category
            .into_iter()
            .chain(folder)
            .filter(|name| !name.trim().is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Returns the visibility of an article: the narrower one of what the article and its folder state; `None` if neither
/// states any.
fn visibility(value: &Value, of_folder: Option<Visibility>) -> Option<Visibility> {
    let own = value.get("folder_visibility").filter(|own| !own.is_null());
    own.map(readers_of).into_iter().chain(of_folder).max()
}

/// Returns the visibility that a folder gives its articles; internal if its value is not a known one.
fn readers_of(visibility: &Value) -> Visibility {
    match name_of(visibility).as_deref() {
        Some(ALL_USERS) => Visibility::Public,
        Some(SIGNED_IN) => Visibility::SignedIn,
        _ => Visibility::Internal,
    }
}

fn votes(value: &Value) -> Option<Votes> {
    let [up, down] = ["thumbs_up", "thumbs_down"].map(|key| {
        let count = value.get(key).and_then(Value::as_u64)?;
        u32::try_from(count).ok()
    });
    Some(Votes {
        up: up?,
        down: down?,
    })
}

fn is_article(record: &Record<'_>) -> bool {
    let value = &record.value;
    has(value, "title")
        && value.get("status").is_some_and(Value::is_number)
        && (has(value, "folder_id") || value.get("description").is_some())
        && !has(value, "requester_id")
}

/// Returns the locale that a file or its folder is named after: `fr/articles.json`, `solution_articles_fr.json`.
fn locale_of_path(path: &str) -> Option<String> {
    let is_locale = |name: &str| {
        let locale: Option<Locale> = name.parse().ok();
        locale
            .filter(|locale| locale.language().len() == 2)
            .map(|locale| locale.to_string())
    };
    let mut names: Vec<&str> = path.split('/').collect();
    let file = names.pop()?;
    let stem = file.split('.').next().unwrap_or(file);
    names.iter().find_map(|name| is_locale(name)).or_else(|| {
        let (_, tag) = stem.rsplit_once(['_', '.'])?;
        is_locale(tag)
    })
}
