//! Zendesk Guide: articles and their translations, sections, segments, posts of the community.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::article::Votes;
use helpdex::{ArticleFields, BodyFormat, Result, Visibility};
use serde_json::Value;

use super::json_files::{Pass, Record, for_each_json, left_out_unknown, origin, warn_of_tickets};
use crate::collector::{Collector, Found};
use crate::input::Input;
use crate::json_value::{has, moment, name, names, text, truth};
use crate::probe::Probe;
use crate::report::LeftOut;

/// The lists of an export.
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

/// The tables that articles need of the rest of an export.
#[derive(Default)]
struct Tables {
    sections: BTreeMap<String, Section>,
    categories: BTreeMap<String, String>,
    segments: BTreeMap<String, Segment>,
    /// The segment of each topic of the community.
    topics: BTreeMap<String, Option<String>>,
    articles: BTreeMap<String, Shared>,
    /// The ids and locales that articles have themselves, so that a translation does not come twice.
    locales: BTreeSet<(String, String)>,
}

#[derive(Default, Clone)]
struct Section {
    name: String,
    category: Option<String>,
    parent: Option<String>,
    /// Whether it is kept from everybody, in exports of old.
    is_restricted: bool,
    segment: Option<String>,
}

#[derive(Clone)]
struct Segment {
    is_staff: bool,
    /// Whether all who are signed in are in it.
    is_everybody: bool,
}

/// The properties that the translations of an article share.
#[derive(Clone, Default)]
struct Shared {
    visibility: Visibility,
    segments: Vec<String>,
    is_proven: bool,
    labels: Vec<String>,
    section_path: Vec<String>,
    source_locale: Option<String>,
    votes: Option<Votes>,
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    let mut tables = Tables::default();
    for_each_json(input, &LISTS, Pass::Tables, collector, &mut |record, _| {
        tables.add(&record);
    })?;
    tables.add_articles(input, collector)?;
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

/// The kind of a record, by its list or its fields.
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
                let policy = value.get("access_policy");
                let viewable_by = policy.and_then(|policy| text(policy, "viewable_by"));
                let lists = [
                    "restricted_to_group_ids",
                    "restricted_to_organization_ids",
                    "required_tags",
                ];
                let is_listed = policy
                    .is_some_and(|policy| lists.iter().any(|list| !names(policy, list).is_empty()));
                self.sections.insert(
                    id,
                    Section {
                        name: text(value, "name").unwrap_or_default().to_owned(),
                        category: name(value, "category_id"),
                        parent: name(value, "parent_section_id"),
                        is_restricted: viewable_by.is_some_and(|by| by != "everybody") || is_listed,
                        segment: name(value, "user_segment_id"),
                    },
                );
            }
            Kind::Category => {
                self.categories
                    .insert(id, text(value, "name").unwrap_or_default().to_owned());
            }
            Kind::Segment => {
                let lists = [
                    "group_ids",
                    "organization_ids",
                    "tags",
                    "or_tags",
                    "added_user_ids",
                ];
                let is_whole = lists.iter().all(|list| names(value, list).is_empty());
                let user_type = text(value, "user_type").unwrap_or_default();
                self.segments.insert(
                    id,
                    Segment {
                        is_staff: user_type != "signed_in_users",
                        is_everybody: is_whole && user_type == "signed_in_users",
                    },
                );
            }
            Kind::Topic => {
                let segment = value
                    .get("user_segment_id")
                    .map(|segment| crate::json_value::name_of(segment).unwrap_or_default());
                self.topics.insert(id, segment);
            }
            _ => {}
        }
    }

    /// Notes what translations need of their articles, once sections and segments are known.
    fn add_articles(&mut self, input: &Input, collector: &mut Collector<'_>) -> Result<()> {
        let mut articles = BTreeMap::new();
        let mut locales = BTreeSet::new();
        for_each_json(input, &LISTS, Pass::Tables, collector, &mut |record, _| {
            let value = &record.value;
            if kind(&record) == Kind::Article
                && let Some(id) = name(value, "id")
            {
                let locale = text(value, "locale").unwrap_or_default().to_lowercase();
                locales.insert((id.clone(), locale));
                articles.insert(id, self.shared(value));
            }
        })?;
        self.articles = articles;
        self.locales = locales;
        Ok(())
    }

    fn shared(&self, value: &Value) -> Shared {
        let (visibility, segments, is_proven) = self.visibility(value);
        let sum = value.get("vote_sum").and_then(Value::as_i64);
        let count = value.get("vote_count").and_then(Value::as_i64);
        let votes = sum
            .zip(count)
            .filter(|(_, count)| *count > 0)
            .map(|(sum, count)| Votes {
                up: u32::try_from(count.saturating_add(sum) / 2).unwrap_or(0),
                down: u32::try_from(count.saturating_sub(sum) / 2).unwrap_or(0),
            });
        Shared {
            visibility,
            segments,
            is_proven,
            labels: names(value, "label_names"),
            section_path: self.section_path(value),
            source_locale: text(value, "source_locale").map(str::to_lowercase),
            votes,
        }
    }

    /// Returns who may see an article: everybody, only where the article says so and no section says otherwise.
    fn visibility(&self, value: &Value) -> (Visibility, Vec<String>, bool) {
        let one = name(value, "user_segment_id");
        let many = names(value, "user_segment_ids");
        let mut segments: BTreeSet<String> = one.into_iter().chain(many).collect();
        let mut section = name(value, "section_id");
        let mut is_restricted = false;
        for _ in 0..10 {
            let Some(of_section) = section.as_ref().and_then(|id| self.sections.get(id)) else {
                break;
            };
            is_restricted |= of_section.is_restricted;
            segments.extend(of_section.segment.clone());
            section.clone_from(&of_section.parent);
        }
        if is_restricted {
            return (Visibility::Internal, Vec::new(), true);
        }
        if segments.is_empty() {
            let is_stated =
                value.get("user_segment_id").is_some() || value.get("user_segment_ids").is_some();
            let visibility = if is_stated {
                Visibility::Public
            } else {
                Visibility::Internal
            };
            return (visibility, Vec::new(), is_stated);
        }
        let known: Vec<Option<&Segment>> =
            segments.iter().map(|id| self.segments.get(id)).collect();
        if known
            .iter()
            .any(|segment| segment.is_some_and(|segment| segment.is_staff))
        {
            return (Visibility::Internal, Vec::new(), true);
        }
        if known
            .iter()
            .all(|segment| segment.is_some_and(|segment| segment.is_everybody))
        {
            return (Visibility::SignedIn, Vec::new(), true);
        }
        (Visibility::SignedIn, segments.into_iter().collect(), true)
    }

    fn section_path(&self, value: &Value) -> Vec<String> {
        let mut path = Vec::new();
        let mut id = name(value, "section_id");
        let mut category = None;
        for _ in 0..10 {
            let Some(section) = id.as_ref().and_then(|id| self.sections.get(id)) else {
                break;
            };
            path.push(section.name.clone());
            category = section.category.clone().or(category);
            id.clone_from(&section.parent);
        }
        path.extend(category.and_then(|id| self.categories.get(&id).cloned()));
        path.retain(|name| !name.trim().is_empty());
        path.reverse();
        path
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
            Kind::Other if record.list.is_empty() => left_out_unknown(record, collector),
            _ => {}
        }
    }

    fn read_article(&self, id: &str, record: &Record<'_>, collector: &mut Collector<'_>) {
        let value = &record.value;
        let shared = self
            .articles
            .get(id)
            .cloned()
            .unwrap_or_else(|| self.shared(value));
        Self::read_text(id, &shared, value, record, collector);
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
        if self.locales.contains(&(id.to_owned(), locale)) {
            return;
        }
        let shared = self.articles.get(id).cloned().unwrap_or_default();
        Self::read_text(id, &shared, value, record, collector);
    }

    /// Reads an article or a translation of one.
    fn read_text(
        id: &str,
        shared: &Shared,
        value: &Value,
        record: &Record<'_>,
        collector: &mut Collector<'_>,
    ) {
        let locale = text(value, "locale").unwrap_or_default().to_lowercase();
        let is_source = shared
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
        if truth(value, "draft") == Some(true) {
            collector.left_out(LeftOut::Draft, &origin);
            return;
        }
        if truth(value, "hidden") == Some(true) {
            collector.left_out(LeftOut::Hidden, &origin);
            return;
        }
        let title = text(value, "title")
            .or_else(|| text(value, "name"))
            .unwrap_or_default();
        collector.article(Found {
            fields: ArticleFields {
                id: own_id,
                translation_group: Some(id.to_owned()),
                locale,
                title: title.to_owned(),
                body: text(value, "body").unwrap_or_default().to_owned(),
                format: BodyFormat::Html,
                section_path: shared.section_path.clone(),
                labels: shared.labels.clone(),
                visibility: shared.visibility,
                user_segments: shared.segments.clone(),
                updated_at: moment(value, "edited_at").or_else(|| moment(value, "updated_at")),
                url: text(value, "html_url").map(str::to_owned),
                votes: shared.votes,
                ..ArticleFields::default()
            },
            origin,
            states_visibility: shared.is_proven,
            ..Found::default()
        });
    }

    /// Reads a post of the community, where the caller asks for them: it is as visible as its topic.
    fn read_post(&self, id: &str, record: &Record<'_>, collector: &mut Collector<'_>) {
        let value = &record.value;
        let own_id = format!("post-{id}");
        let origin = origin(record, Some(&own_id));
        if !collector.options.community {
            collector.left_out(LeftOut::NotAnArticle, &origin);
            return;
        }
        let segment = name(value, "topic_id")
            .and_then(|topic| self.topics.get(&topic).cloned())
            .flatten();
        let visibility = match segment.as_deref() {
            // The topic says that it has no segment.
            Some("") => Visibility::Public,
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
            states_visibility: segment.is_some(),
            ..Found::default()
        });
    }
}
