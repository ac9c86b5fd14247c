//! Figures of one ranking, and macro precision over many rankings.
//!
//! They agree with `recall`, `P`, `recip_rank`, `map`, `map_cut` and `ndcg_cut` of `trec_eval`, which the tests of the
//! Python package check. A ticket without a relevant article has no figure here, while `trec_eval` counts 0. A ranking
//! names each article once.

use std::collections::BTreeMap;

use super::count::count;

/// Relevance grades by article id; an article without an entry has grade 0.
type Grades = BTreeMap<String, u32>;

/// Returns the recall: the share of the relevant articles that are among the first `k`, in [0, 1].
///
/// `None` when the ticket has no relevant article and when `k` is 0; such tickets are left out of the mean.
#[must_use]
pub fn recall_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    let relevant = relevant_count(k, grades)?;
    Some(ratio(found_count(k, ranking, grades), relevant))
}

/// Returns the precision: the share of the first `k` places with a relevant article, in [0, 1]. The missing places of a
/// shorter ranking count as not relevant.
///
/// `None` when the ticket has no relevant article, and when `k` is 0.
#[must_use]
pub fn precision_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    relevant_count(k, grades)?;
    Some(ratio(found_count(k, ranking, grades), k))
}

/// Returns one divided by the rank of the first relevant article among the first `k`, or 0 without one; in [0, 1].
///
/// `None` when the ticket has no relevant article, and when `k` is 0.
#[must_use]
pub fn reciprocal_rank_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    relevant_count(k, grades)?;
    let first = ranking
        .iter()
        .take(k)
        .position(|id| is_relevant(grades, id));
    Some(first.map_or(0.0, |index| ratio(1, index + 1)))
}

/// Returns the average precision, in [0, 1]: the mean over the relevant articles of the precision at their rank, which is
/// 0 for an article that is not among the first `k`. Its mean over tickets is MAP; `usize::MAX` takes the whole ranking.
///
/// `None` when the ticket has no relevant article, and when `k` is 0.
#[must_use]
pub fn average_precision_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    let relevant = relevant_count(k, grades)?;
    let ranks = (1..).zip(ranking.iter().take(k));
    let ranks_found = ranks.filter(|(_, id)| is_relevant(grades, id));
    let precisions = (1..)
        .zip(ranks_found)
        .map(|(found, (rank, _))| ratio(found, rank));
    Some(sum(precisions) / count(relevant))
}

/// Returns the nDCG: the discounted cumulative gain of the first `k`, divided by that of the best possible order, in
/// [0, 1].
///
/// The gain is the `sum of grade / log2(rank + 1)` (Järvelin and Kekäläinen 2002, with linear gain). `None` when the
/// ticket has no relevant article, and when `k` is 0.
#[must_use]
pub fn ndcg_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    relevant_count(k, grades)?;
    let mut best: Vec<u32> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let first = ranking.iter().take(k);
    let gain = discounted_gain(first.map(|id| grades.get(id).copied().unwrap_or(0)));
    Some(gain / discounted_gain(best.into_iter().take(k)))
}

/// Returns the mean over articles of the share of an article's tickets whose first candidate is that article. Every
/// article has the same weight, however many tickets it has. `None` without a relevant article.
#[must_use]
pub fn macro_precision_at_1<'a>(
    tickets: impl IntoIterator<Item = (&'a [String], &'a Grades)>,
) -> Option<f64> {
    let mut by_article: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (ranking, grades) in tickets {
        for id in grades.keys().filter(|id| is_relevant(grades, id)) {
            let (right, all) = by_article.entry(id).or_default();
            *right += usize::from(ranking.first() == Some(id));
            *all += 1;
        }
    }
    let sum: f64 = by_article
        .values()
        .map(|(right, all)| ratio(*right, *all))
        .sum();
    (!by_article.is_empty()).then(|| sum / count(by_article.len()))
}

fn is_relevant(grades: &Grades, id: &str) -> bool {
    grades.get(id).is_some_and(|grade| *grade > 0)
}

/// Returns the number of relevant articles; `None` when there is none or `k` is 0.
fn relevant_count(k: usize, grades: &Grades) -> Option<usize> {
    let relevant = grades.values().filter(|grade| **grade > 0).count();
    (relevant > 0 && k > 0).then_some(relevant)
}

/// Returns the number of relevant articles among the first `k`.
fn found_count(k: usize, ranking: &[String], grades: &Grades) -> usize {
    let first = ranking.iter().take(k);
    first.filter(|id| is_relevant(grades, id)).count()
}

fn discounted_gain(grades: impl Iterator<Item = u32>) -> f64 {
    let ranked = (2_u32..).zip(grades);
    sum(ranked.map(|(rank_plus_1, grade)| f64::from(grade) / libm::log2(f64::from(rank_plus_1))))
}

/// Returns the sum of the values; 0 without values, where `Iterator::sum` returns -0.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

fn ratio(part: usize, whole: usize) -> f64 {
    count(part) / count(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::count::check;

    fn ids(ids: &str) -> Vec<String> {
        ids.split(' ').map(str::to_owned).collect()
    }

    fn grades(grades: &[(&str, u32)]) -> Grades {
        grades
            .iter()
            .map(|(id, grade)| ((*id).to_owned(), *grade))
            .collect()
    }

    #[test]
    fn figures_of_one_ranking_equal_those_computed_by_hand() {
        let ranking = ids("x a y b");
        let grades = grades(&[("a", 2), ("b", 1), ("c", 1), ("x", 0)]);
        // a and b of a, b, c.
        check(recall_at(5, &ranking, &grades), 2.0 / 3.0);
        check(recall_at(2, &ranking, &grades), 1.0 / 3.0);
        // a is second.
        check(reciprocal_rank_at(10, &ranking, &grades), 0.5);
        check(precision_at(1, &ranking, &grades), 0.0);
        check(precision_at(3, &ranking, &grades), 1.0 / 3.0);
        // Five places, of which four are filled.
        check(precision_at(5, &ranking, &grades), 2.0 / 5.0);
        // a: 1 of 2, b: 2 of 4, c: not found; of the first three a alone.
        let whole = (1.0 / 2.0 + 2.0 / 4.0) / 3.0;
        check(average_precision_at(usize::MAX, &ranking, &grades), whole);
        check(average_precision_at(3, &ranking, &grades), 0.5 / 3.0);
        // (2 / log2(3) + 1 / log2(5)) / (2 / log2(2) + 1 / log2(3) + 1 / log2(4))
        let gain = 2.0 / 3_f64.log2() + 1.0 / 5_f64.log2();
        let best = 2.0 + 1.0 / 3_f64.log2() + 0.5;
        check(ndcg_at(10, &ranking, &grades), gain / best);
    }

    type Figure = fn(usize, &[String], &Grades) -> Option<f64>;

    const FIGURES: [Figure; 5] = [
        recall_at,
        precision_at,
        reciprocal_rank_at,
        average_precision_at,
        ndcg_at,
    ];

    #[test]
    fn a_ticket_without_a_relevant_article_has_no_ranking_figures() {
        let ranking = ids("a b");
        for figure in FIGURES {
            assert_eq!(figure(5, &ranking, &grades(&[])), None);
            assert_eq!(figure(5, &ranking, &grades(&[("a", 0)])), None);
            assert_eq!(figure(0, &ranking, &grades(&[("a", 1)])), None);
        }
    }

    #[test]
    fn the_best_possible_ranking_scores_one() {
        for figure in FIGURES {
            check(figure(1, &ids("a b"), &grades(&[("a", 2), ("b", 0)])), 1.0);
        }
    }

    #[test]
    fn an_empty_ranking_scores_zero() {
        for figure in FIGURES {
            let value = figure(10, &[], &grades(&[("a", 1)]));
            check(value, 0.0);
            assert!(value.unwrap().is_sign_positive());
        }
    }

    #[test]
    fn every_article_weighs_the_same_in_the_macro_figure() {
        let (first, second) = (ids("a b"), ids("b a"));
        let (only_a, only_b) = (grades(&[("a", 1)]), grades(&[("b", 1)]));
        // a: first right, second wrong, third right = 2/3; b: 0/1; their mean.
        let tickets = [
            (&first[..], &only_a),
            (&second[..], &only_a),
            (&first[..], &only_a),
            (&first[..], &only_b),
        ];
        check(macro_precision_at_1(tickets), 1.0 / 3.0);
    }
}
