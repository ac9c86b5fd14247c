//! Changes of a knowledge base, and what became of them.

use std::collections::BTreeMap;

use helpdex::report::{Changes, Published};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::types::article::ArticleBody;

/// Articles to add, or to put in place of those of the same ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Articles)]
pub(crate) struct ArticlesBody {
    /// The articles.
    #[schema(max_items = 1000)]
    pub articles: Vec<ArticleBody>,
}

/// Ids of articles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArticleIds)]
pub(crate) struct IdsBody {
    /// The ids; those that are unknown are skipped.
    #[schema(max_items = 1000)]
    pub ids: Vec<String>,
}

/// Articles that nobody is to see any more, or again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Deny)]
pub(crate) struct DenyBody {
    /// The ids of articles.
    #[schema(max_items = 1000)]
    pub ids: Vec<String>,
    /// Whether they are shown again instead.
    #[serde(default)]
    pub allow: bool,
}

/// The options of a publish.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Publish)]
pub(crate) struct PublishBody {
    /// Whether the models are trained from what was learned, in the same generation.
    pub train: bool,
}

/// The number of articles that a change changed. It is on disk, and shown from the next publish on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Changes)]
pub(crate) struct ChangesBody {
    /// Articles that were not there before.
    pub added: usize,
    /// Articles that were there with other fields.
    pub changed: usize,
    /// Articles that were there alike.
    pub unchanged: usize,
    /// Articles that are not there any more.
    pub removed: usize,
}

/// The number of ids that were not denied before, or that were.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Denied)]
pub(crate) struct DeniedBody {
    /// The number.
    pub changed: usize,
}

/// A published generation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Published)]
pub(crate) struct PublishedBody {
    /// Its number.
    pub generation: u64,
    /// The articles that it shows, by visibility.
    pub articles: BTreeMap<String, u32>,
    /// The articles that it does not show, and why.
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
