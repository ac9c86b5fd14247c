//! An article as one line of JSON.

use std::fmt;

use helpdex::article::{ArticleKind, Status, Votes};
use helpdex::{ArticleFields, BodyFormat, Timestamp, Visibility};
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::name::Name;

/// The most entries in a list of an article, the same limit as in [`ArticleFields`].
const MAX_ENTRIES: usize = 200;

/// One line of a file of articles: an object with the keys of [`ArticleFields`]. It is separate from the article's own
/// type, so that a new field of an article does not change the file format.
///
/// `id`, `locale` and one of `title` and `body` are required; an unknown key is refused.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArticleLine {
    id: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_group: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "not_null")]
    locale: Option<String>,
    title: String,
    body: String,
    format: BodyFormat,
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "list")]
    section_path: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "list")]
    labels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "list")]
    products: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<String>,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "not_null")]
    visibility: Option<Visibility>,
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "list")]
    user_segments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    votes: Option<VotesLine>,
    #[serde(skip_serializing_if = "is_article")]
    kind: ArticleKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// Read by [`read_vectors`](crate::read_vectors()) alone.
    #[serde(skip_serializing)]
    vector: IgnoredAny,
    #[serde(skip_serializing)]
    vectors: IgnoredAny,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_article(kind: &ArticleKind) -> bool {
    *kind == ArticleKind::Article
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VotesLine {
    up: u32,
    down: u32,
}

impl ArticleLine {
    /// Returns the line that states everything that an article has.
    #[must_use]
    pub fn of(fields: &ArticleFields) -> Self {
        let fields = fields.clone();
        Self {
            id: Name(fields.id),
            translation_group: fields.translation_group.map(Name),
            locale: Some(fields.locale),
            title: fields.title,
            body: fields.body,
            format: fields.format,
            section_path: fields.section_path,
            labels: fields.labels,
            products: fields.products,
            brand: fields.brand,
            status: fields.status,
            visibility: Some(fields.visibility),
            user_segments: fields.user_segments,
            valid_from: fields.valid_from,
            valid_until: fields.valid_until,
            updated_at: fields.updated_at,
            url: fields.url,
            votes: fields.votes.map(|votes| VotesLine {
                up: votes.up,
                down: votes.down,
            }),
            kind: fields.kind,
            state: fields.state,
            vector: IgnoredAny,
            vectors: IgnoredAny,
        }
    }

    /// Returns whether the line states who may see the article.
    pub(crate) fn states_visibility(&self) -> bool {
        self.visibility.is_some()
    }

    /// Returns the fields of the article. An article whose line states no visibility is internal, and one without a
    /// locale has the locale "".
    #[must_use]
    pub fn into_fields(self) -> ArticleFields {
        ArticleFields {
            id: self.id.0,
            kind: self.kind,
            translation_group: self.translation_group.map(|name| name.0),
            locale: self.locale.unwrap_or_default(),
            title: self.title,
            body: self.body,
            format: self.format,
            section_path: self.section_path,
            labels: self.labels,
            products: self.products,
            brand: self.brand,
            status: self.status,
            visibility: self.visibility.unwrap_or_default(),
            user_segments: self.user_segments,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            updated_at: self.updated_at,
            url: self.url,
            votes: self.votes.map(|votes| Votes {
                up: votes.up,
                down: votes.down,
            }),
            state: self.state,
        }
    }
}

/// Reads the value of a key that is present: `null` is refused, because a key without a value is probably a mistake.
fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}

/// Reads a list with at most [`MAX_ENTRIES`] entries. The entries of a longer list are counted but not kept.
fn list<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    d.deserialize_seq(List)
}

struct List;

impl<'de> Visitor<'de> for List {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<String>, A::Error> {
        let mut list = Vec::new();
        while list.len() < MAX_ENTRIES {
            match entries.next_element()? {
                Some(entry) => list.push(entry),
                None => return Ok(list),
            }
        }
        let mut more = 0;
        while entries.next_element::<IgnoredAny>()?.is_some() {
            more += 1;
        }
        if more > 0 {
            let count = MAX_ENTRIES + more;
            return Err(A::Error::custom(format!(
                "a list has {count} entries; give at most {MAX_ENTRIES}"
            )));
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str) -> serde_json::Result<ArticleLine> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_missing_visibility_is_internal_and_null_is_refused() {
        let fields = line(r#"{"id": 7, "locale": "en", "title": "x"}"#).unwrap();
        assert!(!fields.states_visibility());
        let fields = fields.into_fields();
        assert_eq!(fields.visibility, Visibility::Internal);
        assert_eq!(fields.id, "7");
        assert!(line(r#"{"id": 7, "title": "x", "vector": [0.5], "vectors": [[1]]}"#).is_ok());
        assert!(line(r#"{"id": 7, "visibility": null}"#).is_err());
        assert!(line(r#"{"id": 7, "visiblity": "internal"}"#).is_err());
    }

    #[test]
    fn a_line_that_is_written_is_read_again() {
        let fields = ArticleFields {
            id: "a".into(),
            kind: ArticleKind::Idea,
            translation_group: Some("g".into()),
            locale: "en".into(),
            title: "Title".into(),
            body: "Body".into(),
            format: BodyFormat::Markdown,
            section_path: vec!["Top".into()],
            labels: vec!["label".into()],
            products: vec!["product".into()],
            brand: Some("brand".into()),
            status: Status::Archived,
            visibility: Visibility::SignedIn,
            user_segments: vec!["gold".into()],
            valid_from: Some(Timestamp::from_unix_seconds(1)),
            valid_until: Some(Timestamp::from_unix_seconds(2)),
            updated_at: Some(Timestamp::from_unix_seconds(3)),
            url: Some("https://example.org/a".into()),
            votes: Some(Votes { up: 1, down: 2 }),
            state: Some("fixed in 4.2".into()),
        };
        let json = serde_json::to_string(&ArticleLine::of(&fields)).unwrap();
        assert_eq!(line(&json).unwrap().into_fields(), fields);
    }

    #[test]
    fn a_long_list_is_counted_and_not_kept() {
        let list = vec!["\"x\""; 1_000_000].join(",");
        let error = line(&format!(r#"{{"id": "a", "labels": [{list}]}}"#)).unwrap_err();
        let expected = "a list has 1000000 entries; give at most 200";
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
