//! An article as readers see it after a publish.

use helpdex_text::Locale;
use serde::Serialize;

use crate::audience::Visibility;

/// An article as it is indexed: the part of it that a reader sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IndexedArticle {
    /// The id of the article.
    pub id: String,
    /// The locale of the article.
    pub locale: Locale,
    /// The title, in one line.
    pub title: String,
    /// The address of the article, if it has one.
    pub url: Option<String>,
    /// The state of a known problem or an idea; `None` for other articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The visibility of the article.
    pub visibility: Visibility,
    /// The name that the translations of the article share; its own id when it names none.
    pub translation_group: String,
    /// The sections in the order of the article, the text before the first heading first.
    pub sections: Vec<IndexedSection>,
}

/// A heading of an article, and the lines below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IndexedSection {
    /// The heading on one line; "" for the text before the first heading.
    pub heading: String,
    /// The part after `#` of a link to the section; `None` when it has no anchor.
    pub anchor: Option<String>,
    /// The lines below the heading, without blocks of code.
    pub text: String,
    /// The blocks of code below the heading, one string for each block.
    pub code: Vec<String>,
}
