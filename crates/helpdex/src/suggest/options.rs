//! The options of a question.

use serde::{Deserialize, Serialize};

use crate::confidence::decision::{Decision, Promise, check_probability};
use crate::error::{Error, Result};
use crate::index::columns::Facets;
use crate::model::labels::LARGEST_SET;

/// The most candidates that the ranking holds.
pub(super) const RANKING_LIMIT: usize = 10;

/// Options for [`KnowledgeBase::suggest`](crate::KnowledgeBase::suggest).
///
/// ```
/// use helpdex::confidence::TargetPrecision;
/// use helpdex::{Decision, SuggestOptions};
///
/// let options = SuggestOptions {
///     limit: 1,
///     decision: Decision::TargetPrecision(TargetPrecision::of(0.8)),
///     ..SuggestOptions::default()
/// };
/// assert_eq!(SuggestOptions::default().decision, Decision::AsConfigured);
/// # assert_eq!(options.limit, 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestOptions {
    /// The most articles to offer, 1 to 10; 3 by default.
    pub limit: usize,
    /// The decision about which articles are offered; by default those with a probability of at least 0.5.
    pub decision: Decision,
    /// The articles that the decision is about: the first one, which is the default, or any of those offered together.
    pub promise: Promise,
    /// The weight of the popularity prior, in [0, 1]; 1 by default. At 1, of two articles that match equally well the
    /// one that solved more tickets ranks first, which answers the most tickets correctly. At 0 only the match counts,
    /// so that rarely used articles get more of their tickets.
    pub popularity: f32,
    /// The time limit in milliseconds; `None`, which is the default, is no limit. When the time ends, the answer
    /// abstains with [`Deadline`](crate::Reason::Deadline) and an empty ranking, never with a part of one; an answer in
    /// time is the same as without a limit. The time is checked between the steps and within the long ones, decoding
    /// and cleaning included, so an answer may come a few milliseconds late, or as late as the decoding of one part of
    /// a mail takes.
    pub time_budget_ms: Option<u64>,
    /// Whether only an agent reads the reason for abstaining; `false` by default. If set, the reason also says when an
    /// article that the audience may not see would be offered to the agent.
    pub told_to_agent: bool,
    /// Whether the answer leaves out its time; `false` by default. The time reveals a little about the number of hidden
    /// articles, so leave it out when customers get answers unchanged.
    pub hide_elapsed: bool,
    /// The filter on the articles that are considered; all by default.
    pub filter: Filter,
}

/// Restricts the articles that are considered; a field that is `None` lets every article pass. The others are never in
/// an answer.
///
/// A filter narrows an answer, but does not separate like an [`Audience`](crate::Audience): a model is trained on all
/// articles that the audience sees, so that tickets of another brand affect the probabilities of this one. If nothing
/// was learned, filtered articles do not affect the answer, not even a score; to ensure that, the first question with a
/// filter takes as long as a few hundred others. Brands that must not influence each other need a knowledge base each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// The brand: articles of this brand and of no brand pass.
    pub brand: Option<String>,
    /// The label: articles with this label pass.
    pub label: Option<String>,
    /// The product: articles about this product and articles that name none pass.
    pub product: Option<String>,
}

impl Default for SuggestOptions {
    fn default() -> Self {
        Self {
            limit: 3,
            decision: Decision::default(),
            promise: Promise::First,
            popularity: 1.0,
            time_budget_ms: None,
            told_to_agent: false,
            hide_elapsed: false,
            filter: Filter::default(),
        }
    }
}

impl SuggestOptions {
    /// Returns the number of first articles that are judged together: 1, or `limit` with [`Promise::Any`].
    #[must_use]
    pub fn set_size(&self) -> usize {
        match self.promise {
            Promise::First => 1,
            Promise::Any => self.limit,
        }
    }

    /// Checks that all values are in range, as every question does.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the value and its range.
    pub fn check(&self) -> Result<()> {
        if !(1..=RANKING_LIMIT).contains(&self.limit) {
            return Err(Error::invalid(format!(
                "limit {} is out of range; give 1 to {RANKING_LIMIT}",
                self.limit
            )));
        }
        check_probability("popularity", self.popularity)?;
        self.decision.check()?;
        if !matches!(self.decision, Decision::TargetPrecision(_)) {
            return Ok(());
        }
        if self.promise == Promise::Any && self.limit > LARGEST_SET {
            return Err(Error::invalid(format!(
                "limit {} is too large for a target precision of any article shown; give 1 to {LARGEST_SET}",
                self.limit
            )));
        }
        #[expect(clippy::float_cmp, reason = "1 is what was not set")]
        if self.popularity != 1.0 {
            return Err(Error::invalid(format!(
                "popularity {} cannot be combined with a target precision, whose threshold is chosen for popularity 1; \
                 give one of the two",
                self.popularity
            )));
        }
        Ok(())
    }
}

impl Filter {
    pub(super) fn passes(&self, facets: &Facets) -> bool {
        is_of(self.brand.as_ref(), facets.brand.as_ref())
            && is_among(self.label.as_ref(), &facets.labels)
            && (facets.products.is_empty() || is_among(self.product.as_ref(), &facets.products))
    }
}

/// Whether an article with this brand or product passes the filter; an article without one always does.
fn is_of(asked: Option<&String>, has: Option<&String>) -> bool {
    asked.is_none() || has.is_none() || asked == has
}

fn is_among(asked: Option<&String>, has: &[String]) -> bool {
    asked.is_none_or(|asked| has.contains(asked))
}
