//! The articles of a locale that are near to a ticket by their vectors.

use helpdex_text::Locale;

use crate::candidates::pooled_article::PooledArticle;
use crate::clock::Deadline;
use crate::error::Result;
use crate::search::usual_nearness::Usual;
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::vectors::vector::Vector;

/// The number of nearest articles that join those that words find: 30 and 100 give the same nDCG@10 on four sets.
const NEAR_CANDIDATES: usize = 10;
/// The most vectors of a locale that are all compared: 100,000 of 384 values take 28 ms of one processor, 10,000 take 3 ms, and words
/// 6 to 7 ms (`docs/performance.md`). Beyond, only the articles that words or past tickets find are.
const MOST_SCANNED: usize = 100_000;

/// A ticket's vector, beside the usual nearness of the articles of a locale.
pub(super) struct Near<'a> {
    vector: Option<&'a Vector>,
    /// `None` where the articles are not compared by vectors.
    pub usual: Option<Usual>,
}

impl<'a> Near<'a> {
    pub(super) fn new(
        generation: &Generation,
        locale: &Locale,
        view: &View<'_>,
        vector: Option<&'a Vector>,
    ) -> Result<Self> {
        let usual = match vector {
            Some(_) => generation.usual_nearness(locale, view)?,
            None => None,
        };
        let usual = usual.filter(|usual| usual.trust > 0.0);
        Ok(Self {
            vector: vector.filter(|_| usual.is_some()),
            usual,
        })
    }

    /// Returns the nearest articles, in no order; none where too many would have to be compared.
    pub(super) fn candidates(&self, view: &View<'_>, deadline: Deadline) -> Result<Vec<u32>> {
        match self.vector {
            Some(vector) if view.vector_count() <= MOST_SCANNED => {
                view.nearest(vector, NEAR_CANDIDATES, deadline)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Tells an article how near it is.
    pub(super) fn put_nearest(&self, view: &View<'_>, article: &mut PooledArticle) {
        let nearest = self
            .vector
            .and_then(|vector| view.nearest_of(article.number, vector));
        article.cosine = nearest.map(|nearest| nearest.cosine);
        article.nearest = nearest.map(|nearest| nearest.index);
    }
}
