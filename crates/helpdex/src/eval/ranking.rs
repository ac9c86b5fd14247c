//! Figures of one ranking, and the macro figure over many.

use std::collections::BTreeMap;

use super::count;

/// Relevance grades by article id; an article that is not there has grade 0.
type Grades = BTreeMap<String, u32>;

/// The share of the relevant articles found among the first `k`, in [0, 1].
///
/// `None` when the ticket has no relevant article: such tickets are left out of the mean.
#[must_use]
pub fn recall_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    let relevant = relevant_count(grades)?;
    let found = ranking
        .iter()
        .take(k)
        .filter(|id| is_relevant(grades, id))
        .count();
    Some(ratio(found, relevant))
}

/// One divided by the rank of the first relevant article among the first `k`, 0 when there is none; in [0, 1].
///
/// `None` when the ticket has no relevant article.
#[must_use]
pub fn reciprocal_rank_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    relevant_count(grades)?;
    let first = ranking
        .iter()
        .take(k)
        .position(|id| is_relevant(grades, id));
    Some(first.map_or(0.0, |index| ratio(1, index + 1)))
}

/// 1 when the first article is relevant, else 0. `None` when the ticket has no relevant article.
#[must_use]
pub fn precision_at_1(ranking: &[String], grades: &Grades) -> Option<f64> {
    reciprocal_rank_at(1, ranking, grades)
}

/// Discounted cumulative gain of the first `k`, divided by that of the best possible order, in [0, 1].
///
/// `sum of grade / log2(rank + 1)` (Järvelin and Kekäläinen 2002, with linear gain).
/// `None` when the ticket has no relevant article.
#[must_use]
pub fn ndcg_at(k: usize, ranking: &[String], grades: &Grades) -> Option<f64> {
    relevant_count(grades)?;
    let grade = |id: &String| grades.get(id).copied().unwrap_or(0);
    let mut best: Vec<u32> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let gain = discounted_gain(ranking.iter().take(k).map(grade));
    Some(gain / discounted_gain(best.into_iter().take(k)))
}

/// The mean over articles of the share of an article's tickets whose first answer is that article: every article
/// weighs the same, however many tickets it has. `None` without a relevant article.
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

fn relevant_count(grades: &Grades) -> Option<usize> {
    let relevant = grades.values().filter(|grade| **grade > 0).count();
    (relevant > 0).then_some(relevant)
}

fn discounted_gain(grades: impl Iterator<Item = u32>) -> f64 {
    (2_u32..)
        .zip(grades)
        .map(|(rank_plus_1, grade)| f64::from(grade) / libm::log2(f64::from(rank_plus_1)))
        // Not `sum`, which is -0 of nothing.
        .fold(0.0, |sum, gain| sum + gain)
}

fn ratio(part: usize, whole: usize) -> f64 {
    count(part) / count(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &str) -> Vec<String> {
        ids.split(' ').map(str::to_owned).collect()
    }

    fn grades(grades: &[(&str, u32)]) -> Grades {
        grades
            .iter()
            .map(|(id, grade)| ((*id).to_owned(), *grade))
            .collect()
    }

    #[track_caller]
    fn check(value: Option<f64>, expected: f64) {
        let value = value.unwrap();
        assert!(
            (value - expected).abs() < 1e-12,
            "{value} is not {expected}"
        );
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
        check(precision_at_1(&ranking, &grades), 0.0);
        // (2 / log2(3) + 1 / log2(5)) / (2 / log2(2) + 1 / log2(3) + 1 / log2(4))
        let gain = 2.0 / 3_f64.log2() + 1.0 / 5_f64.log2();
        let best = 2.0 + 1.0 / 3_f64.log2() + 0.5;
        check(ndcg_at(10, &ranking, &grades), gain / best);
    }

    #[test]
    fn a_ticket_without_a_relevant_article_has_no_ranking_figures() {
        let ranking = ids("a b");
        for grades in [grades(&[]), grades(&[("a", 0)])] {
            assert_eq!(recall_at(5, &ranking, &grades), None);
            assert_eq!(reciprocal_rank_at(5, &ranking, &grades), None);
            assert_eq!(ndcg_at(5, &ranking, &grades), None);
        }
    }

    #[test]
    fn an_empty_ranking_scores_zero() {
        let grades = grades(&[("a", 1)]);
        check(ndcg_at(10, &[], &grades), 0.0);
        assert!(ndcg_at(10, &[], &grades).unwrap().is_sign_positive());
        check(recall_at(10, &[], &grades), 0.0);
        check(precision_at_1(&[], &grades), 0.0);
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
