//! The fields of an article before they are checked.

use std::fmt;

use helpdex_text::{Body, names};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use crate::article::lists;
use crate::audience::Visibility;
use crate::error::Result;
use crate::timestamp::Timestamp;

/// The fields of an [`Article`] before they are checked; also one line of an articles file (JSON lines).
///
/// Only `id`, `locale` and one of `title` and `body` must be given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArticleFields {
    /// Unique in the knowledge base, 1 to 255 bytes; a translation has an id of its own. A JSON number is kept as its digits.
    #[serde(deserialize_with = "string_or_number")]
    pub id: String,
    /// The kind of article.
    pub kind: ArticleKind,
    /// The id that the translations of one article share, 1 to 255 bytes; by default the article's own id. Two articles
    /// of one group in one locale are not translations of each other: a publish reports them in
    /// [`Published::conflicts`](crate::Published::conflicts).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translation_group: Option<String>,
    /// Language tag, such as `en` or `pt-BR`.
    pub locale: String,
    /// Plain text, up to 1,000 characters.
    pub title: String,
    /// The text in the form that `format` names, up to 2 MB.
    pub body: String,
    /// The format of `body`.
    pub format: BodyFormat,
    /// The path of categories from the top, up to 32. An entry of this and the other lists has 1 to 255 characters.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "lists::section_path"
    )]
    pub section_path: Vec<String>,
    /// Free labels, for filters, up to 200.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "lists::labels"
    )]
    pub labels: Vec<String>,
    /// The products that it is about, for filters, up to 200; empty: all of them.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "lists::products"
    )]
    pub products: Vec<String>,
    /// The brand that it belongs to, up to 255 characters; none: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Whether it is published.
    pub status: Status,
    /// The visibility; an article that states none is internal.
    pub visibility: Visibility,
    /// The user segments that may see the article, up to 200; empty for all readers of its visibility.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "lists::user_segments"
    )]
    pub user_segments: Vec<String>,
    /// Never shown before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// Never shown from this moment on. Nothing is learned of an article that ends: it is judged by its own text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The time of the last change of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// The address of the article: an `http` or `https` URL with a host, or a path of the site (`/a`) or of the page
    /// (`a`); up to 2,048 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The votes of readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<Votes>,
}

impl ArticleFields {
    /// The body, as the text layer takes it.
    pub(crate) fn body_in_format(&self) -> Body<'_> {
        match self.format {
            BodyFormat::Html => Body::Html(&self.body),
            BodyFormat::Markdown => Body::Markdown(&self.body),
            BodyFormat::Text => Body::Text(&self.body),
        }
    }
}

/// The kind of an article. There is one kind so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ArticleKind {
    /// A page of a help center.
    #[default]
    Article,
}

names!(ArticleKind, "kind of article" {
    Article => "article",
});

/// The format of an article's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyFormat {
    /// HTML.
    Html,
    /// `CommonMark` with tables, HTML inside it included.
    Markdown,
    /// Plain text; blank lines part its paragraphs.
    #[default]
    Text,
}

names!(BodyFormat, "format" {
    Html => "html",
    Markdown => "markdown",
    Text => "text",
});

/// Whether an article is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Readers may see it.
    #[default]
    Published,
    /// Not yet; never suggested.
    Draft,
    /// No longer; never suggested.
    Archived,
}

names!(Status, "status" {
    Published => "published",
    Draft => "draft",
    Archived => "archived",
});

/// The numbers of readers who found an article helpful and not helpful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Votes {
    /// Votes for it.
    pub up: u32,
    /// Votes against it.
    pub down: u32,
}

pub(crate) fn string_or_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    struct Id;
    impl Visitor<'_> for Id {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string or a whole number")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    deserializer.deserialize_any(Id)
}
