//! The JSON forms of changes of a knowledge base, and of their results.

use std::collections::BTreeMap;

use helpdex::report::{Changes, Published};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json_object::objects;
use crate::types::article::ArticleBody;

/// Articles to add, or to replace those with the same ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Articles)]
pub(crate) struct ArticlesBody {
    /// The articles to add, or to replace those with the same ids.
    #[serde(deserialize_with = "objects")]
    #[schema(max_items = 1000)]
    pub articles: Vec<ArticleBody>,
}

/// Ids of articles that are to be removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArticleIds)]
pub(crate) struct IdsBody {
    /// The ids; unknown ones are skipped.
    #[schema(max_items = 1000)]
    pub ids: Vec<String>,
}

/// Articles to hide from everybody, or to show again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Deny)]
pub(crate) struct DenyBody {
    /// The ids of the articles to hide or to show again.
    #[schema(max_items = 1000)]
    pub ids: Vec<String>,
    /// Whether the articles are shown again instead of hidden.
    #[serde(default)]
    pub allow: bool,
}

/// The options of a publish.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Publish)]
pub(crate) struct PublishBody {
    /// Whether models are trained from the learned verdicts, in the same generation.
    pub train: bool,
}

/// The counts of a change of articles. The change is on disk; readers see it after the next publish.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Changes)]
pub(crate) struct ChangesBody {
    /// The number of articles that were not there before.
    pub added: usize,
    /// The number of articles that were there with other fields.
    pub changed: usize,
    /// The number of articles that were there with the same fields.
    pub unchanged: usize,
    /// The number of articles that were removed.
    pub removed: usize,
}

/// The result of hiding articles or showing them again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Denied)]
pub(crate) struct DeniedBody {
    /// The number of articles that were hidden or shown again, without those that already were.
    pub changed: usize,
}

/// A published generation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Published)]
pub(crate) struct PublishedBody {
    /// The number of the generation.
    pub generation: u64,
    /// The number of articles that readers may see, by visibility.
    pub articles: BTreeMap<String, u32>,
    /// The reason for which each article that is not shown is left out, by its id.
    pub left_out: BTreeMap<String, String>,
    /// The moment at which the next publish is due, because an article begins or ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_publish_at: Option<String>,
}

impl From<Changes> for ChangesBody {
    fn from(changes: Changes) -> Self {
        Self {
            added: changes.added,
            changed: changes.changed,
            unchanged: changes.unchanged,
            removed: changes.removed,
        }
    }
}

impl From<Published> for PublishedBody {
    fn from(published: Published) -> Self {
        let articles = published.articles.into_iter();
        let left_out = published.left_out.into_iter();
        Self {
            generation: published.generation,
            articles: articles
                .map(|(of, count)| (of.name().to_owned(), count))
                .collect(),
            left_out: left_out
                .map(|(id, why)| (id, why.name().to_owned()))
                .collect(),
            next_publish_at: published.next_publish_at.map(|at| at.to_string()),
        }
    }
}
