//! Reads Intercom: articles of the help center, with their translations, and internal articles.

use helpdex::{ArticleFields, BodyFormat, Result, Visibility};
use serde_json::Value;

use super::json_files::{Pass, Record, for_each_json, left_out_unknown, origin, warn_of_tickets};
use crate::collector::{Collector, Found};
use crate::input::Input;
use crate::json_value::{has, hides, moment, name, names, text};
use crate::probe::Probe;
use crate::report::LeftOut;

const LISTS: [&str; 5] = [
    "data",
    "articles",
    "conversations",
    "internal_articles",
    "collections",
];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let keys: [&[&str]; 4] = [
        &["workspace_id", "state", "author_id"],
        &["translated_content", "state"],
        &["help_center_audience"],
        &["conversation_parts", "source"],
    ];
    let found = keys.iter().find_map(|keys| probe.json_with(keys));
    found.map(|path| format!("the fields of Intercom articles in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            read_record(&record, collector);
        },
    )
}

fn read_record(record: &Record<'_>, collector: &mut Collector<'_>) {
    let value = &record.value;
    let kind = text(value, "type").unwrap_or_default();
    if kind.starts_with("conversation") || has(value, "conversation_parts") {
        if !record.list.is_empty() || has(value, "conversation_parts") {
            warn_of_tickets(collector, &record.file.path);
        }
        return;
    }
    let is_internal = kind == "internal_article" || record.list == "internal_articles";
    let is_article = kind == "article"
        || (record.list == "articles" && has(value, "state"))
        || (has(value, "workspace_id") && has(value, "state"));
    if !is_internal && !is_article {
        if record.list != "collections" {
            left_out_unknown(&record.value, record.file, collector);
        }
        return;
    }
    let Some(id) = name(value, "id") else { return };
    let main = text(value, "default_locale")
        .or_else(|| text(value, "locale"))
        .unwrap_or_default()
        .to_lowercase();
    let article = Whole {
        record,
        id: &id,
        main: &main,
        is_internal,
    };
    article.read(&id, &main, value, collector);
    let translations = value.get("translated_content").and_then(Value::as_object);
    for (locale, translation) in translations.into_iter().flatten() {
        let locale = locale.to_lowercase();
        if translation.is_object() && locale != main {
            article.read(&format!("{id}@{locale}"), &locale, translation, collector);
        }
    }
}

/// An article in all of its locales.
struct Whole<'a> {
    record: &'a Record<'a>,
    id: &'a str,
    main: &'a str,
    is_internal: bool,
}

impl Whole<'_> {
    /// Reads the article in one locale, under the id `own_id`.
    fn read(&self, own_id: &str, locale: &str, content: &Value, collector: &mut Collector<'_>) {
        let value = &self.record.value;
        let origin = origin(self.record, Some(own_id));
        if !self.is_internal && text(content, "state") != Some("published") {
            collector.left_out(LeftOut::Draft, &origin);
            return;
        }
        if hides(value, "exclude_from_article_suggestions") {
            collector.left_out(LeftOut::Hidden, &origin);
            return;
        }
        let (visibility, segments, is_stated) = self.visibility(content);
        let markdown = text(content, "body_markdown")
            .filter(|_| text(content, "body").is_none_or(str::is_empty));
        collector.article(Found {
            fields: ArticleFields {
                id: own_id.to_owned(),
                translation_group: Some(self.id.to_owned()),
                locale: if locale.is_empty() { self.main } else { locale }.to_owned(),
                title: text(content, "title").unwrap_or_default().to_owned(),
                body: body(content, markdown),
                format: if markdown.is_some() {
                    BodyFormat::Markdown
                } else {
                    BodyFormat::Html
                },
                labels: value
                    .get("tags")
                    .map(|tags| names(tags, "tags"))
                    .unwrap_or_default(),
                visibility,
                user_segments: segments,
                valid_from: moment(value, "scheduled_publish_at"),
                valid_until: moment(value, "scheduled_unpublish_at"),
                updated_at: moment(content, "updated_at").or_else(|| moment(value, "updated_at")),
                url: text(content, "url")
                    .filter(|url| url.starts_with("http"))
                    .map(str::to_owned),
                ..ArticleFields::default()
            },
            origin,
            states_visibility: is_stated,
            ..Found::default()
        });
    }

    /// Returns the visibility of the article, its user segments, and whether the article states them. Before version
    /// 2.16 the API does not say who may see an article.
    fn visibility(&self, content: &Value) -> (Visibility, Vec<String>, bool) {
        if self.is_internal {
            return (Visibility::Internal, Vec::new(), true);
        }
        let internal = (Visibility::Internal, Vec::new(), true);
        let audiences = names(content, "audience_ids");
        let listed = content.get("audience_ids").filter(|ids| !ids.is_null());
        if listed.is_some_and(|ids| {
            ids.as_array()
                .is_none_or(|ids| ids.len() != audiences.len())
        }) {
            return internal;
        }
        let stated = self.record.value.get("help_center_audience");
        let Some(stated) = stated.filter(|audience| !audience.is_null()) else {
            return (Visibility::Internal, Vec::new(), !audiences.is_empty());
        };
        match stated.as_str() {
            Some("everyone") if audiences.is_empty() => (Visibility::Public, Vec::new(), true),
            Some("all_users") if audiences.is_empty() => (Visibility::SignedIn, Vec::new(), true),
            Some("everyone" | "all_users" | "restricted") if !audiences.is_empty() => {
                let segments = audiences.iter().map(|id| format!("audience-{id}"));
                (Visibility::SignedIn, segments.collect(), true)
            }
            _ => internal,
        }
    }
}

/// Returns the text of an article, with its description before it.
fn body(content: &Value, markdown: Option<&str>) -> String {
    let body = markdown
        .or_else(|| text(content, "body"))
        .unwrap_or_default();
    match text(content, "description").filter(|text| !text.trim().is_empty()) {
        Some(description) if markdown.is_some() => format!("{description}\n\n{body}"),
        Some(description) => format!("<p>{}</p>\n{body}", helpdex::escape_html(description)),
        None => body.to_owned(),
    }
}
