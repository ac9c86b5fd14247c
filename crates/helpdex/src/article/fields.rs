//! The fields of an article before they are checked.

use helpdex_text::{Body, names};

use crate::audience::Visibility;
use crate::timestamp::Timestamp;

/// The fields of an [`Article`](crate::Article) before they are checked.
///
/// Only `id`, `locale` and one of `title` and `body` are required.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticleFields {
    /// The id, unique in the knowledge base, 1 to 255 bytes; a translation has an id of its own.
    pub id: String,
    /// The kind of article.
    pub kind: ArticleKind,
    /// The id that the translations of one article share, 1 to 255 bytes; by default the article's own id. Two articles
    /// of one group in one locale are not translations of each other: a publish reports them in
    /// [`Published::conflicts`](crate::report::Published::conflicts).
    pub translation_group: Option<String>,
    /// The language tag, such as `en` or `pt-BR`.
    pub locale: String,
    /// The title as plain text, up to 1,000 characters.
    pub title: String,
    /// The text in the form that `format` names, up to 2 MB.
    pub body: String,
    /// The format of `body`.
    pub format: BodyFormat,
    /// The path of categories from the top of the help center, up to 32 entries. An entry of this and the other lists
    /// has 1 to 255 characters.
    pub section_path: Vec<String>,
    /// Free labels for filters, up to 200.
    pub labels: Vec<String>,
    /// The products that the article is about, for filters, up to 200; empty: all products.
    pub products: Vec<String>,
    /// The brand that the article belongs to, up to 255 characters; `None`: all brands.
    pub brand: Option<String>,
    /// The publication status: only a published article is suggested.
    pub status: Status,
    /// The visibility; an article that states none is internal.
    pub visibility: Visibility,
    /// The user segments that may see the article, up to 200; empty for all readers of its visibility.
    pub user_segments: Vec<String>,
    /// The moment from which the article may be shown; `None`: always.
    pub valid_from: Option<Timestamp>,
    /// The moment from which the article is no longer shown; `None`: never. No model learns about an article with such
    /// an end: it is ranked by its own text alone.
    pub valid_until: Option<Timestamp>,
    /// The time of the last change of the text.
    pub updated_at: Option<Timestamp>,
    /// The address of the article: an `http` or `https` URL with a host, or a path of the site (`/a`) or of the page
    /// (`a`); up to 2,048 bytes.
    pub url: Option<String>,
    /// The votes of readers; `None` when they were not asked.
    pub votes: Option<Votes>,
    /// The state of a known problem or an idea, such as `investigating` or `fixed in 4.2`, in up to 255 characters; an
    /// answer shows it. `None` for other articles.
    pub state: Option<String>,
}

impl ArticleFields {
    /// Returns the body with its format, as the text layer takes it.
    pub(crate) fn body_in_format(&self) -> Body<'_> {
        match self.format {
            BodyFormat::Html => Body::Html(&self.body),
            BodyFormat::Markdown => Body::Markdown(&self.body),
            BodyFormat::Text => Body::Text(&self.body),
        }
    }
}

/// The kind of an article. Each kind is a [pool](crate::pools) of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum ArticleKind {
    /// A page of a help center.
    #[default]
    Article,
    /// An idea that others voted for, a post of a community, or a known problem with its state.
    Idea,
    /// A ticket that was solved before. Only agents see it.
    SolvedTicket,
}

names!(ArticleKind, "kind of article" {
    Article => "article",
    Idea => "idea",
    SolvedTicket => "solved_ticket",
});

/// The format of an article's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyFormat {
    /// HTML.
    Html,
    /// `CommonMark` with tables, HTML inside it included.
    Markdown,
    /// Plain text; blank lines separate its paragraphs.
    #[default]
    Text,
}

names!(BodyFormat, "format" {
    Html => "html",
    Markdown => "markdown",
    Text => "text",
});

/// The publication status of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// The article is published: readers may see it.
    #[default]
    Published,
    /// The article is not published yet; it is never suggested.
    Draft,
    /// The article is no longer published; it is never suggested.
    Archived,
}

names!(Status, "status" {
    Published => "published",
    Draft => "draft",
    Archived => "archived",
});

/// The numbers of readers who found an article helpful and not helpful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Votes {
    /// The number of readers who found the article helpful.
    pub up: u32,
    /// The number of readers who found the article not helpful.
    pub down: u32,
}
