//! Computes all figures of a run.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::confidence::{Interval, clopper_pearson};
use serde::Serialize;

use super::bootstrap::mean_of_finite;
use super::calibration::{auroc, brier_score, calibration_error, expected_calibration_error};
use super::ranking::{
    average_precision_at, macro_precision_at_1, ndcg_at, precision_at, recall_at,
    reciprocal_rank_at,
};

/// The answer to a ticket, with the judgement of people.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JudgedTicket {
    /// The ids of the candidates, best first, whether shown or not.
    pub ranking: Vec<String>,
    /// The probability of the first candidate; 0 without candidates.
    pub top_probability: f64,
    /// The probability that any article answers the ticket.
    pub answerable_probability: f64,
    /// The ids of the articles that were shown, best first.
    pub offered: Vec<String>,
    /// The relevance grades of articles, by id.
    pub grades: BTreeMap<String, u32>,
    /// The kind of question, possibly empty, if people marked the ticket as unanswerable; else `None`.
    pub unanswerable: Option<String>,
}

/// Figures of the order of the candidates, as means over answerable tickets; `None` without such tickets.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct RankingFigures {
    /// The mean nDCG of the first 10 candidates, in [0, 1].
    pub ndcg_at_10: Option<Interval>,
    /// The mean reciprocal rank among the first 10 candidates, in [0, 1].
    pub mrr_at_10: Option<Interval>,
    /// The mean average precision of the first 10 candidates, in [0, 1].
    pub map_at_10: Option<Interval>,
    /// The mean recall of the first 5 candidates, in [0, 1].
    pub recall_at_5: Option<Interval>,
    /// The share of answerable tickets whose first candidate is relevant.
    pub precision_at_1: Option<Interval>,
    /// The share of right first candidates, computed for each article and averaged over the articles, so that every
    /// article has the same weight however many tickets it has.
    pub macro_precision_at_1: Option<f64>,
}

/// The figures of a run. A figure is `None` when the run has no tickets for it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// The number of tickets that were answered.
    pub tickets: usize,
    /// The number of tickets with a relevant article.
    pub answerable: usize,
    /// The number of tickets that people marked as unanswerable.
    pub unanswerable: usize,
    /// The figures of the order of the candidates.
    #[serde(flatten)]
    pub ranking: RankingFigures,
    /// The share of all tickets with an offer.
    pub coverage: Option<Interval>,
    /// The share of tickets whose first offered article is relevant, among the tickets with an offer. An offer for an
    /// unanswerable ticket counts as wrong.
    pub selective_precision: Option<Interval>,
    /// The share of tickets with at least one relevant offered article, among the tickets with an offer. An offer for
    /// an unanswerable ticket counts as wrong.
    pub any_right_precision: Option<Interval>,
    /// The share of unanswerable tickets that got an offer.
    pub false_offer_rate: Option<Interval>,
    /// The AUROC with which the top probability tells answerable from unanswerable tickets.
    pub auroc_answerable: Option<f64>,
    /// The AUROC of the top probability, for answerable tickets against each kind of unanswerable ticket.
    pub auroc_answerable_by_kind: BTreeMap<String, f64>,
    /// The AUROC with which the probability that any article answers tells answerable from unanswerable tickets.
    pub auroc_any_article: Option<f64>,
    /// The AUROC of the probability that any article answers, for answerable tickets against each kind of unanswerable
    /// ticket.
    pub auroc_any_article_by_kind: BTreeMap<String, f64>,
    /// The AUROC with which the top probability tells right from wrong first candidates, over all tickets.
    pub auroc_right: Option<f64>,
    /// The calibration error of the top probability, as the probability that the first candidate is right, over all
    /// tickets.
    pub calibration_error: Option<f64>,
    /// The calibration error that a perfectly calibrated model with the same probabilities would show by chance.
    pub expected_calibration_error: Option<f64>,
    /// The Brier score of the top probability.
    pub brier_score: Option<f64>,
    /// The Brier score of a prediction that is always the base rate.
    pub brier_score_of_base_rate: Option<f64>,
}

/// Computes all figures of a run; `seed` drives the bootstrap and the simulated calibration error.
#[must_use]
pub fn figures(tickets: &[JudgedTicket], seed: u64) -> Figures {
    let offered: Vec<&JudgedTicket> = tickets
        .iter()
        .filter(|ticket| !ticket.offered.is_empty())
        .collect();
    let right_offers = offered
        .iter()
        .filter(|ticket| ticket.is_right(ticket.first_offered()))
        .count();
    let any_right = offered
        .iter()
        .filter(|ticket| ticket.offered.iter().any(|id| ticket.is_right(Some(id))))
        .count();
    let false_offers = offered
        .iter()
        .filter(|ticket| ticket.unanswerable.is_some())
        .count();
    let unanswerable = tickets
        .iter()
        .filter(|ticket| ticket.unanswerable.is_some())
        .count();
    let predictions: Vec<(f64, bool)> = tickets.iter().map(JudgedTicket::prediction).collect();
    Figures {
        tickets: tickets.len(),
        answerable: tickets.iter().filter(|t| t.is_answerable()).count(),
        unanswerable,
        ranking: ranking_figures(tickets.iter().map(|t| (&t.ranking[..], &t.grades)), seed),
        coverage: clopper_pearson(offered.len(), tickets.len()),
        selective_precision: clopper_pearson(right_offers, offered.len()),
        any_right_precision: clopper_pearson(any_right, offered.len()),
        false_offer_rate: clopper_pearson(false_offers, unanswerable),
        auroc_answerable: auroc_against(tickets, top_probability, |_| true),
        auroc_answerable_by_kind: auroc_by_kind(tickets, top_probability),
        auroc_any_article: auroc_against(tickets, answerable_probability, |_| true),
        auroc_any_article_by_kind: auroc_by_kind(tickets, answerable_probability),
        auroc_right: auroc(
            &probabilities(&predictions, true),
            &probabilities(&predictions, false),
        ),
        calibration_error: calibration_error(&predictions),
        expected_calibration_error: expected_calibration_error(
            &predictions.iter().map(|(p, _)| *p).collect::<Vec<_>>(),
            seed,
        ),
        brier_score: brier_score(&predictions),
        brier_score_of_base_rate: brier_score_of_base_rate(&predictions),
    }
}

fn top_probability(ticket: &JudgedTicket) -> f64 {
    ticket.top_probability
}

fn answerable_probability(ticket: &JudgedTicket) -> f64 {
    ticket.answerable_probability
}

/// Computes the figures of rankings with the grades of their tickets; `seed` drives the bootstrap.
#[must_use]
pub fn ranking_figures<'a>(
    tickets: impl Iterator<Item = (&'a [String], &'a BTreeMap<String, u32>)> + Clone,
    seed: u64,
) -> RankingFigures {
    let [
        ndcg_at_10,
        mrr_at_10,
        map_at_10,
        recall_at_5,
        precision_at_1,
    ] = [
        (ndcg_at as FigureAt, 10),
        (reciprocal_rank_at, 10),
        (average_precision_at, 10),
        (recall_at, 5),
        (precision_at, 1),
    ]
    .map(|(figure, k)| {
        let graded = tickets.clone();
        let values: Vec<f64> = graded
            .filter_map(|(ranking, grades)| figure(k, ranking, grades))
            .collect();
        mean_of_finite(&values, seed)
    });
    RankingFigures {
        ndcg_at_10,
        mrr_at_10,
        map_at_10,
        recall_at_5,
        precision_at_1,
        macro_precision_at_1: macro_precision_at_1(tickets),
    }
}

/// A function that computes a figure of the first `k` articles of a ranking, from the relevance grades by article id.
type FigureAt = fn(usize, &[String], &BTreeMap<String, u32>) -> Option<f64>;

impl JudgedTicket {
    /// Returns the top probability, and whether the first candidate is right; 0 and false without candidates.
    #[must_use]
    pub fn prediction(&self) -> (f64, bool) {
        let first = self.ranking.first().map(String::as_str);
        (self.top_probability, self.is_right(first))
    }

    /// Returns the first article that was shown.
    pub(crate) fn first_offered(&self) -> Option<&str> {
        self.offered.first().map(String::as_str)
    }

    pub(crate) fn is_answerable(&self) -> bool {
        self.unanswerable.is_none() && self.grades.values().any(|grade| *grade > 0)
    }

    pub(crate) fn is_right(&self, article: Option<&str>) -> bool {
        let grade = article.and_then(|id| self.grades.get(id));
        self.unanswerable.is_none() && grade.is_some_and(|grade| *grade > 0)
    }
}

fn auroc_against(
    tickets: &[JudgedTicket],
    probability: impl Fn(&JudgedTicket) -> f64,
    takes: impl Fn(&str) -> bool,
) -> Option<f64> {
    let answerable: Vec<f64> = tickets
        .iter()
        .filter(|ticket| ticket.is_answerable())
        .map(&probability)
        .collect();
    let unanswerable: Vec<f64> = tickets
        .iter()
        .filter(|ticket| ticket.unanswerable.as_deref().is_some_and(&takes))
        .map(&probability)
        .collect();
    auroc(&answerable, &unanswerable)
}

fn auroc_by_kind(
    tickets: &[JudgedTicket],
    probability: impl Fn(&JudgedTicket) -> f64,
) -> BTreeMap<String, f64> {
    let kinds: BTreeSet<&str> = tickets
        .iter()
        .filter_map(|ticket| ticket.unanswerable.as_deref())
        .filter(|kind| !kind.is_empty())
        .collect();
    kinds
        .into_iter()
        .filter_map(|kind| {
            let auroc = auroc_against(tickets, &probability, |k| k == kind)?;
            Some((kind.to_owned(), auroc))
        })
        .collect()
}

fn probabilities(predictions: &[(f64, bool)], of_right: bool) -> Vec<f64> {
    predictions
        .iter()
        .filter(|(_, is_right)| *is_right == of_right)
        .map(|(probability, _)| *probability)
        .collect()
}

fn brier_score_of_base_rate(predictions: &[(f64, bool)]) -> Option<f64> {
    let right: Vec<f64> = predictions
        .iter()
        .map(|(_, is_right)| f64::from(u8::from(*is_right)))
        .collect();
    #[expect(clippy::cast_precision_loss)]
    let base_rate = right.iter().sum::<f64>() / right.len() as f64;
    let constant: Vec<(f64, bool)> = predictions
        .iter()
        .map(|(_, is_right)| (base_rate, *is_right))
        .collect();
    brier_score(&constant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(offered: bool, top: f64, first: &str, relevant: Option<&str>) -> JudgedTicket {
        JudgedTicket {
            ranking: vec![first.to_owned()],
            top_probability: top,
            answerable_probability: 1.0 - top,
            offered: if offered {
                vec![first.to_owned(), "z".to_owned()]
            } else {
                Vec::new()
            },
            grades: relevant.map(|id| (id.to_owned(), 1)).into_iter().collect(),
            unanswerable: relevant.is_none().then(|| "spam".to_owned()),
        }
    }

    #[test]
    fn the_figures_of_four_tickets_equal_those_computed_by_hand() {
        let tickets = [
            ticket(true, 0.9, "a", Some("a")),
            ticket(true, 0.8, "b", Some("z")),
            ticket(true, 0.7, "a", None),
            ticket(false, 0.2, "a", None),
        ];
        let figures = figures(&tickets, 1);
        let value = |interval: Option<Interval>| interval.unwrap().value;
        assert_eq!((figures.answerable, figures.unanswerable), (2, 2));
        assert!((value(figures.ranking.precision_at_1) - 0.5).abs() < 1e-12);
        assert!((value(figures.coverage) - 0.75).abs() < 1e-12);
        assert!((value(figures.selective_precision) - 1.0 / 3.0).abs() < 1e-12);
        assert!((value(figures.any_right_precision) - 2.0 / 3.0).abs() < 1e-12);
        assert!((value(figures.false_offer_rate) - 0.5).abs() < 1e-12);
        assert_eq!(figures.auroc_answerable, Some(1.0));
        assert_eq!(figures.auroc_answerable_by_kind.get("spam"), Some(&1.0));
        assert_eq!(figures.auroc_any_article, Some(0.0));
        assert_eq!(figures.auroc_any_article_by_kind.get("spam"), Some(&0.0));
        assert_eq!(figures.auroc_right, Some(1.0));
        // (0.1^2 + 0.8^2 + 0.7^2 + 0.2^2) / 4 against 0.25 * 0.75.
        assert!((figures.brier_score.unwrap() - 1.18 / 4.0).abs() < 1e-12);
        assert!((figures.brier_score_of_base_rate.unwrap() - 0.1875).abs() < 1e-12);
    }

    #[test]
    fn a_run_without_tickets_has_no_figures() {
        assert_eq!(figures(&[], 1), Figures::default());
    }
}
