//! The rounds of an evaluation, each with tickets to learn and queries to answer.

use std::collections::BTreeMap;

use helpdex::{FeedbackEvent, Verdict};

use crate::data_set::{JudgedQuery, TRAIN_SPLIT};
use crate::options::{EvaluationOptions, Learning};

/// The number of parts that the train split is cut into when its own queries are answered.
const FOLDS: u64 = 5;

/// The tickets of a training, and the queries that its model answers.
pub(crate) struct Round {
    pub learn: Vec<FeedbackEvent>,
    /// The indices of the queries that the model answers.
    pub answer: Vec<usize>,
}

/// Returns a single round, or one per fold when the train split itself is answered, so that each fold is answered by a
/// model of the other folds.
pub(crate) fn rounds(
    queries: &[JudgedQuery],
    train: &[JudgedQuery],
    options: &EvaluationOptions,
) -> Vec<Round> {
    let all = (0..queries.len()).collect();
    if options.learning == Learning::Nothing {
        return vec![Round {
            learn: Vec::new(),
            answer: all,
        }];
    }
    let known = first(train, options.learn_first).into_iter();
    let known = known.filter_map(|query| solved(query, options));
    if options.split != TRAIN_SPLIT {
        return vec![Round {
            learn: known.collect(),
            answer: all,
        }];
    }
    (0..FOLDS)
        .map(|fold| Round {
            learn: known
                .clone()
                .filter(|ticket| fold_of(&ticket.ticket_id) != fold)
                .collect(),
            answer: (0..queries.len())
                .filter(|&index| fold_of(&queries[index].id) == fold)
                .collect(),
        })
        .collect()
}

fn fold_of(id: &str) -> u64 {
    id_hash(id) % FOLDS
}

/// Returns the first `limit` train queries by date, those of one moment by a hash of their ids; all of them without a
/// limit.
fn first(train: &[JudgedQuery], limit: Option<usize>) -> Vec<&JudgedQuery> {
    let mut queries: Vec<&JudgedQuery> = train.iter().collect();
    if let Some(limit) = limit {
        queries.sort_by_key(|query| (query.at, id_hash(&query.id)));
        queries.truncate(limit);
    }
    queries
}

/// Returns the solved ticket of a query; `None` when its right articles are all cold.
fn solved(query: &JudgedQuery, options: &EvaluationOptions) -> Option<FeedbackEvent> {
    let unlinked_share = options.unlinked_share.unwrap_or(0.0);
    let is_unlinked =
        !query.is_judged() || is_below(&format!("unlinked {}", query.id), unlinked_share);
    let verdict = if query.unanswerable.is_some() {
        Verdict::NoArticle
    } else if is_unlinked {
        Verdict::Unlinked
    } else {
        Verdict::Linked
    };
    let articles: Vec<String> = query
        .grades
        .iter()
        .filter(|(id, grade)| **grade > 0 && verdict.names_articles() && is_learned(id, options))
        .map(|(id, _)| id.clone())
        .collect();
    if verdict.names_articles() && articles.is_empty() {
        return None;
    }
    Some(FeedbackEvent {
        ticket_id: query.id.clone(),
        ticket: query.ticket.clone(),
        at: query.at,
        articles,
        verdict,
        key: None,
    })
}

/// Whether the tickets of an article are learned.
fn is_learned(article_id: &str, options: &EvaluationOptions) -> bool {
    !options.cold.is_some_and(|share| is_cold(article_id, share))
}

/// Whether an article is cold, which means that its tickets are not learned.
fn is_cold(article_id: &str, share: f64) -> bool {
    is_below(article_id, share)
}

/// Whether the hash of a name lies in the lowest `share` of all hashes.
fn is_below(name: &str, share: f64) -> bool {
    #[expect(clippy::cast_precision_loss)]
    let place = id_hash(name) as f64 / u64::MAX as f64;
    place < share
}

/// Whether the right articles of a query are all cold (true) or all warm (false); `None` when it has both kinds or
/// none.
pub(crate) fn is_all_cold(grades: &BTreeMap<String, u32>, share: f64) -> Option<bool> {
    let mut relevant = grades.iter().filter(|(_, grade)| **grade > 0);
    let first = is_cold(relevant.next()?.0, share);
    relevant
        .all(|(id, _)| is_cold(id, share) == first)
        .then_some(first)
}

fn id_hash(id: &str) -> u64 {
    let hash = blake3::hash(id.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
