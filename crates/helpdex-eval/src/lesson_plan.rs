//! What is learned before which queries of a data set are answered.

use std::collections::BTreeMap;

use helpdex::{SolvedTicket, Verdict};

use crate::data_set::{JudgedQuery, TRAIN_SPLIT};
use crate::options::{EvaluationOptions, Learning};

/// Into how many parts the train split is cut when it is itself what is answered.
const FOLDS: u64 = 5;

/// Learn these tickets, then answer these queries.
pub(crate) struct Round {
    pub learn: Vec<SolvedTicket>,
    /// By their index.
    pub answer: Vec<usize>,
}

/// One round; for the train split as many as it has folds, each answered by what the others taught.
pub(crate) fn rounds(
    queries: &[JudgedQuery],
    train: &[JudgedQuery],
    options: &EvaluationOptions,
) -> Vec<Round> {
    let all = || (0..queries.len()).collect();
    let learn = |takes: &dyn Fn(&str) -> bool| -> Vec<SolvedTicket> {
        train
            .iter()
            .filter(|query| takes(&query.id))
            .filter_map(|query| solved(query, options.cold))
            .collect()
    };
    if options.learning == Learning::Nothing {
        return vec![Round {
            learn: Vec::new(),
            answer: all(),
        }];
    }
    if options.split != TRAIN_SPLIT {
        return vec![Round {
            learn: learn(&|_| true),
            answer: all(),
        }];
    }
    let fold_of = |id: &str| id_hash(id) % FOLDS;
    (0..FOLDS)
        .map(|fold| Round {
            learn: learn(&|id| fold_of(id) != fold),
            answer: (0..queries.len())
                .filter(|&index| fold_of(&queries[index].id) == fold)
                .collect(),
        })
        .collect()
}

/// `None` for a query of which nothing is known, or only that articles answer it which are not learned of.
fn solved(query: &JudgedQuery, cold: Option<f64>) -> Option<SolvedTicket> {
    let articles: Vec<String> = query
        .grades
        .iter()
        .filter(|(id, grade)| **grade > 0 && !cold.is_some_and(|share| is_cold(id, share)))
        .map(|(id, _)| id.clone())
        .collect();
    let verdict = if query.unanswerable.is_some() {
        Verdict::NoArticle
    } else if articles.is_empty() {
        return None;
    } else {
        Verdict::Linked
    };
    Some(SolvedTicket {
        ticket_id: query.id.clone(),
        ticket: query.ticket.clone(),
        at: query.at,
        articles: if verdict == Verdict::NoArticle {
            Vec::new()
        } else {
            articles
        },
        verdict,
        key: None,
    })
}

/// Whether an article is among those whose tickets are not learned.
fn is_cold(article_id: &str, share: f64) -> bool {
    #[expect(clippy::cast_precision_loss)]
    let place = id_hash(article_id) as f64 / u64::MAX as f64;
    place < share
}

/// Whether all right articles of a query are among those whose tickets are not learned, or none is; `None` for some.
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
