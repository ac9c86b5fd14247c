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
    /// What it is.
    pub kind: ArticleKind,
    /// What the translations of one article share, 1 to 255 bytes; an article without one is its own group. Two articles
    /// of one group in one locale are no translations of each other: a publish names them in
    /// [`Published::conflicts`](crate::report::Published::conflicts).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translation_group: Option<String>,
    /// Language tag, such as `en` or `pt-BR`.
    pub locale: String,
    /// Plain text, up to 1,000 characters.
    pub title: String,
    /// The text in the form that `format` names, up to 2 MB.
    pub body: String,
    /// How `body` is written.
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
    /// Who may see it; what states none is internal.
    pub visibility: Visibility,
    /// Of the readers who may see it, only those of one of these segments, up to 200; empty: all of them.
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
    /// When its text last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// Where to read it: an `http` or `https` address with a host, or a path of the site (`/a`) or the page (`a`); up to 2,048
    /// bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What readers said of it.
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

/// What an article is. There is one kind so far.
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

/// How the body of an article is written.
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

/// How many readers found an article helpful, and how many did not.
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
