//! Reads Zendesk Guide: articles and their translations, sections, user segments, and posts of the community.

mod stated;

use std::collections::BTreeMap;

use helpdex::{ArticleFields, BodyFormat, Result, Visibility};
use serde_json::Value;

use self::stated::{Section, Segment, Stated};
use super::json_files::{Pass, Record, for_each_json, left_out_unknown, origin, warn_of_tickets};
use crate::collector::{Collector, Found};
use crate::input::Input;
use crate::json_value::{has, hides, moment, name, text};
use crate::probe::Probe;
use crate::report::LeftOut;

/// The names of the lists of records in an export.
const LISTS: [&str; 11] = [
    "articles",
    "sections",
    "categories",
    "user_segments",
    "posts",
    "topics",
    "tickets",
    "users",
    "comments",
    "access_policies",
    "ticket_events",
];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let keys: [&[&str]; 4] = [
        &["section_id", "draft", "html_url"],
        &["source_id", "source_type", "locale"],
        &["user_segment_id", "html_url"],
        &["topic_id", "details", "html_url"],
    ];
    let found = keys.iter().find_map(|keys| probe.json_with(keys));
    found.map(|path| format!("the fields of Zendesk articles in {path}"))
}

/// The deepest nesting of sections that is read; Zendesk has five levels.
const MAX_SECTIONS: usize = 10;

/// The records of an export that articles need: by id, sections, categories, user segments, topics, and what articles
/// state.
#[derive(Default)]
struct Tables {
    sections: BTreeMap<String, Section>,
    categories: BTreeMap<String, String>,
    segments: BTreeMap<String, Segment>,
    /// Whether everybody may see a topic of the community, by its id.
    topics: BTreeMap<String, bool>,
    articles: BTreeMap<String, Stated>,
}

/// The readers who may see an article: its visibility and its user segments.
struct Readers {
    visibility: Visibility,
    segments: Vec<String>,
    is_proven: bool,
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

/// The kind of a record, as its list or its fields show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Article,
    Translation,
    Section,
    Category,
    Segment,
    Topic,
    Post,
    Ticket,
    Other,
}

fn kind(record: &Record<'_>) -> Kind {
    let value = &record.value;
    if has(value, "source_type")
        && has(value, "source_id")
        && has(value, "locale")
        && value.get("draft").is_some()
    {
        return Kind::Translation;
    }
    match record.list {
        "articles" => Kind::Article,
        "sections" => Kind::Section,
        "categories" => Kind::Category,
        "user_segments" => Kind::Segment,
        "topics" => Kind::Topic,
        "posts" => Kind::Post,
        "tickets" | "ticket_events" => Kind::Ticket,
        "" if has(value, "section_id") && value.get("title").is_some() => Kind::Article,
        "" if has(value, "user_type") => Kind::Segment,
        "" if has(value, "topic_id") && value.get("details").is_some() => Kind::Post,
        "" if has(value, "category_id") && value.get("name").is_some() => Kind::Section,
        "" if has(value, "community_id") => Kind::Topic,
        "" if has(value, "requester_id") => Kind::Ticket,
        _ => Kind::Other,
    }
}

impl Tables {
    fn add(&mut self, record: &Record<'_>) {
        let value = &record.value;
        let Some(id) = name(value, "id") else { return };
        match kind(record) {
            Kind::Section => {
                self.sections.insert(id, Section::of(value));
            }
            Kind::Category => {
                self.categories
                    .insert(id, text(value, "name").unwrap_or_default().to_owned());
            }
            Kind::Segment => {
                self.segments.insert(id, Segment::of(value));
            }
            Kind::Article => {
                let mut stated = Stated::of(value);
                stated
                    .locales
                    .push(text(value, "locale").unwrap_or_default().to_lowercase());
                if let Some(known) = self.articles.remove(&id) {
                    stated.locales.extend(known.locales);
                }
                self.articles.insert(id, stated);
            }
            Kind::Topic => {
                let is_open = value.get("user_segment_id").is_some_and(Value::is_null);
                self.topics.insert(id, is_open);
            }
            _ => {}
        }
    }

    /// Returns the readers of an article. It is public only if the article says so and no section above it says
    /// otherwise.
    fn readers(&self, stated: &Stated) -> Readers {
        let mut segments = stated.segments.clone().unwrap_or_default();
        let mut is_restricted = stated.is_unclear;
        for section in self.sections_of(stated) {
            is_restricted |= section.is_restricted;
            segments.extend(section.segment.clone());
        }
        if segments.is_empty() && !is_restricted {
            let is_proven = stated.segments.is_some();
            return Readers {
                visibility: if is_proven {
                    Visibility::Public
                } else {
                    Visibility::Internal
                },
                segments: Vec::new(),
                is_proven,
            };
        }
        let known: Vec<Option<&Segment>> =
            segments.iter().map(|id| self.segments.get(id)).collect();
        let is_staff = known.iter().flatten().any(|segment| segment.is_staff);
        let is_everybody = known
            .iter()
            .all(|segment| segment.is_some_and(|segment| segment.is_everybody));
        let (visibility, segments) = match (is_restricted || is_staff, is_everybody) {
            (true, _) => (Visibility::Internal, Vec::new()),
            (_, true) => (Visibility::SignedIn, Vec::new()),
            _ => (Visibility::SignedIn, segments.into_iter().collect()),
        };
        Readers {
            visibility,
            segments,
            is_proven: true,
        }
    }

    /// Returns the sections above an article, the innermost first.
    fn sections_of(&self, stated: &Stated) -> Vec<&Section> {
        let mut sections = Vec::new();
        let mut id = stated.section.as_ref();
        while let Some(section) = id.and_then(|id| self.sections.get(id))
            && sections.len() < MAX_SECTIONS
        {
            sections.push(section);
            id = section.parent.as_ref();
        }
        sections
    }

    /// Returns the names of the category and of the sections above an article, from the top.
    fn section_path(&self, stated: &Stated) -> Vec<String> {
        let sections = self.sections_of(stated);
        let category = sections
            .iter()
            .rev()
            .find_map(|section| self.categories.get(section.category.as_ref()?));
        let names = sections.iter().map(|section| &section.name);
        let path = category.into_iter().chain(names.rev());
        path.filter(|name| !name.trim().is_empty())
            .cloned()
            .collect()
    }

    fn read(&self, record: &Record<'_>, collector: &mut Collector<'_>) {
        let value = &record.value;
        let Some(id) = name(value, "id") else { return };
        match kind(record) {
            Kind::Article => self.read_article(&id, record, collector),
            Kind::Translation => {
                let source = name(value, "source_id");
                let is_article = text(value, "source_type") == Some("Article");
                if let Some(source) = source.filter(|_| is_article) {
                    self.read_translation(&source, value, record, collector);
                }
            }
            Kind::Post => self.read_post(&id, record, collector),
            Kind::Ticket => warn_of_tickets(collector, &record.file.path),
            Kind::Other if record.list.is_empty() => {
                left_out_unknown(&record.value, record.file, collector);
            }
            _ => {}
        }
    }

    fn read_article(&self, id: &str, record: &Record<'_>, collector: &mut Collector<'_>) {
        let value = &record.value;
        self.read_text(id, value, record, collector);
        for translation in value
            .get("translations")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.read_translation(id, translation, record, collector);
        }
    }

    fn read_translation(
        &self,
        id: &str,
        value: &Value,
        record: &Record<'_>,
        collector: &mut Collector<'_>,
    ) {
        let locale = text(value, "locale").unwrap_or_default().to_lowercase();
        // The article itself has the text of its own locale.
        let article = self.articles.get(id);
        if article.is_some_and(|article| article.locales.contains(&locale)) {
            return;
        }
        self.read_text(id, value, record, collector);
    }

    /// Reads an article, or a translation of an article.
    fn read_text(
        &self,
        id: &str,
        value: &Value,
        record: &Record<'_>,
        collector: &mut Collector<'_>,
    ) {
        let unknown = Stated::default();
        let stated = self.articles.get(id).unwrap_or(&unknown);
        let locale = text(value, "locale").unwrap_or_default().to_lowercase();
        let is_source = stated
            .source_locale
            .as_ref()
            .is_none_or(|source| *source == locale)
            || locale.is_empty();
        let own_id = if is_source {
            id.to_owned()
        } else {
            format!("{id}@{locale}")
        };
        let origin = origin(record, Some(&own_id));
        if hides(value, "draft") {
            collector.left_out(LeftOut::Draft, &origin);
            return;
        }
        if hides(value, "hidden") {
            collector.left_out(LeftOut::Hidden, &origin);
            return;
        }
        let title = text(value, "title")
            .or_else(|| text(value, "name"))
            .unwrap_or_default();
        let readers = self.readers(stated);
        collector.article(Found {
            fields: ArticleFields {
                id: own_id,
                translation_group: Some(id.to_owned()),
                locale,
                title: title.to_owned(),
                body: text(value, "body").unwrap_or_default().to_owned(),
                format: BodyFormat::Html,
                section_path: self.section_path(stated),
                labels: stated.labels.clone(),
                visibility: readers.visibility,
                user_segments: readers.segments,
                updated_at: moment(value, "edited_at").or_else(|| moment(value, "updated_at")),
                url: text(value, "html_url").map(str::to_owned),
                votes: stated.votes,
                ..ArticleFields::default()
            },
            origin,
            states_visibility: readers.is_proven,
            ..Found::default()
        });
    }

    /// Reads a post of the community if the options ask for posts. A post is public if everybody may see its topic,
    /// else internal.
    fn read_post(&self, id: &str, record: &Record<'_>, collector: &mut Collector<'_>) {
        let value = &record.value;
        let own_id = format!("post-{id}");
        let origin = origin(record, Some(&own_id));
        if !collector.options.community {
            collector.left_out(LeftOut::NotAnArticle, &origin);
            return;
        }
        let topic = name(value, "topic_id").and_then(|topic| self.topics.get(&topic));
        let visibility = match topic {
            Some(true) => Visibility::Public,
            _ => Visibility::Internal,
        };
        collector.article(Found {
            fields: ArticleFields {
                id: own_id,
                title: text(value, "title").unwrap_or_default().to_owned(),
                body: text(value, "details").unwrap_or_default().to_owned(),
                format: BodyFormat::Html,
                labels: vec!["community".to_owned()],
                visibility,
                updated_at: moment(value, "updated_at"),
                url: text(value, "html_url").map(str::to_owned),
                ..ArticleFields::default()
            },
            origin,
            states_visibility: topic.is_some(),
            ..Found::default()
        });
    }
}
