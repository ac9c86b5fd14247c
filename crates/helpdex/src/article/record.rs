//! The form in which the log of articles stores an article, separate from the public struct.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::article::fields::{ArticleFields, ArticleKind, BodyFormat, Status, Votes};
use crate::audience::Visibility;
use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// A record of an article. Unknown fields are skipped, so that a later version may add some.
///
/// The content hash is computed from its JSON. So a field that is added must not be written when it has its default,
/// and the order of the fields must not change.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ArticleRecord<'a> {
    id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_group: Option<Cow<'a, str>>,
    locale: Cow<'a, str>,
    title: Cow<'a, str>,
    body: Cow<'a, str>,
    format: BodyFormat,
    #[serde(skip_serializing_if = "is_empty")]
    section_path: Cow<'a, [String]>,
    #[serde(skip_serializing_if = "is_empty")]
    labels: Cow<'a, [String]>,
    #[serde(skip_serializing_if = "is_empty")]
    products: Cow<'a, [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<Cow<'a, str>>,
    status: Status,
    visibility: Visibility,
    #[serde(skip_serializing_if = "is_empty")]
    user_segments: Cow<'a, [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    votes: Option<VotesRecord>,
    #[serde(skip_serializing_if = "is_article")]
    kind: ArticleKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
struct VotesRecord {
    up: u32,
    down: u32,
}

#[expect(clippy::ptr_arg, reason = "serde asks so")]
fn is_empty(list: &Cow<'_, [String]>) -> bool {
    list.is_empty()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_article(kind: &ArticleKind) -> bool {
    *kind == ArticleKind::Article
}

impl<'a> From<&'a ArticleFields> for ArticleRecord<'a> {
    fn from(fields: &'a ArticleFields) -> Self {
        let ArticleFields {
            id,
            kind,
            translation_group,
            locale,
            title,
            body,
            format,
            section_path,
            labels,
            products,
            brand,
            status,
            visibility,
            user_segments,
            valid_from,
            valid_until,
            updated_at,
            url,
            votes,
            state,
        } = fields;
        Self {
            id: id.into(),
            translation_group: translation_group.as_deref().map(Cow::from),
            locale: locale.into(),
            title: title.into(),
            body: body.into(),
            format: *format,
            section_path: section_path.into(),
            labels: labels.into(),
            products: products.into(),
            brand: brand.as_deref().map(Cow::from),
            status: *status,
            visibility: *visibility,
            user_segments: user_segments.into(),
            valid_from: *valid_from,
            valid_until: *valid_until,
            updated_at: *updated_at,
            url: url.as_deref().map(Cow::from),
            votes: votes.map(|Votes { up, down }| VotesRecord { up, down }),
            kind: *kind,
            state: state.as_deref().map(Cow::from),
        }
    }
}

impl ArticleRecord<'_> {
    pub(crate) fn into_fields(self) -> ArticleFields {
        ArticleFields {
            id: self.id.into_owned(),
            kind: self.kind,
            translation_group: self.translation_group.map(Cow::into_owned),
            locale: self.locale.into_owned(),
            title: self.title.into_owned(),
            body: self.body.into_owned(),
            format: self.format,
            section_path: self.section_path.into_owned(),
            labels: self.labels.into_owned(),
            products: self.products.into_owned(),
            brand: self.brand.map(Cow::into_owned),
            status: self.status,
            visibility: self.visibility,
            user_segments: self.user_segments.into_owned(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            updated_at: self.updated_at,
            url: self.url.map(Cow::into_owned),
            votes: self
                .votes
                .map(|VotesRecord { up, down }| Votes { up, down }),
            state: self.state.map(Cow::into_owned),
        }
    }

    /// Returns the hash of the record, which changes when any field changes.
    pub(crate) fn content_hash(&self) -> Result<blake3::Hash> {
        let json = serde_json::to_vec(self)
            .map_err(|e| Error::internal("an article cannot be hashed", e))?;
        Ok(blake3::hash(&json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> ArticleFields {
        ArticleFields {
            id: "a".into(),
            kind: ArticleKind::Article,
            translation_group: Some("g".into()),
            locale: "en".into(),
            title: "Title".into(),
            body: "Body".into(),
            format: BodyFormat::Markdown,
            section_path: vec!["s".into()],
            labels: vec!["l".into()],
            products: vec!["p".into()],
            brand: Some("b".into()),
            status: Status::Draft,
            visibility: Visibility::SignedIn,
            user_segments: vec!["u".into()],
            valid_from: Some(Timestamp::from_unix_seconds(1)),
            valid_until: Some(Timestamp::from_unix_seconds(2)),
            updated_at: Some(Timestamp::from_unix_seconds(3)),
            url: Some("https://example.org".into()),
            votes: Some(Votes { up: 1, down: 2 }),
            state: Some("fixed".into()),
        }
    }

    #[test]
    fn the_content_hash_of_an_article_stays_as_it_is() {
        let hash = |fields: &ArticleFields| ArticleRecord::from(fields).content_hash().unwrap();
        let expected = concat!(
            r#"{"id":"a","translation_group":"g","locale":"en","title":"Title","body":"Body","format":"markdown","#,
            r#""section_path":["s"],"labels":["l"],"products":["p"],"brand":"b","status":"draft","#,
            r#""visibility":"signed_in","user_segments":["u"],"valid_from":"1970-01-01T00:00:01Z","#,
            r#""valid_until":"1970-01-01T00:00:02Z","updated_at":"1970-01-01T00:00:03Z","#,
            r#""url":"https://example.org","votes":{"up":1,"down":2},"state":"fixed"}"#
        );
        assert_eq!(hash(&full()), blake3::hash(expected.as_bytes()));
        let least = r#"{"id":"","locale":"","title":"","body":"","format":"text","status":"published","visibility":"internal"}"#;
        assert_eq!(
            hash(&ArticleFields::default()),
            blake3::hash(least.as_bytes())
        );
    }

    #[test]
    fn an_article_comes_back_from_its_record_and_unknown_fields_are_skipped() {
        let fields = full();
        let mut json = serde_json::to_value(ArticleRecord::from(&fields)).unwrap();
        json["of_a_later_version"] = true.into();
        let read: ArticleRecord<'_> = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(read.into_fields(), fields);
        // Another kind is no article of this version.
        json["kind"] = "of_a_later_version".into();
        assert!(serde_json::from_value::<ArticleRecord<'_>>(json).is_err());
    }
}
