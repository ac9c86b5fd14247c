//! The facts that decide whether an article is visible: its facets, and the time for which it is valid.

use serde::{Deserialize, Serialize};

use crate::index::hashes::ContentHash;
use crate::timestamp::Timestamp;

/// The facts of an article that filters ask for. Many articles share the same facets, so each distinct value is stored
/// once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Facets {
    pub brand: Option<String>,
    pub labels: Vec<String>,
    pub products: Vec<String>,
    pub user_segments: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Columns {
    /// The distinct facets of the articles.
    pub facets: Vec<Facets>,
    /// The index in `facets` of the facets of each article.
    pub article_facets: Vec<u32>,
    /// The articles that become valid or end at a certain time; most articles do neither.
    pub bounded: Vec<Bounded>,
    /// The [`group_key`] of the translation group of each article.
    pub groups: Vec<u64>,
}

impl Columns {
    pub(super) fn fit_together(&self) -> bool {
        let articles = self.article_facets.len();
        let mut facets = self.article_facets.iter();
        let mut bounded = self.bounded.iter();
        self.groups.len() == articles
            && facets.all(|&facets| (facets as usize) < self.facets.len())
            && bounded.all(|bounded| (bounded.article as usize) < articles)
    }
}

/// An article that becomes valid or ends at a certain time.
#[derive(Serialize, Deserialize)]
pub(crate) struct Bounded {
    pub article: u32,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
}

/// The time at which an article must be valid to be allowed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Validity {
    /// The article must be valid at this moment.
    At(Timestamp),
    /// The article must be valid at this moment and have no end. So an article that begins later or ends changes
    /// nothing of what is learned.
    FromOn(Timestamp),
}

impl Bounded {
    pub(super) fn is_valid(&self, validity: Validity) -> bool {
        match validity {
            Validity::At(now) => {
                self.has_begun(now) && self.valid_until.is_none_or(|until| now < until)
            }
            Validity::FromOn(now) => self.has_begun(now) && self.valid_until.is_none(),
        }
    }

    fn has_begun(&self, now: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| now >= from)
    }
}

/// The articles of a segment that a reader may see.
pub(crate) struct Allowed {
    /// Whether each article is allowed; `None` when all are.
    pub articles: Option<Vec<bool>>,
    pub count: u32,
    pub hash: ContentHash,
}

impl Allowed {
    pub(crate) fn includes(&self, article: usize) -> bool {
        self.articles
            .as_ref()
            .is_none_or(|articles| articles[article])
    }
}
