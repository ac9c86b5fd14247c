//! Reads knowledge bases of Zammad: answers, which are its articles, with three moments that give their state.

use std::collections::BTreeMap;

use helpdex::{ArticleFields, BodyFormat, Locale, Result, Timestamp, Visibility};
use serde_json::Value;

use super::json_files::{Pass, for_each_json, left_out_unknown, origin, warn_of_tickets};
use crate::collector::{Collector, Found, Origin};
use crate::input::Input;
use crate::json_value::{has, moment, name, names, text, truth};
use crate::probe::Probe;
use crate::report::LeftOut;
use crate::spool::Spooled;

const LISTS: [&str; 1] = ["tickets"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["KnowledgeBaseAnswer"])
        .or_else(|| probe.json_with(&["KnowledgeBaseAnswerTranslation"]))
        .or_else(|| probe.json_with(&["ticket_id", "sender_id", "internal"]))?;
    Some(format!(
        "the tables of a knowledge base of Zammad in {path}"
    ))
}

/// The rows of a knowledge base's tables. Of several rows with the same id the newest counts.
#[derive(Default)]
struct Tables {
    /// The rows by the name of their table and by their id, without the texts of articles.
    rows: BTreeMap<String, BTreeMap<String, Value>>,
    /// The texts of translations, by the id of the row of [`CONTENT`] that has the text.
    bodies: BTreeMap<String, Spooled>,
}

/// The name of the table with the texts of translations.
const CONTENT: &str = "KnowledgeBaseAnswerTranslationContent";

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    let mut tables = Tables::default();
    let mut places = BTreeMap::new();
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            let value = &record.value;
            if has(value, "ticket_id") || has(value, "customer_id") {
                warn_of_tickets(collector, &record.file.path);
                return;
            }
            let assets = value.get("assets").unwrap_or(value);
            let is_of_zammad = assets
                .as_object()
                .is_some_and(|tables| tables.keys().any(|key| key.starts_with("KnowledgeBase")));
            if !is_of_zammad {
                left_out_unknown(value, record.file, collector);
            }
            for row in tables.add(assets, collector) {
                places.entry(row).or_insert_with(|| origin(&record, None));
            }
        },
    )?;
    for (id, translation) in tables.rows("KnowledgeBaseAnswerTranslation") {
        let mut place = places.get(id).cloned().unwrap_or_default();
        place.record = Some(id.clone());
        tables.read(translation, place, collector);
    }
    Ok(())
}

impl Tables {
    /// Adds the rows of an answer of the API, and returns the ids of the translations among them.
    fn add(&mut self, assets: &Value, collector: &mut Collector<'_>) -> Vec<String> {
        let mut translations = Vec::new();
        for (table, rows) in assets.as_object().into_iter().flatten() {
            if !table.starts_with("KnowledgeBase") {
                continue;
            }
            for (id, row) in rows.as_object().into_iter().flatten() {
                if table == "KnowledgeBaseAnswerTranslation" {
                    translations.push(id.clone());
                }
                let known = self.rows.entry(table.clone()).or_default();
                let is_older = known
                    .get(id)
                    .is_some_and(|known| moment(known, "updated_at") > moment(row, "updated_at"));
                if is_older {
                    continue;
                }
                let mut row = row.clone();
                let body = row.get_mut("body").map(Value::take);
                if let (CONTENT, Some(Value::String(body))) = (table.as_str(), body) {
                    self.bodies.insert(id.clone(), collector.keep(&body));
                }
                known.insert(id.clone(), row);
            }
        }
        translations
    }

    fn rows(&self, table: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.rows.get(table).into_iter().flatten()
    }

    fn row(&self, table: &str, id: Option<String>) -> Option<&Value> {
        self.rows.get(table)?.get(&id?)
    }

    fn read(&self, translation: &Value, place: Origin, collector: &mut Collector<'_>) {
        let answer_id = name(translation, "answer_id");
        let Some(answer) = self.row("KnowledgeBaseAnswer", answer_id.clone()) else {
            collector.left_out(LeftOut::Draft, &place);
            return;
        };
        let Some(group) = answer_id else { return };
        let visibility = match state(answer) {
            State::Archived => return collector.left_out(LeftOut::Archived, &place),
            State::Draft => return collector.left_out(LeftOut::Draft, &place),
            State::Published => Visibility::Public,
            State::Internal => Visibility::Internal,
        };
        let locale_row = self.row("KnowledgeBaseLocale", name(translation, "kb_locale_id"));
        let is_primary = locale_row.is_none_or(|row| truth(row, "primary") != Some(false));
        let code = locale_row.and_then(|row| text(row, "locale").or_else(|| text(row, "code")));
        let locale = code
            .filter(|code| code.parse::<Locale>().is_ok())
            .unwrap_or_default();
        let id = if is_primary {
            group.clone()
        } else {
            let other = name(translation, "kb_locale_id").unwrap_or_default();
            format!(
                "{group}@{}",
                if locale.is_empty() { &other } else { locale }
            )
        };
        let content = name(translation, "content_id");
        let Some(body) = content.and_then(|content| self.bodies.get(&content)) else {
            collector.left_out(LeftOut::Empty, &place);
            return;
        };
        let body = collector.kept(*body);
        collector.article(Found {
            fields: ArticleFields {
                id,
                translation_group: Some(group),
                locale: locale.to_owned(),
                title: text(translation, "title").unwrap_or_default().to_owned(),
                body,
                format: BodyFormat::Html,
                section_path: self.section_path(answer, translation),
                labels: names(answer, "tags"),
                visibility,
                valid_from: begins(answer),
                valid_until: moment(answer, "archived_at"),
                updated_at: moment(translation, "updated_at"),
                ..ArticleFields::default()
            },
            origin: place,
            states_visibility: true,
            ..Found::default()
        });
    }

    /// Returns the titles of the categories above an answer, from the top, in the locale of its translation.
    fn section_path(&self, answer: &Value, translation: &Value) -> Vec<String> {
        let locale = name(translation, "kb_locale_id");
        let mut path = Vec::new();
        let mut id = name(answer, "category_id");
        for _ in 0..16 {
            let Some(category) = self.row("KnowledgeBaseCategory", id.clone()) else {
                break;
            };
            let mut titles = self
                .rows("KnowledgeBaseCategoryTranslation")
                .map(|(_, row)| row);
            let title = titles
                .find(|row| name(row, "category_id") == id && name(row, "kb_locale_id") == locale);
            path.extend(title.and_then(|row| text(row, "title")).map(str::to_owned));
            id = name(category, "parent_id");
        }
        path.reverse();
        path
    }
}

enum State {
    Archived,
    Published,
    Internal,
    Draft,
}

/// Returns the state of an answer by its moments. An end that cannot be read counts as past. Moments in the future are
/// not treated here: they become the begin and the end of the article's validity.
fn state(answer: &Value) -> State {
    let published = moment(answer, "published_at");
    let internal = moment(answer, "internal_at");
    if has(answer, "archived_at") && moment(answer, "archived_at").is_none() {
        return State::Archived;
    }
    match (moment(answer, "archived_at"), published.max(internal)) {
        // An end before every begin.
        (Some(archived), begin) if begin.is_none_or(|begin| archived <= begin) => State::Archived,
        _ if published.is_some() => State::Published,
        _ if internal.is_some() => State::Internal,
        _ => State::Draft,
    }
}

/// Returns the moment from which an answer is shown; `None` if it has none, or if the answer was archived before it.
fn begins(answer: &Value) -> Option<Timestamp> {
    let published = moment(answer, "published_at").or_else(|| moment(answer, "internal_at"));
    let archived = moment(answer, "archived_at");
    // An answer ends after it begins.
    published.filter(|published| archived.is_none_or(|archived| *published < archived))
}
