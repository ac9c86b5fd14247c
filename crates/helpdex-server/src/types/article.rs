//! Articles in requests and answers.

use helpdex::article::{IndexedArticle, Status};
use helpdex::{Article, ArticleFields, BodyFormat, Locale, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::types::moment;

/// An article as a reader sees it: sections of plain text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownArticle)]
pub(crate) struct ShownArticle {
    /// The id of the article.
    #[schema(example = "reset-password")]
    pub id: String,
    /// The locale of the article.
    #[schema(example = "en")]
    pub locale: String,
    /// The direction of the article's text: `ltr` or `rtl`.
    #[schema(example = "ltr")]
    pub direction: &'static str,
    /// The title of the article.
    pub title: String,
    /// The address of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The sections in order, the text before the first heading first.
    pub sections: Vec<SectionBody>,
}

/// A section of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Section)]
pub(crate) struct SectionBody {
    /// The heading; "" for the text before the first one.
    pub heading: String,
    /// The part after `#` of a link to the section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// The lines of the section as plain text.
    pub text: String,
    /// The blocks of code in the section.
    pub code: Vec<String>,
}

/// An article as the host stores it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Article)]
pub(crate) struct ArticleBody {
    /// The id, 1 to 255 bytes; each translation has an id of its own.
    #[schema(example = "reset-password")]
    id: String,
    /// The id that all translations of the article share; default: the article's own id.
    #[serde(default)]
    translation_group: Option<String>,
    /// The locale of the article, such as `en` or `pt-BR`.
    #[schema(example = "en")]
    locale: String,
    /// The title; this or `body` must not be empty.
    #[serde(default)]
    #[schema(example = "Reset your password")]
    title: String,
    /// The text, in the form that `format` names.
    #[serde(default)]
    #[schema(example = "Press **Forgot password** on the sign-in page.")]
    body: String,
    /// `html`, `markdown` or `text`, which is the default.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "markdown")]
    format: BodyFormat,
    /// The titles of the categories above the article, from the top.
    #[serde(default)]
    section_path: Vec<String>,
    /// Labels of the article, for filters.
    #[serde(default)]
    labels: Vec<String>,
    /// The products that the article is about; empty: all.
    #[serde(default)]
    products: Vec<String>,
    /// The brand that the article belongs to; none: all.
    #[serde(default)]
    brand: Option<String>,
    /// `published`, which is the default, `draft` or `archived`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "published")]
    status: Status,
    /// `public`, `signed_in` or `internal`, which is the default.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "public")]
    visibility: Visibility,
    /// The user segments that may see the article; empty: all readers of its visibility.
    #[serde(default)]
    user_segments: Vec<String>,
    /// The moment from which the article is shown, in RFC 3339.
    #[serde(default)]
    valid_from: Option<String>,
    /// The moment from which the article is no longer shown, in RFC 3339.
    #[serde(default)]
    valid_until: Option<String>,
    /// The time of the last change of the text.
    #[serde(default)]
    updated_at: Option<String>,
    /// The address of the article.
    #[serde(default)]
    #[schema(example = "https://help.example.com/reset-password")]
    url: Option<String>,
}

impl ShownArticle {
    pub(crate) fn of(article: IndexedArticle) -> Self {
        let sections = article.sections.into_iter();
        Self {
            direction: direction(&article.locale),
            id: article.id,
            locale: article.locale.to_string(),
            title: article.title,
            url: article.url,
            sections: sections
                .map(|section| SectionBody {
                    heading: section.heading,
                    anchor: section.anchor,
                    text: section.text,
                    code: section.code,
                })
                .collect(),
        }
    }
}

impl ArticleBody {
    /// Returns the article, checked.
    ///
    /// # Errors
    /// As [`Article::new`].
    pub(crate) fn into_article(self) -> Result<Article, Problem> {
        let fields = ArticleFields {
            id: self.id,
            translation_group: self.translation_group,
            locale: self.locale,
            title: self.title,
            body: self.body,
            format: self.format,
            section_path: self.section_path,
            labels: self.labels,
            products: self.products,
            brand: self.brand,
            status: self.status,
            visibility: self.visibility,
            user_segments: self.user_segments,
            valid_from: moment(self.valid_from.as_deref())?,
            valid_until: moment(self.valid_until.as_deref())?,
            updated_at: moment(self.updated_at.as_deref())?,
            url: self.url,
            ..ArticleFields::default()
        };
        Ok(Article::new(fields)?)
    }
}

/// The languages that are written from right to left in the scripts of their locales (CLDR, `characterOrder`).
const RIGHT_TO_LEFT: [&str; 10] = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/// Returns the direction of a locale's text, as HTML names it.
pub(crate) fn direction(locale: &Locale) -> &'static str {
    if RIGHT_TO_LEFT.contains(&locale.language()) {
        "rtl"
    } else {
        "ltr"
    }
}
