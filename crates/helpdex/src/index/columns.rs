//! The facts that decide whether an article is visible: its facets, and when it begins and ends.

use serde::{Deserialize, Serialize};

use crate::index::hashes::ContentHash;
use crate::timestamp::Timestamp;

/// The facts of an article that filters ask for; articles share few distinct ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Facets {
    pub brand: Option<String>,
    pub labels: Vec<String>,
    pub products: Vec<String>,
    pub user_segments: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Columns {
    /// The distinct facets, and for each article which of them it has.
    pub facets: Vec<Facets>,
    pub article_facets: Vec<u32>,
    /// The few articles that begin or end.
    pub bounded: Vec<Bounded>,
    /// One entry an article: its [`group_key`].
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

/// An article that begins or ends.
#[derive(Serialize, Deserialize)]
pub(crate) struct Bounded {
    pub article: u32,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
}

/// The time for which an article has to be there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Validity {
    /// At this moment.
    At(Timestamp),
    /// Valid from this moment on, without an end. An article that begins or ends later changes nothing of what was
    /// learned.
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

/// The articles of a segment that exist for an answer.
pub(crate) struct Allowed {
    /// One entry an article; `None` when all are allowed.
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
